"""Logs as JSON lines on standard error, without personal data: no path, no query, no body, no message of an error."""

from __future__ import annotations

import sys
from typing import Any, Protocol, TextIO

import structlog


class Log(Protocol):
    """What we write to: an event and its fields."""

    def info(self, event: str, **fields: Any) -> None:
        """Tell something usual."""

    def error(self, event: str, **fields: Any) -> None:
        """Tell something that somebody must look at."""


def open_log(stream: TextIO | None = None) -> Log:
    """A log of its own, which the settings of the process do not change."""
    log: Log = structlog.wrap_logger(
        structlog.WriteLogger(stream or sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.BoundLogger,
        cache_logger_on_first_use=True,
    )
    return log
