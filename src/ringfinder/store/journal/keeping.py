"""Adding to the journal and reading it.

Entries are numbered from 1 without gaps, one writer at a time, in the transaction of what they are about: a write
and its entry are there together or not at all. The database refuses to update or delete them (migration r0004).
"""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, insert, select
from sqlalchemy.exc import OperationalError

from ringfinder import journal_file
from ringfinder.errors import SurroundingsError
from ringfinder.keychain import JOURNAL, read_secret
from ringfinder.store.database import cause
from ringfinder.store.journal.anchors import Anchor, AnchorFile, Heads
from ringfinder.store.journal.entries import BEGINS, CONTINUES, FIRST, Actor, Entry, JournalKey, plain
from ringfinder.store.journal.verification import Verification, verify
from ringfinder.store.schema import journal

ANCHORS = "journal-anchors.jsonl"
FORMER = "journal.jsonl"
"""Where a workspace had its journal before it was in the database; that file stays as it is."""

_HEAD = "head of the journal"
"""Under which a connection keeps the anchor of what its transaction added."""
_LAST = select(journal).order_by(journal.c.sequence.desc()).limit(1)
_INSERT = insert(journal)
_LOCK = 20266
_AT_ONCE = 1000
_log = logging.getLogger("ringfinder.journal")


