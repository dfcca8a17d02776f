"""The sign of life of a job: a thread beside the work, which also hears that the work is to end."""

from __future__ import annotations

import os
import signal
import threading
import time
from types import TracebackType
from typing import Any, Self

from sqlalchemy.exc import SQLAlchemyError

from ringfinder.jobs.queue import Job, Jobs
from ringfinder.jobs.refusals import SupersededError

TELL, LIVE = 1.0, 5.0
"""Seconds between two writings of progress, and between two signs of life without any."""

_PATIENCE = 10.0
"""Seconds after which a job ends itself when its end was asked for: usually its supervisor is quicker."""


class Pulse:
    """Writes the latest progress once a second at most, whatever the work tells; use it in a `with`."""

    def __init__(self, jobs: Jobs, job: Job) -> None:
        self._jobs = jobs
        self._job = job
        self._ended = threading.Event()
        self._progress: dict[str, Any] = {}
        self._thread = threading.Thread(target=self._beat, name="pulse", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._thread.join()

    def tell(self, done: int, total: int, step: str) -> None:
        """Take how far the work is; written when its turn comes."""
        self._progress = {"done": done, "total": total, "step": step}

    def _beat(self) -> None:
        told: dict[str, Any] | None = None
        beaten, asked = 0.0, 0.0
        while not self._ended.wait(TELL):
            now, progress = time.monotonic(), self._progress
            if progress is told and now - beaten < LIVE:
                continue
            try:
                cancelled = self._jobs.pulse(self._job, progress)
            except SupersededError:
                return _stop()
            except SQLAlchemyError:
                continue  # the database is away for a moment; what is committed asks it again anyway
            told, beaten = progress, now
            asked = (asked or now) if cancelled else 0.0
            if asked and now - asked > _PATIENCE:
                return _stop()
        return None


def _stop() -> None:
    """Tell the main thread to stop as if somebody else had."""
    os.kill(os.getpid(), signal.SIGTERM)
