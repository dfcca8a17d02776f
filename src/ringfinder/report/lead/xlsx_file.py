"""`lead-report.xlsx`: a sheet for each table of a report, filtered and frozen, without any formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ringfinder.report.lead.archive import in_one_form
from ringfinder.report.lead.content import LeadReport
from ringfinder.report.lead.cover import NOT_A_VERDICT, TITLE, cover, exposure
from ringfinder.report.lead.extra import library
from ringfinder.report.lead.reasons import filled
from ringfinder.report.lead.speech import Cell, Language, Speech, printable, written
from ringfinder.report.lead.tables import Column, Table
from ringfinder.report.sheets import safe
from ringfinder.report.words import Words

_LONGEST = 32_767
"""Characters that a cell holds."""

_FONT = "Microsoft YaHei"
_TO_THE_RIGHT: dict[str, Any] = {"align": "right", "indent": 1}
_NUMBERS = frozenset({"count", "weight", "money"})
_EARLIEST = datetime(1900, 3, 1)  # noqa: DTZ001 - a local time; spreadsheets count days from 1900 and miscount before March

SHEETS: dict[str, Words] = {
    "approvals": ("批准", "approvals"),
    "facts": ("数据所载事实", "facts on record"),
    "inferences": ("推断", "inferences"),
    "explanations": ("正当解释", "honest explanations"),
    "for_members": ("有利情况", "for the members"),
    "members": ("成员", "members"),
    "people": ("投保人", "policyholders"),
    "policies": ("保单与资金", "policies and money"),
    "shared": ("共用信息", "shared values"),
    "associates": ("相关人员", "around the ring"),
    "timeline": ("时间线", "timeline"),
    "letters": ("雷同信", "letters"),
    "agents": ("业务员", "agents"),
    "evidence": ("证据", "evidence"),
    "files": ("文件", "files"),
    "rows": ("证据清单", "list of evidence"),
}
"""Names of the sheets; in both languages they would be too long for a tab."""


def as_xlsx(report: LeadReport, language: Language) -> bytes:
    """The report as a workbook.

    Raises
    ------
    InputError
        If there is no such language.
    SurroundingsError
        If the extra `reports` is not installed.
    """
    speech = Speech(language)
    packed = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": False,
    }
    with library("xlsxwriter").Workbook(packed, options) as book:
        made = report.run.as_of or report.last_at
        book.set_properties({"created": made, "author": "ringfinder", "title": printable(report.ring_id)})
        writer = _Writer(book, report, speech)
        writer.cover()
        for table in filled(report):
            writer.table(table)
    return in_one_form(packed.getvalue())


class _Writer:
    """Writes one sheet after another."""

    def __init__(self, book: Any, report: LeadReport, speech: Speech) -> None:
        self._book, self._report, self._speech = book, report, speech
        usual: dict[str, Any] = {"font_name": _FONT, "font_size": 10, "valign": "top"}
        border: dict[str, Any] = {"bottom": 1, "bottom_color": "#D8DEE4"}
        self._title = book.add_format({**usual, "bold": True, "font_size": 16})
        self._note = book.add_format({**usual, "font_color": "#566370", "italic": True})
        self._name = book.add_format({**usual, **border, "bold": True, "text_wrap": True})
        head = {**usual, "bold": True, "text_wrap": True, "bg_color": "#E8EDF2", "bottom": 1, "valign": "vcenter"}
        self._head, self._number_head = book.add_format(head), book.add_format({**head, **_TO_THE_RIGHT})
        forms: dict[str, dict[str, Any]] = {
            "text": {"text_wrap": True},
            "count": {"num_format": "#,##0", **_TO_THE_RIGHT},
            "weight": {"num_format": "+0.0;-0.0;0.0", **_TO_THE_RIGHT},
            "money": {"num_format": "#,##0.00", **_TO_THE_RIGHT},
            "day": {"num_format": "yyyy-mm-dd", "align": "left"},
            "moment": {"num_format": "yyyy-mm-dd hh:mm", "align": "left"},
        }
        self._forms = {kind: book.add_format({**usual, **border, **form}) for kind, form in forms.items()}
        self._sums = {
            kind: book.add_format({**usual, "bold": True, "top": 1, **forms[kind]}) for kind in ("text", "money")
        }

    def cover(self) -> None:
        """The first sheet: what the report is, and what it is not."""
        speech = self._speech
        page = self._book.add_worksheet(_tab(speech, ("封面", "cover")))
        page.hide_gridlines(2)
        page.set_column(0, 0, 34)
        page.set_column(1, 1, 100)
        page.write_string(0, 0, speech.say(TITLE), self._title)
        page.write_string(1, 0, speech.say(NOT_A_VERDICT, "  "), self._note)
        lines: list[tuple[Words, Words]] = list(cover(self._report))
        lines += [(name, (f"{sum_} 元", f"{sum_} yuan")) for name, sum_ in exposure(self._report)]
        lines += [(("来源", "Source"), (one.zh, one.en)) for one in self._report.source]
        lines += [(("局限", "Limits"), (one.zh, one.en)) for one in self._report.limits]
        for line, (name, content) in enumerate(lines, 3):
            page.write_string(line, 0, _text(speech.say(name)), self._name)
            page.write_string(line, 1, _text(speech.say(content, "\n")), self._forms["text"])
        _paper(page, landscape=False)

    def table(self, table: Table) -> None:
        """A sheet with one table: its head stays in view and filters; totals stand under it, a note above it."""
        speech = self._speech
        page = self._book.add_worksheet(_tab(speech, SHEETS[table.name]))
        first = 1 if any(table.note) else 0
        if first:
            page.write_string(0, 0, speech.say(table.note, "  "), self._note)
        for place, column in enumerate(table.columns):
            page.set_column(place, place, _width(column, speech))
            head = self._number_head if column.kind in _NUMBERS else self._head
            page.write_string(first, place, speech.say(column.head, "\n"), head)
        page.set_row(first, 32 if speech.language == "both" else 18)
        for line, row in enumerate(table.rows, first + 1):
            self._line(page, line, table.columns, row, self._forms)
        last = first + len(table.rows)
        if table.totals:
            self._line(page, last + 1, table.columns, table.totals, self._sums)
        page.autofilter(first, 0, last, len(table.columns) - 1)
        page.freeze_panes(first + 1, 0)
        page.repeat_rows(first)
        _paper(page, landscape=True)

    def _line(self, page: Any, line: int, columns: Sequence[Column], row: Sequence[Cell], forms: Any) -> None:
        for place, (column, cell) in enumerate(zip(columns, row, strict=True)):
            form = forms.get(column.kind, forms["text"])
            if isinstance(cell, datetime) and cell >= _EARLIEST:
                page.write_datetime(line, place, cell, form)
            elif isinstance(cell, int | float) and column.kind == "money":
                page.write_number(line, place, cell / 100, form)
            elif isinstance(cell, int | float):
                page.write_number(line, place, cell, form)
            else:
                text = _text(written(cell, column.kind, self._speech))
                page.write_string(line, place, text, forms["text"] if text else form)


def _text(text: str) -> str:
    """A text that no spreadsheet takes for a formula, as long as a cell may be."""
    return safe(printable(text))[:_LONGEST]


def _tab(speech: Speech, name: Words) -> str:
    return name[1] if speech.language == "en" else name[0]


def _width(column: Column, speech: Speech) -> int:
    """Wide enough for the longest word of the head, too."""
    heads = speech.say(column.head, "\n").split("\n")
    longest = max(sum(2 if ord(sign) > 0x2E80 else 1 for sign in head) for head in heads)  # noqa: PLR2004 - Chinese signs are wide
    return max(column.width, min(longest, 24) + 3)


def _paper(page: Any, *, landscape: bool) -> None:
    """A4, as wide as the paper, with page numbers."""
    page.set_paper(9)
    if landscape:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_footer("&C&P / &N")
