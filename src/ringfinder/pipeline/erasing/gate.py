"""The gate at which rows of erased persons are turned away when they are delivered again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

import pyarrow as pa
from sqlalchemy import Connection

from ringfinder.keychain import SUBJECTS, Keyring, read_secret
from ringfinder.pipeline.erasing.removal import PERSON, POLICY, take_out
from ringfinder.pipeline.erasing.subject import ErasedMarks
from ringfinder.records.portfolio import LINE, IncomingTable, Reject
from ringfinder.store import Workspace
from ringfinder.store.holds import Erased, erased_of

REASON = "erased: this person's data were erased and are not taken again"

_CELLS = re.compile(r"[,;|\t\"\r\n]+")
_UNKNOWN = (
    "persons were erased here while 'subject-key' was another: whether they come back with this load cannot be told"
)


class Gate:
    """Turns erased persons away, in whatever file they come; costs nothing where nobody was erased."""

    def __init__(self, erased: Erased, keyring: Keyring | None) -> None:
        self._erased = erased
        self._keyring = keyring

    @classmethod
    def of(cls, workspace: Workspace, warnings: list[str], connection: Connection | None = None) -> Gate:
        """The gate of a workspace; what it cannot tell goes into `warnings`."""
        erased = workspace.erased() if connection is None else erased_of(connection)
        if not erased:
            return cls(erased, None)
        keyring = Keyring(read_secret(SUBJECTS, workspace.path))
        if erased.key_ids != {keyring.key_id}:
            warnings.append(_UNKNOWN)
        return cls(erased, keyring)

    def without_erased(self, incoming: IncomingTable) -> IncomingTable:
        """The rows that may come in; the same object where all may.

        Rows of an erased person are refused, and no copy of them is kept. In rows of others a delegate or
        payee with that one's ID or account is blank.
        """
        if self._keyring is None:
            return incoming
        taken = take_out(incoming.table, incoming.rows, ErasedMarks(self._erased, self._keyring))
        originals = {line: text for line, text in incoming.rejected_rows.items() if not self._names(text)}
        hidden = set(incoming.rejected_rows) - set(originals)
        if not taken.changed and not hidden:
            return incoming
        refused = incoming.rows.filter(pa.array(taken.removed))[LINE].to_pylist()
        rejects = [replace(one, value="") if one.line in hidden else one for one in incoming.rejects] + [
            Reject(incoming.file, line, "", "", REASON) for line in refused
        ]
        blank = f"{incoming.file}: {taken.blanked:,} cells name erased persons and are blank"
        return replace(
            incoming,
            warnings=(*incoming.warnings, *([blank] if taken.blanked else [])),
            rows=taken.rows,
            rejects=tuple(sorted(rejects, key=lambda reject: reject.line)),
            rejected_rows=originals,
            withheld=incoming.withheld + len(refused) + len(hidden),
        )

    def _names(self, original: str) -> bool:
        """Whether a row that was rejected for another reason holds an erased person's number or policy."""
        return self._any(cell.strip() for cell in _CELLS.split(original))

    def _any(self, cells: Iterable[str]) -> bool:
        keyring, keys = self._keyring, self._erased.keys
        wanted = [(kind, keys[kind]) for kind in (PERSON, POLICY) if keys.get(kind)]
        return keyring is not None and any(keyring.key(kind, cell) in held for cell in cells for kind, held in wanted)
