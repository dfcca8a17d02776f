"""Lists as CSV or XLSX: exactly what was asked for, with "N of M" in the file and no cell that runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter

from ringfinder.report.sheets import safe

_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"  # by which spreadsheets know UTF-8
_LONGEST_CELL = 32_767


@dataclass(frozen=True)
class Sheet:
    """A list as a table.

    Parameters
    ----------
    name
        Of the file, without its end.
    total, of
        Lines that match, and lines that the caller sees without the filter.
    what
        What is counted, in Chinese and in English.
    made_at
        When the run was made: the same list gives the same file.
    about
        Filter and order, by name.
    """

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    total: int
    of: int
    what: tuple[str, str]
    made_at: datetime
    about: Mapping[str, str]

    @property
    def count(self) -> str:
        """N of M, in both languages."""
        shown = len(self.rows)
        zh = f"显示 {shown} / {self.total} {self.what[0]}（共 {self.of}）"
        return f"{zh} · {shown} of {self.total} {self.what[1]} (of {self.of} in all)"

    @property
    def said(self) -> str:
        """N of M, and what was asked for."""
        asked = "; ".join(f"{name}={value}" for name, value in sorted(self.about.items()))
        return f"{self.count} · {asked}"


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a mark, CRLF; the last line says N of M."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(sheet.columns)
    writer.writerows([safe(cell) for cell in row] for row in sheet.rows)
    writer.writerow([safe(sheet.said)])
    return (_MARK + written.getvalue()).encode("utf-8", "backslashreplace")


def as_xlsx(sheet: Sheet) -> bytes:
    """A workbook with the table, and under it N of M."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        book.set_properties({"created": sheet.made_at.replace(tzinfo=None), "author": "ringfinder"})
        page = book.add_worksheet("ringfinder")
        page.freeze_panes(1, 0)
        for column, name in enumerate(sheet.columns):
            page.write_string(0, column, name)
        for line, row in enumerate(sheet.rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    page.write_number(line, column, cell)
                else:
                    page.write_string(line, column, safe(cell)[:_LONGEST_CELL])
        page.write_string(len(sheet.rows) + 1, 0, safe(sheet.said)[:_LONGEST_CELL])
    return written.getvalue()
