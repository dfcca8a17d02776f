"""API keys: 256 random bits, shown once; kept is their HMAC under a pepper that is outside the database.

A random key needs no slow hash: nobody tries 2^256 of them. Whoever reads the database alone gets nothing that
could be tried at all, and whoever may write it cannot make a key without the pepper.
"""

from __future__ import annotations

import hmac
import json
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, or_, select, update
from sqlalchemy.exc import OperationalError

from ringfinder.errors import InputError
from ringfinder.identity.principal import Principal, Role, UnauthenticatedError
from ringfinder.identity.users import User, select_users, user_of
from ringfinder.keychain import PEPPER, read_secret
from ringfinder.store import Workspace
from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import api_keys, users

MOST_DAYS = 3650
_FORM = re.compile(r"rf_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_LONGEST = 64  # of what is hashed, however long the text that was sent
_USED_AT_MOST_EVERY = timedelta(minutes=1)
_LONGEST_NAME = 128


@dataclass(frozen=True)
class ApiKey:
    """What may be told of a key.

    Parameters
    ----------
    user
        Name of whose it is.
    roles
        A part of the user's; None for all of them, whatever they become.
    """

    key_id: str
    user: str
    name: str
    roles: frozenset[Role] | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


_KEY = (
    select_users(
        api_keys.c.mac,
        api_keys.c.key_id,
        api_keys.c.roles.label("key_roles"),
        api_keys.c.expires_at,
        api_keys.c.revoked_at.label("key_revoked_at"),
        api_keys.c.last_used_at,
    )
    .join(api_keys, api_keys.c.user_id == users.c.user_id)
    .where(api_keys.c.key_id == bindparam("sought"))
)
"""A key with its user."""


class ApiKeys:
    """The keys of a workspace; making and revoking one is journalled."""

    def __init__(self, workspace: Workspace) -> None:
        self._engine = workspace.engine
        self._journal = workspace.journal
        self._pepper = read_secret(PEPPER, workspace.path)
        self._nobodys = secrets.token_hex(32)
        """Stands for the MAC of a key that is not there."""

    def create(
        self, user: User, name: str, *, by: Principal, roles: Iterable[Role] | None = None, days: int | None = None
    ) -> str:
        """Make a key and return it: nobody can show it again.

        Parameters
        ----------
        roles
            A part of the user's roles; all of them where None.
        days
            After which it expires; None for never.

        Raises
        ------
        InputError
            If the user is revoked or lacks a role, or the name or the days cannot be.
        """
        with self._journal.writing() as connection:
            return self.create_in(connection, user, name, by=by, roles=roles, days=days)

    def create_in(
        self,
        connection: Connection,
        user: User,
        name: str,
        *,
        by: Principal,
        roles: Iterable[Role] | None = None,
        days: int | None = None,
    ) -> str:
        """Make a key in a transaction of `Journal.writing` (see `create`)."""
        wanted = None if roles is None else frozenset(roles)
        _check(user, name, wanted, days)
        key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        now = datetime.now(UTC)
        expires_at = now + timedelta(days=days) if days is not None else None
        connection.execute(
            insert(api_keys).values(
                key_id=key_id,
                user_id=user.user_id,
                name=name,
                mac=self._mac(key_id, secret),
                roles="" if wanted is None else json.dumps(sorted(wanted)),
                created_at=now,
                expires_at=expires_at,
            )
        )
        self._journal.append_in(
            connection,
            by,
            action="key created",
            object=key_id,
            details={
                "name": name,
                "user": user.user_id,
                "roles": sorted(user.roles if wanted is None else wanted),
                "expires": expires_at.isoformat(timespec="seconds") if expires_at else None,
            },
        )
        return f"rf_{key_id}_{secret}"

    def authenticate(self, text: str) -> Principal:
        """Whose key this is.

        Whatever is wrong, one keyed hash and one comparison in constant time are made, and one error is raised:
        neither answer nor time tells an unknown key from a wrong one, or a revoked one from both.

        Raises
        ------
        UnauthenticatedError
            If it is nobody's, or expired, or it or its user is revoked.
        """
        form = _FORM.fullmatch(text)
        key_id, secret = form.groups() if form else ("", text[:_LONGEST])
        row = self._row(key_id)
        kept = row.mac if row else self._nobodys
        same = hmac.compare_digest(self._mac(key_id, secret).encode(), kept.encode())
        now = datetime.now(UTC)
        if not same or row is None or not _valid(row, now):
            raise UnauthenticatedError
        self._used(row, now)
        return user_of(row).principal(key_id, _roles(row.key_roles))

    def all(self) -> list[ApiKey]:
        """Every key, the oldest first; no secret and no MAC."""
        query = select(api_keys, users.c.name.label("user")).join(users).order_by(api_keys.c.created_at)
        with self._engine.connect() as connection:
            return [_key(row) for row in connection.execute(query)]

    def revoke(self, key_id: str, *, by: Principal) -> None:
        """End a key.

        Raises
        ------
        InputError
            If there is no such key, or it is revoked already.
        """
        with self._journal.writing() as connection:
            ended = connection.execute(
                update(api_keys)
                .where(api_keys.c.key_id == key_id, api_keys.c.revoked_at.is_(None))
                .values(revoked_at=datetime.now(UTC))
            )
            if not ended.rowcount:
                raise InputError("there is no such key that is not revoked", remedy="`ringfinder keys list` shows all")
            self._journal.append_in(connection, by, action="key revoked", object=key_id)

    def _mac(self, key_id: str, secret: str) -> str:
        said = f"api key\0{key_id}\0{secret}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._pepper, said, "sha256").hex()

    def _row(self, key_id: str) -> Row[Any] | None:
        """The key and its user in one question, asked also where the text cannot be a key."""
        with self._engine.connect() as connection:
            return connection.execute(_KEY, {"sought": key_id}).first()

    def _used(self, row: Row[Any], now: datetime) -> None:
        """Note that the key is in use, at most once a minute: a request need not wait for a write."""
        before = now - _USED_AT_MOST_EVERY
        if row.last_used_at is not None and as_utc(row.last_used_at) > before:
            return
        used = api_keys.c.last_used_at
        query = update(api_keys).where(api_keys.c.key_id == row.key_id, or_(used.is_(None), used <= before))
        with suppress(OperationalError), self._engine.begin() as connection:  # a busy database refuses nobody
            connection.execute(query.values(last_used_at=now))


def _check(user: User, name: str, roles: frozenset[Role] | None, days: int | None) -> None:
    if user.revoked_at is not None:
        raise InputError(f"{user.name!r} is revoked", remedy="make a key for another user")
    if not (name.isprintable() and 0 < len(name.strip()) <= len(name) <= _LONGEST_NAME):
        raise InputError("that cannot be the name of a key", remedy="1 to 128 characters that can be printed")
    if days is not None and not 0 < days <= MOST_DAYS:
        raise InputError(f"a key lasts 1 to {MOST_DAYS} days")
    lacking = sorted((roles or frozenset()) - user.roles)
    if lacking:
        raise InputError(
            f"{user.name!r} has not the role {', '.join(lacking)}",
            remedy="a key has a part of its user's roles at most",
        )


def _valid(row: Row[Any], now: datetime) -> bool:
    expired = row.expires_at is not None and as_utc(row.expires_at) <= now
    return not expired and row.key_revoked_at is None and row.revoked_at is None


def _roles(written: str) -> frozenset[Role] | None:
    return frozenset(Role(role) for role in json.loads(written)) if written else None


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        row.key_id,
        row.user,
        row.name,
        _roles(row.roles),
        as_utc(row.created_at),
        _as_utc(row.expires_at),
        _as_utc(row.revoked_at),
        _as_utc(row.last_used_at),
    )


def _as_utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else as_utc(moment)
