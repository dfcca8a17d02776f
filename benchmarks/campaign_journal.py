"""Lay hands on a journal at random, with the triggers dropped and SQL at hand, and see whether that is found.

`make campaign` runs 1,000 cases on SQLite and writes benchmarks/results/campaign_journal.csv; the tests run 100
on SQLite and on PostgreSQL through `tamper_campaign`. Each case begins with a whole journal, which it is told to
be once in a while, and says beforehand at which entry the first fault must be found.
"""

import os
import random
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, insert, select, text, update

from bench.campaign import concluded
from ringfinder.identity import Principal, Role
from ringfinder.keychain import SECRET_VARIABLE
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder.store.journal import Journal
from ringfinder.store.journal.entries import FIELDS, JournalKey
from ringfinder.store.journal.keeping import ANCHORS
from ringfinder.store.schema import journal

CASES = 1000
ENTRIES = 40
SOMEBODY = Principal("U1", "somebody", frozenset({Role.INVESTIGATOR}), None, "0123456789ab")


@dataclass(frozen=True)
class Expected:
    """What `verify` must say.

    Parameters
    ----------
    fault
        Number of the first wrong entry; 0 for an anchor, None where nothing can be found.
    anchored
        The last entry that it may call anchored, where nothing can be found.
    outside
        Anchors to hand over.
    """

    fault: int | None
    anchored: int = -1
    outside: Path | None = None


@dataclass(frozen=True)
class Outcome:
    """One case: what was done, what had to be found, what was."""

    seed: int
    number: int
    kind: str
    entries: int
    expected: int | None
    fault: int | None
    found: bool


class Bench:
    """A journal that is made anew for each case.

    Parameters
    ----------
    site, other
        Workspaces with journals of their own, under the same key.
    """

    def __init__(self, site: Workspace, other: Workspace) -> None:
        self.engine = site.engine
        self.path = site.path
        self.anchors = site.path / ANCHORS
        self.outside = site.path.parent / "outside.jsonl"
        for workspace in (site, other):
            for number in range(ENTRIES):
                workspace.journal.append(
                    SOMEBODY,
                    action="reveal",
                    purpose=f"目的 {number}",
                    object=f"RF-{number}",
                    details={"rings": number},
                )
        self._rows = rows(site.engine)
        self._lines = self.anchors.read_text(encoding="utf-8").splitlines(keepends=True)
        self.others = rows(other.engine)
        unguard(site.engine)

    def begin(self, entries: int) -> None:
        """Put back the first `entries` entries and their anchors."""
        self.write(self._rows[:entries])
        self.anchor_up_to(entries)

    def anchor_up_to(self, entry: int) -> None:
        """Leave the workspace the anchors up to an entry; the second entry is the first that has one."""
        self.anchors.write_text("".join(self._lines[: max(1, entry)]), encoding="utf-8")

    def keep_outside(self) -> Path:
        """Copy the anchors to where nobody lays hands on them."""
        self.outside.write_bytes(self.anchors.read_bytes())
        return self.outside

    def rows(self) -> list[dict[str, Any]]:
        """The entries that are there."""
        return rows(self.engine)

    def write(self, entries: list[dict[str, Any]]) -> None:
        """Put other entries in the place of all."""
        with self.engine.begin() as connection:
            connection.execute(delete(journal))
            if entries:
                connection.execute(insert(journal), entries)

    def change(self, entry: int, **values: Any) -> None:
        """Change an entry."""
        with self.engine.begin() as connection:
            connection.execute(update(journal).where(journal.c.sequence == entry).values(values))


def rows(engine: Engine) -> list[dict[str, Any]]:
    """Entries as they stand in the database."""
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(journal).order_by(journal.c.sequence)).mappings()]


def unguard(engine: Engine) -> None:
    """What somebody does who owns the database."""
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            for name in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER journal_no_{name}"))
        else:
            connection.execute(text("DROP TRIGGER journal_no_change ON journal"))
            connection.execute(text("GRANT ALL ON journal TO CURRENT_USER"))


def untouched(_bench: Bench, entries: int, _chance: random.Random) -> Expected:
    """Nothing, to see that nothing is found then."""
    return Expected(None, entries)


