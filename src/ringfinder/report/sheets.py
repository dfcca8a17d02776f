"""CSV files that open in a spreadsheet as they are: UTF-8 with BOM, CRLF, no cell that runs as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

FILE_MODE = 0o600
# Spreadsheets of Chinese and Japanese users take the full-width signs for formulas as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"[-+][0-9]+(?:[.][0-9]+)?(?:[eE][-+]?[0-9]+)?")


def safe(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    text = "" if cell is None else str(cell)
    if not text.startswith(_FORMULA) or _NUMBER.fullmatch(text):
        return text
    return f"'{text}"


def write_sheet(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write a CSV file that only its owner may read; return the number of rows.

    A file name that is no UTF-8 is written with its bytes escaped rather than refused.
    """
    count = 0
    with path.open("w", encoding="utf-8-sig", errors="backslashreplace", newline="") as file:
        path.chmod(FILE_MODE)
        writer = csv.writer(file)
        writer.writerow(header)
        for row in rows:
            writer.writerow([safe(cell) for cell in row])
            count += 1
    return count


def write_text(path: Path, text: str) -> None:
    """Write a text file that only its owner may read."""
    with path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
        path.chmod(FILE_MODE)
        file.write(text)
