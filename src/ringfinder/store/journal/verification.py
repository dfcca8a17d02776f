"""Whether a journal is whole: every entry with its MAC, its place in the chain, and the anchors that others keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ringfinder.store.journal.anchors import Heads
from ringfinder.store.journal.entries import BEGINS, CONTINUES, FIRST, Entry, JournalKey


@dataclass(frozen=True)
class Fault:
    """Where a journal was tampered with: the first entry that is wrong or missing; 0 where it is an anchor."""

    sequence: int
    reason: str


@dataclass(frozen=True)
class Verification:
    """What was found.

    Parameters
    ----------
    journal
        Id of the journal; empty where there is no entry.
    entries
        How many there are, up to the fault where there is one.
    fault
        The first one.
    anchored
        Entries from the first to this one are vouched for by the workspace's own anchors; the rest only by the chain.
    anchored_outside
        The same by the anchors that were handed over; None where none were.
    """

    journal: str
    entries: int
    fault: Fault | None
    anchored: int
    anchored_outside: int | None

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.fault is None


class _Walk:
    """Takes one entry after the other, and stops at the first that is wrong."""

    def __init__(self, key: JournalKey, heads: Sequence[Heads]) -> None:
        self.journal = ""
        self.entries = 0
        self.anchored = [0] * len(heads)
        self._key = key
        self._heads = heads
        self._previous = FIRST
        self._alone = [set(one.alone) for one in heads]

    def take(self, columns: Mapping[str, Any]) -> Fault | None:
        """Look at the next entry; None where it is as it was written."""
        number = self.entries + 1
        reason = self._wrong(number, columns)
        if reason:
            return Fault(number, reason)
        mac = self._previous = columns["mac"]
        self.entries = number
        for place, one in enumerate(self._heads):
            if one.mac(number) == mac:
                self.anchored[place] = number
            if mac in self._alone[place]:
                self._alone[place].discard(mac)
                self.anchored[place] = number
        return None

    def end(self) -> Fault | None:
        """What is missing after the last entry, or wrong with the anchors themselves."""
        missing = max((one.highest for one in self._heads), default=0)
        if missing > self.entries:
            return Fault(self.entries + 1, f"is missing: entries up to {missing} were anchored, and are cut off")
        if any(self._alone):
            return Fault(
                self.entries + 1, "an entry whose MAC somebody kept is missing: cut off, or of another journal"
            )
        for place, one in enumerate(self._heads):
            if one.spoiled:
                return Fault(0, f"line {one.spoiled} of {one.name} is no anchor of this site: changed, or cut")
            if place == 0 and self.entries and not one.journals:
                return Fault(0, f"the workspace's own anchors, {one.name}, are gone")
        return None

    def _wrong(self, number: int, columns: Mapping[str, Any]) -> str:
        if columns["sequence"] != number:
            return "is missing: it was removed or moved, or another was put before it"
        if number == 1:
            self.journal, reason = self._begin(columns)
            if reason:
                return reason
        if self._key.of_entry(columns) != columns["mac"]:
            return "was changed after it was written, or put there by somebody without the key"
        if columns["previous"] != self._previous:
            return "does not follow the entry before it: something was removed, inserted or moved"
        return self._against_anchors(number, columns["mac"])

    def _against_anchors(self, number: int, mac: str) -> str:
        for one in self._heads:
            if one.contradicts == number:
                return "has two anchors that differ: entries from here on were cut off, and others written"
            if one.mac(number) not in {"", mac}:
                return f"is another one than that in {one.name}: entries were cut off, and others written"
        return ""

    def _begin(self, columns: Mapping[str, Any]) -> tuple[str, str]:
        """Id of the journal, and what is wrong with how it begins."""
        entry = Entry.of(columns)
        journal, key_id = (str(entry.details.get(name, "")) for name in ("journal", "key"))
        if entry.action not in {BEGINS, CONTINUES} or not journal:
            return "", "is not the begin of a journal: what was before it was removed"
        if key_id != self._key.key_id:
            return (
                journal,
                f"names the key {key_id}, and the key at hand is {self._key.key_id}: changed, or another key",
            )
        for one in self._heads:
            if one.journals and one.journals != {journal}:
                return journal, f"is of the journal {journal}, and {one.name} is of another: databases were swapped"
        return journal, ""


def verify(rows: Iterable[Mapping[str, Any]], key: JournalKey, own: Heads, outside: Heads | None) -> Verification:
    """Walk through a journal, the first entry first.

    Parameters
    ----------
    own, outside
        Anchors, read before the entries were: an entry that is added meanwhile is not taken for a missing one.
    """
    walk = _Walk(key, [own] if outside is None else [own, outside])
    fault = None
    for columns in rows:
        fault = walk.take(columns)
        if fault:
            break
    else:
        fault = walk.end()
    return Verification(
        walk.journal, walk.entries, fault, walk.anchored[0], None if outside is None else walk.anchored[1]
    )
