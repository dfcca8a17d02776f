"""The register of dispatches on both databases: rows are added, never edited; the newest of a step holds."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.reporting import BUREAU, RING, People, content, lead

from ringfinder.errors import InputError
from ringfinder.identity import ForbiddenError
from ringfinder.registers import Approvals, Dispatches, Kind, Report, Reports
from ringfinder.report.bundle import issue_report
from ringfinder.store import Run, Workspace


@pytest.fixture
def dispatches(site: Workspace) -> Dispatches:
    return Dispatches(site)


@pytest.fixture
def report(site: Workspace, run: Run, people: People, out: Path) -> Report:
    return issue_report(site, lead(run), content, out / "1", people.inv).report


def test_the_wrong_role_first(dispatches: Dispatches, report: Report, people: People) -> None:
    for by in (people.desk, people.inv, people.rev, people.aud, people.eve):
        with pytest.raises(ForbiddenError):
            dispatches.sent(report.number, way="courier", by=by)
        with pytest.raises(ForbiddenError):
            dispatches.receipt(report.number, by=by)
        with pytest.raises(ForbiddenError):
            dispatches.reply(report.number, by=by, note="x")
    with pytest.raises(ForbiddenError):
        dispatches.of(report.number, people.desk)
    assert dispatches.of(report.number, people.ann) == []


def test_sent_received_answered_and_put_right(
    site: Workspace, dispatches: Dispatches, report: Report, people: People
) -> None:
    with pytest.raises(InputError, match="was not sent yet"):
        dispatches.receipt(report.number, by=people.ann)
    first = dispatches.sent(report.number.lower(), way="courier", by=people.ann, note="parcel 7")
    assert (first.number, first.sent.recipient, first.sent.way) == (1, BUREAU, "courier")
    second = dispatches.sent(report.number, to="police", way="by hand", by=people.bob)
    assert second.number == 2
    with pytest.raises(InputError, match="was sent 2 times"):
        dispatches.receipt(report.number, by=people.ann)
    with pytest.raises(InputError, match="has no dispatch 3"):
        dispatches.receipt(report.number, by=people.ann, dispatch=3)
    dispatches.receipt(report.number, by=people.ann, dispatch=1, note="stamp")
    dispatches.reply(report.number, by=people.ann, dispatch=1, note="accepted")
    again = dispatches.reply(report.number, by=people.bob, dispatch=1, note="more evidence is wanted")
    assert (again.number, again.receipt.note if again.receipt else "") == (1, "stamp")
    right = dispatches.sent(report.number, way="registered mail", by=people.ann, replaces=1)
    assert (right.number, right.sent.way) == (1, "registered mail")
    one, two = dispatches.of(report.number, people.aud)
    assert one == right
    assert one.reply is not None
    assert one.reply.note == "more evidence is wanted"
    assert [(row.step.value, row.user_name) for row in one.history] == [
        ("sent", "ann"),
        ("receipt", "ann"),
        ("reply", "ann"),
        ("reply", "bob"),
        ("sent", "ann"),
    ]
    assert (two.receipt, two.reply) == (None, None)
    assert dispatches.all(Reports(site).listed(people.ann)) == {report.number: [one, two]}
    entries = [one for one in site.journal.entries() if one.action.startswith("report ")]
    assert [(one.action, one.details["dispatch"], one.details["again"]) for one in entries] == [
        ("report sent", 1, False),
        ("report sent", 2, False),
        ("report receipt", 1, False),
        ("report reply", 1, False),
        ("report reply", 1, True),
        ("report sent", 1, True),
    ]
    assert "parcel" not in repr(entries)
    assert site.journal.verify().whole


def test_times_that_cannot_be(dispatches: Dispatches, report: Report, people: People) -> None:
    now = datetime.now(UTC)
    with pytest.raises(InputError, match="still to come"):
        dispatches.sent(report.number, way="courier", by=people.ann, at=now + timedelta(hours=1))
    with pytest.raises(InputError, match="is before"):
        dispatches.sent(report.number, way="courier", by=people.ann, at=now - timedelta(days=2))
    midnight = now.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)
    dispatches.sent(report.number, way="courier", by=people.ann, at=midnight)  # only the day is known
    with pytest.raises(InputError, match="is before it was sent"):
        dispatches.receipt(report.number, by=people.ann, at=now - timedelta(days=2))


def test_texts_that_cannot_be(dispatches: Dispatches, report: Report, people: People) -> None:
    for way, note, said in (("", "", "way is empty"), ("x" * 65, "", "65 characters"), ("x", "a\0", "nobody sees")):
        with pytest.raises(InputError, match=said):
            dispatches.sent(report.number, way=way, by=people.ann, note=note)
    dispatches.sent(report.number, way="courier", by=people.ann)
    with pytest.raises(InputError, match="reply is empty"):
        dispatches.reply(report.number, by=people.ann, note=" ")
    with pytest.raises(InputError, match="no report 'RF-1'"):
        dispatches.sent("RF-1", way="courier", by=people.ann)


def test_an_unmasked_report_goes_to_its_recipient_alone(
    site: Workspace, dispatches: Dispatches, run: Run, people: People, out: Path
) -> None:
    approvals = Approvals(site)
    approvals.approve(approvals.ask(RING, run, BUREAU, "names", by=people.ann).approval_id, by=people.bob)
    asked = lead(run, masked=False, purpose="names")
    report = issue_report(site, asked, content, out / "1", people.ann).report
    with pytest.raises(ForbiddenError, match="may go to 'Financial bureau' alone"):
        dispatches.sent(report.number, to="police", way="courier", by=people.ann)
    assert dispatches.sent(report.number, to=f"{BUREAU} ", way="courier", by=people.ann).sent.recipient == BUREAU


def test_of_a_restricted_report_the_aml_role_alone_records(
    site: Workspace, dispatches: Dispatches, report: Report, run: Run, people: People, out: Path
) -> None:
    secret = issue_report(site, lead(run, kind=Kind.GOAML), content, out / "2", people.eve).report
    with pytest.raises(InputError, match="there is no report"):
        dispatches.sent(secret.number, way="portal", by=people.ann)
    dispatches.sent(secret.number, way="portal", by=people.eve)
    assert dispatches.sent(report.number, way="courier", by=people.ann).number == 1  # no gap in what others see
    assert [*dispatches.all(Reports(site).listed(people.ann))] == [report.number]
    assert secret.number not in repr(site.journal.entries())


def test_the_database_refuses_to_change_what_was_recorded(
    site: Workspace, dispatches: Dispatches, report: Report, people: People
) -> None:
    dispatches.sent(report.number, way="courier", by=people.ann)
    statements = [
        "UPDATE report_dispatches SET recipient = 'x'",
        "DELETE FROM report_dispatches",
        "UPDATE reports SET masked = NOT masked",
        "UPDATE reports SET manifest_hash = ''",
        "DELETE FROM reports",
    ]
    if site.engine.dialect.name == "sqlite":
        statements.append("INSERT OR REPLACE INTO reports SELECT * FROM reports")
        statements.append("INSERT OR REPLACE INTO report_dispatches SELECT * FROM report_dispatches")
    else:
        statements.append("TRUNCATE reports CASCADE")
    for statement in statements:
        with pytest.raises(DBAPIError, match="only added to"), site.engine.begin() as connection:
            connection.execute(text(statement))
