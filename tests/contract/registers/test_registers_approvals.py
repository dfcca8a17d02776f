"""Approvals on both databases: another user, one ring, one run, one recipient, for a time; nothing is edited."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from tests.reporting import BUREAU, OTHER, RING, People, add_run, ring_of

from ringfinder.errors import InputError
from ringfinder.identity import ForbiddenError, Principal, Role
from ringfinder.registers import Approval, Approvals
from ringfinder.registers import approvals as module
from ringfinder.store import Run, Workspace
from ringfinder.store.schema import report_approvals

WHY = "the bureau asked for names"


@pytest.fixture
def approvals(site: Workspace) -> Approvals:
    return Approvals(site)


@pytest.fixture
def asked(approvals: Approvals, run: Run, people: People) -> Approval:
    return approvals.ask(RING, run, BUREAU, WHY, by=people.ann)


def actions(site: Workspace) -> list[str]:
    assert site.journal.verify().whole
    return [entry.action for entry in site.journal.entries() if "user" not in entry.action][1:]


def test_the_wrong_role_first(site: Workspace, approvals: Approvals, run: Run, people: People) -> None:
    for one in (people.desk, people.aud, people.inv, people.rev, people.eve):
        with pytest.raises(ForbiddenError, match="may not ask"):
            approvals.ask("nonsense", run, "", "", by=one)
    asked = approvals.ask(RING, run, BUREAU, WHY, by=people.ann)
    before = actions(site)
    for one in (people.desk, people.aud, people.inv, people.eve):
        with pytest.raises(ForbiddenError, match="may not approve"):
            approvals.approve(asked.approval_id, by=one)
        with pytest.raises(ForbiddenError, match="may not withdraw"):
            approvals.withdraw(asked.approval_id, by=one)
    with pytest.raises(ForbiddenError, match="may not see"):
        approvals.listed(people.desk)
    with pytest.raises(ForbiddenError, match="may not see"):
        approvals.approve("A-0000000000", by=people.desk)
    assert actions(site) == before


def test_nobody_approves_what_is_ones_own(approvals: Approvals, asked: Approval, people: People) -> None:
    with pytest.raises(ForbiddenError, match="was asked for by ann"):
        approvals.approve(asked.approval_id, by=people.ann)
    other_key = Principal(people.ann.user_id, "ann", frozenset({Role.REVIEWER}), None, "another key")
    with pytest.raises(ForbiddenError, match="was asked for by ann"):
        approvals.approve(asked.approval_id, by=other_key)
    account = Principal("", "operator:me", frozenset({Role.COMPLIANCE}))
    with pytest.raises(ForbiddenError, match="it is no user"):
        approvals.approve(asked.approval_id, by=account)


def test_an_approval_is_for_one_ring_run_and_recipient_and_expires(
    site: Workspace, approvals: Approvals, asked: Approval, run: Run, people: People
) -> None:
    now = datetime.now(UTC)
    assert approvals.valid_for(RING, run.number, BUREAU, now) == []
    given = approvals.approve(asked.approval_id.lower(), by=people.rev)
    assert (given.approved_by, given.approved_name) == (people.rev.user_id, "rev")
    assert given.approved_at is not None
    assert given.expires_at == given.approved_at + timedelta(days=14)
    now = datetime.now(UTC)
    assert approvals.valid_for(RING, run.number, f" {BUREAU.replace(' ', '  ')}", now) == [given]
    assert approvals.valid_for(OTHER, run.number, BUREAU, now) == []
    assert approvals.valid_for(RING, run.number + 1, BUREAU, now) == []
    assert approvals.valid_for(RING, run.number, "police", now) == []
    assert approvals.valid_for(RING, run.number, BUREAU, now, restricted=True) == []
    assert approvals.valid_for(RING, run.number, BUREAU, given.expires_at - timedelta(seconds=1)) == [given]
    assert approvals.valid_for(RING, run.number, BUREAU, given.expires_at) == []
    assert approvals.valid_for(RING, run.number, BUREAU, given.approved_at - timedelta(seconds=1)) == []
    assert actions(site) == ["approval asked", "approval given"]
    (entry,) = site.journal.entries(action="approval given")
    assert (entry.object, entry.purpose, entry.user_id) == (asked.approval_id, WHY, people.rev.user_id)
    assert entry.details == {"ring": RING, "run": run.run_id, "asked_by": people.ann.user_id}


def test_each_step_is_taken_once(approvals: Approvals, asked: Approval, people: People) -> None:
    approvals.approve(asked.approval_id, by=people.bob)
    with pytest.raises(InputError, match="was approved already"):
        approvals.approve(asked.approval_id, by=people.rev)
    ended = approvals.withdraw(asked.approval_id, by=people.ann)
    assert ended.withdrawn_name == "ann"
    assert ended.state(datetime.now(UTC)) == "withdrawn"
    with pytest.raises(InputError, match="was withdrawn already"):
        approvals.withdraw(asked.approval_id, by=people.ann)
    with pytest.raises(InputError, match="was withdrawn already"):
        approvals.approve(asked.approval_id, by=people.rev)
    assert approvals.valid_for(RING, asked.run, BUREAU, datetime.now(UTC)) == []
    assert approvals.listed(people.aud) == [ended]


def test_what_cannot_be_asked(site: Workspace, approvals: Approvals, run: Run, people: People) -> None:
    newer = add_run(site, ring_of(OTHER))
    for ring, of, to, why, days, said in (
        (RING, newer, BUREAU, WHY, 14, f"{RING} has faded"),
        ("RF-ZZZZZZZZ", run, BUREAU, WHY, 14, "there is no ring"),
        (RING, run, "  ", WHY, 14, "recipient is empty"),
        (RING, run, "x" * 201, WHY, 14, "201 characters"),
        (RING, run, "a\u202eb", WHY, 14, "nobody sees"),
        (RING, run, BUREAU, "\n", 14, "purpose is empty"),
        (RING, run, BUREAU, "a\0b", 14, "nobody sees"),
        (RING, run, BUREAU, WHY, 0, "cannot hold 0 days"),
        (RING, run, BUREAU, WHY, 91, "cannot hold 91 days"),
    ):
        with pytest.raises(InputError, match=said):
            approvals.ask(ring, of, to, why, by=people.ann, days=days)
    with pytest.raises(InputError, match="no approval 'A-NONE'"):
        approvals.approve("A-NONE", by=people.rev)
    assert approvals.listed(people.ann) == []


def test_of_a_restricted_one_the_aml_role_alone_knows(
    site: Workspace, approvals: Approvals, run: Run, people: People
) -> None:
    with pytest.raises(ForbiddenError):
        approvals.ask(RING, run, "FIU", WHY, by=people.ann, restricted=True)
    asked = approvals.ask(RING, run, "FIU", WHY, by=people.eve, restricted=True)
    for one in (people.ann, people.rev, people.aud):
        assert approvals.listed(one) == []
        with pytest.raises(InputError, match="there is no approval"):
            approvals.approve(asked.approval_id, by=one)
    with pytest.raises(ForbiddenError, match="was asked for by eve"):
        approvals.approve(asked.approval_id, by=people.eve)
    given = approvals.approve(asked.approval_id, by=people.fay)
    assert approvals.listed(people.eve) == [given]
    entries = site.journal.entries(action="restricted")
    assert [(one.object, one.purpose, one.details) for one in entries] == [("", "", {})] * 2
    assert all(one.after_hash for one in entries)


def test_who_is_bound_to_branches_does_not_ask(approvals: Approvals, run: Run, people: People) -> None:
    bound = Principal(people.ann.user_id, "ann", people.ann.roles, frozenset({"B1"}))
    with pytest.raises(ForbiddenError, match="bound to branches"):
        approvals.ask(RING, run, BUREAU, WHY, by=bound)


def test_the_database_refuses_to_change_what_was_approved(
    site: Workspace, approvals: Approvals, asked: Approval, people: People
) -> None:
    approvals.approve(asked.approval_id, by=people.rev)
    statements = [
        "UPDATE report_approvals SET recipient = 'somebody else'",
        "UPDATE report_approvals SET days = 90",
        "DELETE FROM report_approvals",
        "UPDATE report_approval_steps SET expires_at = '2099-01-01'",
        "DELETE FROM report_approval_steps",
    ]
    if site.engine.dialect.name == "sqlite":
        statements.append("INSERT OR REPLACE INTO report_approval_steps SELECT * FROM report_approval_steps")
    for statement in statements:
        with pytest.raises(DBAPIError, match="only added to"), site.engine.begin() as connection:
            connection.execute(text(statement))
    with site.engine.begin() as connection:  # an erasure takes a name out of a text
        connection.execute(update(report_approvals).values(purpose="***"))
    assert [one.purpose for one in approvals.listed(people.ann)] == ["***"]


def test_a_step_is_whole_with_its_entry_or_not_at_all(
    site: Workspace, approvals: Approvals, asked: Approval, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object, **__: object) -> None:
        raise RuntimeError("stopped")

    before = actions(site)
    with monkeypatch.context() as patch:
        patch.setattr(module, "journalled", stop)
        with pytest.raises(RuntimeError):
            approvals.ask(OTHER, site.runs.find(), BUREAU, WHY, by=people.ann)
        for step in (approvals.approve, approvals.withdraw):
            with pytest.raises(RuntimeError):
                step(asked.approval_id, by=people.rev)
    assert approvals.listed(people.ann) == [asked]
    assert actions(site) == before
