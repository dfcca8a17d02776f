"""What every answer to "why" reads: one analysis, where its groups stand, and the sieve of its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property

import numpy as np

from ringfinder.detect.analysis import Analysis, limits_of
from ringfinder.detect.assemble import ring_id
from ringfinder.detect.dossier import Archive
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.sieve import Sieve
from ringfinder.detect.standing import Standing, stand
from ringfinder.graph.arrays import IntArray, distinct


class Inquiry:
    """One analysis at hand.

    Parameters
    ----------
    names
        Ring of each request in the stored run; groups are called by it. Without it rings get the ids that
        a first run gives.
    """

    def __init__(self, analysis: Analysis, settings: DetectSettings, names: Mapping[str, str] | None = None) -> None:
        self.analysis, self.settings = analysis, settings
        self.network = analysis.network
        self.sieve = Sieve(analysis.network, limits_of(settings))
        self.archive = Archive(analysis)
        self._names = names
        self._called: dict[int, str] = {}

    @cached_property
    def standing(self) -> Standing:
        """Where the groups stand."""
        return stand(self.analysis, self.settings)

    @cached_property
    def group_of_request(self) -> IntArray:
        """Group of each request, -1 for none."""
        return self.analysis.groups.of_episode[self.analysis.episodes.of_request]

    @cached_property
    def in_listed(self) -> IntArray:
        """Listed group of each request, -1 for none."""
        listed = np.append(self.standing.listed, values=False)
        return np.where(listed[self.group_of_request], self.group_of_request, -1)

    @cached_property
    def differs(self) -> bool:
        """Whether the listed groups are not the rings of the stored run."""
        if self._names is None:
            return False
        rows = np.flatnonzero(self.in_listed >= 0)
        mine = self.archive.text("request_id", rows)
        if set(mine) != set(self._names):
            return True
        together = {(group, self._names[one]) for one, group in zip(mine, self.in_listed[rows].tolist(), strict=True)}
        return len({group for group, _ in together}) != len(together) or len({name for _, name in together}) != len(
            together
        )

    def call(self, group: int) -> str:
        """Id of the ring that a group is; empty where it is not listed."""
        if group < 0 or not self.standing.listed[group]:
            return ""
        if group not in self._called:
            members = self.archive.text("request_id", self.archive.open(group).requests)
            if self._names is None:
                self._called[group] = ring_id(members)
            else:
                common = Counter(self._names[one] for one in members if one in self._names)
                self._called[group] = min(common, key=lambda one: (-common[one], one)) if common else ring_id(members)
        return self._called[group]

    def rings_holding(self, value: int) -> tuple[str, ...]:
        """Listed rings in which at least two households hold a value of the network."""
        if value < 0:
            return ()
        at = self.archive.uses(value)
        used = distinct(self.network.uses.request[at])
        group = self.in_listed[used]
        homes = {
            (one, unit) for one, unit in zip(group.tolist(), self.network.unit[used].tolist(), strict=True) if one >= 0
        }
        counted = Counter(one for one, _ in homes)
        chosen = sorted((one for one, units in counted.items() if units > 1), key=lambda one: (-counted[one], one))
        return tuple(self.call(one) for one in chosen)
