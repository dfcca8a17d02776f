"""Settings of the service: a TOML file, and the environment over it; a name that is not known is refused.

The file, with its defaults::

    cors_origins = []            # such as "https://console.example"; none: no other origin may ask

    [limits]
    body_bytes = 1048576
    seconds = 30.0               # for a body to come, and for an answer to begin
    requests_per_minute = 600    # of each key

    [uploads]
    body_bytes = 2147483648      # of one file
    seconds = 3600.0

    [webhooks]
    hosts = []                   # that messages may be sent to
    networks = []                # inside, such as "10.20.0.0/16", that these may be in all the same

    [[oidc]]                     # one for each issuer whose tokens are taken
    issuer = "https://login.example"
    audience = "ringfinder"
    jwks_uri = "https://login.example/keys"

A number, a yes or no, or a list of texts may also stand in the environment, where it wins:
`RINGFINDER_SERVICE_CORS_ORIGINS`, `RINGFINDER_SERVICE_LIMITS_SECONDS` …, lists apart by commas.
"""

from __future__ import annotations

import difflib
import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_type_hints

from ringfinder.errors import InputError, SurroundingsError

PREFIX = "RINGFINDER_SERVICE_"
UPLOADS = "/v1/uploads"
"""Paths that take files: they have bounds of their own."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one request may take.

    Parameters
    ----------
    body_bytes
        Size of the body.
    seconds
        Until the body is there and the answer begins.
    """

    body_bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of a request, and how many a key may make in a minute."""

    body_bytes: int = 1 << 20
    seconds: float = 30.0
    requests_per_minute: int = 600


@dataclass(frozen=True, slots=True)
class Uploads:
    """Bounds of a file that is handed over."""

    body_bytes: int = 2 << 30
    seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Where messages may go."""

    hosts: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer whose tokens are taken, for whom, and where its keys are."""

    issuer: str
    audience: str
    jwks_uri: str


@dataclass(frozen=True, slots=True)
class ServiceSettings:
    """Settings of the service."""

    cors_origins: tuple[str, ...] = ()
    limits: Limits = field(default_factory=Limits)
    uploads: Uploads = field(default_factory=Uploads)
    webhooks: Webhooks = field(default_factory=Webhooks)
    oidc: tuple[Issuer, ...] = ()

    def bounds(self, path: str) -> Bounds:
        """What a request to `path` may take."""
        chosen = self.uploads if path == UPLOADS or path.startswith(f"{UPLOADS}/") else self.limits
        return Bounds(chosen.body_bytes, chosen.seconds)


def read_settings(file: Path | None = None, environment: Mapping[str, str] = os.environ) -> ServiceSettings:
    """Settings of a file and of the environment, which wins.

    Raises
    ------
    InputError
        If a name is unknown or a value is not what it should be, with its line or variable.
    SurroundingsError
        If the file cannot be read.
    """
    text = _text(file) if file else ""
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{file} is no TOML: {error}", remedy="mend that line") from None
    origin = _Origin(str(file), text)
    settings: ServiceSettings = _made(ServiceSettings, _with_environment(said, environment), origin)
    return settings


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"there is no file {file}", remedy="name the settings with --config FILE") from None
    except (UnicodeDecodeError, IsADirectoryError):
        raise InputError(f"{file} is no text in UTF-8", remedy="name a TOML file") from None
    except OSError as error:
        raise SurroundingsError(f"{file} cannot be read: {error.strerror}", remedy="mend its rights") from None


@dataclass(frozen=True)
class _Origin:
    """Where settings were read, to tell the line of a fault."""

    name: str
    text: str
    variables: Mapping[tuple[str, ...], str] = field(default_factory=lambda: MappingProxyType({}))

    def place(self, path: tuple[str, ...]) -> str:
        """The line on which a name stands, or its variable."""
        section = ""
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"\s*\[+\s*([^\]\s]+)\s*\]+", line)
            name = re.match(r"\s*([A-Za-z0-9_.-]+|\"[^\"]*\")\s*=", line)
            if header:
                section = header[1]
            found = (*filter(None, [section]), *([name[1].strip('"')] if name else []))
            if found == path and (name or header):
                return f"{self.name}, line {number}"
        return self.name


def _with_environment(said: dict[str, Any], environment: Mapping[str, str]) -> dict[str, Any]:
    """What the file says, with the variables in its place."""
    known = {PREFIX + "_".join(path).upper(): (path, hint) for path, hint in _leaves(ServiceSettings)}
    merged = {name: dict(part) if isinstance(part, dict) else part for name, part in said.items()}
    for variable, written in environment.items():
        if not variable.startswith(PREFIX):
            continue
        if variable not in known:
            raise InputError(f"{variable} is no setting", remedy=_near(variable, list(known)))
        path, hint = known[variable]
        into = merged if len(path) == 1 else merged.setdefault(path[0], {})
        into[path[-1]] = _parsed(variable, written, hint)
    return merged


def _leaves(kind: type, above: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    """Settings that fit a variable: the path of each and its type."""
    found: list[tuple[tuple[str, ...], Any]] = []
    for name, hint in get_type_hints(kind).items():
        if isinstance(hint, type) and is_dataclass(hint):
            found += _leaves(hint, (*above, name))
        elif hint != tuple[Issuer, ...]:
            found.append(((*above, name), hint))
    return found


def _parsed(variable: str, written: str, hint: Any) -> object:
    """The value of a variable."""
    try:
        if hint is bool:
            return {"true": True, "false": False}[written.lower()]
        return hint(written) if hint in (int, float) else [one.strip() for one in written.split(",") if one.strip()]
    except (ValueError, KeyError):
        raise InputError(f"{variable} is no {hint.__name__}", remedy="set it anew or unset it") from None


def _made(kind: type, said: Mapping[str, Any], origin: _Origin, above: tuple[str, ...] = ()) -> Any:
    """A record of settings from what is said, the defaults elsewhere."""
    hints = get_type_hints(kind)
    found: dict[str, Any] = {}
    for name, value in said.items():
        path = (*above, name)
        if name not in hints:
            raise InputError(
                f"{origin.place(path)}: there is no setting {'.'.join(path)!r}", remedy=_near(name, list(hints))
            )
        found[name] = _value(hints[name], value, origin, path)
    try:
        return kind(**found)
    except TypeError:
        needed = [one.name for one in fields(kind) if one.name not in found]
        raise InputError(f"{origin.place(above)}: {'.'.join(above)} lacks {', '.join(needed)}") from None


def _value(hint: Any, value: Any, origin: _Origin, path: tuple[str, ...]) -> Any:
    """One setting, if it is of its type and within reason."""
    if isinstance(hint, type) and is_dataclass(hint) and isinstance(value, dict):
        return _made(hint, value, origin, path)
    if hint == tuple[Issuer, ...] and isinstance(value, list) and all(isinstance(one, dict) for one in value):
        return tuple(_made(Issuer, one, origin, path) for one in value)
    if hint == tuple[str, ...] and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if hint in (bool, str) and type(value) is hint:
        return value
    if hint in (int, float) and type(value) in (int, hint) and value > 0:
        return hint(value)
    wanted = {int: "a whole number above zero", float: "a number above zero", bool: "true or false", str: "a text"}
    raise InputError(
        f"{origin.place(path)}: {'.'.join(path)} should be {wanted.get(hint, 'a table or a list, as the default is')}"
    )


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {near[0]}?" if near else f"known are {', '.join(sorted(known))}"
