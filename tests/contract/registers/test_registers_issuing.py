"""Issuing on both databases: checked first, signed, numbered, registered and journalled."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.reporting import (
    BUREAU,
    CONTENT,
    OTHER,
    RING,
    People,
    add_run,
    content,
    lead,
    nothing_left,
    number,
    numbers,
    ring_of,
)

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import ForbiddenError, Principal
from ringfinder.keychain import SIGNING, secret_file
from ringfinder.registers import Approvals, Kind, Reports
from ringfinder.registers.numbering import likely_number
from ringfinder.report.bundle import (
    Asked,
    Cover,
    issue_report,
    verify_bundle,
)
from ringfinder.store import Run, Workspace


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_a_report_is_whole_signed_numbered_and_journalled(
    site: Workspace, run: Run, people: People, out: Path, name: str
) -> None:
    done = issue_report(site, lead(run), content, out / name, people.inv)
    nothing_left(site, out, name)
    assert done.report.number == number(1)
    assert Reports(site).listed(people.aud) == [done.report]
    found = verify_bundle(out / name)
    assert found.valid, found.faults
    assert found.manifest is not None
    said = found.manifest
    assert (said.number, said.kind, said.ring, said.run.run) == (number(1), "lead", RING, run.run_id)
    assert (said.recipient, said.author, said.masked, said.approvals) == (BUREAU, "inv", True, ())
    assert said.configuration == {"lead schema": "1"}
    assert [one.name for one in said.files] == ["cover.txt", "lead.json", "tables/members.csv"]
    entry = site.journal.entries(action="report")[-1]
    assert (entry.object, entry.details["manifest"]) == (number(1), done.report.manifest_hash)
    assert said.journal is not None
    assert said.journal.mac == entry.previous
    assert site.journal.verify().whole
    path = out / name
    assert path.stat().st_mode & 0o077 == 0
    if path.is_dir():
        assert (path / "lead.json").read_bytes() == CONTENT["lead.json"]
        assert hashlib.sha256((path / "manifest.json").read_bytes()).hexdigest() == done.report.manifest_hash
        assert all(part.stat().st_mode & 0o077 == 0 for part in path.rglob("*"))


def test_content_is_the_same_and_what_differs_stands_in_the_manifest(
    site: Workspace, run: Run, people: People, out: Path
) -> None:
    for name in ("one", "two"):
        issue_report(site, lead(run), content, out / name, people.inv)
    for path in (out / "one").rglob("*"):
        same = out / "two" / path.relative_to(out / "one")
        if path.is_file() and path.name not in {"manifest.json", "signature.json"}:
            assert path.read_bytes() == same.read_bytes()
    one, two = (json.loads((out / name / "manifest.json").read_text()) for name in ("one", "two"))
    assert {key for key in one if one[key] != two[key]} - {"issued_at"} == {"number", "journal"}


def test_the_wrong_role_first(site: Workspace, run: Run, people: People, out: Path) -> None:
    nonsense: dict[str, Any] = {"ring_id": "nonsense", "recipient": "", "language": "fr"}
    for by in (people.desk, people.aud, people.eve):
        with pytest.raises(ForbiddenError, match="may not make this report"):
            issue_report(site, lead(run, **nonsense), content, out / "x", by)
    for by in (people.desk, people.aud, people.eve, people.inv, people.rev):
        with pytest.raises(ForbiddenError, match="may not make this report"):
            issue_report(site, lead(run, masked=False, **nonsense), content, out / "x", by)
    for by in (people.ann, people.inv, people.rev):
        with pytest.raises(ForbiddenError, match="may not make this report"):
            issue_report(site, lead(run, kind=Kind.GOAML, **nonsense), content, out / "x", by)
    bound = Principal(people.inv.user_id, "inv", people.inv.roles, frozenset({"B1"}))
    with pytest.raises(ForbiddenError, match="bound to branches"):
        issue_report(site, lead(run), content, out / "x", bound)
    nothing_left(site, out)
    assert not secret_file(SIGNING).exists()


def test_what_cannot_be_reported(site: Workspace, run: Run, people: People, out: Path) -> None:
    newer = add_run(site, ring_of(OTHER))
    (out / "there").mkdir()
    (out / "dangling.zip").symlink_to("nowhere")
    for asked, name, said in (
        (lead(newer), "x", f"{RING} has faded: run-000002 no longer has it"),
        (lead(run, ring_id="RF-ZZZZZZZZ"), "x", "there is no ring"),
        (lead(run, recipient="\t"), "x", "recipient is empty"),
        (lead(run, language="fr"), "x", "language is 'fr'"),
        (lead(run, corrects=number(1)), "x", "no report"),
        (lead(run, kind=Kind.CORRECTION), "x", "a correction names"),
        (lead(run), "there", "is there already"),
        (lead(run), "dangling.zip", "is there already"),
        (lead(run), "none/x", "there is no folder"),
    ):
        with pytest.raises(InputError, match=said):
            issue_report(site, asked, content, out / name, people.inv)
    with pytest.raises(InputError, match="shows personal data") as caught:
        issue_report(site, lead(run, masked=False, purpose=" "), content, out / "x", people.ann)
    assert "--purpose" in caught.value.remedy
    nothing_left(site, out, "dangling.zip", "there")
    assert numbers(site, people.ann) == []


def test_an_unmasked_report_rests_on_an_approval_by_another_user(
    site: Workspace, run: Run, people: People, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    approvals = Approvals(site)
    bare = lead(run, masked=False, purpose="names are needed")

    def refused(said: str, by: Principal = people.ann, asked: Asked = bare) -> None:
        with pytest.raises(InputError, match=said):
            issue_report(site, asked, content, out / "x", by)
        nothing_left(site, out)

    refused("no approval allows")
    one = approvals.ask(RING, run, BUREAU, "names", by=people.ann)
    refused("nobody has approved")
    approvals.approve(one.approval_id, by=people.bob)
    refused("the author of the report is who approved", people.bob)
    refused("no approval allows", asked=lead(run, masked=False, purpose="x", recipient="police"))
    refused("no approval allows", asked=lead(run, masked=False, purpose="x", ring_id=OTHER))
    refused("no approval allows", asked=lead(add_run(site, ring_of(RING)), masked=False, purpose="x"))

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(days=15)

    with monkeypatch.context() as patch:
        patch.setattr("ringfinder.registers.approvals.datetime", Later)
        refused(f"{one.approval_id} expired")
    done = issue_report(site, bare, content, out / "x", people.ann)
    assert (done.report.number, done.report.masked, done.report.approval_id) == (number(1), False, one.approval_id)
    assert (out / "x" / "cover.txt").read_text() == "bob"
    found = verify_bundle(out / "x")
    assert found.valid
    assert found.manifest is not None
    (said,) = found.manifest.approvals
    assert (said.approval, said.asked_by, said.approved_by, said.recipient) == (one.approval_id, "ann", "bob", BUREAU)
    entry = site.journal.entries(action="report")[-1]
    assert (entry.purpose, entry.details["approval"], entry.details["masked"]) == (
        "names are needed",
        one.approval_id,
        False,
    )
    approvals.withdraw(one.approval_id, by=people.rev)
    with pytest.raises(InputError, match="was withdrawn"):
        issue_report(site, bare, content, out / "y", people.ann)


def test_an_approval_that_is_withdrawn_while_the_content_is_made_allows_nothing(
    site: Workspace, run: Run, people: People, out: Path
) -> None:
    approvals = Approvals(site)
    one = approvals.ask(RING, run, BUREAU, "names", by=people.ann)
    approvals.approve(one.approval_id, by=people.bob)

    def slow(cover: Cover) -> Any:
        approvals.withdraw(one.approval_id, by=people.rev)
        return content(cover)

    with pytest.raises(InputError, match="was withdrawn"):
        issue_report(site, lead(run, masked=False, purpose="x"), slow, out / "x", people.ann)
    nothing_left(site, out)
    assert numbers(site, people.ann) == []


def test_restricted_reports_have_their_own_series_and_are_seen_by_the_aml_role_alone(
    site: Workspace, run: Run, people: People, out: Path
) -> None:
    issue_report(site, lead(run), content, out / "1", people.inv)
    secret = issue_report(site, lead(run, kind=Kind.GOAML, recipient="FIU"), content, out / "2", people.eve)
    issue_report(site, lead(run), content, out / "3", people.inv)
    assert secret.report.number == number(1, "RA")
    for by in (people.ann, people.inv, people.rev, people.aud):
        assert numbers(site, by) == [number(1), number(2)]
        with pytest.raises(InputError, match="there is no report"):
            Reports(site).find(secret.report.number, by)
        with pytest.raises(InputError, match="there is no report"):
            issue_report(
                site, lead(run, kind=Kind.CORRECTION, corrects=number(1, "RA")), content, out / "x", people.ann
            )
    assert numbers(site, people.eve) == [number(1, "RA"), number(1), number(2)]
    for entry in site.journal.entries():
        assert number(1, "RA") not in repr(entry)
        assert "FIU" not in repr(entry)
    with pytest.raises(ForbiddenError):
        Reports(site).listed(people.desk)


def test_a_correction_is_about_the_ring_of_its_report_by_a_newer_run(
    site: Workspace, run: Run, people: People, out: Path
) -> None:
    issue_report(site, lead(run), content, out / "1", people.inv)
    newer = add_run(site, ring_of(OTHER))
    asked = lead(newer, kind=Kind.CORRECTION, corrects=number(1))
    with pytest.raises(InputError, match="is of that run or of a newer one"):
        issue_report(site, lead(run, kind=Kind.CORRECTION, corrects=number(1)), content, out / "2", people.inv)
    with pytest.raises(InputError, match=f"is about {RING}"):
        issue_report(
            site, lead(newer, kind=Kind.CORRECTION, corrects=number(1), ring_id=OTHER), content, out / "2", people.inv
        )
    done = issue_report(site, asked, content, out / "2", people.inv)  # the ring has faded in that run
    assert (done.report.number, done.report.corrects) == (number(2), number(1))
    hidden = issue_report(site, lead(run, kind=Kind.GOAML), content, out / "3", people.eve).report
    asked = lead(newer, kind=Kind.CORRECTION, corrects=hidden.number)
    assert issue_report(site, asked, content, out / "4", people.eve).report.number == number(2, "RA")


def test_a_lost_signing_key_is_told_and_not_replaced_in_silence(
    site: Workspace, run: Run, people: People, out: Path
) -> None:
    issue_report(site, lead(run), content, out / "1", people.inv)
    kept = secret_file(SIGNING)
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.rename(kept.with_name("away"))
    with pytest.raises(SurroundingsError, match=r"signing key .* is missing"):
        issue_report(site, lead(run), content, out / "2", people.inv)
    assert not kept.exists()
    nothing_left(site, out, "1")
    kept.with_name("away").rename(kept)
    assert issue_report(site, lead(run), content, out / "2", people.inv).report.number == number(2)


def test_numbers_are_of_the_year_in_china(site: Workspace) -> None:
    last = datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)
    assert str(likely_number(site.engine, last, restricted=False)) == "RF-2026-000001"
    assert str(likely_number(site.engine, last + timedelta(seconds=1), restricted=True)) == "RA-2027-000001"


def test_content_with_names_that_no_bundle_may_have_is_our_mistake(
    site: Workspace, run: Run, people: People, out: Path
) -> None:
    lists: list[list[str]] = [[], ["../x"], ["manifest.json"], ["SIGNATURE.json"], ["a", "A"], ["/x"], ["con.txt"]]
    for names in lists:
        odd = dict.fromkeys(names, b"")
        with pytest.raises(ValueError, match=r"without files|no bundle may have"):
            issue_report(site, lead(run), lambda _, odd=odd: odd, out / "x", people.inv)  # type: ignore[misc]
    nothing_left(site, out)
    assert numbers(site, people.inv) == []
