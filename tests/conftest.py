"""How `--dist loadgroup` deals tests to workers: those of Neo4j to one, as they share a server and its database."""

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

NEO4J = "tests/neo4j/"


class Dealing(LoadGroupScheduling):  # type: ignore[misc] # xdist has no types
    """By group, where the group of Neo4j's tests is known by their folder.

    pytest 9.2 no longer takes the change of a test's id by which xdist 3.8 hands on the mark `xdist_group`
    (pytest-dev/pytest-xdist#1386): it deals as if there were no groups, and says nothing.
    """

    def _split_scope(self, nodeid: str) -> str:
        return NEO4J if nodeid.startswith(NEO4J) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Dealing | None:
    return Dealing(config, log) if config.getoption("dist") == "loadgroup" else None
