"""The same request twice, the same answer: keys that a caller puts on a write so that it may be repeated.

A key belongs to a user and to one request. While that is being answered, a repetition is told to come
later; afterwards it gets the very same answer. A request that was cut off half-way (its process is gone) may
be repeated: what it makes has its name from the key's token, so what it made already is met, not made again.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Engine, Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ringfinder.errors import InputError
from ringfinder.jobs.names import name_from
from ringfinder.jobs.refusals import KeyReusedError, UnderWayError
from ringfinder.jobs.seal import Sealer
from ringfinder.jobs.worker import Worker
from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import idempotency_keys as keys

EXPIRES = timedelta(hours=24)
_LONGEST = 128
_LATER = 1  # seconds
_SILENT = timedelta(minutes=10)
"""An answer that has been owed for so long is not coming any more, whoever owes it."""


@dataclass(frozen=True)
class Answer:
    """What was answered, to be answered again."""

    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reservation:
    """The right to answer the first request with a key."""

    user_id: str
    key: str
    token: str

    def name(self, kind: str) -> str:
        """The name of what the request makes: the same whenever it is repeated."""
        return name_from(kind, self.token)


def fingerprint(method: str, path: str, body: bytes) -> str:
    """What tells a request from another one."""
    said = hashlib.sha256()
    for part in (method.encode(), path.encode(), body):
        said.update(hashlib.sha256(part).digest())
    return said.hexdigest()


def forget_old(engine: Engine, age: timedelta = EXPIRES) -> int:
    """Forget keys of that age; return how many."""
    with engine.begin() as connection:
        return connection.execute(delete(keys).where(keys.c.created_at <= datetime.now(UTC) - age)).rowcount


class Idempotency:
    """The keys of a site."""

    def __init__(self, engine: Engine, sealer: Sealer) -> None:
        self._engine = engine
        self._sealer = sealer

    def begin(self, user_id: str, key: str, request: str) -> Reservation | Answer:
        """Reserve a key for a request, or return what was answered before.

        Parameters
        ----------
        request
            Its `fingerprint`.

        Raises
        ------
        InputError
            If the key is empty, too long, or holds more than visible ASCII.
        KeyReusedError
            If the key came with another request.
        UnderWayError
            If the first one is still being answered.
        """
        if not 0 < len(key) <= _LONGEST or not (key.isascii() and key.isprintable()):
            raise InputError("the idempotency key cannot be used", remedy=f"1 to {_LONGEST} visible characters")
        fresh = Reservation(user_id, key, secrets.token_hex(16))
        while True:
            if self._inserted(fresh, request):
                return fresh
            found = self._found(fresh, request)
            if found is not None:
                return found

    def finish(self, reservation: Reservation, answer: Answer) -> None:
        """Keep the answer; later requests with the key get it."""
        about = _about(reservation)
        said = json.dumps([answer.body, answer.headers], ensure_ascii=False)
        values = {"status": answer.status, "answer": self._sealer.seal(said, about), "owner": ""}
        with self._engine.begin() as connection:
            connection.execute(update(keys).where(*_mine(reservation)).values(values))

    def give_up(self, reservation: Reservation) -> None:
        """Forget a request that was not answered: it may be repeated as if it had never been."""
        with self._engine.begin() as connection:
            connection.execute(delete(keys).where(*_mine(reservation), keys.c.status.is_(None)))

    def _inserted(self, fresh: Reservation, request: str) -> bool:
        row = {
            "user_id": fresh.user_id,
            "idempotency_key": fresh.key,
            "request_hash": request,
            "token": fresh.token,
            "owner": Worker.this().text(),
            "status": None,
            "answer": "",
            "created_at": datetime.now(UTC),
        }
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(keys).values(row))
        except IntegrityError:
            if self._row(fresh) is None:
                raise  # not the key is in the way, but the user is not there
            return False
        return True

    def _found(self, asked: Reservation, request: str) -> Reservation | Answer | None:
        """What a key that is there already means for a request; None if it went away meanwhile."""
        row = self._row(asked)
        if row is None:
            return None
        held = Reservation(asked.user_id, asked.key, row.token)
        if as_utc(row.created_at) <= datetime.now(UTC) - EXPIRES:
            with self._engine.begin() as connection:
                connection.execute(delete(keys).where(*_mine(held), keys.c.created_at == row.created_at))
            return None
        if row.request_hash != request:
            raise KeyReusedError(
                "the idempotency key came with another request", remedy="use a new key for each request"
            )
        if row.status is not None:
            body, headers = json.loads(self._sealer.open(row.answer, _about(held)))
            return Answer(row.status, body, headers)
        owner = Worker.read(row.owner)
        late = as_utc(row.created_at) <= datetime.now(UTC) - _SILENT
        if not late and (owner.alive or not owner.here):
            raise UnderWayError(_LATER)
        taken = update(keys).where(*_mine(held), keys.c.owner == row.owner, keys.c.status.is_(None))
        with self._engine.begin() as connection:
            # From one that is gone; of two that see it, one takes it, and the other looks again.
            changed = connection.execute(
                taken.values(owner=Worker.this().text(), created_at=datetime.now(UTC))
            ).rowcount
        return held if changed else None

    def _row(self, asked: Reservation) -> Row[Any] | None:
        query = select(keys).where(keys.c.user_id == asked.user_id, keys.c.idempotency_key == asked.key)
        with self._engine.connect() as connection:
            return connection.execute(query).first()


def _mine(held: Reservation) -> tuple[ColumnElement[bool], ...]:
    return keys.c.user_id == held.user_id, keys.c.idempotency_key == held.key, keys.c.token == held.token


def _about(held: Reservation) -> str:
    return json.dumps(["answer", held.user_id, held.key])
