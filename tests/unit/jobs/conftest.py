"""A database with two users, on SQLite."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from tests.long_work import add_users

from ringfinder.store.database import open_database


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_database(tmp_path, "")
    add_users(engine)
    yield engine
    engine.dispose()
