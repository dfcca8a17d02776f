"""The queue of a workspace for one command, and how a job is told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ringfinder.cli.options import open_workspace
from ringfinder.jobs.asked import as_parameters
from ringfinder.jobs.queue import Job, Jobs
from ringfinder.settings import Settings
from ringfinder.store.database import open_database


@contextmanager
def opened_jobs(workspace: Path | None) -> Iterator[Jobs]:
    """The jobs of a workspace that is there."""
    with open_workspace(workspace) as store:
        engine = open_database(store.path, Settings.from_environment(workspace).database_url)
        try:
            yield Jobs(engine)
        finally:
            engine.dispose()


def as_json(job: Job) -> Mapping[str, Any]:
    """A job as commands print it."""
    worker = {"host": job.worker.host, "pid": job.worker.pid, "gone": job.lost} if job.worker else None
    moments = ("created_at", "started_at", "finished_at")
    return {
        "job_id": job.job_id,
        "kind": job.kind,
        "state": job.state.value,
        "user_id": job.user_id,
        "asked": as_parameters(job.asked),
        "progress": dict(job.progress),
        "result": dict(job.result),
        "error": vars(job.error) if job.error else None,
        "attempts": job.attempts,
        "cancel_asked": job.cancel_asked,
        "worker": worker,
        **{name: moment.isoformat() if (moment := getattr(job, name)) else None for name in moments},
    }