def changed(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """One cell of one entry."""
    place, column = chance.randint(1, entries), chance.choice((*FIELDS[1:], "mac"))
    before = bench.rows()[place - 1][column]
    letter = chance.randrange(max(1, len(before)))
    other = chance.choice([one for one in "0123456789abcdef" if one != before[letter : letter + 1]])
    bench.change(place, **{column: before[:letter] + other + before[letter + 1 :]})
    return Expected(place)


def renumbered(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """One entry goes to the end."""
    place = chance.randint(1, entries)
    bench.change(place, sequence=entries + chance.randint(1, 3))
    return Expected(place)


def removed(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """Some entries in the middle, and those behind move up or do not."""
    place = chance.randint(1, entries - 1)
    behind = bench.rows()[min(entries - 1, place - 1 + chance.randint(1, 5)) :]
    if chance.random() < 0.5:
        behind = [row | {"sequence": place + offset} for offset, row in enumerate(behind)]
    bench.write(bench.rows()[: place - 1] + behind)
    return Expected(place)


def swapped(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """Two entries change places."""
    one, other = sorted(chance.sample(range(1, entries + 1), 2))
    there = bench.rows()
    there[one - 1], there[other - 1] = there[other - 1] | {"sequence": one}, there[one - 1] | {"sequence": other}
    bench.write(there)
    return Expected(one)


def inserted(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """An entry of one's own, or a copy of another, and those behind move down."""
    place = chance.randint(2, entries + 1)
    there = bench.rows()
    # The entry of that very number would be no forgery: it is the one that belongs there.
    source = chance.choice([row for row in (*there, *bench.others[:entries]) if row not in there[place - 1 : place]])
    forged = source | {"sequence": place, "previous": there[place - 2]["mac"]}
    if chance.random() < 0.5:
        forged["mac"] = JournalKey(chance.randbytes(32)).of_entry(forged)
    bench.write([*there[: place - 1], forged, *(row | {"sequence": row["sequence"] + 1} for row in there[place - 1 :])])
    return Expected(place)


def borrowed(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """An entry of the other journal, whole and under the same key, in the place of ours of the same number."""
    place = chance.randint(1, entries)
    there = bench.rows()
    there[place - 1] = bench.others[place - 1]
    bench.write(there)
    return Expected(place)


def hashed_anew(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """A change, and everything from there on gets MACs again, under another key."""
    place, key = chance.randint(1, entries), JournalKey(chance.randbytes(32))
    there = bench.rows()
    there[place - 1]["purpose"] += "!"
    for number in range(place - 1, entries):
        if number:
            there[number]["previous"] = there[number - 1]["mac"]
        there[number]["mac"] = key.of_entry(there[number])
    bench.write(there)
    return Expected(place)


def cut(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """The last entries, while the workspace's own anchors stay."""
    left = chance.randint(0, entries - 1)
    bench.write(bench.rows()[:left])
    return Expected(left + 1)


def cut_with_anchors(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """The last entries and their anchors, while somebody kept a copy of the anchors."""
    left, copy = chance.randint(0, entries - 1), bench.keep_outside()
    bench.write(bench.rows()[:left])
    bench.anchor_up_to(left)
    return Expected(left + 1, outside=copy)


def cut_without_an_anchor(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """The last entries, which nothing had anchored: only what is anchored can be told."""
    left = chance.randint(3, entries - 1)
    anchored = chance.randint(2, left - 1)
    bench.write(bench.rows()[:left])
    bench.anchor_up_to(anchored)
    return Expected(None, anchored)


def cut_and_no_anchors(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """The last entries, and the whole file of anchors."""
    bench.write(bench.rows()[: chance.randint(1, entries - 1)])
    bench.anchors.unlink()
    return Expected(0)


def grown_again(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """The last entries with their anchors, and then the site went on; somebody kept a copy of the anchors."""
    left, copy = chance.randint(2, entries - 1), bench.keep_outside()
    bench.write(bench.rows()[:left])
    bench.anchor_up_to(left)
    for number in range(entries):
        Journal(bench.path, bench.engine).append(SOMEBODY, action="reveal", object=f"later {number}")
    return Expected(left + 1, outside=copy)


def another_database(bench: Bench, entries: int, chance: random.Random) -> Expected:
    """The whole of another journal under the same key."""
    bench.write(bench.others[: entries + chance.randint(0, 1)])
    return Expected(1)


def anchor_changed(bench: Bench, _entries: int, chance: random.Random) -> Expected:
    """A line of the anchors says something else."""
    lines = bench.anchors.read_text(encoding="utf-8").splitlines()
    place = chance.randrange(len(lines))
    letter = chance.choice([at for at, one in enumerate(lines[place]) if one in "0123456789abcdef"])
    other = chance.choice([one for one in "0123456789abcdef" if one != lines[place][letter]])
    lines[place] = lines[place][:letter] + other + lines[place][letter + 1 :]
    bench.anchors.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return Expected(0)


KINDS: dict[str, Callable[[Bench, int, random.Random], Expected]] = {
    one.__name__: one
    for one in (
        *(untouched, changed, renumbered, removed, swapped, inserted, borrowed, hashed_anew, cut, cut_with_anchors),
        *(cut_without_an_anchor, cut_and_no_anchors, grown_again, another_database, anchor_changed),
    )
}


def tamper_campaign(cases: int, seed: int, bench: Bench) -> list[Outcome]:
    """Lay hands on the journal so many times, in every way in turn; the seed gives the places."""
    outcomes = []
    for number in range(cases):
        chance = random.Random(f"{seed} {number}")
        kind, entries = list(KINDS)[number % len(KINDS)], chance.randint(5, ENTRIES)
        bench.begin(entries)
        expected = KINDS[kind](bench, entries, chance)
        said = Journal(bench.path, bench.engine).verify(expected.outside)
        fault = said.fault.sequence if said.fault else None
        found = fault == expected.fault and (expected.anchored < 0 or said.anchored == expected.anchored)
        outcomes.append(Outcome(seed, number, kind, entries, expected.fault, fault, found))
    return outcomes


def campaign(seed: int, work: Path) -> list[Outcome]:
    """Lay hands on a journal in a new workspace."""
    os.environ[SECRET_VARIABLE] = str(work / "secret")
    site, other = (Workspace.open(Settings(work / name)) for name in ("site", "other"))
    with site, other:
        return tamper_campaign(CASES, seed, Bench(site, other))


def tell(outcomes: Sequence[Outcome], missed: int) -> str:
    """The sentence on all of them."""
    seed = outcomes[0].seed
    return f"{len(outcomes)} cases in {len(KINDS)} ways (seed {seed}), {missed} not told as they must be"


if __name__ == "__main__":
    sys.exit(concluded("campaign_journal", 20261127, campaign, tell, lambda one: not one.found))
