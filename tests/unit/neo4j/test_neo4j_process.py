"""Processes of our own, told apart by their start, and never left behind as zombies."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from ringfinder.neo4j.server.process import end, mark, start


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_child_that_ended_is_told_as_ended_and_is_gone_from_the_list(tmp_path: Path, number: int) -> None:
    pid = start([sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ), tmp_path / "console")
    first = mark(pid)
    assert first
    assert mark(pid) == first
    os.kill(pid, number)
    deadline = time.monotonic() + 30
    while mark(pid):
        assert time.monotonic() < deadline
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_process_with_another_start_is_left_alone(tmp_path: Path) -> None:
    pid = start([sys.executable, "-c", "import time; time.sleep(60)"], dict(os.environ), tmp_path / "console")
    first = mark(pid)
    assert first
    end(pid, first + "0")
    assert mark(pid) == first
    end(pid, first)
    assert mark(pid) is None
