"""Several rows of one key in one file: equal ones are merged, versions without an order refused."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ringfinder.ingest.hashing import HashArray
from ringfinder.ingest.raw import IntArray

BoolArray = npt.NDArray[np.bool_]

UNDATED = np.iinfo(np.int64).min
"""Stands for a missing `updated_at`."""


@dataclass(frozen=True, slots=True)
class Repeats:
    """What repeated keys mean for the rows of a file.

    Parameters
    ----------
    merged
        All but the first of equal rows, shape (n,).
    refused
        Rows of keys with versions that nothing orders, shape (n,).
    other
        Where refused: a row with another version of the key, shape (n,).
    """

    merged: BoolArray
    refused: BoolArray
    other: IntArray


def settle_repeats(keys: HashArray, content: HashArray, updated: IntArray, good: BoolArray) -> Repeats:
    """Find rows that repeat another one, and versions of one key that nothing orders.

    Versions are ordered by `updated_at`. All versions of a key are refused if one of several has no
    date, or if two of them have the same.

    Parameters
    ----------
    keys, content
        Hash of each row's key and of all its cells, shape (n,).
    updated
        `updated_at` in microseconds or `UNDATED`, shape (n,).
    good
        Rows that are not refused already, shape (n,).
    """
    size = len(keys)
    found = Repeats(np.zeros(size, np.bool_), np.zeros(size, np.bool_), np.zeros(size, np.int64))
    rows = np.flatnonzero(good)
    order = rows[np.argsort(keys[rows], kind="stable")]
    again = np.zeros(len(order), np.bool_)
    again[1:] = keys[order[1:]] == keys[order[:-1]]
    if not again.any():
        return found
    # From here on only keys that stand more than once.
    several = again | np.append(again[1:], False)
    order = order[several]
    order = order[np.lexsort((content[order], updated[order], keys[order]))]
    new_key = _changes(keys[order])
    new_version = new_key | _changes(updated[order]) | _changes(content[order])
    group = np.cumsum(new_key) - 1
    versions = np.bincount(group, weights=new_version).astype(np.int64)[group]
    refused = _unordered(new_key, new_version, updated[order], group) & (versions > 1)
    found.refused[order] = refused
    found.merged[order] = ~new_version & ~refused
    # The other version: the first row of the key, or the first of its second version.
    first = np.flatnonzero(new_key)[group]
    last = np.append(np.flatnonzero(new_key)[1:], len(order))[group] - 1
    own_is_first = content[order] == content[order[first]]
    found.other[order] = np.where(own_is_first, order[last], order[first])
    return found


def _unordered(new_key: BoolArray, new_version: BoolArray, updated: IntArray, group: IntArray) -> BoolArray:
    """Rows, sorted by key, date and content, of keys with two versions of one date or one without any."""
    date = np.cumsum(new_key | _changes(updated)) - 1
    tied = (np.bincount(date, weights=new_version) > 1)[date]
    found: BoolArray = (np.bincount(group, weights=tied | (updated == UNDATED)) > 0)[group]
    return found


def _changes(values: npt.NDArray[np.int64] | HashArray) -> BoolArray:
    """Where a value differs from the one before it; the first one does."""
    found = np.ones(len(values), np.bool_)
    found[1:] = values[1:] != values[:-1]
    return found
