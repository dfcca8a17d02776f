"""Run the command line, and at a given transaction of the sync die at once or wait for a file.

Arguments: number of the transaction, the file to wait for (empty: die), then those of the command.
"""

import os
import signal
import sys
import time
from pathlib import Path

from ringfinder.cli.root import run
from ringfinder.neo4j.sync.writer import Writer

NUMBER, FLAG = int(sys.argv[1]), sys.argv[2]
_real = Writer._run
_seen = iter(range(sys.maxsize))


def _stopping(self: Writer, statement: str, parameters: dict[str, object]) -> int:
    if next(_seen) == NUMBER:
        if not FLAG:
            os.kill(os.getpid(), signal.SIGKILL)
        Path(f"{FLAG}.waits").touch()
        while not Path(FLAG).exists():
            time.sleep(0.02)
    return _real(self, statement, parameters)


if __name__ == "__main__":
    Writer._run = _stopping  # type: ignore[method-assign]
    sys.exit(run(sys.argv[3:]))
