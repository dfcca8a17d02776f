"""Up to which run each user has seen what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import user_looks


@dataclass(frozen=True)
class Look:
    """A user has seen what changed up to this run."""

    run: int
    looked_at: datetime


class Looks:
    """The marks of all users."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def last(self, user_id: str) -> Look | None:
        """The mark of a user; None who never set one."""
        with self._engine.connect() as connection:
            row = connection.execute(select(user_looks).where(user_looks.c.user_id == user_id)).one_or_none()
        return Look(row.number, as_utc(row.looked_at)) if row else None

    def mark(self, user_id: str, run: int) -> Look:
        """Set the mark of a user, forward or back."""
        look = Look(run, datetime.now(UTC))
        try:
            with self._engine.begin() as connection:
                if not _moved(connection, user_id, look):
                    values = {"user_id": user_id, "number": run, "looked_at": look.looked_at}
                    connection.execute(insert(user_looks).values(values))
        except IntegrityError:  # the first mark, set twice at once: the row is there now, or there is no such user
            with self._engine.begin() as connection:
                if not _moved(connection, user_id, look):
                    raise
        return look


def _moved(connection: Connection, user_id: str, look: Look) -> bool:
    query = update(user_looks).where(user_looks.c.user_id == user_id)
    return connection.execute(query.values(number=look.run, looked_at=look.looked_at)).rowcount == 1
