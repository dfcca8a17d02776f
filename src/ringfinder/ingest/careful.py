"""Records one by one: the exact way for the parts of a file that are not well formed.

A row that is broken costs only itself: a quote that is never closed would swallow its neighbours, so
such a record gives back everything but its first line.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from ringfinder.ingest.lines import Lines
from ringfinder.ingest.raw import Broken, IntArray, positions

_FARTHEST = 16 << 20  # bytes that an open quote may reach; a longer cell is refused anyway
_NEAR = 1 << 16  # and once it was in vain so often, to keep the time linear
_PATIENCE = 20
_REASONS = {
    "unexpected end of data": "a quote that is never closed",
    "new-line character": "a carriage return in the middle of the row",
    "expected after": "a quote inside a quoted cell that is not doubled, or one that is never closed",
}


@dataclass
class Piece:
    """Rows of a part of a file: their cells, the line of each and the line after it."""

    cells: pa.Table
    first: IntArray
    after: IntArray
    broken: list[Broken] = field(default_factory=list)


class Careful:
    """Reads records one by one; keeps in mind how often an open quote was followed in vain."""

    def __init__(self, lines: Lines) -> None:
        self._lines = lines
        self._vain = 0

    def read(self, line: int, until: int) -> tuple[int, Piece]:
        """Read records from `line` up to `until` at least; return the line where the next one begins."""
        width = len(self._lines.headers)
        rows: list[list[str]] = []
        first: list[int] = []
        after: list[int] = []
        broken: list[Broken] = []
        while line < until:
            if not self._lines.text(line, line + 1).strip():
                line += 1  # an empty line is no row
                continue
            end, record, reason = self._record(line)
            if reason:
                broken.append(Broken(line, reason, self._lines.text(line, end)))
            else:
                rows.append(record)
                first.append(line)
                after.append(end)
            line = end
        columns = [pa.array([row[place] or None for row in rows], pa.string()) for place in range(width)]
        cells = pa.table(columns, names=positions(width))
        return line, Piece(cells, np.array(first, np.int64), np.array(after, np.int64), broken)

    def _record(self, line: int) -> tuple[int, list[str], str]:
        """The line after a record, its cells, and what is wrong with it."""
        reader = csv.reader(self._from(line), delimiter=self._lines.delimiter, strict=True)
        try:
            record = next(reader)
        except csv.Error as error:
            self._vain += 1
            said = str(error)
            return line + 1, [], next((ours for theirs, ours in _REASONS.items() if theirs in said), said)
        reason = self._what_is_wrong(record)
        return (line + 1 if reason else line + reader.line_num), record, reason

    def _from(self, line: int) -> Iterator[str]:
        """Lines from `line` on, as far as one record may reach."""
        start = self._lines.starts[line - 1]
        reach = _FARTHEST if self._vain < _PATIENCE else _NEAR
        for number in range(line, self._lines.count + 1):
            begin, end = self._lines.span(number, number + 1)
            if begin - start > reach:
                return
            yield self._lines.data[begin:end].decode("utf-8")

    def _what_is_wrong(self, record: list[str]) -> str:
        headers = self._lines.headers
        if len(record) != len(headers):
            return f"{len(record)} cells where the header has {len(headers)}: a stray or missing delimiter or quote"
        if any("\0" in cell for cell in record):
            return "a NUL byte: the file was damaged on its way"
        if tuple(cell.strip() for cell in record) == headers:
            return "the header again in the middle of the file"
        return ""
