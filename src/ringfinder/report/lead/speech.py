"""In which language a report speaks, and text as every file may hold it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from ringfinder.errors import InputError
from ringfinder.report.lead.statements import amount
from ringfinder.report.words import Words
from ringfinder.report.written import moment, visible

Language = Literal["zh", "en", "both"]
LANGUAGES: tuple[Language, ...] = ("zh", "en", "both")

_NO_XML = dict.fromkeys([0xFFFE, 0xFFFF], "\N{REPLACEMENT CHARACTER}")
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "\N{REPLACEMENT CHARACTER}")


def printable(text: str) -> str:
    """A text without what XML may not hold, what nobody sees, and what turns the text after it around."""
    whole = text.encode("utf-8", "backslashreplace").decode("utf-8")
    return visible(whole).replace("\r", "\n").translate(_NO_XML).translate(_TURNING)


@dataclass(frozen=True)
class Speech:
    """Says things in one language or in both.

    Raises
    ------
    InputError
        If there is no such language.
    """

    language: Language

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise InputError(f"a report speaks no {self.language!r}", remedy=f"give one of {', '.join(LANGUAGES)}")

    def say(self, words: Words, between: str = " / ") -> str:
        """Words in the language; both with something between, unless they are the same."""
        zh, en = words
        if self.language == "zh" or zh == en:
            return zh
        return en if self.language == "en" else f"{zh}{between}{en}"

    def lines(self, words: Words) -> list[str]:
        """A sentence in the language, or in both one after the other."""
        return {"zh": [words[0]], "en": [words[1]], "both": list(dict.fromkeys(words))}[self.language]


Cell = str | Words | int | float | datetime | tuple[int, ...] | None
"""What stands in a cell: text, a pair of words, a count or fen, a time, numbers of rows; None for nothing."""

Kind = Literal["text", "words", "count", "weight", "money", "day", "moment", "numbers"]


def written(cell: Cell, kind: Kind, speech: Speech) -> str:
    """A cell as text."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if kind == "day" else moment(cell).replace("T", " ")[:16]
    if isinstance(cell, tuple):
        return _several(cell, kind, speech)
    if isinstance(cell, int) and kind == "money":
        return amount(cell)
    if isinstance(cell, int | float):
        return f"{cell:+.1f}" if kind == "weight" else f"{cell:,}"
    return printable(cell or "")


def _several(cell: Words | tuple[int, ...], kind: Kind, speech: Speech) -> str:
    """Words in the language, or numbers drawn together."""
    if kind == "numbers":
        return spans([int(one) for one in cell])
    return printable(speech.say((str(cell[0]), str(cell[1])), "\n"))


def utc(when: datetime) -> str:
    """A time with its zone, or without one taken for UTC, to the minute."""
    aware = when.astimezone(UTC) if when.tzinfo else when
    return f"{aware:%Y-%m-%d %H:%M}"


def spans(numbers: list[int]) -> str:
    """Numbers in rising order, neighbours drawn together: ``1–3, 7``."""
    parts: list[list[int]] = []
    for number in sorted(set(numbers)):
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(f"{first}" if first == last else f"{first}–{last}" for first, last in parts)
