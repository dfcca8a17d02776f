"""How the command ends: with its exit code, never by an abort of a library's thread."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

TWICE = "request_id,policy_no,applicant_id,applied_at,phone,phone\nR1,P1,C1,2025-01-02,13912345679,1\n"


@pytest.mark.slow
def test_a_refusal_right_after_reading_ends_with_2_every_time(tmp_path: Path) -> None:
    """What Arrow's threads still hold when the interpreter ends must not be Python's; it aborted at times."""
    (tmp_path / "surrender_requests.csv").write_text(TWICE, encoding="utf-8")
    command = [sys.executable, "-m", "ringfinder", "check", str(tmp_path)]
    ended: Counter[int] = Counter()
    for _ in range(3):
        four = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for _ in range(4)]
        ended.update(process.wait() for process in four)
    assert ended == {2: 12}
