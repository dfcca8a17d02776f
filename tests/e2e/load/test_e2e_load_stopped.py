"""A load on a full or closed disk: told with its place, exit code 3, and what was there stays."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.results import Command

from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace


def test_a_full_disk_is_told_with_its_place_and_changes_nothing(
    ringfinder: Command, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ringfinder("load", folder).code == 0
    (folder / "persons.csv").write_text("person_id\nP1000\n", encoding="utf-8")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "Error writing bytes to file")

    with monkeypatch.context() as patched:
        patched.setattr(pq, "write_table", full)
        done = ringfinder("load", folder)
    assert done.code == 3
    assert os.strerror(errno.ENOSPC) in done.err
    assert "ringfinder-data" in done.err
    assert len(done.err.splitlines()) == 2
    with Workspace.open(Settings(tmp_path / "ringfinder-data")) as workspace:
        assert len(workspace.batches()) == 1
        assert {path.name for path in (workspace.path / "facts").iterdir()} == {workspace.batches()[0].batch_id}
    assert ringfinder("load", folder).code == 0


@pytest.mark.parametrize("most", [4_000, 60_000, 150_000])
def test_a_disk_that_fills_up_at_any_moment_leaves_whole_batches(most: int, tmp_path: Path) -> None:
    simulate("town", 1500, 1, tmp_path / "portfolio")
    command = [sys.executable, "-m", "ringfinder", "--workspace", "w", "load", "portfolio"]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, preexec_fn=limit, check=False)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 2, done.stderr
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    with Workspace.open(Settings(tmp_path / "w")) as workspace:
        assert workspace.portfolio().table("surrender_requests").num_rows == 1500


@pytest.mark.parametrize("place", ["/proc/workspace", "file/workspace"])
def test_a_workspace_that_cannot_be_written_ends_with_3_or_names_the_file(
    place: str, ringfinder: Command, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    done = ringfinder("--workspace", place, "load", folder)
    assert done.code == 3
    assert "workspace" in done.err


@pytest.mark.slow
def test_a_million_equal_phones_are_loaded_like_any_column_and_suspected(ringfinder: Command, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    rows = "".join(f"R{n},L{n},P{n},2025-01-{n % 28 + 1:02d},13951807264\n" for n in range(1_000_000))
    head = "request_id,policy_no,applicant_id,applied_at,phone\n"
    (folder / "surrender_requests.csv").write_text(head + rows, encoding="utf-8")
    done = ringfinder("load", folder)
    assert done.code == 0, done.err
    assert done.out.split()[-6:-2] == ["1,000,000", "1,000,000", "0", "0"]
    assert "1,000,000  typed to fill the field?" in ringfinder("check", folder).out
