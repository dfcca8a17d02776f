"""Candidate groups: blocks of linked units, the values inside them, the requests that belong."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, Pairs, compact, contains, pairs
from ringfinder.graph.network import Network


@dataclass(frozen=True)
class Groups:
    """Candidate groups as arrays.

    Parameters
    ----------
    of_unit
        Group of each unit, -1 for none.
    count
        Number of groups.
    inside
        Pairs (group, value) for values that at least two units of the group use.
    users
        For each of these pairs the number of units of the group that use the value.
    members
        Pairs (group, request): requests that use such a value.
    """

    of_unit: IntArray
    count: int
    inside: Pairs
    users: IntArray
    members: Pairs

    @property
    def sizes(self) -> IntArray:
        """Units of each group."""
        return np.bincount(self.of_unit[self.of_unit >= 0], minlength=self.count)


def form_groups(network: Network, block: IntArray, may_link: BoolArray, least: int) -> Groups:
    """Groups of at least `least` units out of blocks; `may_link` says which values count."""
    sizes = np.bincount(block)
    kept = sizes[block] >= least
    of_unit = np.full(network.units, -1, np.int64)
    labels, count = compact(block[kept]) if kept.any() else (np.empty(0, np.int64), 0)
    of_unit[kept] = labels
    uses = network.uses
    linking = may_link[uses.code] & (of_unit[network.unit[uses.request]] >= 0)
    request, code = uses.request[linking], uses.code[linking]
    group = of_unit[network.unit[request]]
    values = len(network.values.kind)
    by_unit = pairs(code, network.unit[request], (values, network.units))
    key = of_unit[by_unit.columns] * np.int64(max(values, 1)) + by_unit.rows
    distinct, users = np.unique(key, return_counts=True)
    shared = users > 1
    inside = Pairs(distinct[shared] // max(values, 1), distinct[shared] % max(values, 1), (count, values))
    used = contains(distinct[shared], group * np.int64(max(values, 1)) + code)
    members = pairs(group[used], request[used], (count, network.count))
    return Groups(of_unit, count, inside, users[shared].astype(np.int64), members)


def best_value(groups: Groups, factor: FloatArray) -> FloatArray:
    """For each group the largest factor of a value times the share of the group's units that use it."""
    share = groups.users / np.maximum(groups.sizes[groups.inside.rows], 1)
    best = np.zeros(groups.count)
    np.maximum.at(best, groups.inside.rows, factor[groups.inside.columns] * share)
    return best
