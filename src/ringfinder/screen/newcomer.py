"""Requests that the last run does not know: the one that is screened, and those recorded since."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ringfinder.graph.arrays import IntArray

Value = tuple[str, str]
"""Kind and normal form."""


@dataclass(frozen=True)
class Newcomer:
    """The episode of a request: that of an earlier request of the person, or a new one (`episode` -1).

    Parameters
    ----------
    unit
        Household; one that made no request before is numbered behind those of the run.
    shows
        Values that it may be linked by.
    group
        Where it was placed; -1 for none, and behind the groups of the run for one made of newcomers.
    """

    episode: int
    unit: int
    day: float
    signs: Mapping[str, int]
    categories: Mapping[str, int]
    looks: tuple[float, float]
    context: float
    shows: frozenset[Value] = frozenset()
    group: int = -1


@dataclass
class Recent:
    """Requests recorded since the last run, as they were placed when they came.

    Parameters
    ----------
    units, groups
        Households and groups of the run.
    seen
        Number of the last row of intake that is among them.
    """

    units: int
    groups: int
    seen: int = 0
    held: dict[Value, list[Newcomer]] = field(default_factory=dict)
    members: dict[int, list[Newcomer]] = field(default_factory=dict)
    founded: list[IntArray] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _homes: dict[str, int] = field(default_factory=dict)

    def unit_of(self, unit: int, household: int, applicant: str) -> int:
        """Household of an applicant: the run's number, or one behind these."""
        if unit >= 0:
            return unit
        name = f"household {household}" if household >= 0 else f"applicant {applicant}"
        return self.units + self._homes.setdefault(name, len(self._homes))

    def add(self, newcomer: Newcomer) -> None:
        """Remember a request that was recorded."""
        for value in newcomer.shows:
            self.held.setdefault(value, []).append(newcomer)
        if newcomer.group >= 0:
            self.members.setdefault(newcomer.group, []).append(newcomer)

    def found(self, episodes: IntArray) -> int:
        """Number of a new group made of episodes of the run and of newcomers."""
        self.founded.append(episodes)
        return self.groups + len(self.founded) - 1

    def gather(self, newcomer: Newcomer, group: int) -> None:
        """Put those who were in no group and share a value with a newcomer into its new group."""
        for value in newcomer.shows:
            for one in list(self.held.get(value, ())):
                if one.group < 0:
                    self._move(one, replace(one, group=group))

    def _move(self, old: Newcomer, new: Newcomer) -> None:
        for value in old.shows:
            self.held[value] = [new if one is old else one for one in self.held[value]]
        self.members.setdefault(new.group, []).append(new)

    def sharing(self, value: Value, unit: int) -> Sequence[Newcomer]:
        """Recorded requests of other households that show a value."""
        return [one for one in self.held.get(value, ()) if one.unit != unit]
