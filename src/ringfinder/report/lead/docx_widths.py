"""How wide the columns of a table on paper are, and which of them have room."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ringfinder.report.lead.tables import Table

TWIP = 635
"""EMU (English Metric Units) of a twentieth of a point, in which a document counts the widths of its tables."""

_SIGN, _PADDING = 62_000, 80_000
"""EMU of a small Latin letter, and between a text and the borders of its cell."""

_LONGEST_WORD, _LONGEST_LINE, _FEW_SIGNS = 20, 90, 4
_FIRST_WIDE = "\u2e80"
_WORDS = re.compile(f"[{_FIRST_WIDE}-\uffff]+|[^\\s;/{_FIRST_WIDE}-\uffff]+")


def chosen(table: Table, cells: Sequence[Sequence[str]], room: int) -> list[int]:
    """Places of the columns to show: those with something in them, and spare ones while there is room.

    Parameters
    ----------
    cells
        The head and every line, a text for each column of the table.
    room
        In EMU.
    """
    used = [place for place in range(len(table.columns)) if any(line[place] for line in cells[1:])]
    spare = [place for place in used if table.columns[place].spare]
    while spare and sum(_least([line[place] for line in cells]) for place in used) > room:
        used.remove(spare.pop())
    return used


def fitted(cells: Sequence[Sequence[str]], room: int) -> list[int]:
    """Widths in twips: every column holds its longest word, and what is left goes to those with longer lines."""
    columns = list(zip(*cells, strict=True))
    least = [_least(column) for column in columns]
    wanted = [_SIGN * min(max(map(_length, column)), _LONGEST_LINE) + _PADDING for column in columns]
    left, more = room - sum(least), [max(want - need, 1) for want, need in zip(wanted, least, strict=True)]
    share = min(left / sum(more), 1.0) if left > 0 else 0.0
    widths = [need + share * extra for need, extra in zip(least, more, strict=True)]
    return [int(width * room / sum(widths)) // TWIP for width in widths]


def _least(column: Sequence[str]) -> int:
    """Width in EMU below which words would be cut; one letter more, for heads are bold."""
    return _SIGN * min(max(map(_word, column)) + 1, _LONGEST_WORD) + _PADDING


def _word(text: str) -> int:
    """Length of the longest part that should stay in one line: a word, or a few Chinese signs."""
    words = _WORDS.findall(text)
    return max((min(_length(word), 2 * _FEW_SIGNS) if word >= _FIRST_WIDE else len(word) for word in words), default=1)


def _length(text: str) -> int:
    """Length of the longest line in Latin letters; a Chinese sign is as wide as two."""
    return max(sum(2 if sign >= _FIRST_WIDE else 1 for sign in line) for line in text.split("\n"))
