"""How `--dist loadgroup` deals tests to workers, and secrets of the tests' own.

Those of Neo4j go to one worker, as they share a server and its database.
"""

from collections.abc import Iterator

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


@pytest.fixture(scope="session", autouse=True)
def _secrets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or makes the secrets of whoever runs it, or acts with that one's key."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path_factory.mktemp("secrets") / "secret"))
        patch.delenv("RINGFINDER_KEY", raising=False)
        yield
