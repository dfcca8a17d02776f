"""Up to which run each user has seen what changed, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from ringfinder.store.database import open_database
from ringfinder.store.looks import Looks
from ringfinder.store.schema import runs, users

MADE = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def held(url: str, tmp_path: Path) -> Iterator[Looks]:
    """Marks of two users, in a database with two runs."""
    engine = open_database(tmp_path, url)
    with engine.begin() as connection:
        for user in ("U1", "U2"):
            connection.execute(insert(users).values(user_id=user, name=user, service=False, created_at=MADE))
        for number in (1, 2):
            figures = dict.fromkeys(("requests", "alert_rings", "review_rings", "member_requests", "faded_rings"), 0)
            texts = dict.fromkeys(("settings_hash", "settings", "code_version", "timings"), "")
            connection.execute(
                insert(runs).values(number=number, started_at=MADE, finished_at=MADE, **figures, **texts)
            )
    yield Looks(engine)
    engine.dispose()


def test_no_mark_is_set_for_nobody_or_at_no_run(held: Looks) -> None:
    for user, run in (("U9", 1), ("U1", 9)):
        with pytest.raises(IntegrityError):
            held.mark(user, run)
        assert held.last(user) is None


def test_a_mark_moves_forward_and_back_and_is_one_s_own(held: Looks) -> None:
    for run in (1, 2, 1):
        marked = held.mark("U1", run)
        found = held.last("U1")
        assert found == marked
        assert found.run == run
        assert found.looked_at.tzinfo is not None
    assert held.last("U2") is None
