"""Legal holds, and the keys of what was erased: who must stay, and who must not come back.

Both know a customer by a key with a secret of its own outside the workspace (`ringfinder.keychain`), so
that a list of them names nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, insert, select, update

from ringfinder.errors import InputError
from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import erased_keys, holds


@dataclass(frozen=True, slots=True)
class Hold:
    """One legal hold; `released_at` is None while it lasts."""

    hold_id: str
    subject_key: str
    key_id: str
    reason: str
    actor: str
    placed_at: datetime
    released_at: datetime | None


class Holds:
    """Legal holds of a workspace."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def place(self, subject_key: str, key_id: str, reason: str, actor: str) -> Hold:
        """Put a subject under hold; several holds of one subject stand side by side."""
        hold = Hold(f"H-{secrets.token_hex(5).upper()}", subject_key, key_id, reason, actor, datetime.now(UTC), None)
        with self._engine.begin() as connection:
            connection.execute(
                insert(holds).values(
                    hold_id=hold.hold_id,
                    subject_key=subject_key,
                    key_id=key_id,
                    reason=reason,
                    actor=actor,
                    placed_at=hold.placed_at,
                )
            )
        return hold

    def release(self, hold_id: str) -> Hold:
        """End a hold.

        Raises
        ------
        InputError
            If there is none of that name, or it has ended.
        """
        ending = update(holds).where(holds.c.hold_id == hold_id, holds.c.released_at.is_(None))
        with self._engine.begin() as connection:
            ended = connection.execute(ending.values(released_at=datetime.now(UTC))).rowcount
        found = [hold for hold in self.listed() if hold.hold_id == hold_id]
        if not found:
            raise InputError(f"there is no hold {hold_id!r}", remedy="`ringfinder store holds` lists all")
        if not ended:
            raise InputError(f"{hold_id} was released already", remedy="`ringfinder store holds` lists those that last")
        return found[0]

    def listed(self) -> list[Hold]:
        """Every hold, the oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(holds).order_by(holds.c.placed_at, holds.c.hold_id)).all()
        return [
            Hold(
                row.hold_id,
                row.subject_key,
                row.key_id,
                row.reason,
                row.actor,
                as_utc(row.placed_at),
                as_utc(row.released_at) if row.released_at else None,
            )
            for row in rows
        ]

    def lasting(self) -> list[Hold]:
        """Holds that have not ended."""
        return [hold for hold in self.listed() if hold.released_at is None]


@dataclass(frozen=True)
class Erased:
    """Keys of what must not come back, by kind (``person``, ``policy``, ``id_no`` …), and of the secrets they need."""

    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)
    key_ids: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.keys)


def erased_of(connection: Connection) -> Erased:
    """All keys of what was erased."""
    rows = connection.execute(select(erased_keys.c.kind, erased_keys.c.erased_key, erased_keys.c.key_id)).all()
    found: dict[str, set[str]] = {}
    for kind, key, _ in rows:
        found.setdefault(kind, set()).add(key)
    return Erased({kind: frozenset(keys) for kind, keys in found.items()}, frozenset(row.key_id for row in rows))


def keep_erased(connection: Connection, erasure_id: str, key_id: str, keys: Iterable[tuple[str, str]]) -> None:
    """Remember kinds and keys of what is erased."""
    wanted = sorted(set(keys))
    known = erased_of(connection).keys
    rows = [
        {"kind": kind, "erased_key": key, "key_id": key_id, "erasure_id": erasure_id}
        for kind, key in wanted
        if key not in known.get(kind, frozenset())
    ]
    if rows:
        connection.execute(insert(erased_keys), rows)
