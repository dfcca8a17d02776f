"""The period on one page that opens anywhere: pictures and tables, nothing loaded from elsewhere."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2
from markupsafe import Markup

from ringfinder import __version__
from ringfinder.report.words import Words
from ringfinder.report.written import visible
from ringfinder.statistics.plots import Picture
from ringfinder.statistics.tables import Cell, Column, Kind, StatTable, outside, words_of

_SHOWN = 300
"""Rows of a table on the page; the workbook and the CSV have all."""

_NUMBERS = (Kind.COUNT, Kind.MONEY, Kind.SHARE, Kind.CHANCE)
_LONG = frozenset({"totals", "rates", "coverage", "refund_rings"})
"""Tables that are folded away until somebody asks."""


def page(
    title: Words, about: Sequence[tuple[Words, Words]], pictures: Sequence[Picture], tables: Sequence[StatTable]
) -> str:
    """The page; the same figures give the same text."""
    css, script = _resource("period.css"), _resource("period.js")
    return _template().render(
        title=title,
        about=about,
        pictures=[(one.title, _address(one.zh), _address(one.en)) for one in pictures],
        tables=[_shown(one) for one in tables],
        version=__version__,
        css=Markup(css),  # noqa: S704 - our own file, and its hash is what the browser is told to trust
        css_hash=_hash(css),
        script=Markup(script),  # noqa: S704 - the same
        script_hash=_hash(script),
    )


def _shown(one: StatTable) -> Mapping[str, Any]:
    rows = [[_cell(column, cell) for column, cell in zip(one.columns, row, strict=True)] for row in one.rows[:_SHOWN]]
    return {
        "name": one.name,
        "title": one.title,
        "note": one.note,
        "heads": [(column.words, column.kind in _NUMBERS) for column in one.columns],
        "rows": rows,
        "total": len(one.rows),
        "folded": one.name in _LONG,
    }


def _cell(column: Column, cell: Cell) -> tuple[Words, bool]:
    """Words of a cell, and whether it is a number."""
    said = outside(column.kind, cell)
    if said is None or column.kind not in _NUMBERS:
        zh, en = words_of(column, said)
        return (visible(zh), visible(en)), False
    text = _number(column.kind, said)
    return (text, text), True


def _number(kind: Kind, said: Cell) -> str:
    value = float(str(said))
    if kind is Kind.MONEY:
        return f"{value:,.2f}"
    if kind is Kind.SHARE:
        return f"{value:.1%}"
    return f"{value:.2g}" if kind is Kind.CHANCE else f"{int(value):,}"


def _address(picture: bytes) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(picture).decode()


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _resource(name: str) -> str:
    return (files("ringfinder.statistics") / "templates" / name).read_text(encoding="utf-8")


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(_resource("period.html"))
