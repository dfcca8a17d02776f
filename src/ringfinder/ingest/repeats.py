"""Several rows of one key in one file: equal ones are merged, versions without an order refused."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ringfinder.ingest.hashing import hash_rows
from ringfinder.records.contract import Table
from ringfinder.records.portfolio import HASH

BoolArray = npt.NDArray[np.bool_]


def settle_repeats(
    table: Table, columns: dict[str, pa.Array], good: BoolArray, lines: npt.NDArray[np.int64]
) -> tuple[BoolArray, dict[int, int]]:
    """Find rows that repeat another one, and rows whose key has versions that nothing orders.

    Parameters
    ----------
    columns
        Typed columns with `_hash`, each of shape (n,).
    good
        Rows that are not refused already, shape (n,).
    lines
        Line of each row, shape (n,).

    Returns
    -------
    tuple
        Rows to merge, shape (n,): all but the first of equal ones. And ``row -> line of another
        version`` for rows whose `updated_at` is missing or equal among different versions.
    """
    keys = hash_rows({name: columns[name] for name in table.key})
    merged = np.zeros(len(keys), np.bool_)
    conflicts: dict[int, int] = {}
    places = np.flatnonzero(good)
    order = places[np.argsort(keys[places], kind="stable")]
    same = keys[order[1:]] == keys[order[:-1]]
    if not same.any():
        return merged, conflicts
    starts = np.flatnonzero(np.concatenate([[True], ~same]))
    sizes = np.diff(np.append(starts, len(order)))
    content = columns[HASH].to_numpy()
    updated = columns["updated_at"].cast(pa.int64()).to_numpy(zero_copy_only=False)
    for start, size in zip(starts[sizes > 1], sizes[sizes > 1], strict=True):
        rows = sorted(order[start : start + size].tolist())
        first: dict[int, int] = {}
        for row in rows:
            merged[row] = first.setdefault(int(content[row]), row) != row
        versions = list(first.values())
        stamps = [updated[row] for row in versions]
        if len(versions) > 1 and (np.isnan(stamps).any() or len(set(stamps)) < len(stamps)):
            for row in rows:
                merged[row] = False
                conflicts[row] = int(lines[next(other for other in versions if content[other] != content[row])])
    return merged, conflicts
