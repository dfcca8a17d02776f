"""When the requests of a ring came, as counts by day, week or month."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from ringfinder.records.rings import Ring

_DAYS, _WEEKS = 31, 200
_LONGEST = 40
_BAR = "█"


def timeline(ring: Ring) -> list[tuple[str, int]]:
    """Periods from the first request to the last with their counts, empty ones between included.

    Days within a month, weeks (by their Monday) within half a year, months beyond.
    """
    days = sorted(member.applied_at.date() for member in ring.members if member.applied_at)
    if not days:
        return []
    span = (days[-1] - days[0]).days
    if span <= _DAYS:
        periods = [days[0] + timedelta(days=number) for number in range(span + 1)]
        counts = Counter(days)
    elif span <= _WEEKS:
        first = _monday(days[0])
        periods = [first + timedelta(days=7 * number) for number in range((_monday(days[-1]) - first).days // 7 + 1)]
        counts = Counter(map(_monday, days))
    else:
        return _months(days)
    return [(period.isoformat(), counts[period]) for period in periods]


def bars(ring: Ring) -> list[str]:
    """The timeline as lines of text."""
    counted = timeline(ring)
    most = max((count for _, count in counted), default=0)
    scale = min(1.0, _LONGEST / most) if most else 1.0
    return [
        f"{name}  {_BAR * max(round(count * scale), count > 0)}{f' {count}' if count else ''}"
        for name, count in counted
    ]


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _months(days: list[date]) -> list[tuple[str, int]]:
    counts = Counter((day.year, day.month) for day in days)
    first, last = days[0].year * 12 + days[0].month - 1, days[-1].year * 12 + days[-1].month - 1
    months = [divmod(number, 12) for number in range(first, last + 1)]
    return [(f"{year:04d}-{month + 1:02d}", counts[year, month + 1]) for year, month in months]
