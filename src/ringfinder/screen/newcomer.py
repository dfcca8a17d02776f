"""Requests that the last run does not know: the one that is screened, and those recorded since."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ringfinder.graph.arrays import IntArray
from ringfinder.screen.incoming import Filed, Incoming, filed_of_stored, policy_of_stored

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
    person
        Who makes it, as `Recent.person_of` names that one.
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
    person: str = ""


@dataclass
class Recent:
    """Requests recorded since the last run, as they were placed when they came, with the persons and policies.

    Parameters
    ----------
    units, groups
        Households and groups of the run.
    seen
        Number of the last row of intake that is among them.
    held
        By value, requests that show it; `members` by group, `made` by person.
    people, policies
        What was recorded of a customer or a policy, the last row each, by number.
    """

    units: int
    groups: int
    seen: int = 0
    held: dict[Value, list[Newcomer]] = field(default_factory=dict)
    members: dict[int, list[Newcomer]] = field(default_factory=dict)
    made: dict[str, list[Newcomer]] = field(default_factory=dict)
    people: dict[str, Filed] = field(default_factory=dict)
    policies: dict[str, Mapping[str, float | str]] = field(default_factory=dict)
    founded: list[IntArray] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    _homes: dict[str, int] = field(default_factory=dict)

    def unit_of(self, unit: int, household: int, applicant: str) -> int:
        """Household of an applicant: the run's number, or one behind these."""
        if unit >= 0:
            return unit
        name = f"household {household}" if household >= 0 else f"applicant {applicant}"
        return self.units + self._homes.setdefault(name, len(self._homes))

    @staticmethod
    def person_of(person: int, applicant: str) -> str:
        """One name for an applicant: by the person of the run, else by the customer number."""
        return f"person {person}" if person >= 0 else f"applicant {applicant}"

    def learn(self, table: str, cells: Mapping[str, Any]) -> None:
        """Know a person or a policy that was recorded; a later row takes the place of an earlier one."""
        if table == "persons":
            self.people[cells["person_id"]] = filed_of_stored(cells)
        else:
            self.policies[cells["policy_no"]] = policy_of_stored(cells)

    def completed(self, incoming: Incoming) -> Incoming:
        """A request with what was recorded of its person and policy; what is sent along goes before it."""
        filed = self.people.get(incoming.cells["applicant_id"])
        policy = self.policies.get(incoming.cells["policy_no"])
        if filed is not None:
            incoming = replace(incoming, own={**filed.own, **incoming.own}, own_name=incoming.own_name or filed.name)
        return incoming if policy is None else replace(incoming, policy={**policy, **incoming.policy})

    def goes_on_in(self, person: str, day: float, within: float) -> int:
        """Group of the request that a person made last within so many days; -1 where there is none."""
        near = [one for one in self.made.get(person, ()) if abs(one.day - day) <= within and one.group >= 0]
        return min(near, key=lambda one: abs(one.day - day)).group if near else -1

    def add(self, newcomer: Newcomer) -> None:
        """Remember a request that was recorded."""
        self.made.setdefault(newcomer.person, []).append(newcomer)
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
        self.made[old.person] = [new if one is old else one for one in self.made[old.person]]
        for value in old.shows:
            self.held[value] = [new if one is old else one for one in self.held[value]]
        self.members.setdefault(new.group, []).append(new)

    def sharing(self, value: Value, unit: int) -> Sequence[Newcomer]:
        """Recorded requests of other households that show a value."""
        return [one for one in self.held.get(value, ()) if one.unit != unit]
