"""What every answer to "why" reads: one analysis, where its groups stand, and the sieve of its values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from copy import copy
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.detect.analysis import Analysis, limits_of
from ringfinder.detect.assemble import ring_id
from ringfinder.detect.dossier import Archive
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.sieve import Sieve
from ringfinder.detect.standing import Standing, stand
from ringfinder.graph.arrays import BoolArray, IntArray, distinct, pick
from ringfinder.graph.columns import lookup, whole
from ringfinder.records.rings import HIDDEN, AttributeKey


@dataclass(frozen=True)
class Sight:
    """What a reader may see.

    Parameters
    ----------
    requests
        Whether each request may be seen; None for who sees all.
    foreign
        Rings of the stored run in which none is.
    """

    requests: BoolArray | None = None
    foreign: frozenset[str] = frozenset()


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
        self.sight = Sight()

    def bound_to(self, branches: AbstractSet[str]) -> Inquiry:
        """The same for a reader who sees these branches alone; a request without a known branch is seen by none."""
        self.in_listed  # noqa: B018 - worked out once, before it is shared
        bound = copy(self)
        own = pc.is_in(self._branch, value_set=pa.array(sorted(branches), pa.string())).to_numpy(zero_copy_only=False)
        names = self._names or {}
        rows = lookup(pa.array(names, pa.string()), self.network.requests["request_id"])
        seen = pick(own, rows, False)  # noqa: FBT003 - what stands for a request that is not there
        visible = {ring for ring, mine in zip(names.values(), seen.tolist(), strict=True) if mine}
        bound.sight = Sight(own, frozenset(names.values()) - visible)
        return bound

    @cached_property
    def _branch(self) -> pa.Array:
        """Branch of each request: the policy's where it names none."""
        every = np.arange(self.network.count)
        of_policy = pa.array(self.archive.policy_cells("branch_code", every), pa.string())
        return pc.coalesce(whole(self.network.requests["branch_code"]).cast(pa.string()), of_policy)

    @property
    def bound(self) -> bool:
        """Whether the reader is bound to branches."""
        return self.sight.requests is not None

    def visible(self, requests: IntArray) -> IntArray:
        """Those of some requests that the reader may see."""
        return requests if self.sight.requests is None else requests[self.sight.requests[requests]]

    def shows(self, requests: IntArray) -> bool:
        """Whether the reader may know of what these requests stand for: one must be the reader's, if bound."""
        return self.sight.requests is None or len(self.visible(requests)) > 0

    def groups_seen(self) -> BoolArray:
        """Groups with a request that the reader may see."""
        seen = np.ones(self.analysis.groups.count, bool)
        if self.sight.requests is not None:
            own = self.group_of_request[self.sight.requests]
            seen = np.bincount(own[own >= 0], minlength=len(seen)) > 0
        return seen

    def key(self, value: int) -> AttributeKey:
        """A value of the network, or what stands for it where no request that the reader may see uses it."""
        key = self.archive.key(value)
        shown = self.shows(self.network.uses.request[self.archive.uses(value)])
        return key if shown else AttributeKey(key.kind, HIDDEN)

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
        """Id of the ring that a group is; empty where it is not listed, or the reader may not see it."""
        if group < 0 or not self.standing.listed[group]:
            return ""
        name = self._name(group)
        return name if self.sight.requests is None or self._may_name(group, name) else ""

    def _may_name(self, group: int, name: str) -> bool:
        """Whether a bound reader sees a ring: a request in it today is the reader's, and was in the stored run."""
        return self.shows(self.archive.open(group).requests) and name not in self.sight.foreign

    def _name(self, group: int) -> str:
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
        return tuple(name for one in chosen if (name := self.call(one)))
