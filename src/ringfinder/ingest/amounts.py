"""Money as whole fen, and whole numbers. All cells of a column at once, exactly."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.ingest.cells import Typed, like, only, there, where

_PLACES = {100: 2, 1: 0, 1_000_000: 6}
_PRECISION = 24
_PLAIN = r"^[0-9]{1,15}(?:[.][0-9]*)?$|^[.][0-9]+$"
_GROUPED = r"^[0-9]{1,3}(?:[, ][0-9]{3})+(?:[.][0-9]*)?$"
_SIGNS = r"^(?:[¥￥]|RMB|CNY|人民币)\s*|\s*(?:元整?|CNY|RMB)$"


def money_cells(values: pa.Array, unit: int) -> Typed:
    """Money as whole fen; `unit` fen for each one written (100, 1 or 1,000,000).

    Bad are negative amounts, parts of a fen, other currencies, and scientific notation, in which a
    spreadsheet has lost digits. `¥`, `元`, thousands set apart and full-width digits are understood.
    """
    places = _PLACES[unit]
    reason = f"not an amount of zero or more with at most {places} decimals"
    quick = _fen(values, places)
    if quick is not None and not where(pc.less(quick, 0)).any() and not like(values, "[eE]").any():
        return Typed(quick, np.zeros(len(values), np.bool_), reason)
    plain = pc.utf8_trim_whitespace(pc.utf8_normalize(values, "NFKC"))
    plain = pc.replace_substring_regex(plain, _SIGNS, "")
    grouped = like(plain, _GROUPED)
    if grouped.any():
        plain = pc.if_else(pa.array(grouped), pc.replace_substring_regex(plain, "[, ]", ""), plain)
    plain = pc.replace_substring_regex(plain, "[.]0*$", "")
    plain = pc.replace_substring_regex(plain, "([.][0-9]*[1-9])0+$", r"\1")
    kept = only(plain, like(plain, _PLAIN) & ~like(plain, rf"[.][0-9]{{{places + 1},}}$"))
    fen = _fen(kept, places)
    if fen is None:
        raise ValueError(reason)
    return Typed(fen, there(values) & ~there(fen), reason)


def _fen(values: pa.Array, places: int) -> pa.Array | None:
    """Decimal text without its point; None where a cell is no such number or does not fit 64 bits."""
    try:
        decimal = values.cast(pa.decimal128(_PRECISION, places))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return None
    valid = there(decimal)
    if not len(decimal):
        return pa.array([], pa.int64())
    words = np.frombuffer(decimal.buffers()[1], np.int64)[2 * decimal.offset : 2 * (decimal.offset + len(decimal))]
    low, high = words[::2], words[1::2]
    if ((low >> 63) != high)[valid].any():
        return None
    return pa.array(low, mask=~valid)


def integer_cells(values: pa.Array) -> Typed:
    """Whole numbers of zero or more; what is none is left empty."""
    plain = pc.replace_substring_regex(pc.utf8_normalize(values, "NFKC"), "[.]0+$", "")
    fine = like(plain, "^[0-9]{1,15}$")
    return Typed(only(plain, fine).cast(pa.int64()), there(values) & ~fine)
