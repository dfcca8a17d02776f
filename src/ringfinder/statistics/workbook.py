"""The tables of a period as one workbook: a sheet each, figures as numbers, charts, no cell that runs as a formula."""

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
    Kind.CHANCE: "[<0.0001]0.0E+00;0.0000",
}
_WIDTHS: Mapping[Kind, int] = {Kind.NAME: 46, Kind.TEXT: 17, Kind.MONEY: 17, Kind.SENTENCE: 60}
_LONGEST_CELL, _NARROW, _HEAD = 32_767, 12, 2
_UNDATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a workbook's time has no zone; the same tables give the same bytes

Span = tuple[str, int, int, int, Sequence[int]]
"""Where a chart finds its figures: sheet, first and last line, column of the names, columns of the series."""


def workbook(about: Sequence[tuple[Words, Words]], tables: Sequence[StatTable], made: date | None) -> bytes:
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
        styles = _styles(book)
        first = book.add_worksheet("说明 about")
        first.set_column(0, 0, 24)
        first.set_column(1, 1, 80)
        first.fit_to_pages(1, 0)
        for line, (said, value) in enumerate(about):
            first.write_string(line, 0, both(said), styles["wrap"])
            first.write_string(line, 1, safe(both(value))[:_LONGEST_CELL], styles["wrap"])
        for one in tables:
            _sheet(book, one, styles)
        charts = [_chart(book, one, span) for one in tables if (span := _span(one))]
        for number, chart in enumerate(charts):
            first.insert_chart(len(about) + 1 + number * 19, 0, chart)
    return written.getvalue()


def both(words: Words) -> str:
    """Chinese and English in one text, once where they are the same."""
    zh, en = words
    return zh if zh == en else f"{zh} {en}"


def _styles(book: Any) -> dict[str, Any]:
    styles: dict[str, Any] = {
        kind: book.add_format({"num_format": form, "valign": "top"}) for kind, form in _FORMATS.items()
    }
    head = {"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"}
    return {
        **styles,
        "head": book.add_format(head),
        "number head": book.add_format({**head, "align": "right"}),
        "title": book.add_format({"bold": True, "font_size": 14}),
        "note": book.add_format({"italic": True, "text_wrap": True, "valign": "top"}),
        "plain": book.add_format({"valign": "top"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }


def _name(one: StatTable) -> str:
    """Of its sheet; the stable name is in it."""
    return f"{one.title[0][:14]} {one.name}"[:31]


def _sheet(book: Any, one: StatTable, styles: Mapping[str, Any]) -> None:
    page = book.add_worksheet(_name(one))
    page.set_landscape()
    page.set_paper(9)  # A4
    page.fit_to_pages(1, 0)
    page.write_string(0, 0, both(one.title), styles["title"])
    last = len(one.columns) - 1
    page.merge_range(1, 0, 1, last, both(one.note), styles["note"])
    page.set_row(1, 34)
    page.print_area(0, 0, _HEAD + len(one.rows), last)
    for place, column in enumerate(one.columns):
        style = styles["number head" if column.kind in _FORMATS else "head"]
        page.write_string(_HEAD, place, "\n".join(dict.fromkeys(column.words)), style)
        page.set_column(place, place, _WIDTHS.get(column.kind, _NARROW))
    page.set_row(_HEAD, 45)
    page.freeze_panes(_HEAD + 1, 1)
    page.repeat_rows(_HEAD)
    for line, row in enumerate(one.rows, _HEAD + 1):
        for place, (column, cell) in enumerate(zip(one.columns, row, strict=True)):
            _write(page, (line, place), column, cell, styles)
    if one.rows:
        page.autofilter(_HEAD, 0, _HEAD + len(one.rows), last)


def _write(page: Any, place: tuple[int, int], column: Column, cell: Cell, styles: Mapping[str, Any]) -> None:
    said = outside(column.kind, cell)
    if said is not None and column.kind in _FORMATS:
        page.write_number(*place, float(said), styles[column.kind])
        return
    style = styles["wrap" if column.kind is Kind.SENTENCE else "plain"]
    page.write_string(*place, safe(both(words_of(column, said)))[:_LONGEST_CELL], style)


def _span(one: StatTable) -> Span | None:
    """What a chart shows of a table: the months of the counts, the reasons, the rings."""
    names = one.header
    rows = range(len(one.rows))
    if one.name == "totals":
        rows = range(*_months(one))
        shown, label = ["requests", "negotiated", "complaints"], "value"
    elif one.name == "reasons":
        shown, label = ["requests"], "reason"
    else:
        return None
    if not rows:
        return None
    first, last = rows[0] + _HEAD + 1, rows[-1] + _HEAD + 1
    return _name(one), first, last, names.index(label), [names.index(name) for name in shown]


def _months(one: StatTable) -> tuple[int, int]:
    """First row of the months and the row behind the last."""
    found = [at for at, row in enumerate(one.rows) if row[0] == "month"]
    return (found[0], found[-1] + 1) if found else (0, 0)


def _chart(book: Any, one: StatTable, span: Span) -> Any:
    sheet, first, last, label, columns = span
    chart = book.add_chart({"type": "column" if one.name == "totals" else "bar"})
    for column in columns:
        series = {
            "name": both(one.columns[column].words),
            "categories": [sheet, first, label, last, label],
            "values": [sheet, first, column, last, column],
        }
        chart.add_series(series)
    title = ("每月申请与投诉", "Requests and complaints by month") if one.name == "totals" else one.title
    chart.set_title({"name": both(title), "name_font": {"size": 12}})
    chart.set_size({"width": 760, "height": 350})
    if one.name == "reasons":
        chart.set_legend({"none": True})
        chart.set_y_axis({"reverse": True})
    return chart
