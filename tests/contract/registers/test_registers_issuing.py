"""Issuing on both databases: checked first, whole or not at all, numbered without gap or double whatever stops it."""

import errno
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from tests.reporting import BUREAU, CONTENT, OTHER, RING, People, add_run, content, lead, left_over, ring_of

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import ForbiddenError, Principal
from ringfinder.keychain import SIGNING, secret_file
from ringfinder.registers import Approvals, Kind, Reports
from ringfinder.registers.numbering import Number, likely_number
from ringfinder.report.bundle import (
    Asked,
    Cover,
    finish_cut_short,
    issue_report,
    issuing,
    settling,
    verify_bundle,
    writing,
)
from ringfinder.settings import Settings
from ringfinder.store import Run, Workspace

ROOT = Path(__file__).resolve().parents[3]
YEAR = (datetime.now(UTC) + timedelta(hours=8)).year


def number(place: int, series: str = "RF") -> str:
    return str(Number(series, YEAR, place))


def numbers(site: Workspace, by: Principal) -> list[str]:
    return sorted(one.number for one in Reports(site).listed(by))


def nothing_left(site: Workspace, out: Path, *bundles: str) -> None:
    assert left_over(out) == sorted(bundles)
    assert list((site.path / "reports").glob("*.json")) == []


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


def full_disk(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "somewhere")


def interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def no_database(*_: object, **__: object) -> None:
    raise OperationalError("INSERT", {}, RuntimeError("the server is gone"))


FAULTS: list[tuple[Any, str, Callable[..., None], type[BaseException]]] = [
    (settling, "flush", full_disk, SurroundingsError),
    (issuing, "note", full_disk, SurroundingsError),
    (writing, "flush", full_disk, SurroundingsError),
    (writing, "_write", full_disk, SurroundingsError),
    (issuing, "write_aside", interrupted, KeyboardInterrupt),
    (issuing, "next_number", no_database, SurroundingsError),
    (Reports, "enter_in", no_database, SurroundingsError),
    (Reports, "enter_in", interrupted, KeyboardInterrupt),
    (issuing, "journalled", full_disk, SurroundingsError),
    (issuing, "journalled", interrupted, KeyboardInterrupt),
]


