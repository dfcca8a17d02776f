"""Excel and OpenDocument workbooks, each sheet a table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import python_calamine as calamine

from ringfinder.errors import InputError
from ringfinder.ingest.columnar import csv_line, rows_as_csv
from ringfinder.ingest.raw import RawTable, positions

_LARGEST_EXACT = 10**15  # what a spreadsheet keeps exactly in a number


def sheet_names(path: Path, name: str) -> list[str]:
    """Names of the sheets of a workbook."""
    return list(_open(path, name).sheet_names)


def read_sheet(path: Path, name: str, sheet: str | None = None) -> RawTable:
    """Read one sheet (the first one where none is named); the first row with a cell is the header.

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
    rows = book.get_sheet_by_name(chosen).to_python(skip_empty_area=False)
    top = next((number for number, row in enumerate(rows) if any(cell != "" for cell in row)), None)
    if top is None:
        raise InputError(f"{name}: sheet {chosen!r} is empty", remedy="export it again, at least with its header")
    headers = [_text(cell) or "" for cell in rows[top]]
    while headers and not headers[-1]:
        headers.pop()
    body = [(number, row) for number, row in enumerate(rows[top + 1 :], top + 2) if any(cell != "" for cell in row)]
    columns = [
        pa.array([_text(row[place]) if place < len(row) else None for _, row in body], pa.string())
        for place in range(len(headers))
    ]
    cells = pa.table(columns, names=positions(len(headers)))
    lines = np.array([number for number, _ in body], np.int64)

    def original(chosen_rows: Iterable[int]) -> list[str]:
        return rows_as_csv(cells, chosen_rows)

    return RawTable(tuple(headers), cells, lines, csv_line(headers), original, workbook=True)


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
        raise InputError(
            f"{name}: not a whole workbook", remedy="open and save it again, or export it as CSV"
        ) from None


def _text(cell: Any) -> str | None:
    """A cell as text: whole numbers without `.0`, dates as ISO, what a spreadsheet rounded as it shows it."""
    match cell:
        case str():
            text = cell
        case bool():
            text = "y" if cell else "n"
        case float() if cell.is_integer():
            text = str(int(cell)) if abs(cell) < _LARGEST_EXACT else f"{cell:.14E}"
        case datetime() if cell.time() == time():
            text = cell.date().isoformat()
        case datetime() | date() | time():
            text = cell.isoformat()
        case timedelta():
            text = str(cell.total_seconds())
        case _:
            text = str(cell)
    return text or None
