"""A screen in one language or in two: lines of a given width, in which a Chinese character takes two places."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len

WIDTH = 112
BOTH = "both"
_PIECE = re.compile(r"[\u3000-\u9fff\uff00-\uffef]|[^\s\u3000-\u9fff\uff00-\uffef]+|\s+")
_NEVER_FIRST = "，。；：、）！？”"


@dataclass(frozen=True)
class Line:
    """One line, and whether it is a heading."""

    text: str
    heading: bool = False


@dataclass
class Page:
    """Lines as they are added; `language` is ``zh``, ``en`` or ``both``."""

    language: str
    lines: list[Line] = field(default_factory=list)
    _sections: int = 0

    def pick(self, zh: str, en: str, between: str = " ") -> str:
        """A label: in one language, or in both beside one another."""
        if self.language == BOTH:
            return zh if zh == en else f"{zh}{between}{en}"
        return zh if self.language == "zh" else en

    def heading(self, zh: str, en: str) -> None:
        """Begin a section; the first one is the title."""
        if self.lines and self.language != BOTH:
            self.lines.append(Line(""))
        number = f"{self._sections} " if self._sections else ""
        self.lines.append(Line(f"{number}{self.pick(zh, en, ' · ')}", heading=True))
        self._sections += 1

    def say(self, zh: str, en: str, indent: int = 2, first: str = "") -> None:
        """A sentence; both languages in one line where they fit. `first` stands before it in the indent."""
        texts = {"zh": [zh], "en": [en]}.get(self.language) or ([zh] if zh == en else [zh, en])
        if len(texts) == 2 and indent + cell_len(f"{zh} · {en}") <= WIDTH:  # noqa: PLR2004 - two languages
            texts = [f"{zh} · {en}"]
        lead = first.ljust(indent)
        for text in texts:
            for line in wrapped(text, WIDTH - indent):
                self.lines.append(Line(f"{lead}{line}"))
                lead = " " * indent

    def rows(self, rows: Sequence[Sequence[str]], indent: int = 2) -> None:
        """Cells in columns: the first to the left, the others to the right."""
        widths = [max(cell_len(row[place]) for row in rows) for place in range(len(rows[0]))]
        for row in rows:
            cells = [_left(row[0], widths[0]), *(_right(cell, w) for cell, w in zip(row[1:], widths[1:], strict=True))]
            self.lines.append(Line((" " * indent + "  ".join(cells)).rstrip()))


def _left(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _right(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text


def wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` places: broken at spaces and between Chinese characters, never before a mark."""
    # A mark that ends a clause goes with what stands before it.
    units: list[str] = []
    for piece in _PIECE.findall(text):
        if piece in _NEVER_FIRST and units and not units[-1].isspace():
            units[-1] += piece
        else:
            units.append(piece)
    lines, line = [], ""
    for unit in units:
        if line and cell_len(line + unit.rstrip()) > width:
            lines.append(line.rstrip())
            line = unit.lstrip()
        else:
            line += unit
    return [*lines, line.rstrip()]
