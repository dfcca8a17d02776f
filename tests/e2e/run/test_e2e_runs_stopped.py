"""A detection that is stopped, killed or out of space leaves the former run the current one, and nothing half."""

import resource
import signal
import subprocess
import time
from pathlib import Path

import pytest
from tests.e2e.run.conftest import COMMAND, Site, environment
from tests.results import Command


def started(site: Site, place: Path) -> "subprocess.Popen[str]":
    """A detection in a process of its own that has begun to work."""
    process = subprocess.Popen(
        [COMMAND, "detect", "--workspace", site.path],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=place,
        env=environment(place / "scratch"),
    )
    until = time.monotonic() + 60
    while not list((site.path / "runs").glob(".tmp-*")):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.002)
    return process


def folders(site: Site) -> set[str]:
    return {path.name for path in (site.path / "runs").iterdir() if path.is_dir()}


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_stopped_detection_leaves_the_former_run(number: signal.Signals, site: Site, tmp_path: Path) -> None:
    process = started(site, tmp_path)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert "interrupted" in err
    assert "Traceback" not in err
    assert site.current() == 1
    assert folders(site) == {"run-000001"}


def test_what_a_killed_detection_left_is_swept_by_the_next(site: Site, ringfinder: Command, tmp_path: Path) -> None:
    process = started(site, tmp_path)
    process.kill()
    process.communicate(timeout=60)
    assert site.current() == 1
    assert len(folders(site)) == 2
    assert ringfinder("detect").code == 0
    assert folders(site) == {"run-000001", "run-000002"}
    assert site.current() == 2


@pytest.mark.parametrize("most", [4_000, pytest.param(20_000, marks=pytest.mark.slow)])
def test_a_full_disk_ends_with_3_and_the_former_run(most: int, site: Site, process: Command) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    done = process("detect", "--workspace", site.path, preexec_fn=limit)
    assert done.code == 3, done.err
    assert len(done.err.splitlines()) == 2, done.err
    assert site.current() == 1
    assert folders(site) == {"run-000001"}
