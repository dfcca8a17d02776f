"""Run a command in a process of its own: seconds, peak memory, and a limit of time."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import HERE

LIMIT = 600.0
"""Seconds after which a method is stopped and shown as `>600`."""

OWN = "ringfinder"
AFTERNOON = "afternoon"


@dataclass(frozen=True)
class Measured:
    """How a process ended: `outcome` is ok, stopped or failed; `told` the last lines that it wrote."""

    outcome: str
    seconds: float
    peak_mib: float
    told: str = ""

    @property
    def shown(self) -> str:
        """Seconds as they stand in tables."""
        return f">{LIMIT:.0f}" if self.outcome == "stopped" else f"{self.seconds:.1f}"


def command(method: str, folder: Path, out: Path) -> list[str]:
    """Return the command line that runs `method` over the tables in `folder` and writes to `out`."""
    if method == OWN:
        return [sys.executable, "-m", "ringfinder", "run", str(folder), "--out", str(out)]
    if method == AFTERNOON:
        return [sys.executable, str(HERE / "afternoon.py"), str(folder), str(out)]
    return [sys.executable, "-m", "ringfinder.evaluate.baselines", method, str(folder), str(out)]


def measure(arguments: Sequence[str], place: Path, limit: float = LIMIT) -> Measured:
    """Run a command in the folder `place`; its peak memory is that of its largest process."""
    start = time.perf_counter()
    child = subprocess.Popen(
        arguments,
        cwd=place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    stopped = threading.Event()
    timer = threading.Timer(limit, _stop, (child.pid, stopped))
    timer.start()
    try:
        told = child.stderr.read() if child.stderr else ""
        _, status, usage = os.wait4(child.pid, 0)
    finally:
        timer.cancel()
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.stderr:
        child.stderr.close()
    outcome = "stopped" if stopped.is_set() else "ok" if child.returncode == 0 else "failed"
    return Measured(outcome, seconds, usage.ru_maxrss / 1024, "\n".join(told.splitlines()[-5:]))


def _stop(pid: int, stopped: threading.Event) -> None:
    """End the child and its own children, which share its session."""
    stopped.set()
    with contextlib.suppress(ProcessLookupError):  # it ended by itself at this very moment
        os.killpg(pid, signal.SIGKILL)
