"""The queue on both decisions databases."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.contract.store.conftest import postgres as postgres  # noqa: PLC0414 - a fixture is handed on by its name
from tests.contract.store.conftest import url as url  # noqa: PLC0414
from tests.long_work import add_users

from ringfinder.jobs.queue import Jobs
from ringfinder.store.database import open_database


@pytest.fixture
def engine(url: str, tmp_path: Path) -> Iterator[Engine]:
    """A database with two users."""
    engine = open_database(tmp_path, url)
    add_users(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def jobs(engine: Engine) -> Jobs:
    return Jobs(engine)
