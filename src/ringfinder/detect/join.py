r"""Communities become rings: fragments of one operator are joined where telling them as one is shorter.

Problem
    An operator rotates phones and accounts, so that one ring falls into several communities; rings that
    lend one another a phone hang together although they are two.
Method
    Two communities are joined where the factor of both as one group exceeds the factors of each
    (`ringfinder.detect.coding`) by more than the search costs. Mutually best pairs are joined, round by
    round, until none gains.

    * Communities that share a value: agent, branch and letter decide, and every further shared value
      speaks for one ring; time does not, because an operator's first clients and last clients differ in time.
    * Communities that share none: agent, branch, letter, time and time of holding must pay for the search
      among all groups, with a margin.
Complexity
    O(candidates) for each round; each group meets others with one of its agents or letters, in the order
    of time, at most `most_partners` of each.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from ringfinder.detect.attributes import Attributes
from ringfinder.detect.coding import Attribute, Tally, averaged, factors, factors_of_pairs, mean_of
from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import FloatArray, IntArray, Pairs, compact, contains, distinct, pairs
from ringfinder.graph.links import link_units

Candidates = Callable[[IntArray, int], tuple[IntArray, IntArray, FloatArray]]
"""From the group of each episode and the number of groups: pairs (left, right) and what each gains beforehand."""

_MOST_ROUNDS = 12
MOST_SHARING = 30  # groups that share one value: more are no single operator's
FURTHER_VALUES = 4  # shared values that still add something
_ELSEWHERE = 0.02  # weight of a letter's copies outside groups
_APART = ("agent", "branch", "letter", "time", "held")
LINKED = ("agent", "branch", "letter")


def join_linked(group: IntArray, founding: Pairs, attributes: Attributes, settings: DetectSettings) -> IntArray:
    """Join groups that share founding values (pairs (value, episode)); `group` is that of each episode, -1 for none."""

    def candidates(of: IntArray, groups: int) -> tuple[IntArray, IntArray, FloatArray]:
        shared = pairs(founding.rows, of[founding.columns], (founding.shape[0], groups))
        shared = shared.only((shared.row_sizes <= MOST_SHARING)[shared.rows])
        links = link_units(shared, np.ones(founding.shape[0]), MOST_SHARING)
        further = np.minimum(links.weight - 1, FURTHER_VALUES)
        return links.left, links.right, settings.linked_odds + settings.further_link * further

    return _rounds(group, attributes, LINKED, candidates)


def join_apart(group: IntArray, day: FloatArray, attributes: Attributes, settings: DetectSettings) -> IntArray:
    """Join groups that share no value but have an agent or a letter, and a time, in common."""

    def candidates(of: IntArray, groups: int) -> tuple[IntArray, IntArray, FloatArray]:
        first = np.full(groups, np.inf)
        known = of >= 0
        np.minimum.at(first, of[known], day[known])
        order = np.lexsort((np.arange(groups), first))
        place = np.empty(groups, np.int64)
        place[order] = np.arange(groups)
        keys = []
        for family in ("agent", "letter"):
            for one in attributes[family]:
                by_time = pairs(one.of[known], place[of[known]], (len(one.background), groups))
                links = link_units(by_time, np.ones(by_time.shape[0]), settings.most_partners)
                keys.append(links.left * np.int64(groups) + links.right)
        key = distinct(np.concatenate(keys)) if keys else np.empty(0, np.int64)
        left, right = order[key // max(groups, 1)], order[key % max(groups, 1)]
        cost = np.log(max(groups, 2)) + settings.join_margin
        return np.minimum(left, right), np.maximum(left, right), np.full(len(left), -cost)

    return _rounds(group, attributes, _APART, candidates)


def _rounds(group: IntArray, attributes: Attributes, families: Sequence[str], candidates: Candidates) -> IntArray:
    """Join mutually best pairs until no pair gains."""
    found, groups = _number(group)
    attributes = among_groups(attributes, found)
    changed = np.ones(groups, np.bool_)
    known = np.empty(0, np.int64), np.empty(0)
    for _ in range(_MOST_ROUNDS):
        left, right, beforehand = candidates(found, groups)
        # A group is known by its first episode; what neither side has changed is not computed again.
        name = np.zeros(groups, np.int64)
        member = np.flatnonzero(found >= 0)
        name[found[member][::-1]] = member[::-1]
        key = name[left] * np.int64(len(found)) + name[right]
        gain = np.empty(len(left))
        fresh = changed[left] | changed[right] | ~contains(known[0], key)
        gain[~fresh] = known[1][np.searchsorted(known[0], key[~fresh])]
        gain[fresh] = gains(found, groups, attributes, families, left[fresh], right[fresh])
        known = key[order := np.argsort(key)], gain[order]
        total = gain + beforehand
        paired = _mutual_best(left[total > 0], right[total > 0], total[total > 0], groups)
        if not len(paired[0]):
            break
        target = np.arange(groups)
        target[paired[1]] = paired[0]
        found, groups = _number(np.where(found >= 0, target[found], -1))
        changed = np.zeros(groups, np.bool_)
        changed[found[name[paired[0]]]] = True
    return found


def among_groups(attributes: Attributes, group: IntArray) -> Attributes:
    """Letters as they are spread among groups: one that many operators buy joins nobody."""
    if not attributes["letter"]:
        return attributes
    (letter,) = attributes["letter"]
    size = len(letter.background)
    counted = np.bincount(letter.of[(letter.of >= 0) & (group >= 0)], minlength=size)
    share = counted + _ELSEWHERE * np.bincount(letter.of[letter.of >= 0], minlength=size)
    return Attributes({**attributes.by_family, "letter": (Attribute(letter.of, share / share.sum()),)})


def _number(group: IntArray) -> tuple[IntArray, int]:
    """Number groups by their first episode; -1 stays."""
    found = np.full(len(group), -1, np.int64)
    known = group >= 0
    if not known.any():
        return found, 0
    found[known], count = compact(group[known])
    return found, count


def gains(
    group: IntArray, groups: int, attributes: Attributes, families: Sequence[str], left: IntArray, right: IntArray
) -> FloatArray:
    """Factor of each pair as one group less the factors of both."""
    total = np.zeros(len(left))
    for family in families:
        apart, together = [], []
        for one in attributes[family]:
            tally = Tally.of(group, one.of, groups)
            each = factors(tally, one.background)
            apart.append(averaged(each))
            together.append(averaged(factors_of_pairs(tally, each, one.background, left, right)))
        if apart:
            own = mean_of(apart)
            total += mean_of(together) - own[left] - own[right]
    return total


def _mutual_best(left: IntArray, right: IntArray, gain: FloatArray, groups: int) -> tuple[IntArray, IntArray]:
    """Pairs that are each other's best; of equal gains the one with the smaller numbers."""
    best = np.full(groups, -1, np.int64)
    order = np.lexsort((np.concatenate([right, left]), -np.concatenate([gain, gain])))
    mine, partner = np.concatenate([left, right])[order], np.concatenate([right, left])[order]
    first = np.unique(mine, return_index=True)
    best[first[0]] = partner[first[1]]
    at = np.arange(groups)
    kept = (best > at) & (best[np.maximum(best, 0)] == at)
    return at[kept], best[kept]
