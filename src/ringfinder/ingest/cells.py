"""From text to typed cells: dates, money, whole numbers, listed sets. All cells of a column at once."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.records.contract import Column

BoolArray = npt.NDArray[np.bool_]

OTHER = "other"
_EARLIEST = datetime(1950, 1, 1)  # noqa: DTZ001 - local time of the insurer by contract
_EARLIEST_BIRTH = datetime(1880, 1, 1)  # noqa: DTZ001 - the same
_LATEST = datetime(2100, 1, 1)  # noqa: DTZ001 - the same
_OPEN_ENDED = frozenset({"valid_to", "until", "left_on", "ended_on"})
_ISO = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,6})?)?)?$"
_ZONE = r"(?:Z|[+-][0-9]{2}:?[0-9]{2})$"
_WRITTEN = r"^([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?[T ]*(.*)$"
_COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})[T ]?(?:([0-9]{2}):?([0-9]{2}):?([0-9]{2})?)?$"
_EXCEL_EPOCH = "1899-12-30"
_MONEY = r"^[0-9]*[.]?[0-9]*$"


@dataclass(frozen=True, slots=True)
class Typed:
    """Typed cells, which of them are bad (they reject their row), and why."""

    cells: pa.Array
    bad: BoolArray
    reason: str = ""


def flat(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One contiguous array."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def text_cells(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """Text without white space around; empty is null."""
    trimmed = pc.utf8_trim_whitespace(flat(column))
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def _where(found: pa.Array) -> BoolArray:
    result: BoolArray = pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False)
    return result


def _there(values: pa.Array) -> BoolArray:
    result: BoolArray = values.is_valid().to_numpy(zero_copy_only=False)
    return result


def _like(values: pa.Array, pattern: str) -> BoolArray:
    return _where(pc.match_substring_regex(values, pattern))


def date_cells(column: Column, values: pa.Array, date_format: str, timezone: str) -> Typed:
    """Dates as naive local timestamps.

    ISO 8601 first; then `2026/1/5`, `2026年1月5日`, `20260105`, and a mapping's own format. A time zone
    is converted to the local one. The year 2999 or 9999 of an end means an open end.
    """
    if column.name in _OPEN_ENDED:
        endless = _like(values, "^(?:2999|[3-9][0-9]{3})")
        values = pc.if_else(pa.array(endless), pa.scalar(None, pa.string()), values)
    there = _there(values)
    found = _iso(values, date_format, timezone)
    low = _EARLIEST_BIRTH if column.name == "birth_date" else _EARLIEST
    sane = pc.and_(pc.greater_equal(found, pa.scalar(low, found.type)), pc.less(found, pa.scalar(_LATEST, found.type)))
    bad = there & ~_where(sane)
    return Typed(
        pc.if_else(pa.array(bad), pa.scalar(None, found.type), found),
        bad,
        f"not a date between {low.year} and {_LATEST.year - 1}: write it as 2026-01-31 or 2026-01-31T09:30",
    )


def _iso(values: pa.Array, date_format: str, timezone: str) -> pa.Array:
    stamp = pa.timestamp("us")
    if not date_format:
        try:
            return values.cast(stamp)
        except pa.ArrowInvalid:
            pass
    shaped = _like(values, _ISO)
    rest = ~shaped & _there(values)
    if rest.any():
        written = _rewrite(values.filter(pa.array(rest)), date_format, timezone)
        values = pc.replace_with_mask(values, pa.array(rest), written)
        shaped = _like(values, _ISO)
    values = pc.if_else(pa.array(shaped), values, pa.scalar(None, pa.string()))
    try:
        return values.cast(stamp)
    except pa.ArrowInvalid:  # a day that no month has, an hour that no day has
        parsed = pd.to_datetime(pd.Series(values.to_pylist(), dtype="object"), format="ISO8601", errors="coerce")
        return pa.array(parsed.astype("datetime64[us]"), type=stamp, from_pandas=True)


def _rewrite(values: pa.Array, date_format: str, timezone: str) -> pa.Array:
    """Other ways to write a date, as ISO text."""
    if date_format:
        own = pd.to_datetime(pd.Series(values.to_pylist(), dtype="object"), format=date_format, errors="coerce")
        iso = pa.array(own.dt.strftime("%Y-%m-%dT%H:%M:%S"), pa.string(), from_pandas=True)
        values = pc.coalesce(iso, values)
    zoned = _like(values, _ZONE) & _like(values, "[T ][0-9]{2}:")
    if zoned.any():
        part = pd.Series(values.filter(pa.array(zoned)).to_pylist(), dtype="object")
        moved = pd.to_datetime(part, format="ISO8601", utc=True, errors="coerce").dt.tz_convert(timezone)
        local = pa.array(moved.dt.strftime("%Y-%m-%dT%H:%M:%S"), pa.string(), from_pandas=True)
        values = pc.replace_with_mask(values, pa.array(zoned), local)
    compact = _like(values, _COMPACT)
    swap = pc.replace_substring_regex(values, _COMPACT, r"\1-\2-\3T\4:\5:\6")
    swap = pc.replace_substring_regex(pc.replace_substring_regex(swap, "T::$", ""), ":$", ":00")
    values = pc.if_else(pa.array(compact), swap, values)
    written = _like(values, _WRITTEN) & ~_like(values, _ISO)
    swap = pc.replace_substring_regex(values, _WRITTEN, r"\1-0\2-0\3T\4")
    swap = pc.replace_substring_regex(swap, r"-0([0-9]{2})", r"-\1")
    swap = pc.replace_substring_regex(swap, r"T([0-9]):", r"T0\1:")
    swap = pc.replace_substring_regex(swap, "T$", "")
    return pc.if_else(pa.array(written), swap, values)


def excel_serials(values: pa.Array) -> pa.Array:
    """Day numbers of a workbook (45000, 45000.5) as ISO dates; everything else as it is."""
    serial = _like(values, "^[1-6][0-9]{4}(?:[.][0-9]+)?$")
    if not serial.any():
        return values
    days = pd.to_timedelta(pd.Series(values.filter(pa.array(serial)).to_pylist()).astype(float), unit="D")
    iso = (pd.Timestamp(_EXCEL_EPOCH) + days).dt.round("s").dt.strftime("%Y-%m-%dT%H:%M:%S")
    return pc.replace_with_mask(values, pa.array(serial), pa.array(iso, pa.string()))


def money_cells(values: pa.Array, unit: int) -> Typed:
    """Money as whole fen, exactly; `unit` fen for each one written.

    Negative amounts and parts of a fen are bad; `¥`, `元`, separators of thousands and full-width
    digits are understood.
    """
    reason = "not an amount of zero or more with at most two decimals"
    quick = _exact_fen(values, unit)
    if quick is not None and not _where(pc.less(quick, 0)).any():
        return Typed(quick, np.zeros(len(values), np.bool_), reason)
    there = _there(values)
    wide = pc.utf8_normalize(values, "NFKC")
    plain = pc.replace_substring_regex(wide, "[¥$元,\\s]|RMB|CNY|人民币", "")
    plain = pc.replace_substring_regex(plain, "[.]0+$", "")
    plain = pc.replace_substring_regex(plain, "([.][0-9]*[1-9])0+$", r"\1")
    digits = _like(plain, _MONEY) & _like(plain, "[0-9]") & _where(pc.less(pc.utf8_length(plain), 16))
    kept = pc.if_else(pa.array(digits), plain, pa.scalar(None, pa.string()))
    places = {100: 2, 1: 0, 1_000_000: 6}[unit]
    fine = ~_like(kept, rf"[.][0-9]{{{places + 1},}}$")
    kept = pc.if_else(pa.array(fine), kept, pa.scalar(None, pa.string()))
    fen = _exact_fen(kept, unit)
    if fen is None:
        raise ValueError(reason)
    bad = there & ~_there(fen)
    return Typed(fen, bad, reason)


def _exact_fen(values: pa.Array, unit: int) -> pa.Array | None:
    """Decimal text times `unit`; None where a cell is no decimal number or finer than one fen."""
    places = {100: 2, 1: 0, 1_000_000: 6}[unit]
    try:
        decimal = values.cast(pa.decimal128(24, places))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    low = np.frombuffer(decimal.buffers()[1], np.int64)[::2][decimal.offset : decimal.offset + len(decimal)]
    return pa.array(low, pa.int64(), mask=~_there(decimal))


def integer_cells(values: pa.Array) -> Typed:
    """Whole numbers of zero or more."""
    plain = pc.replace_substring_regex(values, "[.]0+$", "")
    fine = _like(plain, "^[0-9]{1,15}$")
    cells = pc.if_else(pa.array(fine), plain, pa.scalar(None, pa.string())).cast(pa.int64())
    return Typed(cells, _there(values) & ~fine, "not a whole number of zero or more")


def choice_cells(column: Column, values: pa.Array, own: Mapping[str, str]) -> tuple[pa.Array, dict[str, int]]:
    """Values of a listed set; what is not of it becomes `other` and is counted by value."""
    known = {_plain(value): value for value in column.choices}
    known |= {_plain(spelling): value for value, written in column.choices.items() for spelling in written}
    known |= {_plain(written): value for written, value in own.items()}
    coded = values.dictionary_encode()
    written = coded.dictionary.to_pylist()
    meant = [known.get(_plain(value), OTHER) for value in written]
    counts = np.bincount(_indices(coded), minlength=len(written))
    others = {
        value: int(counts[place])
        for place, value in enumerate(written)
        if meant[place] == OTHER and _plain(value) != OTHER
    }
    return pa.array(meant, pa.string()).take(coded.indices), others


def _indices(coded: pa.DictionaryArray) -> npt.NDArray[np.int64]:
    result: npt.NDArray[np.int64] = coded.indices.drop_null().to_numpy().astype(np.int64)
    return result


def _plain(value: str) -> str:
    return re.sub(r"[\s_-]+", "", value).casefold()
