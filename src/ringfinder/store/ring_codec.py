"""Rings as text and back without loss, whatever fields their records have.

The codec is made from the declarations in `ringfinder.records.rings`: a record is the list of its fields
in order, and the lists of their names travel with the file, so that a file of an older version is read
with the defaults of the fields it lacks. Rows and shared attributes, which a ring names many times, are
written once for each ring and referred to by number: the text is a third as long and loads as much faster.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ringfinder.errors import SurroundingsError
from ringfinder.records.rings import AttributeKey, Ring, RowRef

Fields = Mapping[str, Sequence[str]]
"""Names of the fields of each record, by the record's name."""

INTERNED = (RowRef, AttributeKey)
"""Records that are written once for each ring."""

Pool = dict[type, dict[Any, int]]
Held = dict[type, list[Any]]
Encode = Callable[[Any, Pool], Any]
Decode = Callable[[Any, Held], Any]


class Form(Enum):
    """What a field can be, for the codec."""

    INTERNED = "written once, referred to by number"
    OPTIONAL = "a value or nothing"
    MANY = "a tuple of values"
    FIGURES = "numbers by name"
    RECORD = "a list of fields"
    CHOICE = "one of a listed set"
    MOMENT = "a local time"
    PLAIN = "a text or a number"


def field_names() -> dict[str, list[str]]:
    """Fields of a ring and of every record in it, as this version writes them."""
    found: dict[str, list[str]] = {}

    def visit(hint: Any) -> None:
        form, inner = _form(hint)
        if form in (Form.OPTIONAL, Form.MANY):
            visit(inner)
        if form in (Form.RECORD, Form.INTERNED) and inner.__name__ not in found:
            found[inner.__name__] = _names(inner)
            for part in get_type_hints(inner).values():
                visit(part)

    visit(Ring)
    return found


def encode_ring(ring: Ring) -> str:
    """A ring as one line of ASCII."""
    pool: Pool = {kind: {} for kind in INTERNED}
    body = _encoder(Ring)(ring, pool)
    named = [[[getattr(one, name) for name in _names(kind)] for one in pool[kind]] for kind in INTERNED]
    return json.dumps([*named, body], allow_nan=False, separators=(",", ":"))


class RingDecoder:
    """Reads the lines of one file.

    Parameters
    ----------
    written
        The fields as the file names them.

    Raises
    ------
    SurroundingsError
        If the file has fields that this version does not know.
    """

    def __init__(self, written: Fields) -> None:
        self._written = written
        self._known: dict[type, Decode] = {}
        self._decode = self._decoder(Ring)
        self._whole: dict[type, Decode] = {kind: self._record(kind) for kind in INTERNED}

    def ring(self, line: str) -> Ring:
        """One ring of a line that `encode_ring` made."""
        *named, body = json.loads(line)
        held: Held = {}
        for kind, listed in zip(INTERNED, named, strict=True):
            held[kind] = [self._whole[kind](one, held) for one in listed]
        ring = self._decode(body, held)
        if not isinstance(ring, Ring):
            raise TypeError(type(ring).__name__)
        return ring

    def _decoder(self, hint: Any) -> Decode:
        form, inner = _form(hint)
        if form in (Form.OPTIONAL, Form.MANY):
            return self._of_inner(form, self._decoder(inner))
        if form is Form.RECORD:
            if inner not in self._known:
                self._known[inner] = self._record(inner)
            return self._known[inner]
        return _simple_decoder(form, inner)

    @staticmethod
    def _of_inner(form: Form, part: Decode) -> Decode:
        if form is Form.MANY:
            return lambda values, held: tuple([part(value, held) for value in values])
        return lambda value, held: None if value is None else part(value, held)

    def _record(self, kind: type) -> Decode:
        """A record from the list of its fields."""
        hints = get_type_hints(kind)
        names = list(self._written.get(kind.__name__, ()))
        unknown = [name for name in names if name not in hints]
        if unknown:
            raise SurroundingsError(
                f"the run is of a newer ringfinder: {kind.__name__} has {unknown[0]}, which this one does not know",
                remedy="install that version or a newer one, or detect again with this one",
            )
        parts = [self._decoder(hints[name]) for name in names]
        if names == _names(kind):
            return lambda values, held: kind(*[part(value, held) for part, value in zip(parts, values, strict=True)])
        return lambda values, held: kind(
            **{name: part(value, held) for name, part, value in zip(names, parts, values, strict=True)}
        )


def _simple_decoder(form: Form, inner: Any) -> Decode:
    """For what holds nothing that needs decoding of its own."""
    if form is Form.INTERNED:
        return lambda place, held: held[inner][place]
    if form is Form.CHOICE:
        members = {one.value: one for one in inner}
        return lambda value, _: members[value]
    if form is Form.MOMENT:
        return lambda value, _: datetime.fromisoformat(value)
    return lambda value, _: value


@cache
def _encoder(hint: Any) -> Encode:
    form, inner = _form(hint)
    if form is Form.RECORD:
        hints = get_type_hints(inner)
        parts = [(name, _encoder(hints[name])) for name in _names(inner)]
        return lambda record, pool: [part(getattr(record, name), pool) for name, part in parts]
    if form in (Form.OPTIONAL, Form.MANY):
        part = _encoder(inner)
        if form is Form.MANY:
            return lambda values, pool: [part(value, pool) for value in values]
        return lambda value, pool: None if value is None else part(value, pool)
    return _simple_encoder(form, inner)


def _simple_encoder(form: Form, inner: Any) -> Encode:
    """For what holds nothing that needs encoding of its own; numbers become Python's own."""
    if form is Form.INTERNED:
        return lambda value, pool: pool[inner].setdefault(value, len(pool[inner]))
    if form is Form.FIGURES:
        return lambda values, _: {name: float(value) for name, value in values.items()}
    if form is Form.CHOICE:
        return lambda value, _: value.value
    if form is Form.MOMENT:
        return lambda value, _: value.isoformat()
    return lambda value, _: inner(value)


def _form(hint: Any) -> tuple[Form, Any]:
    """What a type hint stands for, and the type inside it.

    Raises
    ------
    TypeError
        If a record of rings has a field that the store cannot keep.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        (inner,) = [one for one in arguments if one is not NoneType]
        return Form.OPTIONAL, inner
    if origin is tuple and arguments[1:] == (...,):
        return Form.MANY, arguments[0]
    if isinstance(origin, type) and issubclass(origin, Mapping) and arguments == (str, float):
        return Form.FIGURES, float
    if isinstance(hint, type):
        for form, fits in _CLASSES:
            if fits(hint):
                return form, hint
    raise TypeError(f"rings hold a {hint}, which the store cannot keep")


_CLASSES: tuple[tuple[Form, Callable[[type], bool]], ...] = (
    (Form.INTERNED, lambda kind: kind in INTERNED),
    (Form.RECORD, dataclasses.is_dataclass),
    (Form.CHOICE, lambda kind: issubclass(kind, Enum)),
    (Form.MOMENT, lambda kind: kind is datetime),
    (Form.PLAIN, lambda kind: kind in (str, int, float, bool)),
)


def _names(kind: type) -> list[str]:
    return [field.name for field in dataclasses.fields(kind)]
