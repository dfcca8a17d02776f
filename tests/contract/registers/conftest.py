"""A site with users and one run, on both databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.store.conftest import postgres as postgres  # noqa: PLC0414 - a fixture is handed on by its name
from tests.contract.store.conftest import url as url  # noqa: PLC0414
from tests.reporting import OTHER, RING, People, add_people, add_run, ring_of

from ringfinder.settings import Settings
from ringfinder.store import Run, Workspace


@pytest.fixture(autouse=True)
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "config" / "secret"))


@pytest.fixture
def site(url: str, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(Settings(tmp_path / "site", url)) as workspace:
        yield workspace


@pytest.fixture
def run(site: Workspace) -> Run:
    return add_run(site, ring_of(RING), ring_of(OTHER))


@pytest.fixture
def people(site: Workspace) -> People:
    return add_people(site)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder for bundles."""
    folder = tmp_path / "out"
    folder.mkdir()
    return folder
