"""Array shapes that every step shares: groups of pairs, sparse rows, and runs of equal keys."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

T = TypeVar("T", bound=np.generic)

NONE = -1
"""Code of a missing value: it never enters an incidence."""


@dataclass(frozen=True)
class Pairs:
    """Distinct pairs (row, column), sorted by row and then by column.

    Parameters
    ----------
    rows, columns
        Equally long; every pair stands once.
    shape
        Number of rows and of columns.
    """

    rows: IntArray
    columns: IntArray
    shape: tuple[int, int]

    @cached_property
    def starts(self) -> IntArray:
        """Where each row starts, and the end: length `shape[0] + 1`."""
        return bounds(self.rows, self.shape[0])

    @cached_property
    def turned(self) -> Pairs:
        """The same pairs with rows and columns exchanged."""
        order = np.lexsort((self.rows, self.columns))
        return Pairs(self.columns[order], self.rows[order], (self.shape[1], self.shape[0]))

    @cached_property
    def row_sizes(self) -> IntArray:
        """How many columns each row has."""
        return np.bincount(self.rows, minlength=self.shape[0])

    @cached_property
    def column_sizes(self) -> IntArray:
        """How many rows each column has."""
        return np.bincount(self.columns, minlength=self.shape[1])

    def __len__(self) -> int:
        return len(self.rows)

    def only(self, keep: BoolArray) -> Pairs:
        """The pairs for which `keep` is true, in the same shape."""
        return Pairs(self.rows[keep], self.columns[keep], self.shape)


def pairs(rows: IntArray, columns: IntArray, shape: tuple[int, int]) -> Pairs:
    """Sort and deduplicate; pairs with a missing side are left out."""
    known = (rows >= 0) & (columns >= 0)
    keys = distinct(rows[known] * np.int64(max(shape[1], 1)) + columns[known])
    return Pairs(keys // max(shape[1], 1), keys % max(shape[1], 1), shape)


def distinct(keys: IntArray) -> IntArray:
    """Sorted distinct keys; several times faster than `np.unique`, which hashes first."""
    ordered = np.sort(keys)
    kept = np.ones(len(ordered), np.bool_)
    kept[1:] = ordered[1:] != ordered[:-1]
    return ordered[kept]


def bounds(sorted_groups: IntArray, groups: int) -> IntArray:
    """Start of each group 0..groups-1 in a sorted array, and the end."""
    return np.searchsorted(sorted_groups, np.arange(groups + 1))


def ranges(starts: IntArray, sizes: IntArray) -> IntArray:
    """Concatenate the ranges ``starts[i] .. starts[i] + sizes[i]``."""
    total = int(sizes.sum())
    ends = np.cumsum(sizes)
    return np.repeat(starts - (ends - sizes), sizes) + np.arange(total)


def compact(labels: IntArray) -> tuple[IntArray, int]:
    """Renumber labels 0.. in the order in which they first stand in the array.

    With rows in a canonical order this numbering does not depend on what the labels were.
    """
    unique, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(unique), np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(unique))
    return rank[inverse.reshape(-1)], len(unique)


def contains(sorted_keys: IntArray, wanted: IntArray) -> BoolArray:
    """Whether each wanted key stands in a sorted array."""
    if not len(sorted_keys):
        return np.zeros(len(wanted), np.bool_)
    at = np.searchsorted(sorted_keys, wanted)
    found: BoolArray = sorted_keys[np.minimum(at, len(sorted_keys) - 1)] == wanted
    return found


def pick(values: NDArray[T], at: IntArray, missing: float) -> NDArray[T]:
    """``values[at]`` with `missing` where `at` is negative; `values` may be empty."""
    found = np.full(len(at), missing, values.dtype)
    known = at >= 0
    found[known] = values[at[known]]
    return found
