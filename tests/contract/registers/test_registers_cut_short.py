"""Issuing on both databases, stopped at every step: no half bundle, no gap in the numbers and none twice."""

import errno
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from tests.reporting import (
    People,
    content,
    lead,
    left_over,
    nothing_left,
    number,
    numbers,
)

from ringfinder.errors import SurroundingsError
from ringfinder.keychain import SIGNING, secret_file
from ringfinder.registers import Kind, Reports
from ringfinder.report.bundle import (
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
