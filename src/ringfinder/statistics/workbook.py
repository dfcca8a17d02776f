"""The tables of a period as one workbook: a sheet each, figures as numbers, no cell that runs as a formula."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from ringfinder.report.sheets import safe
from ringfinder.report.words import Words
from ringfinder.statistics.libraries import library
from ringfinder.statistics.tables import Cell, Column, Kind, StatTable, outside, words_of

_FORMATS: Mapping[Kind, str] = {
    Kind.COUNT: "#,##0",
    Kind.MONEY: "#,##0.00",
    Kind.SHARE: "0.0%",
    Kind.CHANCE: "0.0000",
}
_LONGEST_CELL, _NARROW, _WIDE = 32_767, 11, 46
_UNDATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's time has no zone; the same tables give the same bytes


def workbook(about: Sequence[tuple[Words, str]], tables: Sequence[StatTable], made: date | None) -> bytes:
    """A workbook; the same tables give the same bytes.

    Parameters
    ----------
    about
        Lines of the first sheet: what is said, and its value.
    made
        The day that the figures are of.

    Raises
    ------
    SurroundingsError
        If the library is not installed.
    """
    xlsxwriter = library("xlsxwriter")
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(written, options) as book:
        created = datetime.combine(made, time()) if made else _UNDATED
        book.set_properties({"created": created, "author": "ringfinder"})
        styles: dict[str, Any] = {kind: book.add_format({"num_format": style}) for kind, style in _FORMATS.items()}
        styles |= {"head": book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})}
        styles |= {"title": book.add_format({"bold": True, "font_size": 14}), "note": book.add_format({"italic": True})}
        styles |= {"wrap": book.add_format({"text_wrap": True, "valign": "top"})}
        first = book.add_worksheet("说明 about")
        first.set_column(0, 0, 34)
        first.set_column(1, 1, 100)
        for line, (said, value) in enumerate(about):
            first.write_string(line, 0, both(said), styles["wrap"])
            first.write_string(line, 1, safe(value)[:_LONGEST_CELL], styles["wrap"])
        for one in tables:
            _sheet(book, one, styles)
    return written.getvalue()


def both(words: Words) -> str:
    """Chinese and English in one text, once where they are the same."""
    zh, en = words
    return zh if zh == en else f"{zh} {en}"


def _sheet(book: Any, one: StatTable, styles: Mapping[str, Any]) -> None:
    page = book.add_worksheet(f"{one.title[0]} {one.name}"[:31])
    page.write_string(0, 0, both(one.title), styles["title"])
    page.write_string(1, 0, both(one.note), styles["note"])
    head = 2
    for place, column in enumerate(one.columns):
        page.write_string(head, place, "\n".join(dict.fromkeys(column.words)), styles["head"])
        page.set_column(place, place, _width(column))
    page.set_row(head, 45)
    page.freeze_panes(head + 1, 1)
    for line, row in enumerate(one.rows, head + 1):
        for place, (column, cell) in enumerate(zip(one.columns, row, strict=True)):
            _write(page, (line, place), column, cell, styles)
    if one.rows:
        page.autofilter(head, 0, head + len(one.rows), len(one.columns) - 1)


def _width(column: Column) -> int:
    if column.kind is Kind.SENTENCE:
        return _WIDE
    return _NARROW + 5 if column.kind in (Kind.NAME, Kind.TEXT, Kind.MONEY) else _NARROW


def _write(page: Any, place: tuple[int, int], column: Column, cell: Cell, styles: Mapping[str, Any]) -> None:
    said = outside(column.kind, cell)
    if said is not None and column.kind in _FORMATS:
        page.write_number(*place, float(said), styles[column.kind])
        return
    text = safe(both(words_of(column, said)))[:_LONGEST_CELL]
    page.write_string(*place, text, styles["wrap"] if column.kind is Kind.SENTENCE else None)
