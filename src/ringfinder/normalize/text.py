"""What all kinds share: full-width forms, white space, masks, and work on a part of an array."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.records.kinds import Remark

BoolArray = npt.NDArray[np.bool_]
RemarkArray = npt.NDArray[np.uint16]


def flat(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """One contiguous string array."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks() if values.num_chunks != 1 else values.chunk(0)
    return values if pa.types.is_string(values.type) else values.cast(pa.string())


def mask(found: pa.Array) -> BoolArray:
    """A boolean Arrow array as NumPy, null meaning no."""
    result: BoolArray = pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False)
    return result


_FEW = 4
"""Up to so many values Python's own engine is quicker: Arrow's reads the pattern anew at every call."""


def matches(values: pa.Array, pattern: str) -> BoolArray:
    """Which values match `pattern` (RE2)."""
    if len(values) <= _FEW:
        search = _read(pattern).search
        return np.array([text is not None and search(text) is not None for text in values.to_pylist()], np.bool_)
    return mask(pc.match_substring_regex(values, pattern))


def replaced(values: pa.Array, pattern: str, by: str) -> pa.Array:
    """Every match of `pattern` (RE2) replaced, groups referred to by backslash and number."""
    if len(values) <= _FEW:
        swap = _read(pattern).sub
        return pa.array([None if text is None else swap(by, text) for text in values.to_pylist()], pa.string())
    return pc.replace_substring_regex(values, pattern, by)


@cache
def _read(pattern: str) -> re.Pattern[str]:
    """A pattern for Python's engine: ASCII classes, an end that is the end, and characters by number, as in RE2."""
    pattern = _NUMBERED.sub(lambda found: f"\\U{int(found.group(1), 16):08x}", pattern)
    return re.compile(_END.sub(r"\\Z", pattern), re.ASCII)


_NUMBERED = re.compile(r"\\x\{([0-9a-fA-F]+)\}")
_END = re.compile(r"(?<!\\)\$")


def change_where(values: pa.Array, where: BoolArray, change: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Apply `change` to the values at `where` alone: regular expressions are dear."""
    if not where.any():
        return values
    if where.all():
        return change(values)
    chosen = pa.array(where)
    return pc.replace_with_mask(values, chosen, change(values.filter(chosen)))


def blank_where(values: pa.Array, where: BoolArray) -> pa.Array:
    """Null at `where`."""
    return pc.if_else(pa.array(where), pa.scalar(None, pa.string()), values) if where.any() else values


def tidy(values: pa.Array) -> pa.Array:
    """NFKC where a value is not ASCII, no white space around; empty becomes null."""
    wide = ~mask(pc.fill_null(pc.string_is_ascii(values), fill_value=True))
    values = change_where(values, wide, lambda part: pc.utf8_normalize(part, "NFKC"))
    values = pc.utf8_trim_whitespace(values)
    return blank_where(values, mask(pc.equal(values, "")))


def masked(values: pa.Array) -> BoolArray:
    """Values written with stars, crosses or dots in place of characters."""
    return mask(pc.match_substring(values, "*")) | matches(values, "[×●•█]|[xX]{3,}")


def remarks_of(size: int) -> RemarkArray:
    """No remarks yet."""
    return np.zeros(size, np.uint16)


def note(remarks: RemarkArray, where: BoolArray, remark: Remark) -> None:
    """Set `remark` at `where`."""
    remarks[where] |= np.uint16(remark)
