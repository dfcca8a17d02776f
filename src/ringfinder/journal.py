"""A journal of who saw what and why: JSON lines, each with the hash of the one before.

A changed, removed, inserted or reordered line breaks the chain. Lines cut off at the end cannot be
seen without an anchor kept elsewhere, and whoever may write the file may also write a new chain: that
takes a key, which comes with the service.
"""

from __future__ import annotations

import getpass
import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_FIRST = "0" * 64
_MODE = 0o600


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a journal was tampered with: the first line whose place in the chain is wrong."""

    line: int
    reason: str


def actor() -> str:
    """Who acts: the account of the operating system, as operator of a workspace of one's own."""
    return f"operator:{getpass.getuser()}"


def append(path: Path, *, action: str, purpose: str, subject: str, details: dict[str, Any] | None = None) -> None:
    """Add an entry; `details` are counts and keys, never raw personal values."""
    before = _FIRST
    if path.exists():
        lines = path.read_text(encoding="utf-8").splitlines()
        before = json.loads(lines[-1])["hash"] if lines else _FIRST
    entry = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "actor": actor(),
        "action": action,
        "purpose": purpose,
        "subject": subject,
        "details": details or {},
        "before": before,
    }
    entry["hash"] = _hash(entry)
    with path.open("a", encoding="utf-8") as file:
        path.chmod(_MODE)
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def verify(path: Path) -> Fault | None:
    """The first fault in a journal, or None where the chain holds."""
    before = _FIRST
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            entry = json.loads(line)
            said = entry.pop("hash")
        except (ValueError, KeyError, AttributeError):
            return Fault(number, "not an entry")
        if entry.get("before") != before:
            return Fault(number, "does not follow the line before: something was removed, inserted or moved")
        if _hash(entry) != said:
            return Fault(number, "was changed after it was written")
        before = said
    return None


def _hash(entry: dict[str, Any]) -> str:
    text = json.dumps({key: entry[key] for key in sorted(entry) if key != "hash"}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
