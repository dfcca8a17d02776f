"""One entry of the journal, its canonical form, and the MAC that binds it to the entry before."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

FIRST = "0" * 64
"""Stands for the MAC before the first entry."""

BEGINS, CONTINUES = "begins", "continues"
"""Actions of the first entry: of a new journal, and of one that goes on where a journal in a file ended."""

FIELDS = (
    "sequence",
    "at",
    "actor",
    "user_id",
    "key_id",
    "role",
    "action",
    "purpose",
    "object",
    "details",
    "before_hash",
    "after_hash",
    "previous",
)
"""What the MAC of an entry is over, in this order."""


class Actor(Protocol):
    """Whoever acts, as far as the journal needs to know: `ringfinder.identity.Principal` is one."""

    @property
    def user_id(self) -> str:
        """Of the user; empty for the account of the operating system."""

    @property
    def name(self) -> str:
        """What people read."""

    @property
    def roles(self) -> frozenset[str]:
        """With which roles."""

    @property
    def key_id(self) -> str:
        """The key or subject that was used."""


@dataclass(frozen=True)
class Entry:
    """Who did what, to what, why and when.

    Parameters
    ----------
    at
        ISO 8601 in UTC.
    role
        Roles of the actor then, with commas.
    object
        What it was done to: keys and ids of rings, runs, users; never raw values.
    details
        Counts and keys.
    before_hash, after_hash
        Of the object's state, where it has one.
    previous
        MAC of the entry before.
    mac
        Over everything above; kept elsewhere it is an anchor.
    """

    sequence: int
    at: str
    actor: str
    user_id: str
    key_id: str
    role: str
    action: str
    purpose: str
    object: str
    details: Mapping[str, Any]
    before_hash: str
    after_hash: str
    previous: str
    mac: str

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> Entry:
        """An entry from its row, also from one that somebody spoiled."""
        try:
            details = json.loads(columns["details"])
        except (TypeError, ValueError):
            details = None
        readable = details if isinstance(details, dict) else {"unreadable": True}
        return cls(**{name: columns[name] for name in (*FIELDS, "mac")} | {"details": readable})


class JournalKey:
    """Makes MACs of entries and of anchors, with a secret that is kept outside workspace and database.

    A plain hash would do against slips; against somebody who may write the database and hashes everything
    anew after a change, only a key helps that this one does not have.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self.key_id = self._mac("key id", [])[:8]
        """Tells keys apart and says nothing about them."""

    def of_entry(self, columns: Mapping[str, Any]) -> str:
        """MAC of an entry by its columns, as they stand in the database."""
        return self._mac("entry", [columns[name] for name in FIELDS])

    def of_anchor(self, journal: str, sequence: int, mac: str, at: str) -> str:
        """MAC of an anchor."""
        return self._mac("anchor", [journal, sequence, mac, at])

    def _mac(self, what: str, parts: list[Any]) -> str:
        # A cell of a spoiled row may be of any type; it gets a MAC too, and a wrong one.
        said = json.dumps([what, *parts], ensure_ascii=False, separators=(",", ":"), default=repr)
        return hmac.digest(self._secret, said.encode("utf-8", "surrogatepass"), "sha256").hex()


def plain(text: str) -> str:
    """Text that every database keeps as it is: what is no character, and NUL, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "?")
