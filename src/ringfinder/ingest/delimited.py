"""CSV: a fast way for clean files and an exact one for the others, with the same result.

The fast way lets Arrow split the file on all cores and is taken back as soon as a row does not have
the cells of the header, a quote is not closed, or the lines do not add up. The exact way goes record
by record and rejects just the rows that are broken.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from ringfinder.errors import InputError
from ringfinder.ingest.encoding import to_utf8
from ringfinder.ingest.raw import Broken, IntArray, RawTable, positions

_BLOCK = 8 << 20
_LONGEST_RECORD = 500  # lines; a cell with more is an open quote that swallowed its neighbours
_DELIMITERS = ",\t;|"


def read_delimited(path: Path, name: str) -> RawTable:
    """Read a CSV file.

    Raises
    ------
    InputError
        If the file is empty, has no header, or is in no known encoding.
    """
    data = to_utf8(path.read_bytes(), name)
    if not data.strip():
        raise InputError(f"{name}: the file is empty", remedy="export it again, at least with its header")
    # Empty lines at the end are no rows.
    text = _Text(data.rstrip(b"\r\n") + b"\n", name)
    found = _fast(text)
    return _exact(text) if found is None else found


class _Text:
    """The bytes of a file with its header, delimiter and lines."""

    def __init__(self, data: bytes, name: str) -> None:
        self.data = data
        self.name = name
        first, lines = _first_record(data)
        self.header_text = first.rstrip("\r\n")
        self.header_lines = lines
        self.delimiter = max(_DELIMITERS, key=self.header_text.count)
        self.headers: list[str] = next(csv.reader([self.header_text], delimiter=self.delimiter), [])
        self._starts: IntArray | None = None

    @property
    def starts(self) -> IntArray:
        """Offset of each line, and the end of the file."""
        if self._starts is None:
            breaks = np.flatnonzero(np.frombuffer(self.data, np.uint8) == ord("\n")) + 1
            last = [] if breaks.size and breaks[-1] == len(self.data) else [len(self.data)]
            self._starts = np.concatenate([[0], breaks, last]).astype(np.int64)
        return self._starts

    @property
    def line_count(self) -> int:
        """Lines of the file."""
        return len(self.starts) - 1

    def lines(self, first: int, after: int) -> str:
        """Text of lines `first` to `after` (exclusive), counted from 1, without the last line end."""
        part = self.data[self.starts[first - 1] : self.starts[min(after - 1, self.line_count)]]
        return part.decode("utf-8").rstrip("\r\n")


def _first_record(data: bytes) -> tuple[str, int]:
    """The header as text and how many lines it takes (a quoted header may hold a line break)."""
    end, lines = 0, 0
    while end < len(data):
        found = data.find(b"\n", end)
        end = len(data) if found < 0 else found + 1
        lines += 1
        if data[:end].count(b'"') % 2 == 0:
            break
    return data[:end].decode("utf-8"), lines


def _fast(text: _Text) -> RawTable | None:
    """Split by Arrow; None where the file needs the exact way."""
    width = len(text.headers)
    quoted = b'"' in text.data
    names = positions(width)
    irregular: list[object] = []

    def refuse(row: object) -> str:
        irregular.append(row)
        return "skip"

    start = int(text.starts[text.header_lines]) if text.line_count > text.header_lines else len(text.data)
    if start >= len(text.data):
        empty = pa.table({name: pa.array([], pa.string()) for name in names})
        return RawTable(tuple(text.headers), empty, np.zeros(0, np.int64), text.header_text, lambda _: [])
    try:
        cells = pacsv.read_csv(
            pa.BufferReader(memoryview(text.data)[start:]),
            read_options=pacsv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(
                delimiter=text.delimiter,
                newlines_in_values=quoted,
                ignore_empty_lines=False,
                invalid_row_handler=refuse,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if irregular or b"\0" in text.data:
        return None
    lines = _line_numbers(text, cells, quoted=quoted)
    if lines is None:
        return None

    def original(rows: Iterable[int]) -> list[str]:
        after = np.append(lines[1:], text.line_count + 1)
        return [text.lines(int(lines[row]), int(after[row])) for row in rows]

    return RawTable(tuple(text.headers), cells, lines, text.header_text, original)


def _line_numbers(text: _Text, cells: pa.Table, *, quoted: bool) -> IntArray | None:
    """Line of each row; None where the lines of the file are not explained by the rows."""
    spans = np.ones(cells.num_rows, np.int64)
    expected = text.line_count - text.header_lines
    if quoted and cells.num_rows != expected:
        for column in cells.columns:
            breaks = pc.fill_null(pc.count_substring(column, "\n"), 0)
            spans += breaks.to_numpy()
    if spans.sum() != expected:
        return None
    return text.header_lines + 1 + np.concatenate([[0], np.cumsum(spans)[:-1]])


def _exact(text: _Text) -> RawTable:
    """Split record by record; broken rows are kept apart, everything else stays."""
    width = len(text.headers)
    rows: list[list[str]] = []
    spans: list[tuple[int, int]] = []
    broken: list[Broken] = []
    for first, after, record in _records(text):
        whole = text.lines(first, after)
        if not whole.strip():
            continue
        reason = _what_is_wrong(record, width, text.headers)
        if reason:
            broken.append(Broken(first, reason, whole))
        else:
            rows.append(record)
            spans.append((first, after))
    columns = [pa.array([row[place] or None for row in rows], pa.string()) for place in range(width)]
    cells = pa.table(columns, names=positions(width))
    lines = np.array([first for first, _ in spans], np.int64)

    def original(chosen: Iterable[int]) -> list[str]:
        return [text.lines(*spans[row]) for row in chosen]

    return RawTable(tuple(text.headers), cells, lines, text.header_text, original, tuple(broken))


def _what_is_wrong(record: list[str], width: int, headers: list[str]) -> str:
    if len(record) != width:
        return f"{len(record)} cells where the header has {width}: a stray or missing delimiter or quote"
    if any("\0" in cell for cell in record):
        return "a NUL byte: the file was damaged on its way"
    if record == headers:
        return "the header again in the middle of the file"
    return ""


def _records(text: _Text) -> Iterator[tuple[int, int, list[str]]]:
    """First line, line after, and cells of each record.

    A quote that is never closed would swallow the rest of the file: a record that grows past all
    measure, or that only the end of the file closes, gives back everything but its first line.
    """
    csv.field_size_limit(len(text.data) + 1)
    line = text.header_lines + 1
    while line <= text.line_count:
        after, record = _record_at(text, line)
        if after - line > 1 and (len(record) != len(text.headers)):
            after, record = (
                line + 1,
                next(csv.reader([text.lines(line, line + 1)], delimiter=text.delimiter), []),
            )
            record = [*record, ""] if len(record) == len(text.headers) else record
        yield line, after, record
        line = after


def _record_at(text: _Text, line: int) -> tuple[int, list[str]]:
    """The record that begins at `line`, and the line after it."""
    last = min(line + _LONGEST_RECORD, text.line_count + 1)
    after = line
    quotes = 0
    while after < last:
        after += 1
        quotes += text.data.count(b'"', text.starts[after - 2], text.starts[after - 1])
        if quotes % 2 == 0:
            break
    part = io.StringIO(text.lines(line, after), newline="")
    return after, next(csv.reader(part, delimiter=text.delimiter), [])
