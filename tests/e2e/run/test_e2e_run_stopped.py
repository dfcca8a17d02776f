"""A run that is stopped, killed or out of space: no half results, and no tables left in the temporary folder."""

import os
import resource
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.e2e.run.conftest import COMMAND, environment
from tests.results import Command, Results

from ringfinder.pipeline.scratch import folder_aside, private_scratch, stopped_cleanly, undisturbed

ASIDE = ".tmp-run"


def started(portfolio: Path, place: Path) -> subprocess.Popen[str]:
    """A run in a process of its own that has begun to work."""
    process = subprocess.Popen(
        [COMMAND, "run", portfolio, "--out", place / "out"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=place,
        env=environment(place / "scratch"),
    )
    until = time.monotonic() + 60
    while not list((place / "scratch").glob("*/workspace/facts")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.005)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_stopped_run_leaves_the_results_before_it_whole(
    number: signal.Signals, portfolio: Path, results: Results, tmp_path: Path
) -> None:
    shutil.copytree(results.folder, tmp_path / "out")
    process = started(portfolio, tmp_path)
    time.sleep(0.15)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted" in err
    assert "Traceback" not in err
    assert not list((tmp_path / "scratch").iterdir())
    assert {path.name for path in (tmp_path / "out").iterdir()} == {path.name for path in results.folder.iterdir()}
    for path in results.folder.iterdir():
        if path.is_file():
            assert (tmp_path / "out" / path.name).read_bytes() == path.read_bytes()


@pytest.mark.slow
def test_what_a_killed_run_left_is_removed_by_a_later_one(
    portfolio: Path, results: Results, ringfinder: Command, tmp_path: Path
) -> None:
    process = started(portfolio, tmp_path)
    process.kill()
    process.communicate(timeout=60)
    (left,) = (tmp_path / "scratch").iterdir()
    assert (tmp_path / "out" / ASIDE).is_dir()
    hour_ago = time.time() - 3600
    os.utime(left, (hour_ago, hour_ago))
    assert ringfinder("run", portfolio, "--out", tmp_path / "out").code == 0
    assert not left.exists()
    assert {path.name for path in (tmp_path / "out").iterdir()} == {path.name for path in results.folder.iterdir()}


@pytest.mark.parametrize("most", [60_000, *(pytest.param(most, marks=pytest.mark.slow) for most in (8_000, 300_000))])
def test_a_full_disk_ends_with_3_and_no_half_file(most: int, portfolio: Path, process: Command, tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = process("run", portfolio, "--out", tmp_path / "out", preexec_fn=limit)
    assert done.code == 3, done.err
    assert len(done.err.splitlines()) == 2, done.err
    assert not (tmp_path / "out").exists()


def test_two_runs_into_one_folder_do_not_mix(portfolio: Path, ringfinder: Command, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    with folder_aside(out, ASIDE):
        done = ringfinder("run", portfolio, "--out", out)
        assert done.code == 3
        assert "another run" in done.err
    assert not list(out.iterdir())


def test_a_folder_that_is_in_use_is_not_taken_for_an_abandoned_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with private_scratch() as first:
        os.utime(first, (0, 0))
        (first / "facts").touch()
        os.utime(first, (0, 0))
        with private_scratch() as second:
            assert (first / "facts").exists()
            assert second.stat().st_mode & 0o777 == 0o700
    assert not list(tmp_path.iterdir())


def test_a_signal_waits_until_all_files_have_their_names() -> None:
    done = []

    def publish() -> None:
        with stopped_cleanly():
            with undisturbed():
                os.kill(os.getpid(), signal.SIGTERM)
                done.append("published")
            done.append("never reached")

    with pytest.raises(KeyboardInterrupt):
        publish()
    assert done == ["published"]


def test_what_a_library_makes_of_a_signal_is_still_an_interruption() -> None:
    def query() -> None:
        with stopped_cleanly():
            try:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(5)
            except KeyboardInterrupt as error:
                raise RuntimeError("query interrupted") from error

    with pytest.raises(KeyboardInterrupt):
        query()


def test_handlers_are_put_back() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    with stopped_cleanly():
        assert signal.getsignal(signal.SIGTERM) not in before
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == before
