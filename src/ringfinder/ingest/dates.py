"""Dates as people write them, as naive local timestamps. All cells of a column at once."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.ingest.cells import Typed, like, only, there, where
from ringfinder.records.contract import Column

_STAMP = pa.timestamp("us")
_EARLIEST = datetime(1950, 1, 1)  # noqa: DTZ001 - local time of the insurer by contract
_EARLIEST_BIRTH = datetime(1880, 1, 1)  # noqa: DTZ001 - the same
_LATEST = datetime(2100, 1, 1)  # noqa: DTZ001 - the same
_OPEN_ENDED = frozenset({"valid_to", "until", "left_on", "ended_on"})
_EXCEL_EPOCH = "1899-12-30"

_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,6})?)?)?$"
_FRACTION = r"(?:[.](?P<part>[0-9]{1,9}))?"
_SECONDS = rf"(?:[:：分](?:(?P<second>[0-9]{{1,2}}){_FRACTION}秒?)?)?"
_TIME = rf"(?P<hour>[0-9]{{1,2}})[:：时](?P<minute>[0-9]{{1,2}}){_SECONDS}"
_ZONE = r"\s*(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2})?"
_DAY = r"(?P<year>[0-9]{4})[-/.年](?P<month>[0-9]{1,2})[-/.月](?P<day>[0-9]{1,2})日?"
_WRITTEN = rf"^{_DAY}(?:[T\s]*{_TIME}{_ZONE})?$"
_COMPACT = (
    r"^(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})"
    rf"(?:[T\s]?(?P<hour>[0-9]{{2}}):?(?P<minute>[0-9]{{2}})(?::?(?P<second>[0-9]{{2}}){_FRACTION})?{_ZONE})?$"
)
_MICROSECONDS = 6

IntArray = npt.NDArray[np.int64]


def date_cells(column: Column, values: pa.Array, date_format: str, timezone: str) -> Typed:
    """Dates as naive local timestamps in microseconds.

    ISO 8601 first, then `2026/1/5 9:05`, `2026.01.05`, `2026年1月5日`, `20260105`, `20260105093015`; a
    format of the mapping before all others. A time with a zone is converted to `timezone`. Dates that
    nobody can mean are bad: before 1950 (of birth, before 1880), and from 2100 on, except that an end
    may be written as 2999 or 9999 for an open one.
    """
    if column.name in _OPEN_ENDED:
        values = only(values, ~like(values, "^(?:2999|[3-9][0-9]{3})[-/.年]?[0-9]"))
    found = _own(values, date_format, timezone) if date_format else None
    rest = values if found is None else only(values, ~there(found))
    read = _read(rest, timezone)
    found = read if found is None else pc.coalesce(found, read)
    low = _EARLIEST_BIRTH if column.name == "birth_date" else _EARLIEST
    sane = where(pc.and_(pc.greater_equal(found, pa.scalar(low, _STAMP)), pc.less(found, pa.scalar(_LATEST, _STAMP))))
    bad = there(values) & ~sane
    return Typed(
        only(found, ~bad) if bad.any() else found,
        bad,
        f"not a date between {low.year} and {_LATEST.year - 1}: write it as 2026-01-31 or 2026-01-31T09:30",
    )


def excel_serials(values: pa.Array) -> pa.Array:
    """Day numbers of a workbook (45000, 45000.5) as ISO dates; everything else as it is."""
    serial = like(values, "^[1-6][0-9]{4}(?:[.][0-9]+)?$")
    if not serial.any():
        return values
    import pandas as pd  # noqa: PLC0415 - a fifth of a second that only workbooks and own formats need

    days = pd.to_timedelta(pd.Series(values.filter(pa.array(serial)).to_pylist()).astype(float), unit="D")
    iso = (pd.Timestamp(_EXCEL_EPOCH) + days).dt.round("s").dt.strftime("%Y-%m-%dT%H:%M:%S")
    return pc.replace_with_mask(values, pa.array(serial), pa.array(iso, pa.string()))


def _own(values: pa.Array, date_format: str, timezone: str) -> pa.Array:
    """What a format of the mapping reads; null elsewhere."""
    import pandas as pd  # noqa: PLC0415 - as above

    parsed = pd.to_datetime(pd.Series(values.to_pylist(), dtype="object"), format=date_format, errors="coerce")
    if parsed.dt.tz is not None:
        parsed = parsed.dt.tz_convert(timezone).dt.tz_localize(None)
    return pa.array(parsed.astype("datetime64[us]"), type=_STAMP, from_pandas=True)


def _read(values: pa.Array, timezone: str) -> pa.Array:
    """Timestamps; null where a value is no date. Arrow's parser takes what is ISO 8601 alone."""
    try:
        return values.cast(_STAMP)
    except pa.ArrowInvalid:
        iso = like(values, _ISO)
    try:
        found = only(values, iso).cast(_STAMP)
    except pa.ArrowInvalid:  # a day that no month has, an hour that no day has
        found = pa.nulls(len(values), _STAMP)
    for pattern in (_WRITTEN, _COMPACT):
        rest = there(values) & ~there(found)
        if rest.any():
            chosen = pa.array(rest)
            found = pc.replace_with_mask(found, chosen, _by_parts(values.filter(chosen), pattern, timezone))
    return found


