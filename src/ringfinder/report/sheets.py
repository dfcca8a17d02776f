"""CSV files that open in a spreadsheet as they are: UTF-8 with BOM, no cell that runs as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

FILE_MODE = 0o600
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    text = "" if cell is None else str(cell)
    if not text.startswith(_FORMULA):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def write_sheet(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a CSV file that only its owner may read; return the number of rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        path.chmod(FILE_MODE)
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow([safe(cell) for cell in row])
            count += 1
    return count
