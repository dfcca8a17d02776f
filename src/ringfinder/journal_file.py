"""A journal beside the results of `ringfinder run`: JSON lines, each with the hash of the one before.

The journal of a workspace is in its database and has a key (`ringfinder.store.journal`). A folder of results has no
database and goes to people who have no key: they see with it who was shown what, and check it with nothing but
SHA-256. A changed, removed, inserted or reordered line breaks the chain. Lines cut off at the end, or a chain written
anew from some line on, are found only with the last hash, kept elsewhere (`verify` takes it as `anchor`).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock

from ringfinder.errors import SurroundingsError

_FIRST = "0" * 64
_MODE = 0o600
_TAIL = 1 << 16
_FIELDS = frozenset({"at", "actor", "action", "purpose", "subject", "details", "before", "hash"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a journal was tampered with: the first line whose place in the chain is wrong."""

    line: int
    reason: str


def append(
    path: Path, *, actor: str, action: str, purpose: str, subject: str, details: Mapping[str, int | str] | None = None
) -> str:
    """Add an entry, on the disk when this returns; one process at a time.

    Parameters
    ----------
    details
        Counts and keys, never personal values.

    Returns
    -------
    str
        Hash of the entry: kept elsewhere, it is an anchor for `verify`.

    Raises
    ------
    SurroundingsError
        If the journal ends in something that is no entry: nothing is added to a chain that is broken.
    """
    with FileLock(path.with_name(f".{path.name}.lock"), mode=_MODE):
        entry: dict[str, Any] = {
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "actor": _plain(actor),
            "action": action,
            "purpose": _plain(purpose),
            "subject": _plain(subject),
            "details": dict(details or {}),
            "before": _last_hash(path),
        }
        entry["hash"] = _hash(entry)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, _MODE)
        try:
            with os.fdopen(handle, "wb", closefd=False) as file:
                file.write(_line(entry) + b"\n")
            os.fsync(handle)
        finally:
            os.close(handle)
    return str(entry["hash"])


def verify(path: Path, anchor: str = "") -> Fault | None:
    """The first fault in a journal, or None where the chain holds.

    Parameters
    ----------
    anchor
        A hash that `append` returned once; where it is missing, lines were cut off or written anew.
    """
    before = _FIRST
    number = 0
    found = not anchor
    for number, line in enumerate(_lines(path), 1):
        entry = _entry(line)
        if entry is None:
            return Fault(number, "is no entry")
        if entry["before"] != before:
            return Fault(number, "does not follow the line before it: something was removed, inserted or moved")
        if _hash(entry) != entry["hash"] or _line(entry) != line:
            return Fault(number, "was changed after it was written")
        before = entry["hash"]
        found = found or before == anchor
    return None if found else Fault(number + 1, "the entry of the anchor is missing: lines were cut off or replaced")


def head(path: Path) -> str:
    """Hash of the last entry; zeros where there is none, empty where the file ends in something that is none."""
    try:
        return _last_hash(path)
    except SurroundingsError:
        return ""


def _lines(path: Path) -> Iterator[bytes]:
    """Lines without their ends; only a line feed ends one, whatever else the text may hold."""
    with path.open("rb") as file:
        for line in file:
            yield line[:-1] if line.endswith(b"\n") else line + b"\0"  # half a line is no entry


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) and entry.keys() == _FIELDS else None


def _last_hash(path: Path) -> str:
    """Hash of the last entry; of a journal that is still empty, zeros."""
    if not path.exists() or path.stat().st_size == 0:
        return _FIRST
    last = _last_line(path)
    entry = _entry(last)
    if entry is None or _hash(entry) != entry["hash"]:
        raise SurroundingsError(
            f"the journal {path} ends in a line that is no entry",
            remedy="keep that file as it is for whoever looks into it, and move it away so that a new one begins",
        )
    return str(entry["hash"])


def _last_line(path: Path) -> bytes:
    """The last line without its end, read from the end of the file; half a line gets a NUL and is no entry."""
    size, window = path.stat().st_size, _TAIL
    with path.open("rb") as file:
        while True:
            start = max(0, size - window)
            file.seek(start)
            text = file.read()
            if start == 0 or b"\n" in text[:-1]:
                break
            window *= 4
    return text[:-1].rpartition(b"\n")[2] if text.endswith(b"\n") else text + b"\0"


def _plain(text: str) -> str:
    """Text that every system can store: bytes that are no characters become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _line(entry: Mapping[str, Any]) -> bytes:
    """An entry as it is written."""
    return json.dumps(entry, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _hash(entry: Mapping[str, Any]) -> str:
    """SHA-256 over everything but the hash itself, in a fixed order."""
    said = {key: entry[key] for key in sorted(entry) if key != "hash"}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
