"""One simulated portfolio, one run of the real command on it, and a workspace with it, for all tests of this folder."""

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.results import Command, Outcome, Results, in_process

from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.load import load_folder
from ringfinder.records.rings import Ring
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

COMMAND = str(Path(sys.executable).with_name("ringfinder"))


def environment(scratch: Path) -> dict[str, str]:
    """The environment of a command whose temporary files can be looked at."""
    scratch.mkdir(exist_ok=True)
    return {**os.environ, "TMPDIR": str(scratch), "COLUMNS": "200", "NO_COLOR": "1"}


@pytest.fixture
def ringfinder(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command line inside this process, which saves its start; errors end as they do for a user."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    command = in_process(capfd)

    def start(*arguments: str | Path) -> Outcome:
        done = command(*arguments)
        assert not list(scratch.iterdir()), "a run leaves nothing in the temporary folder"
        return done

    return start


@pytest.fixture
def process(tmp_path: Path) -> Command:
    """Run the real command in a process of its own."""

    def start(*arguments: str | Path, **options: Any) -> Outcome:
        done = subprocess.run(
            [COMMAND, *map(str, arguments)],
            check=False,
            capture_output=True,
            text=True,
            cwd=tmp_path,
            env=environment(tmp_path / "scratch"),
            timeout=120,
            **options,
        )
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        assert "this is a bug" not in done.stderr, done.stderr
        assert not list((tmp_path / "scratch").iterdir()), "a run leaves nothing in the temporary folder"
        return Outcome(done.returncode, done.stdout, done.stderr)

    return start


@pytest.fixture(scope="session")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("e2e") / "town"
    simulate("town", 2000, 3, folder)
    return folder


@pytest.fixture(scope="session")
def results(portfolio: Path, tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The results of one run of the real command."""
    place = tmp_path_factory.mktemp("e2e-results")
    done = subprocess.run(
        [COMMAND, "run", portfolio, "--out", place / "out"],
        check=False,
        capture_output=True,
        text=True,
        cwd=place,
        env=environment(place / "scratch"),
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert not list((place / "scratch").iterdir()), "a run leaves nothing in the temporary folder"
    return Results(place / "out", Outcome(done.returncode, done.stdout, done.stderr))


@dataclass(frozen=True)
class Site:
    """A workspace of its own, in which the portfolio was loaded and detected once."""

    path: Path

    def runs(self) -> list[dict[str, Any]]:
        """What `ringfinder runs --json` says, asked without the command."""
        with Workspace.open(Settings(self.path)) as workspace:
            return [vars(run) | {"run_id": run.run_id} for run in workspace.runs.all()]

    def current(self) -> int | None:
        with Workspace.open(Settings(self.path)) as workspace:
            return workspace.runs.current_number()

    def rings(self, number: int = 1) -> list[Ring]:
        with Workspace.open(Settings(self.path)) as workspace:
            return list(workspace.runs.files(number).rings())


@pytest.fixture(scope="session")
def detected(portfolio: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one run; only to be copied."""
    path = tmp_path_factory.mktemp("e2e-site") / "data"
    with Workspace.open(Settings(path)) as workspace:
        load_folder(workspace, portfolio)
        detect_workspace(workspace)
    return path


@pytest.fixture
def site(detected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A copy of that workspace, which commands find by the environment."""
    path = tmp_path / "data"
    shutil.copytree(detected, path)
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(path))
    monkeypatch.delenv("RINGFINDER_LANG", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return Site(path)
