"""A journal of who saw what and why: JSON lines, each with the hash of the one before.

A changed, removed, inserted or reordered line breaks the chain. Two things it cannot show by itself:
lines cut off at the end, for which somebody must keep the last hash elsewhere (`verify` takes it as
`anchor`), and a chain written anew from some line on by whoever may write the file, for which the same
anchor helps and a key held by somebody else would help more.
"""

from __future__ import annotations

import getpass
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

KEY_VARIABLE = "RINGFINDER_KEY"
_FIRST = "0" * 64
_MODE = 0o600
_TAIL = 1 << 16
_FIELDS = frozenset({"at", "actor", "action", "purpose", "subject", "details", "before", "hash"})


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a journal was tampered with: the first line whose place in the chain is wrong."""

    line: int
    reason: str


def actor() -> str:
    """Who acts: the key in `RINGFINDER_KEY` by its id, else the account of the operating system as operator.

    The id of a key is the beginning of its hash, so that the key itself is never written.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    if key:
        return f"key:{hashlib.sha256(key.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"
    return f"operator:{_account()}"


def _account() -> str:
    """Name of the account that runs the process, which the environment cannot pretend."""
    try:
        import pwd  # noqa: PLC0415 - not on every system
    except ImportError:
        return getpass.getuser()
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def append(
    path: Path, *, action: str, purpose: str, subject: str, details: Mapping[str, int | str] | None = None
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
            "actor": _plain(actor()),
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