class Journal:
    """The journal of a workspace.

    Parameters
    ----------
    workspace
        Its folder, which has the anchors.
    """

    def __init__(self, workspace: Path, engine: Engine) -> None:
        self._workspace = workspace
        self._engine = engine
        self._id = ""

    def append(
        self,
        by: Actor,
        *,
        action: str,
        purpose: str = "",
        object: str = "",  # noqa: A002 - the word of the domain
        details: Mapping[str, Any] | None = None,
        before_hash: str = "",
        after_hash: str = "",
    ) -> Entry:
        """Add an entry, on the disk when this returns.

        Parameters
        ----------
        by
            Who acts.
        object
            Ids, and keys by `ringfinder.keychain.Keyring`; never a raw value.
        details
            Counts and keys; no raw value either.

        Raises
        ------
        SurroundingsError
            If the database cannot be written, or the journal was tampered with: nothing is added to a broken chain.
        """
        with self.writing() as connection:
            return self.append_in(
                connection,
                by,
                action=action,
                purpose=purpose,
                object=object,
                details=details,
                before_hash=before_hash,
                after_hash=after_hash,
            )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction for `append_in` and for what its entry is about; the new head is anchored after it.

        Raises
        ------
        SurroundingsError
            If the database is locked for too long, or gone.
        """
        try:
            with self._engine.begin() as connection:
                _alone(connection)
                connection.info.pop(_HEAD, None)
                yield connection
                written = connection.info.pop(_HEAD, None)
        except OperationalError as error:
            raise SurroundingsError(
                f"the journal cannot be written: {cause(error)}",
                remedy="check that the database runs and that there is space, then repeat",
            ) from None
        self._anchor(written)

    def append_in(
        self,
        connection: Connection,
        by: Actor,
        *,
        action: str,
        purpose: str = "",
        object: str = "",  # noqa: A002 - the word of the domain
        details: Mapping[str, Any] | None = None,
        before_hash: str = "",
        after_hash: str = "",
    ) -> Entry:
        """Add an entry in an open transaction (see `append`), which waits for other writers of the journal.

        In a transaction that is not of `writing()` it is anchored together with the next entry that is.
        """
        _alone(connection)
        said = {
            "actor": plain(by.name),
            "user_id": by.user_id,
            "key_id": by.key_id,
            "role": ",".join(sorted(by.roles)),
            "action": action,
            "purpose": plain(purpose),
            "object": plain(object),
            "details": plain(json.dumps(dict(details or {}), ensure_ascii=False, sort_keys=True)),
            "before_hash": before_hash,
            "after_hash": after_hash,
        }
        last = self._last(connection)
        self._check_head(connection, last)
        if last is None:
            action, opening = self._opening()
            first = said | {"action": action, "purpose": "", "object": "", "before_hash": "", "after_hash": ""}
            last = self._insert(connection, first | {"details": json.dumps(opening, sort_keys=True)}, None)
        return Entry.of(self._insert(connection, said, last))

    def head(self) -> Anchor | None:
        """The last entry as an anchor, to be kept elsewhere or put into an export; None where there is none."""
        with self._engine.connect() as connection:
            last = self._last(connection)
            return None if last is None else self._anchor_of(connection, last)

    def entries(
        self,
        *,
        action: str = "",
        actor: str = "",
        since: datetime | None = None,
        before: int | None = None,
        last: int | None = None,
    ) -> list[Entry]:
        """Entries of a kind, the newest last.

        Parameters
        ----------
        before
            Only entries with smaller numbers.
        last
            The newest so many.
        """
        query = select(journal).order_by(journal.c.sequence.desc()).limit(last)
        query = query.where(*_conditions(action, actor, since))
        if before is not None:
            query = query.where(journal.c.sequence < before)
        with self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        return [Entry.of(dict(row)) for row in reversed(rows)]

    def count(self, *, action: str = "", actor: str = "", since: datetime | None = None) -> int:
        """How many entries of a kind there are."""
        query = select(func.count()).select_from(journal).where(*_conditions(action, actor, since))
        with self._engine.connect() as connection:
            return connection.execute(query).scalar_one()

    def verify(self, anchor_file: Path | None = None) -> Verification:
        """Whether the journal is whole, and which entries are anchored.

        Parameters
        ----------
        anchor_file
            Anchors that somebody kept elsewhere: lines of the workspace's own file, of `ringfinder journal head`,
            or MACs of entries as commands print them.

        Raises
        ------
        InputError
            If that file cannot be read.
        """
        own = Heads(self._anchors.path, self._key, may_lack=True)
        outside = Heads(anchor_file, self._key) if anchor_file else None
        with self._engine.connect() as connection:
            asked = connection.execution_options(stream_results=True, yield_per=_AT_ONCE)
            with asked.execute(select(journal).order_by(journal.c.sequence)) as rows:
                return verify(map(dict, rows.mappings()), self._key, own, outside)

    @cached_property
    def _key(self) -> JournalKey:
        return JournalKey(read_secret(JOURNAL, self._workspace))

    @cached_property
    def _anchors(self) -> AnchorFile:
        return AnchorFile(self._workspace / ANCHORS, self._key)

    def _last(self, connection: Connection) -> dict[str, Any] | None:
        row = connection.execute(_LAST).mappings().first()
        return None if row is None else dict(row)

    def _journal_id(self, connection: Connection) -> str:
        if not self._id:
            row = connection.execute(select(journal).where(journal.c.sequence == 1)).mappings().first()
            self._id = str(Entry.of(dict(row)).details.get("journal", "")) if row else ""
        return self._id

    def _check_head(self, connection: Connection, last: Mapping[str, Any] | None) -> None:
        """Refuse to go on where the end is not as it was left; what is before it `verify` looks at."""
        anchor = self._anchors.last()
        if last is not None and self._key.of_entry(last) != last["mac"]:
            reason = "its last entry was changed, or made with another key"
        elif anchor is None or (last is None and anchor.sequence == 0):
            return
        elif last is None:
            reason = "all entries are gone"
        elif anchor.journal != self._journal_id(connection):
            reason = "it is another one than the anchors of the workspace are of"
        elif anchor.sequence > last["sequence"] or (anchor.sequence == last["sequence"] and anchor.mac != last["mac"]):
            reason = f"entries up to {anchor.sequence} were anchored, and are cut off or replaced"
        else:
            return
        raise SurroundingsError(
            f"the journal cannot go on: {reason}",
            remedy="`ringfinder journal verify` says where; keep database and anchors as they are for whoever looks"
            " into it, and bring both back from a backup",
        )

    def _opening(self) -> tuple[str, dict[str, str]]:
        """Action and details of the first entry; the id is anchored before it is written, or an empty file would do."""
        noted = self._anchors.last()
        if noted is None:
            noted = Anchor.made(self._key, secrets.token_hex(16), 0, FIRST)
            self._anchors.add(noted)
        opening = {"journal": noted.journal, "key": self._key.key_id}
        former = self._workspace / FORMER
        if not former.exists():
            return BEGINS, opening
        digest = hashlib.sha256(former.read_bytes()).hexdigest()
        return CONTINUES, opening | {"file": FORMER, "head": journal_file.head(former), "sha256": digest}

    def _insert(
        self, connection: Connection, said: Mapping[str, Any], last: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        columns = {
            **said,
            "sequence": last["sequence"] + 1 if last else 1,
            "at": datetime.now(UTC).isoformat(timespec="microseconds"),
            "previous": last["mac"] if last else FIRST,
        }
        columns["mac"] = self._key.of_entry(columns)
        connection.execute(_INSERT, columns)
        connection.info[_HEAD] = self._anchor_of(connection, columns)
        return columns

    def _anchor_of(self, connection: Connection, entry: Mapping[str, Any]) -> Anchor:
        return Anchor.made(self._key, self._journal_id(connection), entry["sequence"], entry["mac"])

    def _anchor(self, head: Anchor | None) -> None:
        """Note the head; an entry that is written stays written, and the next one anchors it where this fails."""
        try:
            if head:
                self._anchors.add(head)
        except OSError as error:
            _log.warning("the head of the journal could not be anchored: %s", error.strerror)


def _conditions(action: str, actor: str, since: datetime | None) -> list[ColumnElement[bool]]:
    found = []
    if action:
        found.append(journal.c.action == action)
    if actor:
        found.append(journal.c.actor == actor)
    if since:
        found.append(journal.c.at >= since.astimezone(UTC).isoformat(timespec="microseconds"))
    return found


def _alone(connection: Connection) -> None:
    """Wait until no other transaction writes the journal, until this one ends."""
    if connection.dialect.name == "sqlite":
        # The driver begins a transaction with the first write alone; a former read would be of a former head.
        if not getattr(connection.connection.dbapi_connection, "in_transaction", False):
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
