"""Progress is written now and then, whatever the work tells; the end of a job is heard."""

import signal
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sqlalchemy import Engine
from tests.long_work import USER

from ringfinder.jobs import pulse as module
from ringfinder.jobs.pulse import Pulse
from ringfinder.jobs.queue import Job, Jobs
from ringfinder.jobs.worker import Worker
from ringfinder.pipeline.scratch import stopped_cleanly


@pytest.fixture
def jobs(engine: Engine) -> Jobs:
    return Jobs(engine)


@pytest.fixture
def job(jobs: Jobs) -> Job:
    jobs.submit(USER, "detect", {})
    found = jobs.claim(Worker.this())
    assert found is not None
    return found


def patiently(done: Callable[[], object]) -> None:
    until = time.monotonic() + 10
    while not done():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_progress_is_written_rarely(jobs: Jobs, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    written = []
    real = jobs.pulse

    def counted(job: Job, said: Mapping[str, Any]) -> bool:
        written.append(said)
        return real(job, said)

    monkeypatch.setattr(module, "TELL", 0.05)
    monkeypatch.setattr(jobs, "pulse", counted)
    with Pulse(jobs, job) as pulse:
        for number in range(1000):
            pulse.tell(number, 1000, "read")
        patiently(lambda: jobs.get(job.job_id).progress)
        time.sleep(0.2)
    assert jobs.get(job.job_id).progress == {"done": 999, "total": 1000, "step": "read"}
    assert len(written) <= 3


@pytest.mark.parametrize("superseded", [True, False])
def test_a_job_that_is_to_end_stops_by_itself(
    jobs: Jobs, job: Job, monkeypatch: pytest.MonkeyPatch, *, superseded: bool
) -> None:
    """Where no supervisor tells it to, or it is another's by now."""
    monkeypatch.setattr(module, "TELL", 0.02)
    monkeypatch.setattr(module, "LIVE", 0.02)
    monkeypatch.setattr(module, "_PATIENCE", 0.1)
    before = signal.getsignal(signal.SIGTERM)
    if superseded:
        jobs.let_go(job, "its worker vanished")
    else:
        jobs.cancel(job.job_id)
    with pytest.raises(KeyboardInterrupt), stopped_cleanly(), Pulse(jobs, job):
        time.sleep(10)
    assert signal.getsignal(signal.SIGTERM) == before
