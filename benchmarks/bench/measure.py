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
    report, told_peak = os.pipe()
    child = subprocess.Popen(
        [sys.executable, "-S", "-E", str(HERE / "bench" / "launch.py"), str(told_peak), *arguments],
        cwd=place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=(told_peak,),
        start_new_session=True,
    )
    os.close(told_peak)
    stopped = threading.Event()
    timer = threading.Timer(limit, _stop, (child.pid, stopped))
    timer.start()
    try:
        _, told = child.communicate()
        with open(report, encoding="ascii") as file:  # noqa: PTH123 - an open pipe has no path
            peak_kib = float(file.read() or 0)
    finally:
        timer.cancel()
    seconds = time.perf_counter() - start
    outcome = "stopped" if stopped.is_set() else "ok" if child.returncode == 0 else "failed"
    return Measured(outcome, seconds, peak_kib / 1024, "\n".join(told.splitlines()[-5:]))


def _stop(pid: int, stopped: threading.Event) -> None:
    """Have the launcher end its child and the child's own children."""
    stopped.set()
    with contextlib.suppress(ProcessLookupError):  # it ended by itself at this very moment
        os.kill(pid, signal.SIGTERM)
