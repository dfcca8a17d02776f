"""The version of each row that counts, among all batches that brought one.

A row is eligible if it has no `updated_at` or none that is older than one brought before; the row of
the last batch among the eligible ones counts. So an older extract that is loaded late changes
nothing, and without `updated_at` the later batch wins. A row that arrived alone counts as a batch of its
own at the time when it came, also after many of them were folded into one.
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
from ringfinder.records.portfolio import BATCH, HASH, LINE, fact_schema

INTAKE = "intake"
"""Stands for batch and file of a row that arrived alone, wherever it is kept; its line is its number."""

_LINE_BITS = 32


@dataclass(frozen=True, slots=True)
class Part:
    """Some versions of rows of a table, in one Parquet file or, before they are in any, in memory.

    Parameters
    ----------
    sequence
        Of the batch; of rows that arrived one by one, of the batch before them.
    unique_keys
        Whether its keys are all different.
    one_by_one
        Whether its rows arrived one after another, by their lines, rather than at once.
    rows
        Where they are in memory.
    """

    sequence: int
    batch_id: str
    path: Path
    unique_keys: bool
    one_by_one: bool = False
    rows: pa.Table | None = None

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Its rows, or some columns of them."""
        if self.rows is None:
            return pq.read_table(self.path, columns=None if columns is None else list(columns))
        return self.rows if columns is None else self.rows.select(list(columns))

    def size(self) -> int:
        """How many rows it has."""
        return int(pq.read_metadata(self.path).num_rows if self.rows is None else self.rows.num_rows)

    def order(self, rows: pa.Table) -> npt.NDArray[np.int64]:
        """When each of its rows arrived, as one number, shape (n,): its batch, then, where it came alone, its line."""
        order = np.full(rows.num_rows, self.sequence << _LINE_BITS, np.int64)
        return order + rows[LINE].to_numpy() if self.one_by_one else order


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
        return _with_batch(parts[0].read(columns), parts[0].batch_id)
    winners = _winners(table, parts)
    tables = []
    for number, part in enumerate(parts):
        rows = np.sort(winners["_row"].to_numpy()[winners["_part"].to_numpy() == number])
        if len(rows):
            tables.append(_with_batch(part.read(columns).take(pa.array(rows)), part.batch_id))
    return pa.concat_tables(tables).unify_dictionaries()


def _needed(table: Table) -> list[str]:
    """Columns of the facts without what people wrote where a normal form stands for it."""
    written = {column.name for column in table.columns if column.normalised and column.name not in table.key}
    return [name for name in fact_schema(table).names if name not in written and name != HASH]


def current_rows(table: Table, parts: Sequence[Part]) -> npt.NDArray[np.bool_]:
    """Which of all versions count, in the order of `versions`."""
    sizes = [part.size() for part in parts]
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
        rows = part.read([*wanted, LINE] if part.one_by_one and LINE not in wanted else wanted)
        rows = rows.select(wanted).append_column("_sequence", pa.array(part.order(rows)))
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
