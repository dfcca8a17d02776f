"""Processes by number and time of start, so that a number given to another process is not mistaken for ours."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

from ringfinder.errors import SurroundingsError
from ringfinder.store.files import FILE_MODE

PATIENCE = 60.0
"""Seconds that a server has to end by itself."""

_PROC = Path("/proc")
_BOOT = _PROC / "sys" / "kernel" / "random" / "boot_id"
_STATE, _START = 0, 19  # fields 3 and 22 of /proc/PID/stat, counted from the state
_KILLED = 10.0
_STEP = 0.1

# A handle that is lost warns, and its ended process stays a zombie.
_started: dict[int, subprocess.Popen[bytes]] = {}


def start(command: list[str], environment: dict[str, str], console: Path) -> int:
    """Start a process that outlives this one, and return its number; it writes to `console`, emptied before."""
    console.unlink(missing_ok=True)
    handle = os.open(console, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    try:
        child = subprocess.Popen(  # noqa: S603 - a Java that was looked for, with arguments of our own
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=handle,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    finally:
        os.close(handle)
    _started[child.pid] = child
    return child.pid


def mark(pid: int) -> str | None:
    """When the process was started, as text to compare; nothing if it has ended."""
    found = _mark_in_proc(pid) if _BOOT.exists() else _mark_by_ps(pid)
    # Looked at first and reaped afterwards: a child that ends in between is told as running once more, not left behind.
    if found is None and (child := _started.get(pid)):
        child.wait()
    return found


def end(pid: int, started: str, patience: float = PATIENCE) -> None:
    """End the process that bears this mark: politely, and after `patience` seconds by force.

    Raises
    ------
    SurroundingsError
        If even that does not end it.
    """
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, _KILLED)):
        if mark(pid) != started:
            return
        with suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if mark(pid) != started:
                return
            time.sleep(_STEP)
    raise SurroundingsError(f"process {pid} does not end", remedy="look at it with ps, and end it yourself")


def _mark_in_proc(pid: int) -> str | None:
    try:
        stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return None
    # The name before the last bracket may hold blanks and brackets.
    fields = stat.rpartition(")")[2].split()
    # Ticks count from the start of the machine, so they alone could be met again after the next one.
    return None if fields[_STATE] in "ZX" else f"{_BOOT.read_text(encoding='ascii').strip()} {fields[_START]}"


def _mark_by_ps(pid: int) -> str | None:
    done = subprocess.run(  # noqa: S603 - a number of our own
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)],  # noqa: S607 - where the system has it
        check=False,
        capture_output=True,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    state, _, started = done.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()
