"""Columns of the facts as NumPy arrays: days, fen, codes, and rows found by key."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph.arrays import NONE, FloatArray, IntArray

MICROSECONDS_A_DAY = 86_400_000_000


def whole(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One contiguous array of a column."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def days(column: pa.ChunkedArray) -> FloatArray:
    """Dates as days since 1970 (fractions are hours), NaN where missing."""
    return numbers(whole(column).cast(pa.int64())) / MICROSECONDS_A_DAY


def numbers(column: pa.ChunkedArray | pa.Array) -> FloatArray:
    """Integers (fen, counts) as floats, NaN where missing; exact up to 2**53."""
    found: FloatArray = whole(column).cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return found


def lookup(wanted: pa.ChunkedArray | pa.Array, keys: pa.ChunkedArray | pa.Array) -> IntArray:
    """Row of each wanted text among the (distinct) keys, -1 where there is none."""
    if not len(keys):
        return np.full(len(wanted), NONE, np.int64)
    found = pc.index_in(whole(wanted), value_set=whole(keys), skip_nulls=True)
    return integers(found)


def integers(column: pa.Array) -> IntArray:
    """Codes as int64, -1 where missing."""
    filled: IntArray = pc.fill_null(column, NONE).to_numpy(zero_copy_only=False).astype(np.int64)
    return filled


def encode(*columns: pa.ChunkedArray | pa.Array) -> tuple[list[IntArray], pa.Array]:
    """Code the texts of several columns by one dictionary.

    Returns
    -------
    codes
        One array for each column, -1 where missing. The numbering follows first appearance and
        carries no meaning.
    values
        The texts by code.
    """
    chunks = [whole(column).cast(pa.string()) for column in columns]
    joined = pa.chunked_array(chunks, pa.string()).combine_chunks().dictionary_encode()
    codes = integers(joined.indices)
    ends = np.cumsum([len(chunk) for chunk in chunks])
    return np.split(codes, ends[:-1]), joined.dictionary


def is_one_of(column: pa.ChunkedArray, *values: str) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether each text is one of the values; a missing one is not."""
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = (
        pc.fill_null(pc.is_in(whole(column), value_set=pa.array(values)), False)  # noqa: FBT003 - the fill value
    ).to_numpy(zero_copy_only=False)
    return found
