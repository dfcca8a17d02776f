"""The language that people read: chosen by an option, by `RINGFINDER_LANG`, or by the locale."""

from __future__ import annotations

import os
from collections.abc import Callable

from ringfinder.errors import InputError

LANGUAGE_VARIABLE = "RINGFINDER_LANG"
LANGUAGES = ("zh", "en")
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")

Say = Callable[[str, str], str]
"""Picks the Chinese or the English of a sentence."""


def default_language() -> str:
    """The language of the environment.

    Raises
    ------
    InputError
        If `RINGFINDER_LANG` names another one.
    """
    chosen = os.environ.get(LANGUAGE_VARIABLE, "")
    if chosen:
        if chosen not in LANGUAGES:
            raise InputError(f"{LANGUAGE_VARIABLE} is {chosen!r}", remedy="set it to zh or en, or unset it")
        return chosen
    locale = next((os.environ[name] for name in _LOCALE if os.environ.get(name)), "")
    return "zh" if locale.lower().startswith("zh") else "en"


def speaker(language: str) -> Say:
    """A function that picks the sentence of `language`."""
    return (lambda zh, _: zh) if language == "zh" else in_english


def in_english(zh: str, en: str) -> str:
    """The English of a sentence, for commands that know one language."""
    del zh
    return en
