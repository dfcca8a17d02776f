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
from scipy.special import gammaln

from ringfinder.graph.arrays import FloatArray, IntArray, ranges

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
    def of(group: IntArray, category: IntArray, groups: int) -> Tally:
        """Count the categories in each group; a row with either missing is left out."""
        known = (group >= 0) & (category >= 0)
        width = np.int64(category.max(initial=0) + 1)
        keys = np.sort(group[known] * width + category[known])
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        counts, keys = np.diff(starts, append=len(keys)), keys[starts]
        return Tally(keys // width, keys % width, counts, groups)


def factors(tally: Tally, background: FloatArray) -> FloatArray:
    """Factor of every group at every concentration, in nats: shape (groups, len(CONCENTRATIONS) + 1)."""
    total = np.bincount(tally.group, tally.count, tally.groups)
    several = np.flatnonzero(tally.count > 1)
    count, category = tally.count[several], tally.category[several]
    # Of few rows it is quicker to ask for the share of each, of many for that of each category.
    few = len(category) < len(background)
    share, of = (background[category], np.arange(len(category))) if few else (background, category)
    share = np.maximum(share, np.finfo(np.float64).tiny)  # a category that nobody is in
    plain = count * np.log(share)[of]
    found = np.zeros((tally.groups, len(CONCENTRATIONS) + 1))
    for place, k in enumerate(CONCENTRATIONS):
        # Of a category that stands once, lnG(1 + k p) - lnG(k p) - ln p is ln k whatever its share.
        term = np.full(len(tally.count), np.log(k))
        term[several] = gammaln(count + k * share[of]) - gammaln(k * share)[of] - plain
        found[:, place] = np.bincount(tally.group, term, tally.groups) + gammaln(k) - gammaln(total + k)
    return found


def averaged(each: FloatArray) -> FloatArray:
    """Logarithm of the mean factor over the concentrations."""
    found: FloatArray = _log_of_sum(each, 1) - np.log(len(CONCENTRATIONS) + 1)
    return found


def factor(tally: Tally, background: FloatArray) -> FloatArray:
    """Factor of every group, averaged over the concentrations, in nats."""
    return averaged(factors(tally, background))


def factors_of_pairs(
    tally: Tally, each: FloatArray, background: FloatArray, left: IntArray, right: IntArray
) -> FloatArray:
    """Factors of the pairs of groups (left[i], right[i]), each pair as one group; `each` are those of the groups.

    Told as one, two groups differ from both told apart in the categories that they share and in the
    size alone, so that only the smaller group's categories are gone through.
    """
    sizes = np.bincount(tally.group, minlength=tally.groups)
    starts = np.cumsum(sizes) - sizes
    small = np.where(sizes[left] <= sizes[right], left, right)
    rows = ranges(starts[small], sizes[small])
    pair = np.repeat(np.arange(len(left)), sizes[small])
    second = _count_of(tally, (left + right - small)[pair], tally.category[rows])
    shared = np.flatnonzero(second)
    first, second, pair = tally.count[rows[shared]], second[shared], pair[shared]
    share = background[tally.category[rows[shared]]]
    total = np.bincount(tally.group, tally.count, tally.groups)
    of_left, of_right = total[left], total[right]
    found = each[left] + each[right]
    for place, k in enumerate(CONCENTRATIONS):
        prior = k * share
        term = gammaln(first + second + prior) + gammaln(prior) - gammaln(first + prior) - gammaln(second + prior)
        size = gammaln(of_left + k) + gammaln(of_right + k) - gammaln(of_left + of_right + k) - gammaln(k)
        found[:, place] += np.bincount(pair, term, len(left)) + size
    return found


def gain_of_one_more(tally: Tally, background: FloatArray, group: IntArray, category: IntArray) -> FloatArray:
    """Factor (nats) by which an episode of `category` fits `group` better than it fits everybody; 0 where unknown."""
    each = factors(tally, background)
    weight = np.exp(each - _log_of_sum(each, 1)[:, None])[group]
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
    found: FloatArray = _log_of_sum(np.stack(terms), 0) - np.log(len(terms))
    return found


def _log_of_sum(terms: FloatArray, axis: int) -> FloatArray:
    """Logarithm of the sum of exponentials of finite terms; SciPy's takes a quarter of a millisecond for one row."""
    most = terms.max(axis=axis, keepdims=True)
    found: FloatArray = np.log(np.exp(terms - most).sum(axis=axis)) + np.squeeze(most, axis=axis)
    return found
