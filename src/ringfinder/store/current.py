"""The version of each row that counts, among all batches that brought one.

A row is eligible if it has no `updated_at` or none that is older than one brought before; the row of
the last batch among the eligible ones counts. So an older extract that is loaded late changes
nothing, and without `updated_at` the later batch wins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from ringfinder.records.contract import Table
from ringfinder.records.portfolio import BATCH, HASH, fact_schema


@dataclass(frozen=True, slots=True)
class Part:
    """One Parquet file of a table: its batch, where it is, and whether its keys are all different."""

    sequence: int
    batch_id: str
    path: Path
    unique_keys: bool


_CURRENT = """
    WITH versions AS (
        SELECT {keys}, updated_at, _sequence, _part, _row, _file, _line,
               updated_at IS NULL OR coalesce(updated_at >= max(updated_at) OVER (
                   PARTITION BY {keys} ORDER BY _sequence RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
               ), true) AS eligible
        FROM versions_of_all
    )
    SELECT _part, _row
    FROM versions
    QUALIFY row_number() OVER (
        PARTITION BY {keys}
        ORDER BY eligible DESC, _sequence DESC, updated_at DESC NULLS LAST, _file DESC, _line DESC
    ) = 1
"""


def read_current(table: Table, parts: Sequence[Part], *, as_written: bool = True) -> pa.Table:
    """The facts of a table that count, with their batch; shape (keys, columns).

    Without `as_written`, a column that has a normal form comes in it alone, and rows without their hash.
    """
    columns = None if as_written else _needed(table)
    if not parts:
        empty = fact_schema(table).empty_table()
        return _with_batch(empty if columns is None else empty.select(columns), "")
    if len(parts) == 1 and parts[0].unique_keys:
        return _with_batch(pq.read_table(parts[0].path, columns=columns), parts[0].batch_id)
    winners = _winners(table, parts)
    tables = []
    for number, part in enumerate(parts):
        rows = np.sort(winners["_row"].to_numpy()[winners["_part"].to_numpy() == number])
        if len(rows):
            tables.append(_with_batch(pq.read_table(part.path, columns=columns).take(pa.array(rows)), part.batch_id))
    return pa.concat_tables(tables).unify_dictionaries()


def _needed(table: Table) -> list[str]:
    """Columns of the facts without what people wrote where a normal form stands for it."""
    written = {column.name for column in table.columns if column.normalised and column.name not in table.key}
    return [name for name in fact_schema(table).names if name not in written and name != HASH]


def current_rows(table: Table, parts: Sequence[Part]) -> npt.NDArray[np.bool_]:
    """Which of all versions count, in the order of `versions`."""
    sizes = [pq.read_metadata(part.path).num_rows for part in parts]
    counts = np.ones(sum(sizes), np.bool_)
    if len(parts) > 1 or not parts[0].unique_keys:
        winners = _winners(table, parts)
        counts[:] = False
        starts = np.concatenate([[0], np.cumsum(sizes)])
        counts[starts[winners["_part"].to_numpy()] + winners["_row"].to_numpy()] = True
    return counts


def versions(table: Table, parts: Sequence[Part], columns: Sequence[str]) -> pa.Table:
    """Narrow columns of every version: keys, `columns`, and where each row is."""
    wanted = list(dict.fromkeys([*table.key, *columns]))
    read = []
    for number, part in enumerate(parts):
        rows = pq.read_table(part.path, columns=wanted)
        rows = rows.append_column("_sequence", pa.array(np.full(rows.num_rows, part.sequence, np.int64)))
        rows = rows.append_column("_part", pa.array(np.full(rows.num_rows, number, np.int64)))
        read.append(rows.append_column("_row", pa.array(np.arange(rows.num_rows))))
    return pa.concat_tables(read).unify_dictionaries()


def _winners(table: Table, parts: Sequence[Part]) -> pa.Table:
    narrow = versions(table, parts, ("updated_at", "_file", "_line"))
    keys = ", ".join(f'"{name}"' for name in table.key)
    with duckdb.connect() as connection:
        connection.register("versions_of_all", narrow)
        return connection.sql(_CURRENT.format(keys=keys)).to_arrow_table()


def _with_batch(rows: pa.Table, batch_id: str) -> pa.Table:
    batch = pa.DictionaryArray.from_arrays(pa.array(np.zeros(rows.num_rows, np.int32)), pa.array([batch_id]))
    return rows.append_column(BATCH, batch)