def test_a_fault_before_the_report_is_registered_leaves_nothing_and_no_gap(
    site: Workspace, run: Run, people: People, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue_report(site, lead(run), content, out / "1", people.inv)
    for module, step, fault, expected in FAULTS:
        for name in ("x", "x.zip"):
            if (module, step, name) == (writing, "flush", "x.zip"):
                continue  # a single file is flushed as it is written
            with monkeypatch.context() as patch:
                patch.setattr(module, step, fault)
                with pytest.raises(expected):
                    issue_report(site, lead(run), content, out / name, people.inv)
            assert numbers(site, people.inv) == [number(1)], (module, step)
            nothing_left(site, out, "1")
    assert issue_report(site, lead(run), content, out / "2", people.inv).report.number == number(2)
    assert site.journal.verify().whole


def test_half_a_disk(site: Workspace, run: Run, people: People, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some files are written when the disk is full: none of them stays."""
    written: list[Path] = []
    write = writing._write

    def some(path: Path, content: bytes) -> None:
        if len(written) == 2:
            full_disk()
        written.append(path)
        write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(writing, "_write", some)
        with pytest.raises(SurroundingsError, match="No space left") as caught:
            issue_report(site, lead(run), content, out / "x", people.inv)
    assert "no number is lost" in caught.value.remedy
    nothing_left(site, out)
    assert issue_report(site, lead(run), content, out / "x", people.inv).report.number == number(1)


@pytest.mark.parametrize("name", ["x", "x.zip"])
def test_a_fault_after_it_is_registered_loses_nothing(
    site: Workspace, run: Run, people: People, out: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(settling, "put_in_place", interrupted)
        with pytest.raises(KeyboardInterrupt):
            issue_report(site, lead(run), content, out / name, people.inv)
    assert not (out / name).exists()
    assert numbers(site, people.inv) == [number(1)]
    (settled,) = finish_cut_short(site, people.inv)
    assert (settled.number, settled.place) == (number(1), str(out / name))
    assert verify_bundle(out / name).valid
    nothing_left(site, out, name)
    assert finish_cut_short(site, people.inv) == []


def test_of_a_restricted_report_that_was_cut_short_others_are_told_nothing(
    site: Workspace, run: Run, people: People, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, by in (("x", people.inv), ("y", people.eve)):
        with monkeypatch.context() as patch:
            patch.setattr(settling, "put_in_place", interrupted)
            with pytest.raises(KeyboardInterrupt):
                issue_report(site, lead(run, kind=Kind.GOAML), content, out / name, people.eve)
        found = finish_cut_short(site, by)
        assert [one.number for one in found] == ([number(2, "RA")] if by is people.eve else [])
        assert verify_bundle(out / name).valid


def test_a_file_that_has_both_names_gets_its_one(
    site: Workspace, run: Run, people: People, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped between the second name and the removal of the first."""

    def second_name(aside: Path, place: Path) -> None:
        place.hardlink_to(aside)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(settling, "put_in_place", second_name)
        with pytest.raises(KeyboardInterrupt):
            issue_report(site, lead(run), content, out / "x.zip", people.inv)
    assert len(left_over(out)) == 2
    assert len(finish_cut_short(site, people.inv)) == 1
    nothing_left(site, out, "x.zip")


def test_a_disk_without_links(
    site: Workspace, run: Run, people: People, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "links are not known here")

    monkeypatch.setattr(os, "link", no_links)
    key = secret_file(SIGNING)  # a secret is made with a link too
    key.parent.mkdir(parents=True, exist_ok=True)
    key.write_text("11" * 32)
    key.chmod(0o600)
    issue_report(site, lead(run), content, out / "x.zip", people.inv)
    assert verify_bundle(out / "x.zip").valid
    nothing_left(site, out, "x.zip")


def test_a_place_that_somebody_took_meanwhile_is_told_and_kept(
    site: Workspace, run: Run, people: People, out: Path
) -> None:
    def slow(cover: Cover) -> Any:
        (out / "x.zip").write_text("somebody's", encoding="utf-8")
        return content(cover)

    with pytest.raises(SurroundingsError, match="is whole, but cannot be named"):
        issue_report(site, lead(run), slow, out / "x.zip", people.inv)
    assert (out / "x.zip").read_text(encoding="utf-8") == "somebody's"
    (unsettled,) = finish_cut_short(site, people.inv)
    assert "is whole" in unsettled.left
    (out / "x.zip").unlink()
    assert [one.number for one in finish_cut_short(site, people.inv)] == [number(1)]
    assert verify_bundle(out / "x.zip").valid


def test_an_error_after_the_server_has_committed_is_not_taken_for_a_failure(
    site: Workspace, run: Run, people: People, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(type(site.journal), "_anchor", no_database)
        with pytest.raises(SurroundingsError):
            issue_report(site, lead(run), content, out / "x", people.inv)
    assert numbers(site, people.inv) == [number(1)]
    finish_cut_short(site, people.inv)
    assert verify_bundle(out / "x").valid
    nothing_left(site, out, "x")


def test_a_server_that_went_away_is_asked_later(
    site: Workspace, run: Run, people: People, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Reports, "enter_in", interrupted)
        patch.setattr(Reports, "has_in", no_database)
        with pytest.raises(KeyboardInterrupt):
            issue_report(site, lead(run), content, out / "x", people.inv)
    assert len(left_over(out)) == 1  # nobody knows yet what it is
    assert finish_cut_short(site, people.inv) == []
    nothing_left(site, out)
    assert issue_report(site, lead(run), content, out / "x", people.inv).report.number == number(1)


def test_a_number_that_somebody_takes_meanwhile_is_not_given_twice(
    site: Workspace, run: Run, people: People, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another workspace on the same database, whose lock this one does not see."""
    covers: list[str] = []

    def slow(cover: Cover) -> Any:
        covers.append(cover.number)
        if len(covers) == 1:
            with monkeypatch.context() as patch:  # it shares runs and journal with the first
                patch.setattr(issuing, "folder_of", lambda _: tmp_path)
                issue_report(site, lead(run), content, out / "quick", people.rev)
        return content(cover)

    done = issue_report(site, lead(run), slow, out / "slow", people.inv)
    assert covers == [number(1), number(2)]
    assert done.report.number == number(2)
    assert numbers(site, people.inv) == [number(1), number(2)]
    assert all(verify_bundle(out / name).valid for name in ("quick", "slow"))
    nothing_left(site, out, "quick", "slow")


def test_many_at_once_get_numbers_without_gap_or_double(
    site: Workspace, run: Run, people: People, out: Path, url: str
) -> None:
    count, errors = 6, []
    sites = [Workspace.open(Settings(site.path, url)) for _ in range(count)]

    def one(place: int) -> None:
        asked, by = (lead(run), people.inv) if place % 3 else (lead(run, kind=Kind.GOAML), people.eve)
        try:
            issue_report(sites[place], asked, content, out / f"{place}.zip", by)
        except Exception as error:  # noqa: BLE001 - told by the test
            errors.append(error)

    threads = [threading.Thread(target=one, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for mine in sites:
        mine.close()
    assert errors == []
    assert numbers(site, people.eve) == sorted([number(1, "RA"), number(2, "RA"), *(number(n) for n in range(1, 5))])
    found = [verify_bundle(out / f"{place}.zip") for place in range(count)]
    assert all(one.valid for one in found)
    assert len({one.manifest.number for one in found if one.manifest}) == count
    assert site.journal.verify().whole


KILLED = """
import os, signal, sys
from pathlib import Path
from ringfinder.report.bundle import issuing, settling, writing
from ringfinder.identity import Principal, Role
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from tests.reporting import content, lead

def die(*arguments, **more):
    os.kill(os.getpid(), signal.SIGKILL)

def issue(where, place):
    module, name = {
        "noted": (issuing, "write_aside"), "half": (writing, "flush"), "aside": (issuing, "next_number"),
        "entered": (issuing, "journalled"), "committed": (issuing, "settle"), "named": (Path, "unlink"),
    }[where]
    with Workspace.open(Settings(Path(site), url)) as workspace:
        run = workspace.runs.find()
        setattr(module, name, die)
        by = Principal(user, "inv", frozenset({Role.INVESTIGATOR}))
        issuing.issue_report(workspace, lead(run), content, Path(place), by)

user, url, site = sys.argv[1:]
for line in sys.stdin:
    child = os.fork()
    if not child:
        issue(*line.split())
        os._exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Starts once and dies often: each line names a step at which a child of it is killed."""


@pytest.fixture
def killed(site: Workspace, people: People, url: str) -> Iterator[Callable[[str, Path], None]]:
    """Issues a report in a process of its own that is killed at a step."""
    command = [sys.executable, "-c", KILLED, people.inv.user_id, url, str(site.path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path])}
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True, env=environment) as process:
        assert process.stdin
        assert process.stdout
        asking, answers = process.stdin, process.stdout

        def kill(where: str, place: Path) -> None:
            asking.write(f"{where} {place}\n")
            asking.flush()
            said = answers.readline()
            assert said == "-9\n", (where, said)

        yield kill
        asking.close()


def test_kills_at_each_step_leave_no_gap_and_no_double(
    site: Workspace, run: Run, people: People, out: Path, killed: Callable[[str, Path], None]
) -> None:
    issued = 0
    for where, registered in (
        ("noted", False),
        ("half", False),
        ("aside", False),
        ("entered", False),
        ("committed", True),
        ("named", True),
    ):
        place = out / f"{where}{'' if where == 'half' else '.zip'}"
        killed(where, place)
        issued += registered
        assert numbers(site, people.inv) == [number(n) for n in range(1, issued + 1)]
        finish_cut_short(site, people.inv)
        assert place.exists() is registered, where
        assert [name for name in left_over(out) if name.startswith(".")] == []
        after = issue_report(site, lead(run), content, out / f"after-{where}", people.inv)
        issued += 1
        assert after.report.number == number(issued)
    for path in out.iterdir():
        assert verify_bundle(path).valid, path
    assert numbers(site, people.inv) == [number(n) for n in range(1, issued + 1)]
    assert site.journal.verify().whole


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
