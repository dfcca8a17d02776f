"""One suite for both databases: a job is taken once, by one worker, and an old worker writes nothing."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, update
from sqlalchemy.exc import IntegrityError
from tests.long_work import OTHER, USER, upload_files

from ringfinder.errors import InputError
from ringfinder.jobs.queue import MOST_ATTEMPTS, Job, Jobs, Problem
from ringfinder.jobs.refusals import JobEndedError, SupersededError, UnknownNameError, UploadInUseError
from ringfinder.jobs.states import State
from ringfinder.jobs.uploads import Uploads
from ringfinder.jobs.worker import Worker
from ringfinder.store.schema import jobs as table

HERE = Worker.this(at_work=True)
DEAD = replace(HERE, started="long ago")
PARENT = replace(HERE, at_work=False)

CLAIMER = """
import json, sys
from pathlib import Path
from ringfinder.jobs.queue import Jobs
from ringfinder.jobs.worker import Worker
from ringfinder.store.database import open_database

engine = open_database(Path(sys.argv[2]), sys.argv[1])
jobs, mine = Jobs(engine), []
while (job := jobs.claim(Worker.this())) is not None:
    mine.append(job.job_id)
engine.dispose()
print(json.dumps(mine))
"""


def claimed(jobs: Jobs) -> Job:
    job = jobs.claim(HERE)
    assert job is not None
    return job


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("drop", {}),
        ("load", {}),
        ("load", {"upload_id": ""}),
        ("load", {"upload_id": 7}),
        ("load", {"upload_id": "U-1", "folder": "/etc"}),
        ("detect", {"window": 0}),
        ("detect", {"window": True}),
        ("detect", {"as_of": "yesterday"}),
        ("detect", {"as_of": "2026-03-31T00:00:00+08:00"}),
        ("sync", {"scope": "everything"}),
        ("sync", {"run": ""}),
        ("sync", {"unmasked": True}),
    ],
)
def test_what_cannot_be_done_is_not_queued(kind: str, asked: dict[str, object], jobs: Jobs) -> None:
    with pytest.raises(InputError):
        jobs.submit(USER, kind, asked)
    assert jobs.listed().items == ()


def test_names_that_are_not_there(jobs: Jobs) -> None:
    for call in (jobs.get, jobs.cancel, lambda name: jobs.listed(after=name)):
        with pytest.raises(UnknownNameError):
            call("J-NOBODY")
    with pytest.raises(IntegrityError):
        jobs.submit("nobody", "detect", {})


def test_a_job_goes_through_its_states(jobs: Jobs) -> None:
    asked = {"window": 12, "as_of": "2026-03-31T00:00:00"}
    waiting = jobs.submit(USER, "detect", asked)
    assert (waiting.state, waiting.user_id, waiting.attempts) == (State.WAITING, USER, 0)
    job = claimed(jobs)
    assert (job.job_id, job.state, job.attempts, job.worker) == (waiting.job_id, State.RUNNING, 1, HERE)
    assert jobs.claim(HERE) is None
    assert jobs.pulse(job, {"done": 1, "total": 2, "step": "read"}) is False
    assert jobs.get(job.job_id).progress == {"done": 1, "total": 2, "step": "read"}
    assert jobs.finish(job, {"run": "run-000001"})
    done = jobs.get(job.job_id)
    assert (done.state, done.result, done.worker) == (State.DONE, {"run": "run-000001"}, None)
    assert done.created_at <= (done.started_at or done.created_at) <= (done.finished_at or done.created_at)
    assert not jobs.finish(job, {}), "what ended has ended"
    assert not jobs.fail(job, Problem("bug", "late"))
    assert jobs.get(job.job_id) == done


def test_jobs_are_taken_in_their_order_and_listed_in_parts(jobs: Jobs) -> None:
    made = [jobs.submit(USER if n % 2 else OTHER, "detect", {}).job_id for n in range(7)]
    first = jobs.listed(limit=3)
    second = jobs.listed(limit=3, after=first.next)
    third = jobs.listed(limit=3, after=second.next)
    assert [job.job_id for page in (first, second, third) for job in page.items] == made[::-1]
    assert third.next == ""
    assert jobs.listed(limit=7).next == ""
    assert [job.job_id for job in jobs.listed(user_id=OTHER).items] == made[::-2]
    assert [claimed(jobs).job_id for _ in made] == made
    assert len(jobs.listed(state="running", kind="detect").items) == 7
    assert jobs.listed(kind="sync").items == ()


def test_the_same_request_makes_one_job(jobs: Jobs) -> None:
    first = jobs.submit(USER, "detect", {}, job_id="J-SAME")
    assert jobs.submit(USER, "detect", {}, job_id="J-SAME") == first
    with pytest.raises(IntegrityError):
        jobs.submit(OTHER, "detect", {}, job_id="J-SAME")
    assert len(jobs.listed().items) == 1


def test_threads_take_each_job_once(jobs: Jobs) -> None:
    made = [jobs.submit(USER, "detect", {}).job_id for _ in range(40)]

    def take_all(_: int) -> list[str]:
        mine = []
        while (job := jobs.claim(HERE)) is not None:
            mine.append(job.job_id)
        return mine

    with ThreadPoolExecutor(8) as pool:
        taken = [name for mine in pool.map(take_all, range(8)) for name in mine]
    assert sorted(taken) == sorted(made)


def test_processes_take_each_job_once(jobs: Jobs, url: str, tmp_path: Path) -> None:
    made = [jobs.submit(USER, "detect", {}).job_id for _ in range(60)]
    command = [sys.executable, "-c", CLAIMER, url, str(tmp_path)]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ)) for _ in range(3)]
    taken = []
    for process in processes:
        out, _ = process.communicate(timeout=60)
        assert process.returncode == 0
        taken += json.loads(out)
    assert sorted(taken) == sorted(made)


def test_an_old_worker_writes_nothing(jobs: Jobs, engine: Engine) -> None:
    jobs.submit(USER, "detect", {})
    old = claimed(jobs)
    assert jobs.let_go(old, "its worker vanished")
    new = claimed(jobs)
    assert new.claim != old.claim
    with pytest.raises(SupersededError):
        jobs.pulse(old, {})
    with pytest.raises(SupersededError), engine.begin() as connection:
        jobs.commit(connection, old, {"run": "run-000009"})
    assert not jobs.finish(old, {"run": "run-000009"})
    assert not jobs.fail(old, Problem("bug", "late"))
    assert not jobs.let_go(old, "late")
    assert jobs.take(old.job_id, old.claim, HERE) is None
    now = jobs.get(new.job_id)
    assert (now.state, now.claim, now.attempts, now.committed) == (State.RUNNING, new.claim, 2, {})


def test_a_job_whose_process_ends_each_time_fails_with_a_reason(jobs: Jobs) -> None:
    name = jobs.submit(USER, "detect", {}).job_id
    for _ in range(MOST_ATTEMPTS):
        assert jobs.let_go(claimed(jobs), "its process ended (signal 9)")
    job = jobs.get(name)
    assert job.state is State.FAILED
    assert job.error is not None
    assert f"signal 9), {MOST_ATTEMPTS} times; nothing half-done was kept" in job.error.message
    assert jobs.claim(HERE) is None


def test_a_worker_that_was_told_to_stop_costs_no_attempt(jobs: Jobs) -> None:
    name = jobs.submit(USER, "detect", {}).job_id
    for _ in range(2 * MOST_ATTEMPTS):
        assert jobs.let_go(claimed(jobs), "its worker was stopped", counted=False)
    assert (jobs.get(name).state, jobs.get(name).attempts) == (State.WAITING, 0)


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_when_it_hears(jobs: Jobs) -> None:
    waiting = jobs.submit(USER, "detect", {})
    assert jobs.cancel(waiting.job_id).state is State.CANCELLED
    with pytest.raises(JobEndedError):
        jobs.cancel(waiting.job_id)
    jobs.submit(USER, "detect", {})
    job = claimed(jobs)
    assert jobs.cancel(job.job_id).state is State.RUNNING
    assert jobs.pulse(job, {}) is True
    assert jobs.let_go(job, "its worker was stopped", counted=False)
    assert jobs.get(job.job_id).state is State.CANCELLED


def test_what_is_committed_is_neither_cancelled_nor_failed(jobs: Jobs, engine: Engine) -> None:
    jobs.submit(USER, "detect", {})
    job = claimed(jobs)
    with engine.begin() as connection:
        jobs.commit(connection, job, {"run": "run-000001"})
    jobs.cancel(job.job_id)
    assert jobs.fail(job, Problem("surroundings", "the disk is full"))
    assert jobs.get(job.job_id).state is State.WAITING, "it waits to be told"
    assert jobs.cancel(job.job_id).state is State.WAITING
    again = claimed(jobs)
    assert again.committed == {"run": "run-000001"}
    assert jobs.finish(again, {"run": "run-000001"})
    assert jobs.get(job.job_id).state is State.DONE


def test_a_transaction_that_fails_notes_nothing(jobs: Jobs, engine: Engine) -> None:
    jobs.submit(USER, "detect", {})
    job = claimed(jobs)
    with engine.connect() as connection:
        jobs.commit(connection, job, {"run": "run-000001"})
        connection.rollback()
    assert jobs.get(job.job_id).committed == {}


def test_who_is_gone_is_seen_here_and_concluded_elsewhere(jobs: Jobs, engine: Engine) -> None:
    jobs.submit(USER, "detect", {})
    job = claimed(jobs)
    assert not job.lost
    taken = jobs.take(job.job_id, job.claim, DEAD)
    assert taken is not None
    assert taken.lost, "the number belongs to a process that was started at another time"
    elsewhere = replace(HERE, host="another-host")
    assert not (jobs.take(job.job_id, job.claim, elsewhere) or taken).lost
    with engine.begin() as connection:
        connection.execute(update(table).values(heartbeat_at=datetime.now(UTC) - timedelta(seconds=90)))
    assert jobs.get(job.job_id).lost


def test_an_upload_stays_as_long_as_a_job_needs_it(jobs: Jobs, engine: Engine, tmp_path: Path) -> None:
    uploads = Uploads(engine, tmp_path / "w")
    upload = upload_files(uploads, [("surrender_requests.csv", b"request_id\n1\n")])
    with pytest.raises(UnknownNameError):
        jobs.submit(OTHER, "load", {"upload_id": upload.upload_id})
    with pytest.raises(UnknownNameError):
        jobs.submit(USER, "load", {"upload_id": "U-NOBODY"})
    job = jobs.submit(USER, "load", {"upload_id": upload.upload_id})
    with pytest.raises(UploadInUseError):
        uploads.remove(upload.upload_id)
    assert uploads.sweep(timedelta(0)) == 0
    jobs.cancel(job.job_id)
    uploads.remove(upload.upload_id)
    with pytest.raises(UnknownNameError):
        jobs.submit(USER, "load", {"upload_id": upload.upload_id})
    assert uploads.get(upload.upload_id).removed_at is not None
    assert list((tmp_path / "w" / "uploads").iterdir()) == []


def test_an_upload_goes_with_the_next_sweep_once_it_is_loaded(jobs: Jobs, engine: Engine, tmp_path: Path) -> None:
    """Where the worker was killed between telling its load and removing the files."""
    uploads = Uploads(engine, tmp_path / "w")
    files = [("surrender_requests.csv", b"request_id\n1\n")]
    loaded, failed, needed = (upload_files(uploads, files) for _ in range(3))
    for upload, end in ((loaded, True), (failed, False)):
        jobs.submit(USER, "load", {"upload_id": upload.upload_id})
        job = claimed(jobs)
        assert jobs.finish(job, {}) if end else jobs.fail(job, Problem("input", "no"))
    jobs.submit(USER, "load", {"upload_id": needed.upload_id})
    assert uploads.sweep() == 1
    assert uploads.get(loaded.upload_id).removed_at is not None
    assert uploads.folder(failed.upload_id).is_dir(), "to be loaded with another mapping"
    assert uploads.sweep(timedelta(0)) == 1
    assert uploads.folder(needed.upload_id).is_dir()


def test_a_job_and_the_removal_of_its_upload_exclude_each_other(jobs: Jobs, engine: Engine, tmp_path: Path) -> None:
    uploads = Uploads(engine, tmp_path / "w")
    for _ in range(10):
        upload = upload_files(uploads, [("surrender_requests.csv", b"request_id\n1\n")])

        def submit(name: str = upload.upload_id) -> bool:
            try:
                return bool(jobs.submit(USER, "load", {"upload_id": name}))
            except UnknownNameError:
                return False

        def remove(name: str = upload.upload_id) -> bool:
            try:
                uploads.remove(name)
            except UploadInUseError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            submitted, removed = pool.submit(submit), pool.submit(remove)
        assert submitted.result() is not removed.result()
        for job in jobs.listed(state="waiting").items:
            jobs.cancel(job.job_id)
