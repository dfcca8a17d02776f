"""The manifest of a bundle: what the report is, on what it rests, who allowed it, and the SHA-256 of every file.

It is written in one form only, and read only in that form: two manifests that say the same are the same bytes.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

SCHEMA = "urn:ringfinder:bundle-manifest:1"
"""Names the form of a manifest and its version; `manifest.schema.json` describes it."""


class ManifestError(ValueError):
    """Bytes that are no manifest; the message says what is wrong, for a verifier's list."""


@dataclass(frozen=True)
class FileSum:
    """One file: name, size in bytes, SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class RunFacts:
    """The run that the report is about: its settings and data; times as ISO 8601, `as_of` local."""

    run: str
    settings_hash: str
    code_version: str
    as_of: str | None
    known_at: str | None


@dataclass(frozen=True)
class ApprovalFacts:
    """An approval on which the report rests; times as ISO 8601 in UTC."""

    approval: str
    recipient: str
    purpose: str
    asked_by: str
    asked_at: str
    approved_by: str
    approved_at: str
    expires_at: str


@dataclass(frozen=True)
class JournalHead:
    """The last entry of the site's journal when the report was made: an anchor that is kept by others."""

    journal: str
    sequence: int
    mac: str
    at: str


@dataclass(frozen=True)
class Manifest:
    """What stands in ``manifest.json``.

    Parameters
    ----------
    number
        Of the report, from the site's register.
    ring
        Id of the ring.
    masked
        Whether personal values are masked.
    issued_at
        ISO 8601 in UTC.
    code_version
        Of the program that made the report.
    configuration
        Versions of what else shaped it, by name: schemas, templates, profiles.
    corrects
        Number of the report that this one corrects.
    journal
        None where the journal had no entry yet.
    files
        Every file but manifest and signature, by name.
    """

    schema: str
    number: str
    kind: str
    ring: str
    run: RunFacts
    language: str
    masked: bool
    recipient: str
    purpose: str
    author: str
    issued_at: str
    code_version: str
    configuration: Mapping[str, str]
    corrects: str | None
    approvals: tuple[ApprovalFacts, ...]
    journal: JournalHead | None
    files: tuple[FileSum, ...]


def as_bytes(manifest: Manifest) -> bytes:
    """The one form of a manifest: UTF-8 JSON, names in order, two blanks, a line feed at the end."""
    return canonical(dataclasses.asdict(manifest))


def canonical(said: Mapping[str, Any]) -> bytes:
    """A JSON object in the form in which a bundle has it."""
    return (json.dumps(said, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False) + "\n").encode()


def read_manifest(raw: bytes) -> Manifest:
    """The manifest that `as_bytes` wrote.

    Raises
    ------
    ManifestError
        If the bytes are no JSON, another version's, lack or add something, or are not in the one form.
    """
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise ManifestError("it is no JSON") from None
    if not isinstance(said, dict):
        raise ManifestError("it is no JSON object")
    if said.get("schema") != SCHEMA:
        raise ManifestError(f"its schema is not {SCHEMA}")
    manifest: Manifest = _read(Manifest, said, "manifest")
    try:
        same = as_bytes(manifest) == raw
    except UnicodeEncodeError:  # escapes of half characters
        same = False
    if not same:
        raise ManifestError("it is not in the form in which manifests are written")
    if [one.name for one in manifest.files] != sorted({one.name for one in manifest.files}):
        raise ManifestError("its files are not in order, or one is named twice")
    return manifest


@cache
def manifest_schema() -> dict[str, Any]:
    """The published JSON Schema of a manifest."""
    text = files("ringfinder.report.bundle").joinpath("manifest.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema


def _read(hint: Any, value: Any, where: str) -> Any:
    """A value as its type hint asks for it; nothing is converted."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin is UnionType:
        (kind,) = (one for one in inner if one is not NoneType)
        return None if value is None else _read(kind, value, where)
    if origin is tuple and isinstance(value, list):
        return tuple(_read(inner[0], one, f"{where}[{place}]") for place, one in enumerate(value))
    if origin is Mapping and isinstance(value, dict):
        return {name: _read(inner[1], one, f"{where}.{name}") for name, one in value.items()}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type) and isinstance(value, dict):
        return _record(hint, value, where)
    if hint in (str, int, bool) and type(value) is hint:
        return value
    raise ManifestError(f"{where} is not what it should be")


def _record(kind: type, value: Mapping[str, Any], where: str) -> Any:
    hints = get_type_hints(kind)
    if missing := sorted(hints.keys() - value.keys()):
        raise ManifestError(f"{where} lacks {', '.join(missing)}")
    if value.keys() - hints.keys():
        raise ManifestError(f"{where} has more than it should")
    return kind(**{name: _read(part, value[name], f"{where}.{name}") for name, part in hints.items()})
