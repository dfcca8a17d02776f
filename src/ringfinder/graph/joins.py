"""Rows that belong to a request: by key, by either of two keys, within a span of days."""

from __future__ import annotations

import numpy as np

from ringfinder.graph.arrays import FloatArray, IntArray, distinct, ranges


def match(left: IntArray, right: IntArray) -> tuple[IntArray, IntArray]:
    """All pairs (row of left, row of right) with equal keys; negative keys match nothing."""
    order = np.argsort(right, kind="stable")
    ordered = right[order]
    start = np.searchsorted(ordered, left, side="left")
    size = np.searchsorted(ordered, left, side="right") - start
    size[left < 0] = 0
    return np.repeat(np.arange(len(left)), size), order[ranges(start, size)]


def within(
    found: tuple[IntArray, IntArray], left_day: FloatArray, right_day: FloatArray, earliest: float, latest: float
) -> tuple[IntArray, IntArray]:
    """The pairs whose left row lies `earliest` to `latest` days after the right one; a missing day fails."""
    gap = left_day[found[0]] - right_day[found[1]]
    keep = (gap >= earliest) & (gap <= latest)
    return found[0][keep], found[1][keep]


def both(*found: tuple[IntArray, IntArray], right_rows: int) -> tuple[IntArray, IntArray]:
    """Union of several lists of pairs, each pair once, sorted."""
    width = np.int64(max(right_rows, 1))
    keys = distinct(np.concatenate([left * width + right for left, right in found]))
    return keys // width, keys % width
