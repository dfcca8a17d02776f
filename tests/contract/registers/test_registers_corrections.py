"""Which sent reports need a correction notice, and what it says, on both databases."""

from pathlib import Path

from tests.reporting import OTHER, RING, People, add_run, content, lead, ring_of

from ringfinder.pipeline.corrections import Fate, corrections
from ringfinder.registers import Dispatches, Kind
from ringfinder.report.bundle import issue_report
from ringfinder.store import Run, Workspace

NEW = "RF-CCCCCCCC"


def send(site: Workspace, people: People, number: str) -> None:
    Dispatches(site).sent(number, way="courier", by=people.ann)


def test_a_ring_that_grew(site: Workspace, run: Run, people: People, out: Path) -> None:
    report = issue_report(site, lead(run), content, out / "1", people.inv).report
    same = issue_report(site, lead(run, ring_id=OTHER), content, out / "2", people.inv).report
    unsent = issue_report(site, lead(run), content, out / "3", people.inv).report
    for number in (report.number, same.number):
        send(site, people, number)
    assert corrections(site, people.ann) == []
    newer = add_run(site, ring_of(RING, 6, score=14.0), ring_of(OTHER))
    (found,) = corrections(site, people.ann)
    assert unsent.number != found.report.number
    assert (found.report, found.fate, found.into, found.notice) == (report, Fate.CHANGED, "", "")
    assert (found.told, found.now) == (run.run_id, newer.run_id)
    assert (found.joined, found.left) == (("A00004", "A00005"), ())
    assert found.figures == {"score": (12.5, 14.0)}
    assert corrections(site, people.aud) == [found]
    asked = lead(newer, kind=Kind.CORRECTION, corrects=report.number)
    notice = issue_report(site, asked, content, out / "4", people.inv).report
    (found,) = corrections(site, people.ann)
    assert found.notice == notice.number
    send(site, people, notice.number)
    assert corrections(site, people.ann) == []
    add_run(site, ring_of(RING, 5, score=14.0), ring_of(OTHER))
    (found,) = corrections(site, people.ann)
    assert (found.told, found.joined, found.left) == (newer.run_id, (), ("A00005",))


def test_a_ring_that_faded_and_one_that_came_back(site: Workspace, run: Run, people: People, out: Path) -> None:
    report = issue_report(site, lead(run), content, out / "1", people.inv).report
    send(site, people, report.number)
    gone = add_run(site, ring_of(OTHER))
    (found,) = corrections(site, people.ann)
    assert (found.fate, found.into) == (Fate.FADED, "")
    assert (found.joined, found.left) == ((), ("A00000", "A00001", "A00002", "A00003"))
    assert found.figures["score"] == (12.5, None)
    assert found.figures["tier"] == ("alert", None)
    assert found.figures["requested"] == (200001, None)
    notice = issue_report(
        site, lead(gone, kind=Kind.CORRECTION, corrects=report.number), content, out / "2", people.inv
    ).report
    send(site, people, notice.number)
    assert corrections(site, people.ann) == []
    add_run(site, ring_of(RING), ring_of(OTHER))
    (found,) = corrections(site, people.ann)
    assert (found.fate, found.joined) == (Fate.RETURNED, ("A00000", "A00001", "A00002", "A00003"))
    assert found.figures["score"] == (None, 12.5)


def test_a_ring_that_was_merged(site: Workspace, run: Run, people: People, out: Path) -> None:
    report = issue_report(site, lead(run), content, out / "1", people.inv).report
    send(site, people, report.number)
    add_run(site, ring_of(NEW, 8, before=(OTHER, RING), merged=True))
    add_run(site, ring_of(NEW, 9))
    (found,) = corrections(site, people.ann)
    assert (found.fate, found.into) == (Fate.MERGED, NEW)
    add_run(site, ring_of(OTHER))  # what it went into is gone as well
    (found,) = corrections(site, people.ann)
    assert (found.fate, found.into) == (Fate.FADED, "")


def test_of_restricted_reports_the_aml_role_alone_is_told(site: Workspace, run: Run, people: People, out: Path) -> None:
    report = issue_report(site, lead(run, kind=Kind.GOAML), content, out / "1", people.eve).report
    Dispatches(site).sent(report.number, way="portal", by=people.eve)
    add_run(site, ring_of(OTHER))
    assert corrections(site, people.ann) == []
    assert [one.report for one in corrections(site, people.eve)] == [report]
