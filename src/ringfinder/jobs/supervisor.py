"""Starts jobs in child processes, watches them, and ends those whose end was asked for.

A supervisor that stops lets its children be: they go on, tell the database how they end, and the next
supervisor counts them as its own. So an update of the service does not cost an hour of detection. Where the
system ends them too (a container does), they are taken up again.
"""

from __future__ import annotations

import atexit
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from ringfinder.jobs.idempotency import forget_old
from ringfinder.jobs.outbox import announce
from ringfinder.jobs.queue import Job, Jobs
from ringfinder.jobs.uploads import Uploads
from ringfinder.jobs.worker import Worker
from ringfinder.settings import DATABASE_VARIABLE, Settings
from ringfinder.store import Workspace
from ringfinder.store.database import open_database

POLL = 0.5
"""Seconds between two looks; `wake` makes the next one come at once."""

PATIENCE = 30.0
"""Seconds that a job has to end by itself after it was told to."""

_LOST, _CHORES = 5.0, 600.0

log = logging.getLogger(__name__)

# A handle that is lost warns, and its ended process stays a zombie.
_left: list[subprocess.Popen[bytes]] = []


@atexit.register
def _reap_left() -> None:
    """Take note of children that ended since their supervisor stopped."""
    _left[:] = [process for process in _left if process.poll() is None]


@dataclass
class _Child:
    """A process that this supervisor started."""

    job: Job
    process: subprocess.Popen[bytes]


class Supervisor:
    """Keeps at most `children` jobs of a workspace at work.

    Parameters
    ----------
    children
        One means that jobs are done strictly one after the other, in the order in which they came.
    patience
        Seconds between asking a job to end and ending it by force.
    """

    def __init__(
        self, settings: Settings, *, children: int = 1, patience: float = PATIENCE, poll: float = POLL
    ) -> None:
        self._settings = settings
        self._most = children
        self._patience = patience
        self._poll = poll
        self._workspace = Workspace.open(settings)
        self._engine = open_database(self._workspace.path, settings.database_url)
        self.jobs = Jobs(self._engine)
        self.uploads = Uploads(self._engine, self._workspace.path)
        self._children: dict[str, _Child] = {}
        self._told: dict[str, float] = {}
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None
        self._due: dict[str, float] = {}

    def start(self) -> None:
        """Work in a thread of this process."""
        self._thread = threading.Thread(target=self.run, name="supervisor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; children go on."""
        self._stopped.set()
        self._woken.set()
        if self._thread:
            self._thread.join()
        _left.extend(child.process for child in self._children.values())
        _reap_left()
        self._engine.dispose()
        self._workspace.close()

    def wake(self) -> None:
        """Look at once: a job was submitted or is to be cancelled."""
        self._woken.set()

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Look again and again, until stopped or `until` says so."""
        while not self._stopped.is_set() and not until():
            try:
                self.look()
            except Exception as error:  # noqa: BLE001 - a loop that must outlive the database being away
                log.warning("the queue of jobs cannot be looked at: %s", type(error).__name__)
            self._woken.wait(self._poll)
            self._woken.clear()

    def idle(self) -> bool:
        """Whether nothing runs and nothing waits."""
        return not self._children and not self.jobs.running() and not self.jobs.listed(state="waiting", limit=1).items

    def look(self) -> None:
        """One look: who ended, who was lost, who is to end, who may begin; and now and then the chores."""
        self._reap()
        if self._is_due("lost", _LOST):
            for job in self.jobs.running():
                if job.lost and job.job_id not in self._children:
                    self.jobs.let_go(job, "its worker vanished")
        running = self.jobs.running()
        self._end_cancelled(running)
        here = sum(job.worker is not None and job.worker.here for job in running)
        while here < self._most and self._begin():
            here += 1
        if self._is_due("announce", _LOST):
            announce(self._workspace, self._engine)
        if self._is_due("sweep", _CHORES):
            self.uploads.sweep()
            forget_old(self._engine)

    def _reap(self) -> None:
        """Take note of children that ended; a job that one did not end itself is given back."""
        for name, child in list(self._children.items()):
            code = child.process.poll()
            if code is None:
                continue
            del self._children[name]
            self._told.pop(name, None)
            if self.jobs.let_go(child.job, f"its process ended ({_told(code)})"):
                log.warning("job %s: its process ended (%s)", name, _told(code))

    def _end_cancelled(self, running: tuple[Job, ...]) -> None:
        """Tell those whose end was asked for, also what an earlier supervisor started; then use force."""
        for job in running:
            worker = job.worker
            if not job.cancel_asked or worker is None or not worker.at_work or not worker.alive:
                continue
            now = time.monotonic()
            since = self._told.setdefault(job.job_id, now)
            if since == now:
                _send(worker, signal.SIGTERM)
            elif now - since > self._patience:
                _send(worker, signal.SIGKILL)

    def _begin(self) -> bool:
        """Start the oldest job that waits; False where none does."""
        job = self.jobs.claim(Worker.this())
        if job is None:
            return False
        command = [sys.executable, "-m", "ringfinder.jobs.child", job.job_id, "--claim", job.claim]
        command += ["--workspace", str(self._workspace.path)]
        try:
            process = subprocess.Popen(  # noqa: S603 - our own module, with names that we made
                command,
                env={**os.environ, DATABASE_VARIABLE: self._settings.database_url},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a traceback would hold values
                start_new_session=True,
            )
        except OSError as error:
            self.jobs.let_go(job, f"no process could be started ({type(error).__name__})")
            return False
        self._children[job.job_id] = _Child(job, process)
        return True

    def _is_due(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + seconds
        return True


def _send(worker: Worker, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.kill(worker.pid, number)


def _told(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"code {code}"
