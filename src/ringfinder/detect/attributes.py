"""What a ring may have in common besides values: an agent's book, a branch, a letter, a time, a time of holding."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ringfinder.detect.coding import Attribute, Tally, factor, mean_of
from ringfinder.graph.arrays import FloatArray, IntArray, compact, pick
from ringfinder.graph.columns import encode
from ringfinder.graph.episodes import Episodes
from ringfinder.graph.network import Network

TIME_BINS = (6, 18, 54)
"""Resolutions of time as equally filled bins: half a year, two months and three weeks of three years."""

HELD_BINS = (10, 40)
"""Resolutions of the time a policy was held, as equally filled bins."""

FAMILIES = ("agent", "branch", "letter", "time", "held")
"""Each is one thing told, whatever its resolutions."""


@dataclass(frozen=True)
class Attributes:
    """Attributes of the episodes by family; a family has one or several resolutions."""

    by_family: Mapping[str, tuple[Attribute, ...]]

    def __getitem__(self, family: str) -> tuple[Attribute, ...]:
        return self.by_family.get(family, ())

    def factor(self, family: str, group: IntArray, groups: int) -> FloatArray:
        """Factor of each group for one family, in nats; `group` is that of each episode, -1 for none."""
        terms = [factor(Tally.of(group, one.of, groups), one.background) for one in self[family]]
        return mean_of(terms) if terms else np.zeros(groups)


def find_attributes(
    network: Network, episodes: Episodes, letter: IntArray, held_days: FloatArray, *, use_time: bool = True
) -> Attributes:
    """Attributes of all episodes; `letter` is the cluster of each request's complaint, -1 for none."""
    agent = encode(network.portfolio.table("policies")["agent_no"])[0][0]
    of_request = pick(agent, network.joins.policy, -1)
    branch = encode(network.requests["branch_code"])[0][0]
    families = {
        "agent": _shares(episodes.most(_numbered(of_request))),
        "branch": _shares(episodes.most(_numbered(branch))),
        "letter": _shares(episodes.most(letter)),
        "time": tuple(_bins(episodes.day, count) for count in TIME_BINS) if use_time else (),
        "held": tuple(_bins(_longest(held_days, episodes), count) for count in HELD_BINS),
    }
    return Attributes({name: family for name, family in families.items() if family})


def _numbered(category: IntArray) -> IntArray:
    """Codes by first request in canonical order: an episode with two agents takes the same one whatever the order."""
    found = np.full(len(category), -1, np.int64)
    known = category >= 0
    if known.any():
        found[known] = compact(category[known])[0]
    return found


def _longest(held_days: FloatArray, episodes: Episodes) -> FloatArray:
    found = np.full(len(episodes), -np.inf)
    np.maximum.at(found, episodes.of_request, np.nan_to_num(held_days, nan=-np.inf))
    return np.where(np.isinf(found), np.nan, found)


def _shares(category: IntArray) -> tuple[Attribute, ...]:
    """A category whose background is its share among all episodes that have one; nothing where none has."""
    known = category >= 0
    if not known.any():
        return ()
    # Numbered by first episode, so that sums run in one order whatever the order of the rows.
    numbered = np.full(len(category), -1, np.int64)
    numbered[known], count = compact(category[known])
    return (Attribute(numbered, np.bincount(numbered[known], minlength=count) / known.sum()),)


def _bins(number: FloatArray, bins: int) -> Attribute:
    """Equally filled bins of a number; ties fall into one bin, whose share is then as large as it is."""
    known = ~np.isnan(number)
    found = np.full(len(number), -1, np.int64)
    ordered = np.sort(number[known])
    if len(ordered):
        rank = np.searchsorted(ordered, number[known]) / len(ordered)
        found[known] = np.minimum((rank * bins).astype(np.int64), bins - 1)
    return Attribute(found, np.bincount(found[known], minlength=bins) / max(len(ordered), 1))
