"""A loaded graph, and a Browser that is logged in to it."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from neo4j import Driver, GraphDatabase
from playwright.sync_api import Browser
from tests.neo4j.browser import graph
from tests.neo4j.browser.page import CHROMIUM, Desk, chromium
from tests.neo4j.conftest import Server

from ringfinder.neo4j.projection import Projection

GET_IT = "needs Chromium: apt-get install chromium"


@pytest.fixture(scope="session")
def projection(tmp_path_factory: pytest.TempPathFactory) -> Projection:
    return graph.projected(tmp_path_factory.mktemp("browser"))


@pytest.fixture(scope="module")
def quiet(server: Server) -> Iterator[Driver]:
    """A driver that passes on no notifications: Browser's own statements make none either."""
    with GraphDatabase.driver(
        server.uri, auth=(server.user, server.password), notifications_min_severity="OFF"
    ) as driver:
        yield driver


# For each module: the tests of other folders empty the database.
@pytest.fixture(scope="module")
def loaded(quiet: Driver, projection: Projection, tmp_path_factory: pytest.TempPathFactory) -> Driver:
    """The driver of a database that holds the projection."""
    graph.load(quiet, projection, tmp_path_factory.mktemp("sync"))
    return quiet


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    if not CHROMIUM.exists():
        # A skipped test is not seen by anybody there.
        pytest.fail(GET_IT) if os.environ.get("CI") == "true" else pytest.skip(GET_IT)
    with chromium() as started:
        yield started


@pytest.fixture(scope="module")
def address(server: Server) -> str:
    """Where Browser is."""
    if not server.browser:
        pytest.skip("the server of RINGFINDER_NEO4J_URL may be without Browser")
    return server.browser


@pytest.fixture(scope="module")
def desk(browser: Browser, address: str, server: Server, loaded: Driver) -> Iterator[Desk]:
    """Browser, logged in; its parameters and frames stay from test to test."""
    opened = Desk.open(browser, address)
    opened.log_in(server.user, server.password)
    yield opened
    opened.close()


@pytest.fixture
def clean(desk: Desk) -> Desk:
    """The same without frames."""
    desk.clear()
    return desk
