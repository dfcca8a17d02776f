"""Contacts on file and how they change: in an ordinary life, at a clean-up, and before a request."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.simulate.intake import FIELDS, Intake
from ringfinder.simulate.world import SPAN, Floats, Ints

_ORDINARY = {"phone": 1 / 14, "address": 1 / 25, "email": 1 / 80, "account": 1 / 40}
"""Share of people of whom the insurer learns a new contact over these years, for each field."""

_CLEAN_UPS_PER_10_000 = 2.0


@dataclass
class Changes:
    """Changes of filed contacts, one place each; `field` is a place in `FIELDS`, `when` in days."""

    person: Ints
    field: Ints
    when: Floats
    old: Ints
    new: Ints
    clerk: Ints

    def filed(self, values: Ints, field: int, *, today: bool) -> Ints:
        """What is on file: as it was at issue, or after every change."""
        found = values.copy()
        if today:
            mine = np.flatnonzero(self.field == field)
            found[self.person[mine]] = self.new[mine]
        return found


def make_changes(intake: Intake) -> Changes:
    """All changes of a portfolio, at most one for each person and field."""
    world, chance = intake.world, intake.world.chance
    parts = [_before_requests(intake, place) for place in range(len(FIELDS))]
    parts += [_ordinary(intake, place) for place in range(len(FIELDS))]
    parts += [
        _clean_up(intake) for _ in range(int(chance.poisson(_CLEAN_UPS_PER_10_000 * world.requests / 10_000)) + 1)
    ]
    person, field, when, old, new, clerk = (np.concatenate(column) for column in zip(*parts, strict=True))
    # The first of each person and field stays: what a request shows goes before what life brings.
    _, first = np.unique(person * len(FIELDS) + field, return_index=True)
    keep = np.sort(first)
    keep = keep[(old[keep] != new[keep]) & (when[keep] < SPAN)]
    return Changes(
        person[keep], field[keep].astype(np.int64), when[keep].astype(float), old[keep], new[keep], clerk[keep]
    )


Part = tuple[Ints, Ints, Floats, Ints, Ints, Ints]


def _part(intake: Intake, person: Ints, place: int, when: Floats, new: Ints, clerk: int = -1) -> Part:
    count = len(person)
    old = intake.world.contacts(FIELDS[place])[person]
    clerks = intake.world.chance.integers(0, 400, count) if clerk < 0 else np.full(count, clerk)
    return person, np.full(count, place), when, old, new, clerks


def _before_requests(intake: Intake, place: int) -> Part:
    """What the request states was put on file some days before it."""
    days, stated = intake.changed[FIELDS[place]], intake.contacts(FIELDS[place])
    rows = np.flatnonzero((days > 0) & (stated >= 0))
    return _part(intake, intake.person[rows], place, intake.when[rows] - days[rows], stated[rows])


def _ordinary(intake: Intake, place: int) -> Part:
    world, chance = intake.world, intake.world.chance
    people = len(world.phone)
    person = np.flatnonzero(chance.random(people) < _ORDINARY[FIELDS[place]])
    when = chance.uniform(np.minimum(world.since[person] + 30, SPAN - 5), SPAN)
    return _part(intake, person, place, when, world.fresh(FIELDS[place], person))


def _clean_up(intake: Intake) -> Part:
    """One clerk mends the phones of a branch in an afternoon: all values different, all real."""
    world, chance = intake.world, intake.world.chance
    near = np.flatnonzero(world.home == int(chance.integers(0, len(world.branch_district))))
    day = float(chance.integers(30, SPAN - 10))
    near = chance.permutation(near[world.since[near] < day])[: int(chance.integers(30, 120))]
    when = day + np.sort(chance.uniform(13.5, 17.5, len(near))) / 24
    return _part(intake, near, 0, when, world.phones(len(near)), int(chance.integers(0, 400)))
