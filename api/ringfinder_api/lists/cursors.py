"""Places in a list, handed out as opaque text: a cursor leads on in the list that gave it, and in no other.

A cursor holds the run that the list is of, so that a new run does not move the pages under the reader's hands,
and the keys of the last line that was shown, so that lines need no numbers. It opens nothing: what may be seen
is asked anew for every page. That is why it needs no signature, only care in reading it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from ringfinder_api.errors import BadCursorError
from ringfinder_api.schemas.base import PageQuery

Key = tuple[int | float | str, ...]
_LONGEST = 512

T = TypeVar("T")


@dataclass(frozen=True)
class Place:
    """Where a list goes on: in this run, behind these keys."""

    run: int
    after: Key


@dataclass(frozen=True)
class Reading:
    """One list as it was asked for.

    Parameters
    ----------
    name
        Of the list.
    asked
        Filter and order; a cursor of another one is refused.
    """

    name: str
    asked: tuple[Any, ...] = ()

    def place(self, cursor: str | None) -> Place | None:
        """The place that a cursor names; None at the beginning.

        Raises
        ------
        BadCursorError
            If this list did not give it.
        """
        if cursor is None:
            return None
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            said = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            mark, run, after = said
        except (ValueError, TypeError, binascii.Error, RecursionError):
            raise BadCursorError from None
        if len(cursor) > _LONGEST or mark != self._mark or type(run) is not int or not _is_key(after):
            raise BadCursorError
        return Place(run, tuple(after))

    def cursor(self, run: int, after: Key) -> str:
        """The cursor of the place behind `after`."""
        said = json.dumps([self._mark, run, after], separators=(",", ":"), allow_nan=False)
        return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")

    @property
    def _mark(self) -> str:
        said = json.dumps([self.name, self.asked], default=str)
        return hashlib.sha256(said.encode()).hexdigest()[:12]


def _is_key(after: object) -> bool:
    return isinstance(after, list) and all(type(one) in (int, float, str) for one in after)


def page(lines: Sequence[T], key: Callable[[T], Key], place: Place | None, limit: int) -> tuple[list[T], Key | None]:
    """At most `limit` lines behind a place, and the key of the last one where more come.

    Parameters
    ----------
    lines
        In rising order of `key`, no two with the same.

    Raises
    ------
    BadCursorError
        If the place has keys that this list cannot have.
    """
    try:
        start = bisect_right(lines, place.after, key=key) if place else 0
    except TypeError:
        raise BadCursorError from None
    shown = list(lines[start : start + limit])
    more = start + limit < len(lines)
    return shown, key(shown[-1]) if more and shown else None


def numbered_page(lines: Sequence[T], reading: Reading, run: int, asked: PageQuery) -> tuple[list[T], str | None]:
    """A page of a list that never changes, and the cursor of the next one.

    Raises
    ------
    BadCursorError
        If the cursor is of another list.
    """
    numbered = list(enumerate(lines))
    shown, last = page(numbered, lambda line: (line[0],), reading.place(asked.cursor), asked.limit)
    return [line for _, line in shown], reading.cursor(run, last) if last else None
