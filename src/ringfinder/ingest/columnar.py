"""Parquet, and any typed Arrow table: every cell as the text it would have in a CSV file."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ringfinder.errors import InputError
from ringfinder.ingest.raw import Broken, IntArray, RawTable, positions

_SPREADSHEET_DIGITS = 15
_EXACT = 2**53
_DECIMALS = 6


def read_parquet(path: Path, name: str) -> RawTable:
    """Read a Parquet file.

    Raises
    ------
    InputError
        If the file is truncated or no Parquet file.
    """
    try:
        with pq.ParquetFile(path) as file:
            table = file.read()
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
    columns = [_as_text(column) for column in table.columns]
    cells = pa.table(columns, names=positions(table.num_columns))
    lines = np.arange(first_line, first_line + table.num_rows, dtype=np.int64)
    return from_text(tuple(table.column_names), cells, lines)


def from_text(
    headers: tuple[str, ...],
    cells: pa.Table,
    lines: IntArray,
    *,
    workbook: bool = False,
    warnings: tuple[str, ...] = (),
) -> RawTable:
    """A table of text cells that never was a text file: its original rows are told as CSV.

    Rows with a NUL byte are kept apart, as in a text file.
    """
    broken: tuple[Broken, ...] = ()
    damaged = np.zeros(len(lines), np.bool_)
    for column in cells.columns:
        damaged |= pc.fill_null(pc.match_substring(column, "\0"), fill_value=False).to_numpy()
    if damaged.any():
        rows = np.flatnonzero(damaged)
        texts = rows_as_csv(cells, rows.tolist())
        reason = "a NUL byte: the row was damaged on its way"
        broken = tuple(Broken(line, reason, text) for line, text in zip(lines[rows].tolist(), texts, strict=True))
        cells, lines = cells.filter(pa.array(~damaged)), lines[~damaged]
    header = csv_line(headers)
    return RawTable(headers, cells, lines, header, lambda rows: rows_as_csv(cells, rows), broken, workbook, warnings)


def csv_line(values: Iterable[str | None]) -> str:
    """One row as a CSV line without its end."""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(["" if value is None else value for value in values])
    return out.getvalue()


def rows_as_csv(cells: pa.Table, rows: Iterable[int]) -> list[str]:
    """Chosen rows of text cells as CSV lines."""
    chosen = cells.take(pa.array(list(rows), pa.int64()))
    return [csv_line(record) for record in zip(*(column.to_pylist() for column in chosen.columns), strict=True)]


def text_column(values: Sequence[str | None]) -> pa.Array:
    """Text cells; empty is null."""
    return pa.array([value or None for value in values], pa.string())


def number_text(value: float) -> str:
    """A number of a spreadsheet or a database as text.

    Whole numbers are written without `.0`, others with the 15 digits that a spreadsheet keeps, which
    drops the noise of binary fractions. A whole number of more digits is written out where its last
    ones are not the zeros that a spreadsheet puts in place of lost ones; else in scientific notation,
    so that it is known to be damaged.
    """
    if value != value or value in (float("inf"), float("-inf")):  # noqa: PLR0124 - NaN is not itself
        return ""
    if not float(value).is_integer():
        return f"{value:.{_SPREADSHEET_DIGITS}g}"
    digits = str(int(value))
    lost = 10 ** max(len(digits.lstrip("-")) - _SPREADSHEET_DIGITS, 0)
    whole = lost == 1 or (abs(value) <= _EXACT and int(value) % lost != 0)
    return digits if whole else f"{value:.{_SPREADSHEET_DIGITS - 1}E}"


def _as_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text of a typed column; empty text is null."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_text(column.cast(kind.value_type))
    if pa.types.is_timestamp(kind):
        column = _stamps(column)
    elif pa.types.is_floating(kind):
        column = _floats(column.cast(pa.float64()))
    elif pa.types.is_boolean(kind):
        column = pc.if_else(column, "y", "n")
    text = _to_string(column)
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _to_string(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Text as Arrow casts it; what it cannot cast (lists, bytes that are no text), as Python shows it."""
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        shown = [_shown(value) for value in column.to_pylist()]
        return pa.chunked_array([pa.array(shown, pa.string())])


def _shown(value: object) -> str | None:
    if isinstance(value, bytes):
        return value.hex()
    return None if value is None else str(value)


def _stamps(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Moments as ISO 8601: in UTC where they have a zone, else as local as they are."""
    if column.type.tz is None:
        return column.cast(pa.timestamp("us"), safe=False)
    return pc.strftime(column.cast(pa.timestamp("us", "UTC"), safe=False), "%Y-%m-%dT%H:%M:%SZ")


def _floats(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """As `number_text`; nearly all numbers are small enough for Arrow to write them."""
    usual = pc.less(pc.abs(column), 10.0**_DECIMALS * 1000)
    if pc.all(pc.fill_null(usual, fill_value=True)).as_py():
        return pc.replace_substring_regex(pc.round(column, _DECIMALS).cast(pa.string()), "[.]0$", "")
    texts = [None if value is None else number_text(value) for value in column.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string())])
