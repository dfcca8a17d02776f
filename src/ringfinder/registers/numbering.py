"""Numbers of reports: from 1 in each series and year, without gaps.

A number is nowhere but in the row of its report: the next one is the highest and one more, looked up in the
transaction that adds the row, which waits for all others of its kind (`Journal.writing`). So a report that was not
finished leaves no gap, and two at once get two numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from sqlalchemy import Connection, Engine, func, select

from ringfinder.store.schema import reports

OPEN_SERIES, RESTRICTED_SERIES = "RF", "RA"
"""Restricted reports have a series of their own: else a gap would tell others that there is one."""

_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, order=True)
class Number:
    """A report's place in its series and year (of China's calendar)."""

    series: str
    year: int
    place: int

    def __str__(self) -> str:
        return f"{self.series}-{self.year}-{self.place:06d}"


def is_of_restricted(number: str) -> bool:
    """Whether a number is of the series of restricted reports."""
    return number.startswith(f"{RESTRICTED_SERIES}-")


def next_number(connection: Connection, at: datetime, *, restricted: bool) -> Number:
    """The number that a report of this moment gets, if its row is added before this transaction ends."""
    series, year = RESTRICTED_SERIES if restricted else OPEN_SERIES, at.astimezone(_CHINA).year
    query = select(func.max(reports.c.place)).where(reports.c.series == series, reports.c.year == year)
    return Number(series, year, (connection.execute(query).scalar() or 0) + 1)


def likely_number(engine: Engine, at: datetime, *, restricted: bool) -> Number:
    """What `next_number` would say now; somebody else may still take it."""
    with engine.connect() as connection:
        return next_number(connection, at, restricted=restricted)
