"""A table as it was read: every cell text, with its place in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Broken:
    """A row that could not even be split into cells."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True)
class RawTable:
    """Rows of one file before any of them is understood.

    Parameters
    ----------
    headers
        As written, in order.
    cells
        One string column for each header, named by its place (``"0"``, ``"1"`` …); null where empty.
    lines
        Line of each row, shape (n,), as an editor counts (or the number of the record).
    header_text
        The header line, verbatim.
    original
        Gives the original text of rows, by their positions.
    broken
        Rows that have no place in `cells`; counted as read and rejected.
    workbook
        Whether dates may be written as day numbers.
    warnings
        What was noticed while reading, sentences for the user.
    """

    headers: tuple[str, ...]
    cells: pa.Table
    lines: IntArray
    header_text: str
    original: Callable[[Iterable[int]], list[str]]
    broken: tuple[Broken, ...] = ()
    workbook: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def read(self) -> int:
        """Rows read, understood or not."""
        return len(self.lines) + len(self.broken)


def positions(width: int) -> list[str]:
    """Names of the columns of `RawTable.cells`."""
    return [str(place) for place in range(width)]