def _by_parts(values: pa.Array, pattern: str, timezone: str) -> pa.Array:
    """Timestamps from year, month, day and so on; null where `pattern` does not match or a part is too high."""
    parts = pc.extract_regex(values, pattern)
    matched = there(parts)
    month_no, day_no = _number(parts, "month"), _number(parts, "day")
    hour, minute, second = (_number(parts, name) for name in ("hour", "minute", "second"))
    months = (_number(parts, "year") - 1970) * 12 + month_no - 1
    days = months.astype("datetime64[M]").astype("datetime64[D]") + (day_no - 1)
    fine = matched & (month_no >= 1) & (month_no <= 12) & (days.astype("datetime64[M]").astype(np.int64) == months)  # noqa: PLR2004
    fine &= (day_no >= 1) & (hour < 24) & (minute < 60) & (second < 60)  # noqa: PLR2004
    seconds = days.astype("datetime64[s]").astype(np.int64) + hour * 3600 + minute * 60 + second
    part = pc.utf8_slice_codeunits(pc.utf8_rpad(_text(parts, "part"), _MICROSECONDS, "0"), 0, _MICROSECONDS)
    stamps = pa.array(seconds * 1_000_000 + part.cast(pa.int64()).to_numpy(), mask=~fine).cast(_STAMP)
    zone = _text(parts, "zone")
    zoned = fine & where(pc.not_equal(zone, ""))
    if not zoned.any():
        return stamps
    chosen = pa.array(zoned)
    moved = _moved(stamps.filter(chosen), zone.filter(chosen), timezone)
    return pc.replace_with_mask(stamps, chosen, moved)


def _text(parts: pa.StructArray, name: str) -> pa.Array:
    return pc.fill_null(pc.struct_field(parts, name), "")


def _number(parts: pa.StructArray, name: str) -> IntArray:
    text = _text(parts, name)
    found: IntArray = pc.if_else(pc.equal(text, ""), "0", text).cast(pa.int64()).to_numpy()
    return found


def _moved(stamps: pa.Array, zone: pa.Array, timezone: str) -> pa.Array:
    """Local time of stamps that were written with their own offset from UTC."""
    offset = pc.replace_substring_regex(pc.replace_substring_regex(zone, "^(?:Z|UTC)$", "+0000"), ":", "")
    offset = pc.utf8_rpad(offset, 5, "0")
    sign = np.where(where(pc.starts_with(offset, "-")), -1, 1)
    hours = pc.utf8_slice_codeunits(offset, 1, 3).cast(pa.int64()).to_numpy()
    minutes = pc.utf8_slice_codeunits(offset, 3, 5).cast(pa.int64()).to_numpy()
    utc = stamps.cast(pa.int64()).to_numpy() - sign * (hours * 60 + minutes) * 60_000_000
    moments = pa.array(utc).cast(pa.timestamp("us", "UTC")).cast(pa.timestamp("us", timezone))
    return pc.local_timestamp(moments)
