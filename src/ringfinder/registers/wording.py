"""Texts that people give to the registers: recipients, ways, purposes, notes."""

from __future__ import annotations

import unicodedata

from ringfinder.errors import InputError

LONGEST_RECIPIENT, LONGEST_WAY, LONGEST_TEXT = 200, 64, 2000


def in_one_spelling(text: str, what: str, longest: int) -> str:
    """A short text as it is compared: full-width and half-width alike, single blanks.

    Raises
    ------
    InputError
        If nothing is left, it is too long, or holds what is no character.
    """
    said = " ".join(unicodedata.normalize("NFKC", _characters(text, what)).split())
    return _checked(said, what, longest)


def as_written(text: str, what: str) -> str:
    """A longer text, without blanks around it.

    Raises
    ------
    InputError
        As `in_one_spelling`.
    """
    return _checked(_characters(text, what).strip(), what, LONGEST_TEXT)


def _characters(text: str, what: str) -> str:
    odd = any(unicodedata.category(one) in {"Cc", "Cs", "Cf"} and one not in "\t\n\r" for one in text)
    if odd:
        raise InputError(f"the {what} holds characters that nobody sees", remedy="write it anew, in plain characters")
    return text


def _checked(said: str, what: str, longest: int) -> str:
    if not said:
        raise InputError(f"the {what} is empty", remedy=f"say the {what}")
    if len(said) > longest:
        raise InputError(f"the {what} has {len(said)} characters", remedy=f"at most {longest}")
    return said
