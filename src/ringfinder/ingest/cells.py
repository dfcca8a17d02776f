"""Text and listed sets, and what typing the cells of a column has in common."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.records.contract import Column

BoolArray = npt.NDArray[np.bool_]

OTHER = "other"


@dataclass(frozen=True, slots=True)
class Typed:
    """Typed cells, which of them could not be read, and why."""

    cells: pa.Array
    bad: BoolArray
    reason: str = ""


def flat(column: pa.ChunkedArray | pa.Array) -> pa.Array:
    """One contiguous array."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()


def text_cells(values: pa.Array) -> pa.Array:
    """Text without white space around; empty is null."""
    trimmed = pc.utf8_trim_whitespace(values)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def where(found: pa.Array) -> BoolArray:
    """A boolean Arrow array as NumPy, null meaning no."""
    result: BoolArray = pc.fill_null(found, fill_value=False).to_numpy(zero_copy_only=False)
    return result


def there(values: pa.Array) -> BoolArray:
    """Which values are not null."""
    result: BoolArray = values.is_valid().to_numpy(zero_copy_only=False)
    return result


def like(values: pa.Array, pattern: str) -> BoolArray:
    """Which values match `pattern` (RE2)."""
    return where(pc.match_substring_regex(values, pattern))


def only(values: pa.Array, kept: BoolArray) -> pa.Array:
    """Null where a value is not `kept`."""
    return pc.if_else(pa.array(kept), values, pa.scalar(None, values.type))


def choice_cells(column: Column, values: pa.Array, own: Mapping[str, str]) -> tuple[pa.Array, dict[str, int]]:
    """Values of a listed set; what is not of it becomes `other` and is counted by value."""
    known = {_plain(value): value for value in column.choices}
    known |= {_plain(spelling): value for value, written in column.choices.items() for spelling in written}
    known |= {_plain(written): value for written, value in own.items()}
    coded = values.dictionary_encode()
    written = coded.dictionary.to_pylist()
    meant = [known.get(_plain(value), OTHER) for value in written]
    counts = np.bincount(coded.indices.drop_null().to_numpy(), minlength=len(written))
    others = {
        value: int(counts[place])
        for place, value in enumerate(written)
        if meant[place] == OTHER and _plain(value) not in known and _plain(value) != OTHER
    }
    return pa.array(meant, pa.string()).take(coded.indices), others


def _plain(value: str) -> str:
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", value)).casefold()
