"""The real commands, in a workspace and with secrets of their own."""

from pathlib import Path

import pytest
from tests.results import Command, in_process

from ringfinder.settings import Settings
from ringfinder.store import Workspace


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the workspace is, or will be."""
    path = tmp_path / "data"
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(path))
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "config" / "secret"))
    monkeypatch.delenv("RINGFINDER_KEY", raising=False)
    return path


@pytest.fixture
def ringfinder(place: Path, capfd: pytest.CaptureFixture[str]) -> Command:
    return in_process(capfd)


@pytest.fixture
def site(place: Path) -> Path:
    """A workspace without data."""
    Workspace.open(Settings(place)).close()
    return place
