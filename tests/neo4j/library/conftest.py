"""A small site in Neo4j: a portfolio with a case of every typology, detected twice, and synced with values masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from neo4j import Driver
from tests.neo4j.conftest import Server

from ringfinder.keychain import SECRET_VARIABLE
from ringfinder.neo4j.connection import BROWSER_VARIABLE, PASSWORD_VARIABLE, URL_VARIABLE, USER_VARIABLE
from ringfinder.neo4j.projection import Projection, Scope
from ringfinder.neo4j.sync import drop, synchronise
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.graph import Asked, projection_of
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

BROWSER = "http://127.0.0.1:7474/browser/"


@dataclass(frozen=True)
class Site:
    """A workspace, and its first run in the graph."""

    tables: Path
    workspace: Path
    memory: Path
    projection: Projection


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Loaded and detected once for all tests of this folder."""
    place = tmp_path_factory.mktemp("library")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SECRET_VARIABLE, str(place / "secret"))
        simulate("typologies", 400, 5, place / "tables")
        with Workspace.open(Settings(place / "w")) as workspace:
            load_folder(workspace, place / "tables")
            detect_workspace(workspace)
            projection = projection_of(workspace, Asked(Scope.ALL), [])
        yield Site(place / "tables", place / "w", place / "memory", projection)


@pytest.fixture(scope="module")
def site(made: Site, driver: Driver) -> Iterator[Site]:
    """That site, in the graph."""
    drop(driver)
    synchronise(driver, made.projection, made.memory)
    yield made
    drop(driver)


@pytest.fixture
def at_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands find the server, and no file of somebody's own."""
    monkeypatch.setenv(URL_VARIABLE, server.uri)
    monkeypatch.setenv(USER_VARIABLE, server.user)
    monkeypatch.setenv(PASSWORD_VARIABLE, server.password)
    monkeypatch.setenv(BROWSER_VARIABLE, BROWSER)
    monkeypatch.delenv("RINGFINDER_CYPHER", raising=False)
    monkeypatch.delenv("RINGFINDER_LANG", raising=False)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
