"""Compare two runs: rings that are new, changed or gone, and whether data or settings did it.

A ring is the same one by its id (see `ringfinder.detect.lineage`). What did it is told for each ring as
far as the two runs can show: requests that the other run could not see are data; without any, and with
other settings, it is the settings; else something else in the portfolio moved, such as a base rate. Where
both settings and the rest of the data differ, nobody can tell from two runs alone, and that is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from ringfinder.pipeline.detection import window_start
from ringfinder.report.written import rounded
from ringfinder.store import INTAKE, Run, RunFiles

MONEY = ("at_risk", "requested", "agreed", "paid")


class Why(StrEnum):
    """What made a ring differ between two runs."""

    DATA = "data"
    SETTINGS = "settings"
    BOTH = "data_and_settings"
    EITHER = "settings_or_context"
    VERSION = "version"
    CONTEXT = "context"


@dataclass(frozen=True)
class RingChange:
    """One ring that differs.

    Parameters
    ----------
    joined, left
        Requests that came into it, and that went.
    figures
        ``score``, ``tier``, ``kind`` and sums in fen that differ: before and after.
    unseen
        Of its requests, those that the other run could not see or saw in another version.
    kin
        Of a new or a gone ring: rings of the other run that hold its people, and how many, most first.
    """

    ring_id: str
    requests: int
    why: Why
    unseen: int
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    figures: Mapping[str, tuple[Any, Any]] | None = None
    kin: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Comparison:
    """Two runs side by side.

    Parameters
    ----------
    data
        What differs in what they looked at: ``batches_added``, ``batches_removed``, ``intake``,
        ``as_of``, ``known_at``, ``window`` (before and after); empty where nothing does.
    settings
        Constants that differ: before and after, None where a version does not know it.
    version
        Versions of the program, where they differ.
    """

    old: Run
    new: Run
    data: Mapping[str, Any]
    settings: Mapping[str, tuple[Any, Any]]
    version: tuple[str, str] | None
    born: tuple[RingChange, ...]
    changed: tuple[RingChange, ...]
    gone: tuple[RingChange, ...]
    unchanged: int


@dataclass(frozen=True)
class _Side:
    """One run of the two: its rings and who is in them."""

    run: Run
    heads: Mapping[str, Mapping[str, Any]]
    requests: Mapping[str, AbstractSet[str]]
    persons: Mapping[str, AbstractSet[str]]
    when: Mapping[str, datetime | None]
    batch: Mapping[str, str]

    def sees(self, request: str, other: _Side) -> bool:
        """Whether this run could see a request of the other run, in the same version."""
        when = other.when[request]
        run = self.run
        if run.as_of is not None and when is not None:
            late = when > run.as_of
            early = run.window_months is not None and when <= window_start(run.as_of, run.window_months)
            if late or early:
                return False
        if request in self.batch:
            return self.batch[request] == other.batch[request]
        if other.batch[request] == INTAKE:
            return run.intake >= other.run.intake
        return other.batch[request] in run.batches


def compare_runs(old: Run, new: Run, files: Callable[[int], RunFiles]) -> Comparison:
    """Compare run `old` with run `new`.

    Parameters
    ----------
    files
        Gives the files of a run by its number.

    Raises
    ------
    SurroundingsError
        If the files of a run are gone or damaged.
    """
    before, after = _side(old, files(old.number)), _side(new, files(new.number))
    data, settings = _data(old, new), _settings(old, new)
    version = (old.code_version, new.code_version) if old.code_version != new.code_version else None

    def why(unseen: int) -> Why:
        if unseen:
            return Why.BOTH if settings else Why.DATA
        if settings:
            return Why.EITHER if data else Why.SETTINGS
        return Why.VERSION if version and not data else Why.CONTEXT

    born = [_alone(name, after, before, why) for name in after.heads if name not in before.heads]
    gone = [_alone(name, before, after, why) for name in before.heads if name not in after.heads]
    both = [_changed(name, before, after, why) for name in after.heads if name in before.heads]
    changed = [change for change in both if change is not None]
    return Comparison(
        old, new, data, settings, version, tuple(born), tuple(changed), tuple(gone), len(both) - len(changed)
    )


def _side(run: Run, files: RunFiles) -> _Side:
    members = files.members(("ring_id", "request_id", "applicant_id", "applied_at", "batch_id")).to_pylist()
    requests: dict[str, set[str]] = {}
    persons: dict[str, set[str]] = {}
    for member in members:
        requests.setdefault(member["ring_id"], set()).add(member["request_id"])
        persons.setdefault(member["ring_id"], set()).add(member["applicant_id"])
    return _Side(
        run,
        {head["ring_id"]: head for head in files.heads().to_pylist()},
        requests,
        persons,
        {member["request_id"]: member["applied_at"] for member in members},
        {member["request_id"]: member["batch_id"] for member in members},
    )


def _alone(name: str, mine: _Side, other: _Side, why: Callable[[int], Why]) -> RingChange:
    """A ring that only `mine` has."""
    requests, people = mine.requests[name], mine.persons[name]
    unseen = _unseen(requests, mine, other)
    shared = {ring: len(people & theirs) for ring, theirs in other.persons.items()}
    kin = sorted(((ring, count) for ring, count in shared.items() if count), key=lambda pair: (-pair[1], pair[0]))
    return RingChange(name, len(requests), why(unseen), unseen, kin=tuple(kin))


def _changed(name: str, before: _Side, after: _Side, why: Callable[[int], Why]) -> RingChange | None:
    """What changed in a ring that both have; None where nothing did."""
    then, now = before.requests[name], after.requests[name]
    figures = {}
    for figure in ("score", "tier", "kind", *MONEY):
        pair = before.heads[name][figure], after.heads[name][figure]
        if figure == "score":
            pair = rounded(pair[0]), rounded(pair[1])
        if pair[0] != pair[1]:
            figures[figure] = pair
    if then == now and not figures:
        return None
    unseen = _unseen(now, after, before) + _unseen(then - now, before, after)
    joined, left = tuple(sorted(now - then)), tuple(sorted(then - now))
    return RingChange(name, len(now), why(unseen), unseen, joined, left, figures)


def _unseen(requests: Iterable[str], mine: _Side, other: _Side) -> int:
    """Of requests of `mine`, how many the other run could not see as they are."""
    return sum(not other.sees(request, mine) for request in requests)


def _data(old: Run, new: Run) -> dict[str, Any]:
    """What differs in what two runs looked at."""
    found: dict[str, Any] = {}
    added = sorted(set(new.batches) - set(old.batches))
    removed = sorted(set(old.batches) - set(new.batches))
    if added:
        found["batches_added"] = added
    if removed:
        found["batches_removed"] = removed
    for name, before, after in (
        ("intake", old.intake, new.intake),
        ("as_of", old.as_of, new.as_of),
        ("known_at", old.known_at, new.known_at),
        ("window", old.window_months, new.window_months),
    ):
        if before != after:
            found[name] = (before, after)
    return found


def _settings(old: Run, new: Run) -> dict[str, tuple[Any, Any]]:
    names = sorted({*old.settings, *new.settings})
    pairs = {name: (old.settings.get(name), new.settings.get(name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
