"""What a job may be asked to do: its kind and its parameters, checked before it is queued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from ringfinder.errors import InputError

SCOPES = ("flagged", "linked", "all")
_MOST_MONTHS = 1200
_LONGEST = 255


class Kind(StrEnum):
    """Load an upload, detect rings, synchronise the graph."""

    LOAD = "load"
    DETECT = "detect"
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class LoadAsked:
    """Load the files of an upload as one batch; `mapping` names the file among them that maps its headers."""

    upload_id: str
    mapping: str = ""


@dataclass(frozen=True, slots=True)
class DetectAsked:
    """Find rings: events up to `as_of`, batches known at `known_at`, requests of the last `window` months."""

    as_of: str = ""
    known_at: str = ""
    window: int | None = None


@dataclass(frozen=True, slots=True)
class SyncAsked:
    """Bring the graph in Neo4j to a run; `narrow` agrees to a narrower scope than the graph has."""

    scope: str = "linked"
    run: str = "current"
    full: bool = False
    narrow: bool = False


Asked = LoadAsked | DetectAsked | SyncAsked
_FORMS: Mapping[str, type[LoadAsked | DetectAsked | SyncAsked]] = {
    Kind.LOAD: LoadAsked,
    Kind.DETECT: DetectAsked,
    Kind.SYNC: SyncAsked,
}
_TYPES: Mapping[str, type] = {"str": str, "bool": bool, "int | None": int}


def read_asked(kind: str, said: Mapping[str, Any]) -> Asked:
    """Parameters of a kind of job.

    Raises
    ------
    InputError
        If the kind is unknown, or a parameter is unknown, missing or out of range.
    """
    form = _FORMS.get(kind)
    if form is None:
        raise InputError("there is no such kind of job", remedy=f"one of {', '.join(_FORMS)}")
    known = {field.name for field in fields(form)}
    given = {name: value for name, value in said.items() if value is not None}
    if not known.issuperset(given):
        raise InputError(
            f"a job of kind {kind} has no such parameter", remedy=f"its parameters are {', '.join(sorted(known))}"
        )
    declared = {field.name: _TYPES[str(field.type)] for field in fields(form)}
    if any(type(value) is not declared[name] for name, value in given.items()):
        raise InputError(f"a job of kind {kind}: a parameter is of the wrong type", remedy="see the API's description")
    try:
        asked = form(**given)
    except TypeError:
        raise InputError(f"a job of kind {kind} lacks a parameter", remedy="name the upload in upload_id") from None
    _check(asked)
    return asked


def as_parameters(asked: Asked) -> dict[str, Any]:
    """What `read_asked` reads."""
    return asdict(asked)


def moment(text: str) -> datetime | None:
    """A moment in ISO 8601, or None where nothing is said."""
    return datetime.fromisoformat(text) if text else None


def _check(asked: Asked) -> None:
    match asked:
        case LoadAsked(upload_id=upload, mapping=mapping):
            good = 0 < len(upload) <= _LONGEST and len(mapping) <= _LONGEST
            _need(good, "upload_id and mapping are names", "take upload_id from the answer to the upload")
        case DetectAsked(as_of=as_of, known_at=known_at, window=window):
            _need(_is_moment(as_of) and _is_moment(known_at), "that is no moment", "write it as 2026-03-31T23:59:59")
            local = moment(as_of)
            _need(local is None or local.tzinfo is None, "as_of is local time, as the facts are", "leave the zone out")
            months = window is None or 1 <= window <= _MOST_MONTHS
            _need(months, "window is out of range", f"a number of months from 1 to {_MOST_MONTHS}")
        case SyncAsked(scope=scope, run=run):
            _need(scope in SCOPES, "there is no such scope", f"one of {', '.join(SCOPES)}")
            _need(0 < len(run) <= _LONGEST, "that names no run", "run-000003, 3 or current")


def _is_moment(text: str) -> bool:
    try:
        moment(text)
    except ValueError:
        return False
    return True


def _need(good: bool, message: str, remedy: str) -> None:  # noqa: FBT001 - the condition is the argument
    if not good:
        raise InputError(message, remedy=remedy)
