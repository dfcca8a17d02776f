"""What the service needs of identity and journal, whoever provides it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol

from sqlalchemy import Connection

from ringfinder.identity import Principal


class Authenticator(Protocol):
    """Tells who comes with a key or a token."""

    def authenticate(self, text: str) -> Principal:
        """The principal of what stands behind `Bearer`.

        Raises
        ------
        InputError
            If it is no valid key or token, whatever the reason.
        """


class JournalEntry(Protocol):
    """One entry of the journal."""

    @property
    def sequence(self) -> int: ...  # noqa: D102 - a column
    @property
    def at(self) -> str: ...  # noqa: D102 - a column
    @property
    def actor(self) -> str: ...  # noqa: D102 - a column
    @property
    def user_id(self) -> str: ...  # noqa: D102 - a column
    @property
    def key_id(self) -> str: ...  # noqa: D102 - a column
    @property
    def role(self) -> str: ...  # noqa: D102 - a column
    @property
    def action(self) -> str: ...  # noqa: D102 - a column
    @property
    def purpose(self) -> str: ...  # noqa: D102 - a column
    @property
    def object(self) -> str: ...  # noqa: D102 - a column
    @property
    def details(self) -> Mapping[str, Any]: ...  # noqa: D102 - a column
    @property
    def before_hash(self) -> str: ...  # noqa: D102 - a column
    @property
    def after_hash(self) -> str: ...  # noqa: D102 - a column
    @property
    def previous(self) -> str: ...  # noqa: D102 - a column
    @property
    def mac(self) -> str: ...  # noqa: D102 - a column


class Anchor(Protocol):
    """A head of the journal, to be kept elsewhere."""

    @property
    def journal(self) -> str: ...  # noqa: D102 - a column
    @property
    def sequence(self) -> int: ...  # noqa: D102 - a column
    @property
    def mac(self) -> str: ...  # noqa: D102 - a column
    @property
    def at(self) -> str: ...  # noqa: D102 - a column
    @property
    def seal(self) -> str: ...  # noqa: D102 - a column


class Journal(Protocol):
    """Where it is written down who did what and why."""

    def append(
        self,
        by: Principal,
        /,
        *,
        action: str,
        purpose: str,
        object: str,  # noqa: A002 - what the journal calls it
        details: Mapping[str, int | str],
    ) -> Any:
        """Add an entry, on the disk when this returns."""

    def writing(self) -> AbstractContextManager[Connection]:
        """A transaction of the workspace's database for `append_in` and for what its entry is about."""

    def append_in(
        self,
        connection: Connection,
        by: Principal,
        /,
        *,
        action: str,
        purpose: str,
        object: str,  # noqa: A002 - what the journal calls it
        details: Mapping[str, int | str],
    ) -> Any:
        """Add an entry in a transaction of `writing`."""

    def entries(self, *, before: int | None, last: int | None) -> Sequence[JournalEntry]:
        """The newest `last` entries with a sequence below `before`, the newest of them last."""

    def head(self) -> Anchor | None:
        """The newest entry as an anchor."""
