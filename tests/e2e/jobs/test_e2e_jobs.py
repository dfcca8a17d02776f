"""Real children: load, detect, failure, cancellation, and a service that goes while they work."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.e2e.jobs.conftest import Place
from tests.long_work import USER, upload_files, upload_folder
from tests.results import Command, in_process

from ringfinder.jobs.child import main as child
from ringfinder.jobs.states import State
from ringfinder.jobs.supervisor import Supervisor
from ringfinder.jobs.worker import Worker
from ringfinder.store import Workspace

pytestmark = pytest.mark.slow

PHONE = "13912345679"
GOOD = b"request_id,policy_no,applicant_id,applied_at,phone\nR1,P1,C1,2025-01-02,13912345679\n"


@pytest.fixture
def ringfinder(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("COLUMNS", "200")
    return in_process(capfd)


def wait_for(done: Callable[[], object], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.02)


def test_load_then_detect(place: Place, portfolio: Path, ringfinder: Command) -> None:
    upload = upload_folder(place.uploads, portfolio)
    load = place.jobs.submit(USER, "load", {"upload_id": upload.upload_id})
    detect = place.jobs.submit(USER, "detect", {"window": 240})
    place.drain()
    loaded, detected = place.job(load.job_id), place.job(detect.job_id)
    assert (loaded.state, detected.state) == (State.DONE, State.DONE), (loaded.error, detected.error)
    with Workspace.open(place.settings) as workspace:
        (batch,) = workspace.batches()
        (run,) = workspace.runs.all()
        rows = workspace.portfolio().table("surrender_requests").num_rows
        assert workspace.manifest.loads()[0][1] == f"upload {upload.upload_id}"
    assert loaded.result["batch"] == batch.batch_id
    assert sum(one["loaded"] for one in loaded.result["files"] if one["table"] == "surrender_requests") == rows
    assert (detected.result["run"], detected.result["requests"]) == (run.run_id, rows)
    assert detected.result["alert_rings"] == run.alert_rings > 0
    assert set(detected.progress) <= {"done", "total", "step"}
    assert place.uploads.get(upload.upload_id).removed_at is not None, "raw files are not kept once they are facts"

    listed = json.loads(ringfinder("jobs", "list", "--json", "--workspace", place.settings.workspace).out)
    assert [one["job_id"] for one in listed] == [detect.job_id, load.job_id]
    shown = ringfinder("jobs", "show", load.job_id, "--workspace", place.settings.workspace)
    assert batch.batch_id in shown.out
    assert "done" in ringfinder("jobs", "list", "--lang", "en", "--workspace", place.settings.workspace).out


def test_rejects_are_listed_and_the_command_works_without_the_service(place: Place, ringfinder: Command) -> None:
    bad = GOOD + b"R2,P2,C2,no date,1\n"
    upload = upload_files(place.uploads, [("surrender_requests.csv", bad)])
    job = place.jobs.submit(USER, "load", {"upload_id": upload.upload_id})
    done = ringfinder("jobs", "work", "--drain", "--workspace", place.settings.workspace)
    assert done.code == 0
    result = place.job(job.job_id).result
    assert (result["rejected"], result["rejects"]) == (1, result["load"])
    listed = place.settings.workspace / "rejects" / f"load-{result['load']:06d}" / "rejects.csv"
    assert "applied_at" in listed.read_text(encoding="utf-8-sig")


def test_a_mapping_that_came_with_the_upload_is_used(place: Place) -> None:
    columns = {"request_id": "a", "policy_no": "b", "applicant_id": "c", "applied_at": "d"}
    mapping = '[tables.surrender_requests]\nfile = "TB.csv"\n[tables.surrender_requests.columns]\n'
    mapping += "".join(f'{name} = "{own}"\n' for name, own in columns.items())
    files = [("TB.csv", b"a,b,c,d\nR1,P1,C1,2025-01-02\n"), ("ours.toml", mapping.encode())]
    upload = upload_files(place.uploads, files)
    job = place.jobs.submit(USER, "load", {"upload_id": upload.upload_id, "mapping": "ours.toml"})
    place.drain()
    assert place.job(job.job_id).result["files"][0]["loaded"] == 1
    assert place.job(job.job_id).result["notes"] == []


def test_a_job_that_cannot_be_done_fails_without_places_or_values(place: Place) -> None:
    header = GOOD.splitlines()[0].replace(b"request_id", PHONE.encode())
    upload = upload_files(place.uploads, [("complaints.csv", header + b"\n" + GOOD.splitlines()[1] + b"\n")])
    load = place.jobs.submit(USER, "load", {"upload_id": upload.upload_id})
    detect = place.jobs.submit(USER, "detect", {})
    sync = place.jobs.submit(USER, "sync", {})
    place.drain()
    for job in map(place.job, (load.job_id, detect.job_id, sync.job_id)):
        assert job.state is State.FAILED
        assert job.error is not None
        assert job.error.kind in ("input", "surroundings")
        told = job.error.message + job.error.remedy
        assert job.error.message
        assert str(place.settings.workspace) not in told
        assert PHONE not in told
    assert place.uploads.folder(upload.upload_id).is_dir(), "the files stay: the mapping may be what was wrong"


def test_a_bug_is_told_by_its_place_in_our_code(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ValueError(PHONE)

    monkeypatch.setattr("ringfinder.pipeline.detection.detect_workspace", broken)
    name = place.jobs.submit(USER, "detect", {}).job_id
    job = place.jobs.claim(Worker.this())
    assert job is not None
    assert child([name, "--claim", job.claim, "--workspace", str(place.settings.workspace)]) == 1
    error = place.job(name).error
    assert error is not None
    assert (error.kind, PHONE in error.message) == ("bug", False)
    report = place.settings.workspace / "jobs" / f"{name}.txt"
    assert "tasks.py" in report.read_text()
    assert PHONE not in report.read_text()
    assert report.stat().st_mode & 0o077 == 0


def test_a_child_with_an_old_claim_does_nothing(place: Place) -> None:
    name = place.jobs.submit(USER, "detect", {}).job_id
    job = place.jobs.claim(Worker.this())
    assert job is not None
    assert child([name, "--claim", "another", "--workspace", str(place.settings.workspace)]) == 0
    assert place.job(name) == job


@pytest.mark.parametrize("committed", [False, True])
def test_a_load_that_was_not_told_is_told_once(place: Place, portfolio: Path, *, committed: bool) -> None:
    """The crash between the commit and its telling, at its two ends."""
    upload = upload_folder(place.uploads, portfolio)
    name = place.jobs.submit(USER, "load", {"upload_id": upload.upload_id}).job_id
    job = place.jobs.claim(Worker.this())
    assert job is not None
    if committed:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("ringfinder.jobs.queue.Jobs.finish", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
            assert child([name, "--claim", job.claim, "--workspace", str(place.settings.workspace)]) == 130
        assert place.job(name).state is State.WAITING
        assert place.job(name).committed
    else:
        place.jobs.let_go(job, "its worker vanished")
    place.drain()
    done = place.job(name)
    assert done.state is State.DONE
    with Workspace.open(place.settings) as workspace:
        assert [batch.batch_id for batch in workspace.batches()] == [done.result["batch"]]
        assert len(workspace.manifest.loads()) == 1
    assert all(one["merged"] < one["read"] for one in done.result["files"]), "the account is the first load's"


def test_rejects_of_a_load_that_was_not_told_are_listed_again(place: Place) -> None:
    upload = upload_files(place.uploads, [("surrender_requests.csv", GOOD + b"R2,P2,C2,no date,1\n")])
    name = place.jobs.submit(USER, "load", {"upload_id": upload.upload_id}).job_id
    job = place.jobs.claim(Worker.this())
    assert job is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ringfinder.pipeline.load._write_rejects", lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        assert child([name, "--claim", job.claim, "--workspace", str(place.settings.workspace)]) == 130
    first = place.job(name).committed
    place.drain()
    result = place.job(name).result
    assert (result["load"], result["batch"], result["rejected"]) == (first["load"], first["batch"], 1)
    listed = place.settings.workspace / "rejects" / f"load-{result['rejects']:06d}" / "rejects.csv"
    assert listed.is_file()
    with Workspace.open(place.settings) as workspace:
        assert len(workspace.batches()) == 1
        assert workspace.portfolio().table("surrender_requests").num_rows == 1


def started(place: Place) -> "subprocess.Popen[bytes]":
    """A worker in a process of its own."""
    command = [sys.executable, "-m", "ringfinder", "jobs", "work", "--workspace", str(place.settings.workspace)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def at_work(place: Place, name: str) -> Worker | None:
    worker = place.job(name).worker
    return worker if worker is not None and worker.at_work else None


def test_a_running_job_is_cancelled_and_leaves_nothing(place: Place, portfolio: Path) -> None:
    upload = upload_folder(place.uploads, portfolio)
    load = place.jobs.submit(USER, "load", {"upload_id": upload.upload_id})
    place.drain()
    detect = place.jobs.submit(USER, "detect", {})
    supervisor = Supervisor(place.settings, poll=0.05)
    supervisor.start()
    try:
        wait_for(lambda: list((place.settings.workspace / "runs").glob(".tmp-*")))
        place.jobs.cancel(detect.job_id)
        supervisor.wake()
        wait_for(lambda: place.job(detect.job_id).state is not State.RUNNING, 10)
    finally:
        supervisor.stop()
    assert place.job(load.job_id).state is State.DONE
    assert place.job(detect.job_id).state is State.CANCELLED
    with Workspace.open(place.settings) as workspace:
        assert workspace.runs.all() == []
    assert [path for path in (place.settings.workspace / "runs").iterdir() if path.is_dir()] == []


def test_a_job_that_does_not_listen_is_ended_by_force(place: Place) -> None:
    """It waits for a lock with its signals blocked by SIGSTOP, as one in a long call of a library does."""
    name = place.jobs.submit(USER, "detect", {}).job_id
    with Workspace.open(place.settings) as workspace, workspace.runs.recording(1):
        supervisor = Supervisor(place.settings, poll=0.05, patience=0.5)
        supervisor.start()
        try:
            wait_for(lambda: at_work(place, name))
            worker = at_work(place, name)
            assert worker is not None
            os.kill(worker.pid, signal.SIGSTOP)
            place.jobs.cancel(name)
            wait_for(lambda: place.job(name).state is State.CANCELLED, 10)
        finally:
            supervisor.stop()


def test_children_outlive_a_supervisor_that_stops(place: Place) -> None:
    name = place.jobs.submit(USER, "detect", {}).job_id
    with Workspace.open(place.settings) as workspace, workspace.runs.recording(1):  # the child waits for us
        service = started(place)
        wait_for(lambda: at_work(place, name))
        service.terminate()
        assert service.wait(20) == 130
        assert place.job(name).state is State.RUNNING
        assert not place.job(name).lost
        another = started(place)
        time.sleep(1.5)
        assert place.job(name).attempts == 1, "it is alive, so nobody takes it up"
    wait_for(lambda: place.job(name).state is State.FAILED)
    error = place.job(name).error
    assert error is not None
    assert "nothing is loaded" in error.message
    another.terminate()
    another.wait(20)


def test_a_child_that_the_system_stops_goes_on_later(place: Place) -> None:
    name = place.jobs.submit(USER, "detect", {}).job_id
    with Workspace.open(place.settings) as workspace, workspace.runs.recording(1):
        service = started(place)
        wait_for(lambda: at_work(place, name))
        worker = at_work(place, name)
        assert worker is not None
        service.kill()
        service.wait(20)
        os.kill(worker.pid, signal.SIGTERM)
        wait_for(lambda: place.job(name).state is State.WAITING)
        assert place.job(name).attempts == 0
    place.drain()
    assert place.job(name).state is State.FAILED


def test_a_job_begins_within_half_a_second(place: Place) -> None:
    supervisor = Supervisor(place.settings)
    supervisor.start()
    try:
        time.sleep(0.7)  # it has looked, and waits
        job = place.jobs.submit(USER, "detect", {})
        wait_for(lambda: place.job(job.job_id).started_at, 5)
        begun = place.job(job.job_id)
        assert begun.started_at is not None
        assert (begun.started_at - begun.created_at).total_seconds() < 0.75, "the look, and a busy machine"
        wait_for(lambda: place.job(job.job_id).state is State.FAILED)
    finally:
        supervisor.stop()


def test_jobs_are_cancelled_from_the_command(place: Place, ringfinder: Command) -> None:
    name = place.jobs.submit(USER, "detect", {}).job_id
    where = ("--workspace", place.settings.workspace)
    assert "cancelled" in ringfinder("jobs", "cancel", name, "--lang", "en", *where).out
    again = ringfinder("jobs", "cancel", name, *where)
    assert (again.code, "already" in again.err) == (2, True)
    assert ringfinder("jobs", "show", "J-NOBODY", *where).code == 2
    assert ringfinder("jobs", "list", "--workspace", place.settings.workspace / "none").code == 2
    assert json.loads(ringfinder("jobs", "list", "--state", "waiting", "--json", *where).out) == []
