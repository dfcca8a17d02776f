r"""Pair weights of shared values.

Formula
    Two of the ``k`` holders of a value among ``N`` units are linked with weight
    ``ln(N / k) / (k - 1)^a``. To `full` holders all pairs are made; above that each holder is
    linked to the `full` / 2 next ones on a ring of holders, with weights scaled so that the total
    stays the same: no cap hides a large ring.
Complexity
    O(sum of k * min(k, full)).
"""

from __future__ import annotations

import numpy as np

from ringfinder.graph.arrays import FloatArray, IntArray, Pairs, ranges
from ringfinder.graph.communities import Links


def pair_weight(holders: FloatArray, units: int, exponent: float) -> FloatArray:
    """Weight of one pair of holders, in nats."""
    rarity = np.log(np.maximum(units, 2) / np.maximum(holders, 1.0))
    weight: FloatArray = np.maximum(rarity, 0.0) * np.maximum(holders - 1.0, 1.0) ** -exponent
    return weight


def link_units(uses: Pairs, weight: FloatArray, full: int) -> Links:
    """Links between units that share values; `uses` are pairs (value, unit), `weight` one per value."""
    sizes = uses.row_sizes
    starts = uses.starts[:-1]
    reach = np.where(sizes <= full + 1, sizes - 1, full // 2)
    left_at, right_at, value = [], [], []
    for step in range(1, int(reach.max(initial=0)) + 1):
        rows = np.flatnonzero(reach >= step)
        ring = sizes[rows] > full + 1
        count = np.where(ring, sizes[rows], sizes[rows] - step)
        first = ranges(np.zeros(len(rows), np.int64), np.maximum(count, 0))
        owner = np.repeat(np.arange(len(rows)), np.maximum(count, 0))
        base, size = starts[rows][owner], sizes[rows][owner]
        left_at.append(base + first)
        right_at.append(base + (first + step) % size)
        value.append(rows[owner])
    if not left_at:
        return Links(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), uses.shape[1])
    made = np.concatenate(value)
    scale = np.where(sizes > full + 1, (sizes - 1) / np.maximum(2 * (full // 2), 1), 1.0)
    return _merge(
        uses.columns[np.concatenate(left_at)],
        uses.columns[np.concatenate(right_at)],
        (weight * scale)[made],
        uses.shape[1],
    )


def _merge(left: IntArray, right: IntArray, weight: FloatArray, units: int) -> Links:
    """Sum the weights of links between the same two units."""
    low, high = np.minimum(left, right), np.maximum(left, right)
    key = low * np.int64(max(units, 1)) + high
    distinct, inverse = np.unique(key, return_inverse=True)
    total = np.bincount(inverse.reshape(-1), weight, len(distinct)).astype(np.float64)
    return Links(distinct // max(units, 1), distinct % max(units, 1), total, units)
