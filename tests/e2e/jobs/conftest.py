"""A workspace with two users and a small portfolio to upload."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.long_work import add_users

from ringfinder.jobs.queue import Job, Jobs
from ringfinder.jobs.supervisor import Supervisor
from ringfinder.jobs.uploads import Uploads
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace
from ringfinder.store.database import open_database


@pytest.fixture(scope="session")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jobs") / "town"
    simulate("town", 1500, 1, folder)
    return folder


@dataclass(frozen=True)
class Place:
    """A workspace, its queue and its uploads."""

    settings: Settings
    engine: Engine
    jobs: Jobs
    uploads: Uploads

    def drain(self, **options: float) -> None:
        """Do everything that waits, in child processes."""
        supervisor = Supervisor(self.settings, poll=0.05, **options)  # type: ignore[arg-type] # seconds all
        try:
            supervisor.run(until=supervisor.idle)
        finally:
            supervisor.stop()

    def job(self, name: str) -> Job:
        return self.jobs.get(name)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    settings = Settings(tmp_path / "data")
    Workspace.open(settings).close()
    engine = open_database(settings.workspace, "")
    add_users(engine)
    yield Place(settings, engine, Jobs(engine), Uploads(engine, settings.workspace))
    engine.dispose()
