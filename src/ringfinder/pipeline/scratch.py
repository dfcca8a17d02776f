"""Folders that hold personal data for the time of one run, and are gone however it ends."""

from __future__ import annotations

import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from filelock import FileLock, Timeout

from ringfinder.errors import SurroundingsError

_PREFIX = "ringfinder-run-"
_ALIVE = ".alive"
_SURELY_STARTED = 600.0
_STOPPING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextmanager
def private_scratch() -> Iterator[Path]:
    """A new folder under the temporary folder (`TMPDIR`) that only its owner may enter.

    What a killed process left there is removed first: its lock is free, and that it is older than ten
    minutes keeps a folder safe whose process is about to lock it.
    """
    place = Path(tempfile.gettempdir())
    for left in place.glob(f"{_PREFIX}*"):
        _remove_abandoned(left)
    path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=place))
    lock = FileLock(path / _ALIVE, mode=0o600)
    try:
        with lock:
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _remove_abandoned(path: Path) -> None:
    try:
        if time.time() - path.stat().st_mtime > _SURELY_STARTED:
            with FileLock(path / _ALIVE, timeout=0, mode=0o600):
                shutil.rmtree(path, ignore_errors=True)
    except (OSError, Timeout):
        return  # another user's, or alive


@contextmanager
def made_folder(path: Path) -> Iterator[None]:
    """A folder that is there, closed to everybody but its owner if made here, and gone again if nothing was put in.

    Raises
    ------
    SurroundingsError
        If it cannot be made.
    """
    made = not path.exists()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SurroundingsError(f"{path} cannot be made: {error.strerror}", remedy="choose another --out") from None
    try:
        yield
    finally:
        if made:
            with suppress(OSError):  # it holds results
                path.rmdir()


@contextmanager
def folder_aside(out: Path, name: str) -> Iterator[Path]:
    """A folder inside `out` for files that are not whole yet; one run at a time has it.

    Raises
    ------
    SurroundingsError
        If another run writes into `out`, or it cannot be written.
    """
    path = out / name
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        lock = FileLock(path / _ALIVE, timeout=0, mode=0o600)
        lock.acquire()
    except Timeout:
        raise SurroundingsError(
            f"another run is writing into {out}", remedy="wait for it, or name another --out"
        ) from None
    except OSError as error:
        raise SurroundingsError(
            f"{out} cannot be written: {error.strerror}", remedy="mend its rights or name another --out"
        ) from None
    try:
        for left in path.iterdir():
            if left.name != _ALIVE:
                shutil.rmtree(left) if left.is_dir() else left.unlink()
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        lock.release()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold signals back for a moment that must not be cut in two; they come when it is over.

    Blocking them would not do: libraries have threads of their own, to which the system turns then.

    Raises
    ------
    KeyboardInterrupt
        At the end, if one came.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in _STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    if came:
        raise KeyboardInterrupt


@contextmanager
def stopped_cleanly() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into what Ctrl-C does, and keep what a library makes of it an interruption.

    Raises
    ------
    KeyboardInterrupt
        If a signal came while inside, also where some library turned it into an error of its own.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def stop(number: int, frame: FrameType | None) -> None:
        del frame
        came.append(number)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in _STOPPING}
    try:
        yield
    except Exception as error:
        if came:
            raise KeyboardInterrupt from error
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
