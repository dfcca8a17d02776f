"""Periods as people write them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfinder.errors import InputError
from ringfinder.statistics.period import parse_period, quarter_of


@pytest.mark.parametrize(
    ("text", "first", "last", "months"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31), 12),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), 3),
        (" 2026-q4 ", date(2026, 10, 1), date(2026, 12, 31), 3),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), 1),
        ("2025-12", date(2025, 12, 1), date(2025, 12, 31), 1),
        ("2026-01-31..2026-03-01", date(2026, 1, 31), date(2026, 3, 1), 3),
        ("2026-05-05..2026-05-05", date(2026, 5, 5), date(2026, 5, 5), 1),
    ],
)
def test_a_period_is_whole_days(text: str, first: date, last: date, months: int) -> None:
    period = parse_period(text)
    assert (period.first, period.last) == (first, last)
    assert period.end - period.start == (last - first).days + 1
    assert len(list(period.months())) == months


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "is no period"),
        ("26", "is no period"),
        ("2026-Q5", "is no period"),
        ("2026-13", "is no period"),
        ("2026-1", "is no period"),
        ("2026-01-01", "is no period"),
        ("2026-02-30..2026-03-01", "a day that there is not"),
        ("2026-03-01..2026-02-01", "ends before it begins"),
        ("0000", "between 1950 and 2099"),
        ("2026-01-01..2100-01-01", "between 1950 and 2099"),
        ("２０２６", "is no period"),
    ],
)
def test_what_is_no_period_is_told_with_what_to_write(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why) as caught:
        parse_period(text)
    assert "write" in caught.value.remedy


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_day_lies_in_its_quarter_month_and_year(day: date) -> None:
    quarter = quarter_of(datetime(day.year, day.month, day.day))
    for period in (quarter, parse_period(f"{day.year}"), parse_period(f"{day:%Y-%m}"), parse_period(quarter.name)):
        assert period.first <= day <= period.last
        assert f"{day:%Y-%m}" in list(period.months())


@given(st.text("0123456789-Qq. ", max_size=24))
def test_any_text_is_a_period_or_refused_plainly(text: str) -> None:
    try:
        period = parse_period(text)
    except InputError:
        return
    assert period.first <= period.last
