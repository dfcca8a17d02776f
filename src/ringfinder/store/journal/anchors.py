"""Anchors: heads of the journal, noted where a change of the database does not reach.

A chain of MACs cannot show by itself that its end was cut off, or that the whole of it was put in the place of
another. Each head is therefore noted, with its own MAC, in a file of the workspace to which lines are only added;
copies of it, and heads in exports, are kept by others.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from ringfinder.errors import InputError
from ringfinder.store.files import FILE_MODE
from ringfinder.store.journal.entries import JournalKey

_TAIL = 4096
_LONGEST = 1024
_MAC_ALONE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Anchor:
    """A head of the journal.

    Parameters
    ----------
    journal
        Random id of the journal.
    sequence
        Number of the entry; 0 where only the id is noted, before the first entry.
    mac
        Of that entry.
    at
        When it was noted.
    seal
        MAC of the anchor itself.
    """

    journal: str
    sequence: int
    mac: str
    at: str
    seal: str

    @classmethod
    def made(cls, key: JournalKey, journal: str, sequence: int, mac: str) -> Anchor:
        """An anchor of now."""
        at = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(journal, sequence, mac, at, key.of_anchor(journal, sequence, mac, at))

    @classmethod
    def read(cls, line: str, key: JournalKey) -> Anchor | None:
        """The anchor of a line; None where it is none, or was not made with this key."""
        try:
            said = json.loads(line)
            anchor = cls(**said)
            good = key.of_anchor(anchor.journal, anchor.sequence, anchor.mac, anchor.at) == anchor.seal
        except (TypeError, ValueError, RecursionError):
            return None
        return anchor if good else None

    def line(self) -> str:
        """The anchor as it stands in a file."""
        return json.dumps(asdict(self))


class AnchorFile:
    """The workspace's own anchors, mode 600; lines are added and never changed."""

    def __init__(self, path: Path, key: JournalKey) -> None:
        self.path = path
        self._key = key

    def add(self, anchor: Anchor) -> None:
        """Add one in a single write; not forced onto the disk, for what a lost line would anchor the next one does."""
        handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, FILE_MODE)
        try:
            os.write(handle, f"{anchor.line()}\n".encode())
        finally:
            os.close(handle)

    def last(self) -> Anchor | None:
        """The last one that is whole."""
        try:
            with self.path.open("rb") as file:
                file.seek(max(0, self.path.stat().st_size - _TAIL))
                lines = file.read().decode("utf-8", "replace").splitlines()
        except FileNotFoundError:
            return None
        return next(filter(None, (Anchor.read(line, self._key) for line in reversed(lines))), None)


class Heads:
    """What a file of anchors says, in 32 bytes an entry: a journal of a million entries has as many anchors.

    Parameters
    ----------
    path
        Of the workspace, or a copy that somebody kept; there a line may also be the bare MAC of an entry.
    may_lack
        A file that is not there is one without lines.

    Raises
    ------
    InputError
        If the file cannot be read.
    """

    def __init__(self, path: Path, key: JournalKey, *, may_lack: bool = False) -> None:
        self.highest = 0
        self.journals: set[str] = set()
        self.alone: set[str] = set()
        """MACs without a number, as commands print them."""
        self.spoiled = 0
        """The first line that is no anchor; 0 where all are."""
        self.contradicts = 0
        """The first entry of which two anchors say different things; 0 where there is none."""
        self.name = path.name
        self._macs = bytearray()
        for number, line in () if may_lack and not path.exists() else _lines(path):
            if _MAC_ALONE.fullmatch(line):
                self.alone.add(line)
            elif anchor := Anchor.read(line, key):
                self._note(anchor)
            else:
                self.spoiled = self.spoiled or number

    def mac(self, sequence: int) -> str:
        """MAC of an entry; empty where it is not anchored."""
        found = bytes(self._macs[32 * sequence : 32 * sequence + 32])
        return found.hex() if any(found) else ""

    def _note(self, anchor: Anchor) -> None:
        self.journals.add(anchor.journal)
        if anchor.sequence == 0:
            return
        self.highest = max(self.highest, anchor.sequence)
        self._macs.extend(bytes(max(0, 32 * (anchor.sequence + 1) - len(self._macs))))
        if self.mac(anchor.sequence) not in {"", anchor.mac}:
            self.contradicts = min(self.contradicts or anchor.sequence, anchor.sequence)
        self._macs[32 * anchor.sequence : 32 * anchor.sequence + 32] = bytes.fromhex(anchor.mac)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; of a line that is too long to be an anchor, as much as shows that."""
    try:
        with path.open("rb") as file:
            number = 0
            while line := file.readline(_LONGEST):
                number += 1
                yield number, line.decode("utf-8", "replace").strip()
    except OSError as error:
        raise InputError(
            f"the anchors {path} cannot be read: {error.strerror}", remedy="name a file of anchors with --anchor FILE"
        ) from None
