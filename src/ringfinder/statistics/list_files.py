"""A list as a file of its own: CSV, XLSX or JSON, as the name says."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.report.sheets import FILE_MODE, write_sheet, write_text
from ringfinder.report.words import Words
from ringfinder.statistics.tables import StatTable
from ringfinder.statistics.workbook import workbook

SUFFIXES = (".csv", ".json", ".xlsx")


def check_list_file(path: Path) -> None:
    """Refuse a name whose end is of no form that we write.

    Raises
    ------
    InputError
        With the ends that are.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"{path.name} has no end that names a form", remedy=f"end it with {', '.join(SUFFIXES)}")


def write_list(
    path: Path,
    tables: Sequence[StatTable],
    said: Callable[[], dict[str, Any]],
    about: Sequence[tuple[Words, Words]],
    made: date | None,
) -> None:
    """Write tables into a file that only its owner may read; a CSV holds the first of them.

    Parameters
    ----------
    said
        Makes what JSON holds.
    about
        Lines of the first sheet of a workbook.

    Raises
    ------
    InputError, SurroundingsError
        If the name has another end, the library of workbooks is missing, or the file cannot be written.
    """
    check_list_file(path)
    try:
        if path.suffix.lower() == ".csv":
            write_sheet(path, tables[0].header, tables[0].written())
        elif path.suffix.lower() == ".json":
            write_text(path, json.dumps(said(), ensure_ascii=False, indent=1) + "\n")
        else:
            book = workbook(about, tables, made)
            path.touch(FILE_MODE)
            path.chmod(FILE_MODE)
            path.write_bytes(book)
    except OSError as error:
        raise SurroundingsError(
            f"{path} cannot be written: {error.strerror or error}", remedy="mend the rights there or name another file"
        ) from None
