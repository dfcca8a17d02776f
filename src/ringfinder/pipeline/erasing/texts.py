"""Find what names a person in free text, however it is spaced, and take it out."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable

ERASED = "(erased)"
"""Stands in a text where something of an erased person stood."""

_LEAST = 4
"""Characters; a shorter number means anything in a text, and a shorter name (of one character) as well."""

_GAPS = "[\\s\\-‐-―－·.]*"
_WIDE = {digit: f"[{digit}{chr(ord(digit) + 0xFEE0)}]" for digit in "0123456789"}
_DIGITS = re.compile(r"[0-9]{7,}[Xx]?")
_PLAIN = re.compile(r"[\W_]+")


class Words:
    """Numbers, names and addresses that name one person.

    Parameters
    ----------
    numbers
        Customer numbers, IDs, accounts, phones …: found as whole words only; long ones also with gaps
        and in wide digits.
    names
        Names and addresses: found wherever they stand.
    """

    def __init__(self, numbers: Iterable[str], names: Iterable[str]) -> None:
        whole = sorted({one for one in numbers if len(one) >= _LEAST}, key=lambda one: (-len(one), one))
        anywhere = sorted({one for one in names if len(one) > 1}, key=lambda one: (-len(one), one))
        self.all = (*whole, *anywhere)
        parts = [*map(_number, whole), *map(re.escape, anywhere)]
        self._pattern = re.compile("|".join(parts), re.IGNORECASE) if parts else None
        self._plain = [_plain(one) for one in self.all]

    def inside(self, text: str) -> bool:
        """Whether a text names the person."""
        plain = _plain(text)
        return any(one in plain for one in self._plain) and bool(self._pattern and self._pattern.search(text))

    def without(self, text: str) -> str:
        """The text with `ERASED` in the place of what names the person."""
        return self._pattern.sub(ERASED, text) if self._pattern and self.inside(text) else text

    def without_in_json(self, text: str) -> str:
        """The same for a JSON document, whatever it writes as an escape."""
        try:
            said = json.loads(text)
        except ValueError:
            return self.without(text)
        tidied = self._tidy(said)
        return text if tidied == said else json.dumps(tidied, ensure_ascii=False)

    def _tidy(self, value: object) -> object:
        if isinstance(value, str):
            return self.without(value)
        if isinstance(value, list):
            return [self._tidy(one) for one in value]
        if isinstance(value, dict):
            return {self.without(name): self._tidy(one) for name, one in value.items()}
        return value

    def spellings(self) -> list[str]:
        """Each word as it stands in a text, and as JSON may write it."""
        return sorted({*self.all, *(json.dumps(one)[1:-1] for one in self.all)})


def _number(word: str) -> str:
    """Pattern of a number as a word of its own, with a country code before it or not."""
    if _DIGITS.fullmatch(word):
        spaced = _GAPS.join(_WIDE.get(sign, f"[{sign.upper()}{sign.lower()}]") for sign in word)
        return rf"(?<![0-9A-Za-z])(?:(?:\+|00)?86{_GAPS})?{spaced}(?![0-9A-Za-z])"
    return rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])"


def _plain(text: str) -> str:
    """A text without case, width, gaps and punctuation: what it holds is quickly asked of it."""
    return _PLAIN.sub("", unicodedata.normalize("NFKC", text)).casefold()
