"""Tables as every output writes them: columns with a kind each, and cells in plain values.

One table serves JSON, CSV, XLSX, the page and the service, so that none of them can say another figure.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ringfinder.report.words import Words
from ringfinder.report.written import yuan
from ringfinder.statistics.words import HEADINGS, NAMES, NOT_KNOWN, NOTES, TITLES, UNKNOWN

Cell = str | int | float | bool | None


class Kind(StrEnum):
    """What the cells of a column are."""

    TEXT = "text"
    NAME = "name"  # a stable name of ours, which people read in words
    COUNT = "count"
    MONEY = "money"  # fen inside, yuan with two places outside
    SHARE = "share"  # a share or ratio
    CHANCE = "chance"  # p and q
    FLAG = "flag"
    SENTENCE = "sentence"


_PLACES = 6


@dataclass(frozen=True, slots=True)
class Column:
    """A column; its name is stable."""

    name: str
    kind: Kind
    heading: str = ""

    @property
    def words(self) -> Words:
        """Its heading."""
        return HEADINGS[self.heading or self.name]


@dataclass(frozen=True)
class StatTable:
    """A table; rows are as long as `columns`, None is what is unknown."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]

    @property
    def title(self) -> Words:
        """Its title."""
        return TITLES[self.name]

    @property
    def note(self) -> Words:
        """What to know about it; empty for nothing."""
        return NOTES.get(self.name, ("", ""))

    @property
    def header(self) -> list[str]:
        """Names of the columns."""
        return [column.name for column in self.columns]

    def records(self) -> Iterator[dict[str, Cell]]:
        """Rows by name."""
        names = self.header
        return (dict(zip(names, row, strict=True)) for row in self.rows)

    def written(self) -> Iterator[list[Cell]]:
        """Rows as files write them: money in yuan as text, shares to six places."""
        kinds = [column.kind for column in self.columns]
        return ([outside(kind, cell) for kind, cell in zip(kinds, row, strict=True)] for row in self.rows)


def outside(kind: Kind, cell: Cell) -> Cell:
    """A cell as files write it; what is not finite is unknown."""
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return None
    if kind is Kind.MONEY:
        return yuan(int(cell))
    if kind in (Kind.SHARE, Kind.CHANCE):
        return _figures(float(cell)) if kind is Kind.CHANCE else round(float(cell), _PLACES) + 0.0
    return cell


def _figures(chance: float) -> float:
    """Four figures that count, however small."""
    return float(f"{chance:.4g}")


def words_of(column: Column, cell: Cell) -> Words:
    """A cell of a text column as people read it."""
    if cell is None:
        return UNKNOWN if column.name in ("value", "reason", "branch") else NOT_KNOWN
    if column.kind is Kind.NAME:
        several = [NAMES.get(one, (one, one)) for one in str(cell).split(" ")]
        return "；".join(zh for zh, _ in several), "; ".join(en for _, en in several)
    if column.kind is Kind.FLAG:
        return NAMES["true" if cell else "false"]
    return NAMES["rare"] if cell == "rare" and column.name == "reason" else (str(cell), str(cell))


def table(name: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> StatTable:
    """A table of rows by name."""
    return StatTable(name, columns, [tuple(row[column.name] for column in columns) for row in rows])


def as_json(one: StatTable) -> dict[str, Any]:
    """A table with its words."""
    return {
        "name": one.name,
        "title_zh": one.title[0],
        "title_en": one.title[1],
        "note_zh": one.note[0],
        "note_en": one.note[1],
        "columns": [
            {"name": column.name, "kind": column.kind.value, "zh": column.words[0], "en": column.words[1]}
            for column in one.columns
        ],
        "rows": list(one.written()),
    }
