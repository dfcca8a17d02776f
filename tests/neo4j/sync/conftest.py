"""One portfolio in two batches, a workspace with both, and commands that find the server and the secret."""

import csv
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from neo4j import Driver
from neo4j.exceptions import ServiceUnavailable
from tests.neo4j.conftest import Server
from tests.neo4j.sync.harness import Known, Site
from tests.results import Command, Outcome, in_process

from ringfinder.neo4j.sync.writer import Writer
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

LATER = 60
"""Requests that come with the second batch: the last ones."""


@pytest.fixture(scope="session")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sync-secret") / "secret"


@pytest.fixture(autouse=True)
def surroundings(secret: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A secret of the tests' own, and no terminal to be too wide for."""
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(secret))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("RINGFINDER_LANG", raising=False)


@pytest.fixture(scope="session")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sync") / "town"
    simulate("town", 500, 5, folder)
    return folder


@pytest.fixture(scope="session")
def first_tables(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same tables without the last requests."""
    folder = tmp_path_factory.mktemp("sync-first") / "town"
    shutil.copytree(tables, folder)
    path = folder / "surrender_requests.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    when = header.index("applied_at")
    rows.sort(key=lambda row: row[when])
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows[:-LATER]])
    return folder


@pytest.fixture(scope="session")
def after_first(first_tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the first batch and one run; only to be copied."""
    path = tmp_path_factory.mktemp("sync-one") / "data"
    with Workspace.open(Settings(path)) as workspace:
        load_folder(workspace, first_tables)
        detect_workspace(workspace)
    return path


@pytest.fixture(scope="session")
def after_both(after_first: Path, tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with both batches and two runs; only to be copied."""
    path = tmp_path_factory.mktemp("sync-both") / "data"
    shutil.copytree(after_first, path)
    with Workspace.open(Settings(path)) as workspace:
        load_folder(workspace, tables)
        detect_workspace(workspace)
    return path


@pytest.fixture(scope="session")
def known() -> Known:
    return {}


@pytest.fixture
def clear(driver: Driver) -> Driver:
    """The driver of a database without nodes; constraints and indexes stay, and with them the plans of statements."""
    driver.execute_query("MATCH (n) DETACH DELETE n")
    return driver


@pytest.fixture
def site(after_both: Path, tmp_path: Path, known: Known, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A workspace of its own with two runs, which commands find by the environment."""
    path = tmp_path / "data"
    shutil.copytree(after_both, path)
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(path))
    return Site(path, known)


@pytest.fixture
def few(site: Site) -> Site:
    """The same workspace, of which only some sorts of nodes and relationships are written."""
    return replace(site, few=True)


@pytest.fixture
def another(after_both: Path, tmp_path: Path, known: Known) -> Site:
    """Another workspace with the same facts."""
    path = tmp_path / "another"
    shutil.copytree(after_both, path)
    return Site(path, known)


@pytest.fixture
def ringfinder(
    server: Server, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Command]:
    """The command line inside this process; whatever it says, the password is not in it."""
    monkeypatch.setenv("RINGFINDER_NEO4J_URL", server.uri)
    monkeypatch.setenv("RINGFINDER_NEO4J_USER", server.user)
    monkeypatch.setenv("RINGFINDER_NEO4J_PASSWORD", server.password)
    monkeypatch.chdir(tmp_path)

    command = in_process(capfd)

    def start(*arguments: str | Path) -> Outcome:
        done = command(*arguments)
        assert server.password not in done.out + done.err
        return done

    yield start
    assert not list(tmp_path.glob("ringfinder-error-*")), "an error that nobody thought of"


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Make the writer fail after so many transactions, as if the server had gone away."""
    real = Writer._run

    def after(number: int) -> None:
        left = iter(range(number))

        def failing(self: Writer, statement: str, parameters: dict[str, object]) -> int:
            if next(left, None) is None:
                raise ServiceUnavailable("cut by a test")
            return real(self, statement, parameters)

        monkeypatch.setattr(Writer, "_run", failing)

    return after
