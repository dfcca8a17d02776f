"""CSV: a fast way for what is well formed and an exact one for the rest, with the same result.

Arrow splits the file on all cores. It does not tell a quote that is never closed from a cell with line
breaks, nor lines of rows it skipped; so what it is given is checked first, and its rows must add up to
the lines of the file. Where they do not, the part is cut smaller and smaller, and only the smallest
parts go record by record.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from ringfinder.errors import InputError
from ringfinder.ingest.careful import Careful, Piece
from ringfinder.ingest.encoding import to_utf8
from ringfinder.ingest.lines import Lines
from ringfinder.ingest.raw import IntArray, RawTable, positions

_BLOCK = 8 << 20
_SMALLEST = 256  # lines of a part that goes record by record
_SHRINK = 16


def read_delimited(path: Path, name: str) -> RawTable:
    """Read a CSV file; the delimiter is the commonest of comma, tab, semicolon and bar in the header.

    Raises
    ------
    InputError
        If the file is empty, its header cannot be read, or it is in no known encoding.
    """
    data = to_utf8(path.read_bytes(), name)
    if not data or data.isspace():
        raise InputError(f"{name}: the file is empty", remedy="export it again, at least with its header")
    lines = Lines(data, name)
    pieces = list(_pieces(lines))
    cells = pa.concat_tables([_empty(len(lines.headers)), *(piece.cells for piece in pieces)])
    first = _joined([piece.first for piece in pieces])
    after = _joined([piece.after for piece in pieces])

    def original(rows: Iterable[int]) -> list[str]:
        return [lines.text(int(first[row]), int(after[row])) for row in rows]

    broken = tuple(row for piece in pieces for row in piece.broken)
    return RawTable(lines.headers, cells, first, lines.header_text, original, broken)


def _empty(width: int) -> pa.Table:
    return pa.table({name: pa.array([], pa.string()) for name in positions(width)})


def _joined(parts: list[IntArray]) -> IntArray:
    return np.concatenate([np.zeros(0, np.int64), *parts])


def _pieces(lines: Lines) -> Iterator[Piece]:
    """The body of the file: at once where it is well formed, else part by part."""
    # Of the whole process; our records are limited by what an open quote may reach.
    csv.field_size_limit(max(csv.field_size_limit(), len(lines.data) + 1))
    careful = Careful(lines)
    line = lines.header_lines + 1
    size = lines.count
    while line <= lines.count:
        after = lines.boundary(line, line + size)
        piece = _fast(lines, line, after)
        if piece is None and size > _SMALLEST:
            size = max(size // _SHRINK, _SMALLEST)
            continue
        if piece is None:
            after, piece = careful.read(line, min(line + size, lines.count + 1))
        else:
            size *= 2
        yield piece
        line = after


def _fast(lines: Lines, line: int, after: int) -> Piece | None:
    """Split lines by Arrow; None where the result would not be exact."""
    begin, end = lines.span(line, after)
    if lines.data.find(b"\0", begin, end) >= 0:
        return None
    returns = lines.data.find(b"\r", begin, end) >= 0
    if returns and lines.data.count(b"\r", begin, end) != lines.data.count(b"\r\n", begin, end):
        return None
    quoted = lines.data.find(b'"', begin, end) >= 0
    if quoted and not lines.well_formed(begin, end):
        return None
    cells = _arrow(lines, begin, end, quoted=quoted)
    if cells is None or _repeats_header(cells, lines.headers):
        return None
    spans = np.ones(cells.num_rows, np.int64)
    if quoted and cells.num_rows != after - line:
        for column in cells.columns:
            spans += pc.fill_null(pc.count_substring(column, "\n"), 0).to_numpy()
    if spans.sum() != after - line:
        return None
    ends = line + np.cumsum(spans)
    return _without_empty_lines(lines, Piece(cells, ends - spans, ends))


def _arrow(lines: Lines, begin: int, end: int, *, quoted: bool) -> pa.Table | None:
    names = positions(len(lines.headers))
    # Arrow's threads may hold what they are given a moment past the reading, and one that lets go of a
    # Python object while the interpreter ends aborts the whole process: so no handler of irregular rows,
    # and memory of Arrow's own.
    own = pa.allocate_buffer(end - begin)
    np.frombuffer(own, np.uint8)[:] = np.frombuffer(lines.data, np.uint8, end - begin, begin)
    try:
        return pacsv.read_csv(
            pa.BufferReader(own),
            read_options=pacsv.ReadOptions(column_names=names, block_size=_BLOCK),
            parse_options=pacsv.ParseOptions(
                delimiter=lines.delimiter,
                newlines_in_values=quoted,
                ignore_empty_lines=False,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
                check_utf8=False,
            ),
        )
    except pa.ArrowInvalid:  # an irregular row, or one longer than a block
        return None


def _repeats_header(cells: pa.Table, headers: tuple[str, ...]) -> bool:
    same = pc.equal(pc.utf8_trim_whitespace(cells.column(0)), headers[0])
    if not pc.any(same).as_py():
        return False
    rows = cells.filter(same).to_pylist()
    return any(tuple((cell or "").strip() for cell in row.values()) == headers for row in rows)


def _without_empty_lines(lines: Lines, piece: Piece) -> Piece:
    """Arrow makes a row of every empty line."""
    empty = np.ones(len(piece.first), np.bool_)
    for column in piece.cells.columns:
        if not column.null_count:
            return piece
        empty &= column.is_null().to_numpy()
    for row in np.flatnonzero(empty):
        empty[row] = not lines.text(int(piece.first[row]), int(piece.after[row])).strip()
    if not empty.any():
        return piece
    kept = ~empty
    return Piece(piece.cells.filter(pa.array(kept)), piece.first[kept], piece.after[kept])
