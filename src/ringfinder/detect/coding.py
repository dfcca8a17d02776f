r"""How much shorter a group is told when it is told as one: Dirichlet-multinomial factors in nats.

Problem
    Do the members of a group have an agent, a time, a letter in common beyond chance, and do two
    groups have them in common with each other?
Formula
    For the counts ``n_c`` of categories with background ``p_c``, ``n = sum n_c``, and a concentration
    ``k``: ``F_k = sum_c [lnG(n_c + k p_c) - lnG(k p_c) - n_c ln p_c] + lnG(k) - lnG(n + k)``. No
    concentration is known beforehand, so the factor is the mean of ``exp F_k`` over k = 1, 4, 16 and
    infinity (for which ``F = 0``: the group is like everybody).
Complexity
    O(rows log rows) for any number of groups or pairs of groups at once.
Paper
    Minka (2000), Estimating a Dirichlet distribution; the mixture over k is Bayesian model averaging.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

from ringfinder.graph.arrays import FloatArray, IntArray, bounds, ranges

CONCENTRATIONS = (1.0, 4.0, 16.0)
"""Of tight, usual and loose groups; infinity is the fourth."""


@dataclass(frozen=True)
class Attribute:
    """A property of episodes: `of` is the category of each (-1 unknown), `background` the share of each category."""

    of: IntArray
    background: FloatArray


@dataclass(frozen=True)
class Tally:
    """Counts of categories in groups: equally long, sorted by group and category."""

    group: IntArray
    category: IntArray
    count: IntArray
    groups: int

    @staticmethod
    def of(group: IntArray, category: IntArray, groups: int, weight: IntArray | None = None) -> Tally:
        """Count the categories in each group; a row with either missing is left out."""
        known = (group >= 0) & (category >= 0)
        width = np.int64(category.max(initial=0) + 1)
        keys = group[known] * width + category[known]
        if weight is None:
            keys = np.sort(keys)
        else:
            order = np.argsort(keys, kind="stable")
            keys, weight = keys[order], weight[known][order]
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        counts = np.diff(starts, append=len(keys)) if weight is None else _sums(weight, starts)
        keys = keys[starts]
        return Tally(keys // width, keys % width, counts, groups)

    def merged(self, left: IntArray, right: IntArray) -> Tally:
        """Counts of the pairs of groups (left[i], right[i]), each pair as one group."""
        starts = bounds(self.group, self.groups)
        sizes = np.diff(starts)
        number = np.arange(len(left))
        rows = np.concatenate([ranges(starts[side], sizes[side]) for side in (left, right)])
        pair = np.concatenate([np.repeat(number, sizes[side]) for side in (left, right)])
        return Tally.of(pair, self.category[rows], len(left), self.count[rows])


def _sums(values: IntArray, starts: IntArray) -> IntArray:
    """Sum of each run of `values` that begins at `starts`."""
    return np.add.reduceat(values, starts) if len(starts) else np.empty(0, np.int64)


def factors(tally: Tally, background: FloatArray) -> FloatArray:
    """Factor of every group at every concentration, in nats: shape (groups, len(CONCENTRATIONS) + 1)."""
    total = np.bincount(tally.group, tally.count, tally.groups)
    several = np.flatnonzero(tally.count > 1)
    count, category = tally.count[several], tally.category[several]
    background = np.maximum(background, np.finfo(np.float64).tiny)  # a category that nobody is in
    plain = count * np.log(background)[category]
    found = np.zeros((tally.groups, len(CONCENTRATIONS) + 1))
    for place, k in enumerate(CONCENTRATIONS):
        # Of a category that stands once, lnG(1 + k p) - lnG(k p) - ln p is ln k whatever its share.
        term = np.full(len(tally.count), np.log(k))
        term[several] = gammaln(count + k * background[category]) - gammaln(k * background)[category] - plain
        found[:, place] = np.bincount(tally.group, term, tally.groups) + gammaln(k) - gammaln(total + k)
    return found


def factor(tally: Tally, background: FloatArray) -> FloatArray:
    """Factor of every group, averaged over the concentrations, in nats."""
    found: FloatArray = logsumexp(factors(tally, background), axis=1) - np.log(len(CONCENTRATIONS) + 1)
    return found


def gain_of_one_more(tally: Tally, background: FloatArray, group: IntArray, category: IntArray) -> FloatArray:
    """Factor (nats) by which an episode of `category` fits `group` better than it fits everybody; 0 where unknown."""
    each = factors(tally, background)
    weight = np.exp(each - logsumexp(each, axis=1, keepdims=True))[group]
    total = np.bincount(tally.group, tally.count, tally.groups)[group]
    seen = _count_of(tally, group, category)
    share = np.where(category >= 0, background[np.maximum(category, 0)], 1.0)
    predicted = weight[:, -1] * share
    for place, k in enumerate(CONCENTRATIONS):
        predicted += weight[:, place] * (seen + k * share) / (total + k)
    return np.where(category >= 0, np.log(predicted / share), 0.0)


def _count_of(tally: Tally, group: IntArray, category: IntArray) -> FloatArray:
    """How often each group has each category."""
    if not len(tally.group):
        return np.zeros(len(group))
    width = np.int64(max(tally.category.max(), category.max(initial=0)) + 1)
    keys, wanted = tally.group * width + tally.category, group * width + category
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[at] == wanted, tally.count[at], 0).astype(np.float64)


def mean_of(terms: Sequence[FloatArray]) -> FloatArray:
    """Mean of one thing told at several resolutions: the logarithm of the mean factor."""
    found: FloatArray = logsumexp(np.stack(terms), axis=0) - np.log(len(terms))
    return found
