"""Users: people and programs, what they are there for, and the branches that they are bound to."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ringfinder.errors import InputError
from ringfinder.identity.principal import Principal, Role
from ringfinder.store import Workspace
from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import oidc_subjects, user_branches, user_roles, users

_NAME = re.compile(r"[^\W_][\w .@-]{0,127}")
_LONGEST_BRANCH, _LONGEST_SUBJECT = 64, 255
_BETWEEN = "\n"  # cannot be printed, so no branch code holds one


@dataclass(frozen=True)
class User:
    """A person or a program.

    Parameters
    ----------
    service
        Whether it is a program.
    branches
        None where it is bound to none.
    """

    user_id: str
    name: str
    service: bool
    roles: frozenset[Role]
    branches: frozenset[str] | None
    created_at: datetime
    revoked_at: datetime | None

    def principal(self, key_id: str, roles: frozenset[Role] | None = None) -> Principal:
        """Whoever acts as this user by a key or subject: with its roles, or those of `roles` among them."""
        mine = self.roles if roles is None else self.roles & roles
        return Principal(self.user_id, self.name, mine, self.branches, key_id)


class Users:
    """The users of a workspace; every change is journalled in its own transaction."""

    def __init__(self, workspace: Workspace) -> None:
        self._engine = workspace.engine
        self._journal = workspace.journal

    def create(
        self,
        name: str,
        *,
        by: Principal,
        roles: Iterable[Role] = (),
        branches: Iterable[str] | None = None,
        service: bool = False,
    ) -> User:
        """Make a user.

        Raises
        ------
        InputError
            If the name is taken or cannot be one, or a branch code cannot be one.
        """
        with self._journal.writing() as connection:
            return self.create_in(connection, name, by=by, roles=roles, branches=branches, service=service)

    def create_in(
        self,
        connection: Connection,
        name: str,
        *,
        by: Principal,
        roles: Iterable[Role] = (),
        branches: Iterable[str] | None = None,
        service: bool = False,
    ) -> User:
        """Make a user in a transaction of `Journal.writing` (see `create`)."""
        wanted, bound = frozenset(roles), _checked(branches)
        if not _NAME.fullmatch(name):
            raise InputError(
                "that cannot be the name of a user",
                remedy="up to 128 letters, digits, blanks, and any of . _ @ -, the first a letter or digit",
            )
        user = User(f"U{secrets.token_hex(6)}", name, service, wanted, bound, datetime.now(UTC), None)
        row = {"user_id": user.user_id, "name": name, "service": service, "created_at": user.created_at}
        try:
            connection.execute(insert(users).values(row))
        except IntegrityError:
            raise InputError(
                f"there is a user {name!r} already", remedy="choose another name; `ringfinder users list` shows all"
            ) from None
        _set_roles(connection, user.user_id, wanted)
        _set_branches(connection, user.user_id, bound)
        self._journal.append_in(
            connection,
            by,
            action="user created",
            object=user.user_id,
            details={"name": name, "service": service, **_said(wanted, bound)},
        )
        return user

    def all(self) -> list[User]:
        """Every user, also those who are revoked, by name."""
        with self._engine.connect() as connection:
            return [user_of(row) for row in connection.execute(select_users().order_by(users.c.name))]

    def find(self, name: str) -> User:
        """The user of a name.

        Raises
        ------
        InputError
            If there is none.
        """
        with self._engine.connect() as connection:
            return self._find(connection, name)

    def change(
        self, name: str, *, by: Principal, roles: Iterable[Role] | None = None, branches: Iterable[str] | None = None
    ) -> User:
        """Replace the roles or the branches of a user, or both; no branches (an empty list) bind to none.

        Raises
        ------
        InputError
            If there is no such user, or a branch code cannot be one.
        """
        bound = _checked(branches)
        with self._journal.writing() as connection:
            user = self._find(connection, name)
            if roles is not None:
                _set_roles(connection, user.user_id, frozenset(roles))
            if branches is not None:
                _set_branches(connection, user.user_id, bound)
            changed = self._find(connection, name)
            details = {"name": name, **_said(changed.roles, changed.branches)}
            self._journal.append_in(connection, by, action="user changed", object=user.user_id, details=details)
        return changed

    def revoke(self, name: str, *, by: Principal) -> User:
        """End a user, and with it every key and subject; the name stays taken.

        Raises
        ------
        InputError
            If there is no such user, or it is revoked already.
        """
        with self._journal.writing() as connection:
            user = self._find(connection, name)
            if user.revoked_at is not None:
                raise InputError(f"{name!r} is revoked already")
            mine = users.c.user_id == user.user_id
            connection.execute(update(users).where(mine).values(revoked_at=datetime.now(UTC)))
            self._journal.append_in(
                connection, by, action="user revoked", object=user.user_id, details={"name": user.name}
            )
            return self._find(connection, name)

    def link(self, name: str, *, by: Principal, issuer: str, subject: str) -> None:
        """Let a subject of an OIDC issuer act as a user.

        Raises
        ------
        InputError
            If there is no such user, or the subject is linked already.
        """
        if not (_fits(issuer, _LONGEST_SUBJECT) and _fits(subject, _LONGEST_SUBJECT)):
            raise InputError(f"issuer and subject have 1 to {_LONGEST_SUBJECT} characters that can be printed")
        with self._journal.writing() as connection:
            user = self._find(connection, name)
            row = {"issuer": issuer, "subject": subject, "user_id": user.user_id, "created_at": datetime.now(UTC)}
            try:
                connection.execute(insert(oidc_subjects).values(row))
            except IntegrityError:
                raise InputError("that subject is linked to a user already") from None
            # The subject may be an e-mail address: the journal names the issuer alone.
            details = {"name": user.name, "issuer": issuer}
            self._journal.append_in(connection, by, action="subject linked", object=user.user_id, details=details)

    def unlink(self, name: str, *, by: Principal, issuer: str, subject: str) -> None:
        """Let a subject no longer act as a user, from the next token on; it may be linked again, to anybody.

        Raises
        ------
        InputError
            If there is no such user, or the subject is not linked to that one.
        """
        with self._journal.writing() as connection:
            user = self._find(connection, name)
            here = (oidc_subjects.c.issuer == issuer) & (oidc_subjects.c.subject == subject)
            mine = delete(oidc_subjects).where(here, oidc_subjects.c.user_id == user.user_id)
            if not connection.execute(mine).rowcount:
                raise InputError(
                    "that subject is not linked to that user", remedy="write issuer and subject as they were linked"
                )
            details = {"name": user.name, "issuer": issuer}  # as in `link`
            self._journal.append_in(connection, by, action="subject unlinked", object=user.user_id, details=details)

    def _find(self, connection: Connection, name: str) -> User:
        row = connection.execute(select_users().where(users.c.name == name)).first()
        if row is None:
            raise InputError("there is no user of that name", remedy="`ringfinder users list` shows all")
        return user_of(row)


def select_users(*more: ColumnElement[Any]) -> Select[Any]:
    """Users with their roles and branches in one question; columns of joined tables may come along."""
    roles = select(func.aggregate_strings(user_roles.c.role, _BETWEEN)).where(user_roles.c.user_id == users.c.user_id)
    branches = select(func.aggregate_strings(user_branches.c.branch_code, _BETWEEN)).where(
        user_branches.c.user_id == users.c.user_id
    )
    return select(users, roles.scalar_subquery().label("held"), branches.scalar_subquery().label("bound"), *more)


def user_of(row: Row[Any]) -> User:
    """A user from a row of `select_users`."""
    return User(
        row.user_id,
        row.name,
        row.service,
        frozenset(Role(role) for role in (row.held or "").split(_BETWEEN) if role),
        None if row.bound is None else frozenset(row.bound.split(_BETWEEN)),
        as_utc(row.created_at),
        None if row.revoked_at is None else as_utc(row.revoked_at),
    )


def _fits(text: str, longest: int) -> bool:
    """Whether a column takes it, and a person can read it."""
    return text.isprintable() and 0 < len(text.strip()) <= len(text) <= longest


def _checked(branches: Iterable[str] | None) -> frozenset[str] | None:
    bound = frozenset(branches or ())
    if not all(_fits(branch, _LONGEST_BRANCH) for branch in bound):
        raise InputError(
            "that cannot be a branch code", remedy=f"1 to {_LONGEST_BRANCH} characters that can be printed"
        )
    return bound or None


def _set_roles(connection: Connection, user_id: str, roles: frozenset[Role]) -> None:
    connection.execute(delete(user_roles).where(user_roles.c.user_id == user_id))
    if roles:
        rows = [{"user_id": user_id, "role": role.value} for role in sorted(roles)]
        connection.execute(insert(user_roles), rows)


def _set_branches(connection: Connection, user_id: str, branches: frozenset[str] | None) -> None:
    connection.execute(delete(user_branches).where(user_branches.c.user_id == user_id))
    if branches:
        rows = [{"user_id": user_id, "branch_code": branch} for branch in sorted(branches)]
        connection.execute(insert(user_branches), rows)


def _said(roles: frozenset[Role], branches: frozenset[str] | None) -> dict[str, list[str] | None]:
    return {"roles": sorted(roles), "branches": None if branches is None else sorted(branches)}
