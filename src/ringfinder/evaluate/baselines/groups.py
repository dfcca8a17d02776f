"""Groups of applicants that a baseline finds, written in the form of a run's output."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ringfinder.evaluate.baselines.holders import Holders, Ints

FEWEST_APPLICANTS = 3
"""A smaller group is no ring."""


@dataclass(frozen=True)
class Group:
    """Units found together; `units` sorted, a higher `score` is worse."""

    units: Ints
    score: float


def groups_of(labels: Ints, holders: Holders) -> list[Group]:
    """Groups of at least three units with one label, scored by the values they share inside.

    The score is the number of pairs (unit, value) whose value is held by at least two units of the
    group: what an analyst would sort by.

    Parameters
    ----------
    labels
        Shape (units,): label of every unit; negative for none.
    """
    score = _shared_inside(labels, holders)
    order = np.argsort(labels, kind="stable")
    cuts = np.flatnonzero(np.diff(labels[order])) + 1
    groups = [
        Group(units, float(score[labels[units[0]]]))
        for units in np.split(order, cuts)
        if units.size >= FEWEST_APPLICANTS and labels[units[0]] >= 0
    ]
    return sorted(groups, key=lambda group: (-group.score, int(group.units[0])))


def _shared_inside(labels: Ints, holders: Holders) -> NDArray[np.int64]:
    """Shape (labels,): pairs of a unit and a value that another unit of the same label holds too."""
    label = labels[holders.unit]
    width = int(labels.max(initial=0)) + 1
    known = label >= 0
    cells, counts = np.unique(holders.value[known] * width + label[known], return_counts=True)
    shared = counts > 1
    totals = np.bincount(cells[shared] % width, weights=counts[shared], minlength=width)
    return totals.astype(np.int64)


def write_groups(groups: Iterable[Group], holders: Holders, out: Path) -> None:
    """Write `rings.csv` and `ring_members.csv`, every group flagged; all requests of a unit are in."""
    out.mkdir(parents=True, exist_ok=True)
    order = np.argsort(holders.applicant_of, kind="stable")
    starts = np.searchsorted(holders.applicant_of[order], np.arange(holders.units + 1))
    with (
        (out / "rings.csv").open("w", encoding="utf-8", newline="") as rings_file,
        (out / "ring_members.csv").open("w", encoding="utf-8", newline="") as members_file,
    ):
        rings, members = csv.writer(rings_file), csv.writer(members_file)
        rings.writerow(("ring_id", "score", "flagged"))
        members.writerow(("ring_id", "request_id", "applicant_id", "role"))
        for number, group in enumerate(groups, start=1):
            ring_id = f"B{number:06d}"
            rings.writerow((ring_id, repr(group.score), "true"))
            for unit in group.units.tolist():
                for place in order[starts[unit] : starts[unit + 1]].tolist():
                    members.writerow((ring_id, holders.requests[place], holders.applicants[unit], "member"))
