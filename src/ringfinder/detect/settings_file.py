"""Settings of detection as versioned TOML files: written with the source of each constant, read with care.

A file names what it changes; the rest are the defaults. Whoever mistypes a name must not run with the
default without knowing, so an unknown name is refused, with its line and the nearest name.
"""

from __future__ import annotations

import difflib
import inspect
import json
import math
import re
import tokenize
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from io import StringIO
from pathlib import Path
from typing import Any

from ringfinder.detect.settings import DetectSettings
from ringfinder.errors import InputError, SurroundingsError

VERSION = "version"
_SHARE = "_share"
_WIDTH = 100


def settings_text(settings: DetectSettings | None = None) -> str:
    """A whole settings file: every constant with its comment and source, in the order of the code."""
    shown = asdict(settings or DetectSettings())
    said = _comments()
    lines = [
        "# Settings of detection. Keep what you change and `version`; what is left out has its default.",
        "# [law] the contract or the insurer's rules, [published] a paper or a case, [principle] what the term",
        "# means, [measured] chosen on several independent portfolios.",
        f"{VERSION} = {_as_toml(shown.pop(VERSION))}",
        "",
    ]
    for name, value in shown.items():
        line = f"{name} = {_as_toml(value)}"
        comment = said.get(name, "")
        if comment and len(line) + len(comment) > _WIDTH:
            lines.append(f"# {comment}")
        elif comment:
            line += f"  # {comment}"
        lines.append(line)
    return "\n".join(lines) + "\n"


def read_settings(path: Path) -> DetectSettings:
    """The settings of a file.

    Raises
    ------
    InputError
        If it is no TOML, of another version, or a name, type or value is wrong: with file and line.
    SurroundingsError
        If it cannot be read.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(
            f"there is no settings file {path}", remedy=f"make one: ringfinder settings show --out {path}"
        ) from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder", remedy="name a settings file") from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8", remedy="save it as UTF-8") from None
    except OSError as error:
        raise SurroundingsError(f"{path} cannot be read: {error.strerror}", remedy="mend its rights") from None
    return settings_of(_parsed(text, path), str(path), text)


def settings_of(values: Mapping[str, Any], origin: str = "settings", text: str = "") -> DetectSettings:
    """The defaults with `values` in their place.

    Parameters
    ----------
    origin, text
        What errors name, and where the line of a name is looked up.

    Raises
    ------
    InputError
        If a name, type or value is wrong.
    """
    defaults = DetectSettings()
    if text and VERSION not in values:
        raise InputError(f"{origin} names no version", remedy=f"write {VERSION} = {defaults.version} at its top")
    checked: dict[str, Any] = {}
    for name, value in values.items():
        place = _place(origin, text, name)
        checked[name] = _checked(place, name, value, defaults)
    if checked.get(VERSION, defaults.version) != defaults.version:
        raise InputError(
            f"{_place(origin, text, VERSION)}: settings of version {checked[VERSION]}, this ringfinder has version "
            f"{defaults.version}",
            remedy="compare with `ringfinder settings show`: a constant may mean something else by now",
        )
    try:
        return replace(defaults, **checked)
    except InputError as error:
        raise InputError(f"{origin}: {error.message}", remedy=error.remedy) from None


def _parsed(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{path} is no TOML: {error}",
            remedy="one `name = number` a line; `ringfinder settings show` prints a whole file",
        ) from None


def _checked(place: str, name: str, value: object, defaults: DetectSettings) -> Any:
    """A value of the right name, type and range."""
    known = asdict(defaults)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        remedy = f"did you mean {near[0]}? " if near else ""
        raise InputError(
            f"{place}: there is no setting {name!r}", remedy=f"{remedy}`ringfinder settings show` lists all"
        )
    usual = known[name]
    fitting = _fitting(value, usual)
    if fitting is None:
        raise InputError(
            f"{place}: {name} is {json.dumps(value, ensure_ascii=False, default=str)}",
            remedy=f"write {_kind(usual)}, such as {_as_toml(usual)}",
        )
    if name.endswith(_SHARE) and fitting > 1:
        raise InputError(f"{place}: {name} is {fitting}", remedy="a share is between 0 and 1")
    try:
        # One by one, so that the message has the line; a version that is foreign is told by the caller.
        replace(defaults, **{name: fitting})
    except InputError as error:
        raise InputError(f"{place}: {error.message}", remedy=error.remedy) from None
    return fitting


def _fitting(value: object, usual: object) -> Any:
    """The value as the type of the usual one, or None where it is of another kind."""
    if isinstance(usual, bool) or isinstance(value, bool):
        return value if isinstance(usual, bool) and isinstance(value, bool) else None
    if isinstance(usual, float):
        return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
    if isinstance(usual, tuple | list):
        if not isinstance(value, list | tuple) or not value:
            return None
        parts = [_fitting(one, usual[0] if usual else one) for one in value]
        return None if None in parts else type(usual)(parts)
    return value if isinstance(value, type(usual)) else None


def _kind(usual: object) -> str:
    names: Sequence[tuple[type, str]] = (
        (bool, "true or false"),
        (int, "a whole number"),
        (float, "a number"),
        (str, "a text"),
    )
    return next((name for kind, name in names if isinstance(usual, kind)), "a list of numbers")


def _as_toml(value: object) -> str:
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_as_toml, value))}]"
    return repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def _place(origin: str, text: str, name: str) -> str:
    """File and line of a name."""
    quoted = re.escape(name)
    found = re.compile(rf"^[ \t]*(?:\[+[ \t]*)?[\"']?{quoted}[\"']?[ \t]*[=.\]]", re.MULTILINE).search(text)
    return f"{origin} line {text.count(chr(10), 0, found.start()) + 1}" if found else origin


def _comments() -> dict[str, str]:
    """What the code says of each constant: the comment on its line, else the comments right above it."""
    try:
        source = inspect.getsource(DetectSettings)
    except OSError:  # an installation without sources
        return {}
    by_line: dict[int, tuple[str, bool]] = {}
    for token in tokenize.generate_tokens(StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            alone = not token.line[: token.start[1]].strip()
            by_line[token.start[0]] = (token.string.lstrip("# ").strip(), alone)
    said: dict[str, str] = {}
    names = {field.name for field in fields(DetectSettings)}
    for number, line in enumerate(source.splitlines(), 1):
        found = re.match(r" {4}([a-z][a-z0-9_]*):", line)
        if found and found.group(1) in names:
            said[found.group(1)] = by_line[number][0] if number in by_line else _above(number, by_line)
    return said


def _above(number: int, by_line: Mapping[int, tuple[str, bool]]) -> str:
    """The comments on the lines above a constant, joined; a heading of a section is none."""
    parts: list[str] = []
    while by_line.get(number - 1, ("", False))[1] and not by_line[number - 1][0].startswith("-"):
        number -= 1
        parts.insert(0, by_line[number][0])
    return " ".join(parts)
