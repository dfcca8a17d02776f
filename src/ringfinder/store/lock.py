"""One process at a time: a lock that the system frees when its holder dies, and says who holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import filelock

from ringfinder.errors import SurroundingsError
from ringfinder.store.files import FILE_MODE


@contextmanager
def locked(folder: Path, what: str, wait: float) -> Iterator[None]:
    """Hold the lock of `folder` for `what`, such as a load.

    Raises
    ------
    SurroundingsError
        If another process still holds it after `wait` seconds.
    """
    lock = filelock.FileLock(folder / ".lock", mode=FILE_MODE)
    holder = folder / ".lock.holder"
    try:
        lock.acquire(timeout=wait)
    except filelock.Timeout:
        raise SurroundingsError(
            f"another {what} is at work in {folder}: {_who(holder)}",
            remedy="wait until it is done, or give more time with --wait SECONDS",
        ) from None
    try:
        now = datetime.now(UTC).isoformat(timespec="seconds")
        holder.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": now}))
        holder.chmod(FILE_MODE)
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _who(holder: Path) -> str:
    try:
        said = json.loads(holder.read_text(encoding="utf-8"))
        return f"process {said['pid']} on {said['host']} since {said['since']}"
    except (OSError, ValueError, KeyError):
        return "by a process that is just starting"
