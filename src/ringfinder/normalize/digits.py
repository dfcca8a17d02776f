"""Phones, IDs and bank accounts: values made of digits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.normalize.text import (
    BoolArray,
    RemarkArray,
    blank_where,
    change_where,
    masked,
    matches,
    note,
    remarks_of,
    replaced,
    tidy,
)
from ringfinder.records.kinds import Remark

_MOBILE = "^1[3-9][0-9]{9}$"
_PHONE = "^(?:1[3-9][0-9]{9}|0(?:10|2[0-9])[0-9]{8}|0[3-9][0-9]{2}[0-9]{7,8}|955[0-9]{2,3}|[48]00[0-9]{7}|12[0-9]{3})$"
_ABROAD = r"^(?:\+|00)86"
_EXTENSION = r"(?:转|分机|[eE][xX][tT][.]?|[xX#*,;])[\s:.]*[0-9]{1,6}$"
_DASHED_EXTENSION = r"^((?:\+?86[- ]?)?\(?0[0-9]{2,3}\)?[- ]?[0-9]{7,8})[- ]+[0-9]{1,6}$"
_SCIENTIFIC = "^[0-9](?:[.][0-9]+)?[eE][+]?[0-9]+$"
_SEPARATORS = r"[\s\-()./_·—–]+"
_ONE_DIGIT = "|".join(f"{digit}+" for digit in range(10))
_EIGHT_ALIKE = "|".join(f"{digit}{{8}}" for digit in range(10))
_SEVEN_ALIKE = "|".join(f"{digit}{{7,8}}" for digit in range(10))
_PLACEHOLDER_PHONE = (
    f"^(?:{_ONE_DIGIT}|1[3-9][0-9](?:{_EIGHT_ALIKE}|12345678|87654321|00138000)|"
    f"0[0-9]{{2,3}}(?:{_SEVEN_ALIKE}|1234567|12345678)|0?123456789?0?1?|1234567)$"
)
_FIRST_YEAR, _LAST_YEAR = 1880, 2100
_ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_ID_CHECKS = np.frombuffer(b"10X98765432", np.uint8)
# Two digits that are no month have no day.
_MONTH_DAYS = np.array([0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, *[0] * 87])
_FEBRUARY = 2
_CARD = (13, 19)


def _characters(values: pa.Array, width: int) -> npt.NDArray[np.uint8]:
    """Bytes of ASCII strings that all have `width` characters, as a matrix (n, width)."""
    _, offsets, data = values.buffers()
    first = int(np.frombuffer(offsets, np.int32)[values.offset])
    return np.frombuffer(data, np.uint8)[first : first + width * len(values)].reshape(-1, width)


def _open(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    """Tidy, and take out what no rule can mend: masks and what a spreadsheet rounded."""
    values = tidy(values)
    remarks = remarks_of(len(values))
    stars = masked(values)
    note(remarks, stars, Remark.MASKED)
    rounded = matches(values, _SCIENTIFIC)
    note(remarks, rounded, Remark.SPREADSHEET)
    return blank_where(values, stars | rounded), remarks


def phones(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    """Normal forms of phones (data contract, "Normal forms")."""
    values = tidy(values)
    remarks = remarks_of(len(values))
    odd = ~matches(values, _MOBILE) & ~pc.is_null(values).to_numpy(zero_copy_only=False)
    if odd.any():
        part, part_remarks = _odd_phones(values.filter(pa.array(odd)))
        values = pc.replace_with_mask(values, pa.array(odd), part)
        remarks[odd] = part_remarks
    filler = matches(values, _PLACEHOLDER_PHONE)
    note(remarks, filler, Remark.PLACEHOLDER)
    return blank_where(values, filler), remarks


def _odd_phones(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    remarks = remarks_of(len(values))
    extended = matches(values, _EXTENSION) & ~matches(values, r"\*{2,}")
    values = change_where(values, extended, lambda part: replaced(part, _EXTENSION, ""))
    values = tidy(values)
    values, more = _open(values)
    remarks |= more
    dashed = matches(values, _DASHED_EXTENSION)
    values = change_where(values, dashed, lambda part: replaced(part, _DASHED_EXTENSION, r"\1"))
    values = replaced(values, "[.]0+$", "")
    values = replaced(values, _SEPARATORS, "")
    abroad = matches(values, _ABROAD)
    values = replaced(values, _ABROAD, "")
    values = replaced(values, "^86(1[3-9][0-9]{9}|0[0-9]{9,11})$", r"\1")
    values = replaced(values, "^0(1[3-9][0-9]{9})$", r"\1")
    short = abroad & matches(values, "^(?:10|2[0-9])[0-9]{8}$|^[3-9][0-9]{2}[0-9]{7,8}$") & ~matches(values, _MOBILE)
    short &= ~matches(values, "^[48]00[0-9]{7}$")
    values = change_where(values, short, lambda part: pc.binary_join_element_wise("0", part, ""))
    filler = matches(values, _PLACEHOLDER_PHONE)
    note(remarks, filler, Remark.PLACEHOLDER)
    good = matches(values, _PHONE)
    bad = ~good & ~filler & ~pc.is_null(values).to_numpy(zero_copy_only=False)
    note(remarks, bad, Remark.DAMAGED)
    landline = good & ~matches(values, _MOBILE)
    note(remarks, (extended | dashed) & landline, Remark.EXTENSION_DROPPED)
    return blank_where(values, bad | filler), remarks


def identities(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    """Normal forms of identity numbers (GB 11643: 17 digits and a MOD 11-2 check)."""
    values, remarks = _open(values)
    plain = matches(values, "^[0-9]{17}[0-9X]$")
    rest = ~plain
    values = change_where(
        values,
        rest,
        lambda part: replaced(replaced(pc.utf8_upper(part), "[.]0+$", ""), _SEPARATORS, ""),
    )
    old = matches(values, "^[0-9]{15}$")
    note(remarks, old, Remark.UPGRADED)
    values = change_where(values, old, _upgrade)
    shaped = matches(values, "^[0-9]{17}[0-9X]$")
    bad = ~shaped & pc.is_valid(values).to_numpy(zero_copy_only=False)
    note(remarks, bad, Remark.DAMAGED)
    failed = np.zeros(len(values), np.bool_)
    if shaped.any():
        failed[shaped] = ~_valid_identity(values.filter(pa.array(shaped)))
    note(remarks, failed, Remark.CHECK_FAILED)
    note(remarks, failed & matches(values, "000$"), Remark.SPREADSHEET)
    return blank_where(values, bad | failed), remarks


def _check_digits(digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    total = (digits[:, :17].astype(np.int64) - ord("0")) @ _ID_WEIGHTS
    result: npt.NDArray[np.uint8] = _ID_CHECKS[total % 11]
    return result


def _upgrade(values: pa.Array) -> pa.Array:
    """18 digits from 15: the century 19 and a check digit."""
    digits = _characters(values, 15)
    grown = np.empty((len(digits), 18), np.uint8)
    grown[:, :6] = digits[:, :6]
    grown[:, 6:8] = np.frombuffer(b"19", np.uint8)
    grown[:, 8:17] = digits[:, 6:]
    grown[:, 17] = _check_digits(grown)
    text = grown.tobytes().decode("ascii")
    return pa.array([text[start : start + 18] for start in range(0, len(text), 18)], pa.string())


def _valid_identity(values: pa.Array) -> BoolArray:
    digits = _characters(values, 18)
    number = digits.astype(np.int64) - ord("0")
    year = number[:, 6:10] @ np.array([1000, 100, 10, 1])
    month = number[:, 10:12] @ np.array([10, 1])
    day = number[:, 12:14] @ np.array([10, 1])
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    longest = _MONTH_DAYS[month] - ((month == _FEBRUARY) & ~leap)
    dated = (year >= _FIRST_YEAR) & (year <= _LAST_YEAR) & (month >= 1) & (day >= 1) & (day <= longest)
    result: BoolArray = dated & (_check_digits(digits) == digits[:, 17])
    return result


def accounts(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    """Normal forms of bank accounts: digits only; Luhn is a remark."""
    values, remarks = _open(values)
    odd = ~matches(values, "^[0-9]+$")
    values = change_where(
        values,
        odd,
        lambda part: replaced(replaced(part, "[.]0+$", ""), _SEPARATORS, ""),
    )
    there = pc.is_valid(values).to_numpy(zero_copy_only=False)
    bad = there & ~matches(values, "^[0-9]{6,32}$")
    note(remarks, bad, Remark.DAMAGED)
    filler = matches(values, f"^(?:{_ONE_DIGIT}|1234567890*|(?:1234567890?)+[0-9]?)$")
    note(remarks, filler, Remark.PLACEHOLDER)
    values = blank_where(values, bad | filler)
    lengths = pc.fill_null(pc.binary_length(values), 0).to_numpy(zero_copy_only=False)
    for width in range(_CARD[0], _CARD[1] + 1):
        of_width = lengths == width
        if of_width.any():
            failed = np.zeros(len(values), np.bool_)
            failed[of_width] = ~_luhn(_characters(values.filter(pa.array(of_width)), width))
            note(remarks, failed, Remark.LUHN_FAILED)
    return values, remarks


def _luhn(digits: npt.NDArray[np.uint8]) -> BoolArray:
    """ISO/IEC 7812-1: from the right every second digit doubled, the sum a multiple of ten."""
    number = digits.astype(np.int64) - ord("0")
    tens, ones = np.divmod(number[:, -2::-2] * 2, 10)
    total = number[:, ::-2].sum(axis=1) + tens.sum(axis=1) + ones.sum(axis=1)
    result: BoolArray = total % 10 == 0
    return result
