"""One job in a process of its own: ``python -m ringfinder.jobs.child JOB --claim CLAIM --workspace DIR``.

However the process ends, the job is told: done, failed, cancelled, or waiting again. Where not even that is
possible (killed, the machine gone), whoever looks next sees that the worker is gone.
"""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from contextlib import suppress
from pathlib import Path

from ringfinder import __version__
from ringfinder.errors import RingfinderError
from ringfinder.jobs.asked import LoadAsked
from ringfinder.jobs.pulse import Pulse
from ringfinder.jobs.queue import Job, Jobs, Problem
from ringfinder.jobs.refusals import SupersededError
from ringfinder.jobs.tasks import Task
from ringfinder.jobs.uploads import Uploads
from ringfinder.jobs.worker import Worker
from ringfinder.pipeline.scratch import stopped_cleanly, undisturbed
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder.store.database import open_database
from ringfinder.store.files import private_folder

DONE, STOPPED, FAILED = 0, 130, 1

_NICE = 10
"""Steps behind the service, which answers people who wait."""


def main(argv: list[str] | None = None) -> int:
    """Do one claimed job; a claim that is not in force any more is left alone."""
    parser = argparse.ArgumentParser(prog="ringfinder.jobs.child")
    parser.add_argument("job_id")
    parser.add_argument("--claim", required=True)
    parser.add_argument("--workspace", type=Path)
    said = parser.parse_args(argv)
    settings = Settings.from_environment(said.workspace)
    with Workspace.open(settings) as workspace:
        engine = open_database(workspace.path, settings.database_url)
        try:
            jobs = Jobs(engine)
            job = jobs.take(said.job_id, said.claim, Worker.this(at_work=True))
            if job is None:
                return DONE
            return _do(Task(workspace, engine, jobs, Uploads(engine, workspace.path), job))
        finally:
            engine.dispose()


def _do(task: Task) -> int:
    """Work on a job, and tell how it ended."""
    jobs, job = task.jobs, task.job
    try:
        with stopped_cleanly(), Pulse(jobs, job) as pulse:
            result = task.work(pulse.tell)
            with undisturbed():
                jobs.finish(job, result)
    except KeyboardInterrupt:
        jobs.let_go(job, "its worker was stopped", counted=False)
        return STOPPED
    except SupersededError:
        return STOPPED
    except RingfinderError as error:
        jobs.fail(job, _problem(error, task.workspace, job))
        return FAILED
    except Exception as error:  # noqa: BLE001 - the one place that turns errors of a job into its end
        jobs.fail(job, _bug(error, task.workspace, job))
        return FAILED
    if isinstance(job.asked, LoadAsked):
        with suppress(RingfinderError):  # another job needs the files
            task.uploads.remove(job.asked.upload_id)
    return DONE


def _problem(error: RingfinderError, workspace: Workspace, job: Job) -> Problem:
    """An error in words that name no folder of the server."""
    kind = "input" if error.exit_code == 2 else "surroundings"  # noqa: PLR2004 - as in ringfinder.errors
    return Problem(kind, _placeless(error.message, workspace, job), _placeless(error.remedy, workspace, job))


def _placeless(text: str, workspace: Workspace, job: Job) -> str:
    names = [(str(workspace.path), "the workspace"), (str(workspace.path.resolve()), "the workspace")]
    if isinstance(job.asked, LoadAsked):
        folder = workspace.path / "uploads" / job.asked.upload_id
        names = [(str(folder), "the upload"), (str(folder.resolve()), "the upload"), *names]
    for path, name in names:
        text = text.replace(path, name)
    return text


def _bug(error: Exception, workspace: Workspace, job: Job) -> Problem:
    """Write where it happened (places in our code, never values) and say how to report it."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    text = f"ringfinder {__version__}, Python {sys.version.split()[0]}\n{type(error).__name__}\n{frames}"
    name = f"{job.job_id}.txt"
    with suppress(OSError, RingfinderError):
        path = private_folder(workspace.path / "jobs") / name
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
    return Problem(
        "bug",
        f"this is a bug in ringfinder ({type(error).__name__})",
        f"please report it with jobs/{name} of the workspace, which holds places in our code and none of your data",
    )


if __name__ == "__main__":
    os.nice(_NICE)
    sys.exit(main())
