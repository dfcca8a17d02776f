"""Parquet, and any typed Arrow table: every cell as the text it would have in a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ringfinder.errors import InputError
from ringfinder.ingest.raw import RawTable, positions


def read_parquet(path: Path, name: str) -> RawTable:
    """Read a Parquet file.

    Raises
    ------
    InputError
        If the file is empty, truncated or no Parquet file.
    """
    try:
        table = pq.ParquetFile(path).read()
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, OSError) as error:
        if isinstance(error, PermissionError):
            raise
        raise InputError(
            f"{name}: not a whole Parquet file",
            remedy="the transfer may have been cut short: copy or export it again",
        ) from None
    return from_arrow(table)


def from_arrow(table: pa.Table, first_line: int = 1) -> RawTable:
    """Rows of a typed table as text; the line of a row is its number, from `first_line`."""
    headers = tuple(str(name) for name in table.column_names)
    columns = [_as_text(column) for column in table.columns]
    cells = pa.table(columns, names=positions(len(headers)))
    lines = np.arange(first_line, first_line + table.num_rows, dtype=np.int64)
    return RawTable(headers, cells, lines, csv_line(headers), lambda rows: rows_as_csv(cells, rows))


def csv_line(values: Iterable[str | None]) -> str:
    """One row as a CSV line without its end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(["" if value is None else value for value in values])
    return out.getvalue()


def rows_as_csv(cells: pa.Table, rows: Iterable[int]) -> list[str]:
    """Chosen rows of text cells as CSV lines."""
    chosen = cells.take(pa.array(list(rows), pa.int64()))
    return [csv_line(record) for record in zip(*(column.to_pylist() for column in chosen.columns), strict=True)]


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text of a typed column: dates as ISO, whole floats without `.0`, empty text as null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.cast(kind.value_type))
    if pa.types.is_timestamp(kind) and kind.tz:
        column = pc.local_timestamp(column.cast(pa.timestamp("us", kind.tz)))
        column = pc.strftime(column, "%Y-%m-%dT%H:%M:%S")
    elif pa.types.is_floating(kind):
        whole = column.cast(pa.string())
        column = pc.replace_substring_regex(whole, "[.]0$", "")
    elif pa.types.is_boolean(kind):
        column = pc.if_else(column, "y", "n")
    elif pa.types.is_binary(kind) or pa.types.is_nested(kind):
        column = pa.chunked_array([pa.array([None if v is None else str(v) for v in column.to_pylist()], pa.string())])
    text = column.cast(pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)
