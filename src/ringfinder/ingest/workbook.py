"""Excel and OpenDocument workbooks, each sheet a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import python_calamine as calamine

from ringfinder.errors import InputError
from ringfinder.ingest.columnar import from_text, number_text, text_column
from ringfinder.ingest.headers import plain
from ringfinder.ingest.raw import RawTable, positions

_CHUNK = 20_000
_TITLE_ROWS = 20
_ENOUGH = 2  # known headers that make a row the header


def sheet_names(path: Path, name: str) -> list[str]:
    """Names of the sheets of a workbook."""
    return list(_open(path, name).sheet_names)


def read_sheet(path: Path, name: str, sheet: str = "", known: frozenset[str] = frozenset()) -> RawTable:
    """Read one sheet (the first one where none is named).

    The header is the first row, of the first twenty, that holds at least two of the headers in `known`
    (in plain form), so that titles above it do no harm; else the first row that holds anything.

    Raises
    ------
    InputError
        If the workbook is broken, encrypted, or has no such sheet, or the sheet is empty.
    """
    book = _open(path, name)
    chosen = sheet or book.sheet_names[0]
    if chosen not in book.sheet_names:
        raise InputError(
            f"{name}: no sheet {chosen!r}", remedy=f"its sheets are {', '.join(map(repr, book.sheet_names))}"
        )
    try:
        rows = book.get_sheet_by_name(chosen).iter_rows()
        top = list(islice(rows, _TITLE_ROWS))
        found = _header_row(top, known)
        if found is None:
            raise InputError(f"{name}: sheet {chosen!r} is empty", remedy="export it again, at least with its header")
        return _table(top[found], found, [*top[found + 1 :]], rows, name)
    except calamine.CalamineError:
        raise _broken(name) from None


def _header_row(top: Sequence[Sequence[Any]], known: frozenset[str]) -> int | None:
    filled = [number for number, row in enumerate(top) if any(cell != "" for cell in row)]
    for number in filled:
        if len({plain(str(cell)) for cell in top[number]} & known) >= _ENOUGH:
            return number
    return filled[0] if filled else None


def _table(header: Sequence[Any], above: int, first: list[list[Any]], rest: Iterable[list[Any]], name: str) -> RawTable:
    """The rows below a header; `above` rows stand above it, `first` are the rows below it read so far."""
    headers = [(_text(cell) or "").strip() for cell in header]
    while headers and not headers[-1]:
        headers.pop()
    width = len(headers)
    blocks = [pa.table([pa.array([], pa.string())] * width, positions(width))]
    lines: list[int] = []
    astray = 0
    for number, chunk in _chunks(first, rest, above + 2):
        body = [(line, row) for line, row in enumerate(chunk, number) if any(cell != "" for cell in row[:width])]
        astray += sum(1 for row in chunk if any(cell != "" for cell in row[width:]))
        lines += [line for line, _ in body]
        columns = [text_column([_text(row[place]) for _, row in body]) for place in range(width)]
        blocks.append(pa.table(columns, positions(width)))
    told = (f"{name}: {astray:,} rows have cells to the right of the last header, which were left out",)
    return from_text(
        tuple(headers),
        pa.concat_tables(blocks),
        np.array(lines, np.int64),
        workbook=True,
        warnings=told if astray else (),
    )


def _chunks(
    first: list[list[Any]], rest: Iterable[list[Any]], number: int
) -> Iterator[tuple[int, Sequence[Sequence[Any]]]]:
    """Rows in portions, each with the number of its first row."""
    yield number, first
    number += len(first)
    while chunk := list(islice(rest, _CHUNK)):
        yield number, chunk
        number += len(chunk)


def _open(path: Path, name: str) -> calamine.CalamineWorkbook:
    try:
        return calamine.CalamineWorkbook.from_path(str(path))
    except calamine.PasswordError:
        raise InputError(
            f"{name}: the workbook is encrypted", remedy="save a copy without a password and load that"
        ) from None
    except (calamine.CalamineError, OSError) as error:
        if isinstance(error, PermissionError):
            raise
        raise _broken(name) from None


def _broken(name: str) -> InputError:
    return InputError(
        f"{name}: not a whole workbook",
        remedy="open it and save it again as .xlsx (some systems write a web page or text under .xls), or as CSV",
    )


def _text(cell: Any) -> str | None:
    """A cell as text: numbers as `number_text`, dates as ISO 8601."""
    match cell:
        case str():
            text = cell
        case bool():
            text = "y" if cell else "n"
        case float():
            text = number_text(cell)
        case datetime() if cell.time() == time():
            text = cell.date().isoformat()
        case datetime() | date() | time():
            text = cell.isoformat()
        case timedelta():
            text = str(cell.total_seconds())
        case _:
            text = str(cell)
    return text or None
