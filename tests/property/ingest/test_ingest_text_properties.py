"""Delimited text: nothing is lost, both ways of reading agree, a broken row costs only itself."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.ingest.careful import Careful
from ringfinder.ingest.delimited import read_delimited
from ringfinder.ingest.lines import Lines
from ringfinder.ingest.raw import RawTable

HEADER = ["a", "b", "c"]
NASTY = st.text(st.sampled_from('ab,;"\n\r中\t é\0'), max_size=12)
TIDY = st.text(st.sampled_from('ab,;"\n中\t é,'), max_size=8)
ROWS = st.lists(st.lists(TIDY, min_size=3, max_size=3).filter(any), max_size=12)


def read(data: bytes) -> RawTable:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        path.write_bytes(data)
        return read_delimited(path, "t.csv")


def written(rows: list[list[str]], newline: str = "\n") -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator=newline).writerows(rows)
    return out.getvalue()


def rows_of(raw: RawTable) -> list[list[str]]:
    columns = [[cell or "" for cell in column.to_pylist()] for column in raw.cells.columns]
    return [list(row) for row in zip(*columns, strict=True)]


def test_text_that_is_written_well_is_read_back() -> None:
    @given(rows=ROWS, newline=st.sampled_from(["\n", "\r\n"]))
    @settings(max_examples=150, deadline=None)
    def check(rows: list[list[str]], newline: str) -> None:
        raw = read(written([HEADER, *rows], newline).encode())
        assert rows_of(raw) == rows
        assert raw.broken == ()

    check()


@given(rows=ROWS)
@settings(max_examples=150, deadline=None)
def test_the_fast_and_the_careful_way_agree(rows: list[list[str]]) -> None:
    text = written([HEADER, *rows])
    raw = read(text.encode())
    lines = Lines(text.encode(), "t.csv")
    end, piece = Careful(lines).read(2, lines.count + 1)
    assert end == lines.count + 1
    assert piece.broken == []
    assert piece.cells.to_pydict() == raw.cells.to_pydict()
    assert piece.first.tolist() == raw.lines.tolist()


@given(body=st.lists(NASTY, max_size=15), width=st.integers(1, 4))
@settings(max_examples=300, deadline=None)
def test_every_line_is_in_one_row_or_refused_or_empty(body: list[str], width: int) -> None:
    header = ",".join(f"h{place}" for place in range(width))
    text = "\n".join([header, *body]) + "\n"
    raw = read(text.encode())
    told = {int(line): row for line, row in zip(raw.lines, raw.original(range(len(raw.lines))), strict=True)}
    told |= {broken.line: broken.text for broken in raw.broken}
    assert len(told) == raw.read
    left = text.split("\n")[1:]
    for line, row in sorted(told.items()):
        part = left[line - 2 : line - 2 + row.count("\n") + 1]
        assert "\n".join(part).rstrip("\r") == row.rstrip("\r")
        left[line - 2 : line - 2 + row.count("\n") + 1] = [""] * (row.count("\n") + 1)
    assert not "".join(left).strip()


BROKEN = st.sampled_from(['x,"open,y', "x", "1,2,3,4", 'a,b"c,"d"e', "n\0l,1,2", "a,b,c", '"', "r\rr,1,2"])


@given(rows=ROWS, broken=BROKEN, places=st.lists(st.integers(0, 12), min_size=1, max_size=3, unique=True))
@settings(max_examples=200, deadline=None)
def test_a_broken_row_costs_only_itself(rows: list[list[str]], broken: str, places: list[int]) -> None:
    # An open quote may meet the quote of a later cell in a way that nobody can tell from a cell with line breaks.
    rows = [[cell.replace('"', "'").replace("\n", " ").replace(",", ".") for cell in row] for row in rows]
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    lines = [",".join(row) for row in rows]
    for place in sorted(places, reverse=True):
        lines.insert(min(place, len(lines)), broken)
    raw = read("\n".join(["a,b,c", *lines, ""]).encode())
    assert rows_of(raw) == rows
    assert [row.text for row in raw.broken] == [broken] * len(places)
    assert [lines[row.line - 2] for row in raw.broken] == [broken] * len(places)
