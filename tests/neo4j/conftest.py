"""One Neo4j for all tests of this folder: somebody's by its address, else one started here and ended again."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase

from ringfinder.neo4j.server import PINNED, down, up
from ringfinder.neo4j.server.distribution import installed

FOLDER = Path(__file__).parent
DISTRIBUTION = FOLDER.parents[1] / "ringfinder-neo4j" / "server"
GET_THEM = "needs Java 17 or 21 and Maven: apt-get install openjdk-17-jdk-headless maven, or set RINGFINDER_NEO4J_URL"
BATCH = 10_000


@dataclass(frozen=True)
class Server:
    """A server to test with; `home` and `browser` are those of one started here."""

    uri: str
    user: str
    password: str
    browser: str = ""
    home: Path | None = None


# Before pytest selects by marks, and before xdist reads its groups: one worker, one server.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(FOLDER):
            item.add_marker(pytest.mark.server)
            item.add_marker(pytest.mark.xdist_group("neo4j"))


@pytest.fixture(scope="session")
def distribution() -> Path:
    """Where the jars are, or are to be: fetched once for all checkouts' sessions."""
    needed = ("java",) if installed(DISTRIBUTION) == PINNED else ("java", "mvn")
    if not all(shutil.which(name) for name in needed):
        # A skipped test is not seen by anybody there.
        pytest.fail(GET_THEM) if os.environ.get("CI") == "true" else pytest.skip(GET_THEM)
    return DISTRIBUTION


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that answers; in `RINGFINDER_NEO4J_URL` the tests delete what is there."""
    url = os.environ.get("RINGFINDER_NEO4J_URL")
    if url:
        user = os.environ.get("RINGFINDER_NEO4J_USER", "neo4j")
        yield Server(url, user, os.environ.get("RINGFINDER_NEO4J_PASSWORD", ""))
        return
    distribution = request.getfixturevalue("distribution")
    home = tmp_path_factory.mktemp("neo4j") / "home"
    running = up(home, distribution=distribution, bolt_port=0, http_port=0, heap="1g")
    try:
        password = running.password_file.read_text(encoding="utf-8").strip()
        yield Server(running.uri, running.user, password, running.browser, home)
    finally:
        down(home)


@pytest.fixture
def home(server: Server) -> Path:
    """Home of the server, if it was started here."""
    if server.home is None:
        pytest.skip("the server of RINGFINDER_NEO4J_URL is not ours to look into")
    return server.home


@pytest.fixture(scope="session")
def driver(server: Server) -> Iterator[Driver]:
    with GraphDatabase.driver(server.uri, auth=(server.user, server.password)) as found:
        yield found


@pytest.fixture
def empty(driver: Driver) -> Driver:
    """The driver of a database without nodes, constraints, indexes and projected graphs."""
    with driver.session() as session:
        for graph in session.run("CALL gds.graph.list() YIELD graphName").value():
            session.run("CALL gds.graph.drop($graph, false) YIELD graphName", graph=graph).consume()
        for name in session.run("SHOW CONSTRAINTS YIELD name").value():
            session.run(f"DROP CONSTRAINT `{name}`").consume()
        # The look-up indexes are Neo4j's own; every query over a label leans on them.
        for name in session.run("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name").value():
            session.run(f"DROP INDEX `{name}`").consume()
        session.run(f"MATCH (n) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF {BATCH} ROWS").consume()
    return driver
