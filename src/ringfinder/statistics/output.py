"""The files of a period: one JSON with everything, a workbook, a page, and a CSV of each table."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ringfinder import __version__
from ringfinder.report.sheets import FILE_MODE, write_sheet, write_text
from ringfinder.report.words import Words
from ringfinder.statistics.page import page
from ringfinder.statistics.plots import pictures
from ringfinder.statistics.summary import PeriodStatistics, tables_of
from ringfinder.statistics.tables import StatTable, as_json
from ringfinder.statistics.words import NAMES, NOT_KNOWN
from ringfinder.statistics.workbook import workbook

TABLES = (
    "overview",
    "warnings",
    "exposure",
    "rings",
    "reasons",
    "refunds",
    "refund_rings",
    "totals",
    "rates",
    "coverage",
)
"""Names of the tables of a period."""

FILES = frozenset({"statistics.html", "statistics.json", "statistics.xlsx", *(f"{name}.csv" for name in TABLES)})
"""Names of all files of a period."""

VERSION = 1
"""Of `statistics.json`, whose schema is `statistics.schema.json` beside this module."""


def write_statistics(folder: Path, found: PeriodStatistics) -> list[str]:
    """Write every file of a period into a folder; return their names.

    The same facts give the same bytes: no file holds the time at which it was written.

    Raises
    ------
    SurroundingsError
        If a library of the extra `reports` is not installed; nothing is written then.
    """
    tables = tables_of(found)
    book = workbook(about(found), tables, found.as_of)
    text = page(title(found), about(found), pictures(found), tables)
    for one in tables:
        write_sheet(folder / f"{one.name}.csv", one.header, one.written())
    write_text(folder / "statistics.html", text)
    write_text(
        folder / "statistics.json", json.dumps(statistics_as_json(found, tables), ensure_ascii=False, indent=1) + "\n"
    )
    path = folder / "statistics.xlsx"
    path.touch(FILE_MODE)
    path.write_bytes(book)
    return sorted(FILES)


def statistics_as_json(found: PeriodStatistics, tables: Sequence[StatTable] = ()) -> dict[str, Any]:
    """Everything about a period, with the words for it."""
    return {
        "version": VERSION,
        "ringfinder": __version__,
        **head_as_json(found),
        "tables": list(map(as_json, tables or tables_of(found))),
    }


def head_as_json(found: PeriodStatistics) -> Mapping[str, Any]:
    """What the figures are of."""
    return {
        "period": {
            "name": found.period.name,
            "first": found.period.first.isoformat(),
            "last": found.period.last.isoformat(),
        },
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "run_id": found.run_id or None,
        "branches": None if found.branches is None else list(found.branches),
        "surrender_rate_level": found.level or "unknown",
        "tests": found.tests,
        "warnings": len(found.warnings),
        "settings": asdict(found.settings),
    }


def title(found: PeriodStatistics) -> Words:
    """The heading."""
    return f"退保统计 {found.period.name}", f"Surrender statistics {found.period.name}"


def about(found: PeriodStatistics) -> list[tuple[Words, Words]]:
    """What a reader has to know before the figures."""
    settings = found.settings
    days = f"{found.period.first} – {found.period.last}"
    branches = ", ".join(found.branches or ()) or "-"
    tests = f"{len(found.warnings)} / {found.tests:,}"
    return [
        (("期间", "period"), _alone(f"{found.period.name} ({days})")),
        (("数据截至", "facts as of"), _alone(str(found.as_of)) if found.as_of else NOT_KNOWN),
        (("机构范围", "branches"), ("全部", "all") if found.branches is None else _alone(branches)),
        (("检测运行", "run of detection"), _alone(found.run_id) if found.run_id else ("无", "none")),
        (("退保率口径", "surrender rate"), NAMES.get(found.level, NOT_KNOWN)),
        (
            ("预警", "warnings"),
            (
                f"{tests} 项检验（q ≤ {settings.false_discovery:g}）",
                f"{tests} tests (q ≤ {settings.false_discovery:g})",
            ),
        ),
        (("区间", "intervals"), _alone(f"Wilson {settings.confidence:.0%}")),
    ]


def _alone(text: str) -> Words:
    """What is the same in both languages."""
    return text, text
