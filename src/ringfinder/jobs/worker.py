"""The process that has a job or answers a request, and whether it is gone."""

from __future__ import annotations

import json
import os
import socket
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ringfinder.neo4j.server.process import mark

SILENT = timedelta(seconds=60)
"""A worker on another host that has shown no sign of life for so long is gone; clocks of hosts may differ a little."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process, told apart from a later one that bears the same number.

    Parameters
    ----------
    started
        When it was started, as text to compare (see `ringfinder.neo4j.server.process.mark`).
    at_work
        Whether it does the work itself, and may be ended with it; not so one that starts others.
    """

    host: str
    pid: int
    started: str
    at_work: bool = False

    @classmethod
    def this(cls, *, at_work: bool = False) -> Worker:
        """The process that asks."""
        return cls(socket.gethostname(), os.getpid(), mark(os.getpid()) or "", at_work)

    @classmethod
    def read(cls, text: str) -> Worker:
        """A worker as `text` wrote it."""
        host, pid, started, at_work = json.loads(text)
        return cls(str(host), int(pid), str(started), bool(at_work))

    def text(self) -> str:
        """One line for the database."""
        return json.dumps([self.host, self.pid, self.started, self.at_work])

    @property
    def here(self) -> bool:
        """Whether it runs, or ran, on this host."""
        return self.host == socket.gethostname()

    @property
    def alive(self) -> bool:
        """Whether it is a process of this host that runs."""
        return self.here and bool(self.started) and mark(self.pid) == self.started

    def gone(self, heard_at: datetime | None, silent: timedelta = SILENT) -> bool:
        """Whether it has ended: seen on this host, concluded from its silence on another."""
        if self.here:
            return not self.alive
        return heard_at is None or datetime.now(UTC) - heard_at > silent
