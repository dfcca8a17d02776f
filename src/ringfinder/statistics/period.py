"""A period as people write it: a year, a quarter, a month, or two days with two dots between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ringfinder.errors import InputError

_YEAR = re.compile(r"(?P<year>[0-9]{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?", re.IGNORECASE)
_DAYS = re.compile(r"(?P<first>[0-9]{4}-[0-9]{2}-[0-9]{2})\.\.(?P<last>[0-9]{4}-[0-9]{2}-[0-9]{2})")
_REMEDY = "write 2026, 2026-Q1, 2026-03 or 2026-01-01..2026-03-31"
_EPOCH = date(1970, 1, 1)
_FIRST_YEAR, _LAST_YEAR = 1950, 2099  # as the dates of the tables


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days from `first` to `last`, both in it."""

    name: str
    first: date
    last: date

    @property
    def start(self) -> int:
        """The first day, as days since 1970."""
        return (self.first - _EPOCH).days

    @property
    def end(self) -> int:
        """The day behind the last one, as days since 1970."""
        return (self.last - _EPOCH).days + 1

    def months(self) -> Iterator[str]:
        """Every month that the period touches, such as ``2026-03``."""
        month = self.first.year * 12 + self.first.month - 1
        while month <= self.last.year * 12 + self.last.month - 1:
            yield f"{month // 12:04d}-{month % 12 + 1:02d}"
            month += 1


def parse_period(text: str) -> Period:
    """Read a period.

    Raises
    ------
    InputError
        If it is none, ends before it begins, or lies outside the years that the tables may hold.
    """
    said = text.strip()
    whole, days = _YEAR.fullmatch(said), _DAYS.fullmatch(said)
    if whole:
        return _named(int(whole["year"]), whole["quarter"], whole["month"])
    if days is None:
        raise InputError(f"{text!r} is no period", remedy=_REMEDY)
    try:
        first, last = date.fromisoformat(days["first"]), date.fromisoformat(days["last"])
    except ValueError:
        raise InputError(f"{text!r} names a day that there is not", remedy=_REMEDY) from None
    if last < first:
        raise InputError(f"the period {text!r} ends before it begins", remedy=f"write {last}..{first}")
    _check(first.year, last.year)
    return Period(said, first, last)


def quarter_of(moment: datetime) -> Period:
    """The quarter of a day."""
    return _named(moment.year, str((moment.month - 1) // 3 + 1), None)


def _named(year: int, quarter: str | None, month: str | None) -> Period:
    _check(year, year)
    if quarter:
        name, begin, length = f"{year}-Q{quarter}", int(quarter) * 3 - 2, 3
    elif month:
        name, begin, length = f"{year}-{month}", int(month), 1
    else:
        name, begin, length = f"{year}", 1, 12
    behind = year * 12 + begin - 1 + length
    return Period(name, date(year, begin, 1), date(behind // 12, behind % 12 + 1, 1) - timedelta(days=1))


def _check(first: int, last: int) -> None:
    if first < _FIRST_YEAR or last > _LAST_YEAR:
        raise InputError(
            f"periods lie between {_FIRST_YEAR} and {_LAST_YEAR}, as the dates of the tables do", remedy=_REMEDY
        )
