"""Cells that no spreadsheet runs, and that can be read back."""

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given
from hypothesis import strategies as st

from ringfinder.report.sheets import safe, write_sheet

NASTY = st.text(st.sampled_from("=+-@\t\r\n＝＋－＠'\",;|0123456789.eE abcDDE()!"), max_size=20)
CELLS = NASTY | st.text(st.characters(exclude_categories=["Cs"]))
STARTS = tuple("=+-@\t\r\n＝＋－＠")


@given(CELLS)
@example("=1+1")
@example("-1+1")
@example("+86 13812340000")
@example("-inf")
@example("-1_0")
@example("@SUM(A1)")
@example("＝cmd|' /C calc'!A0")
def test_no_cell_starts_like_a_formula_unless_it_is_a_number(cell: str) -> None:
    written = safe(cell)
    if written.startswith(STARTS):
        assert written.isascii()
        assert float(written) == float(written.replace("_", "x"))
    else:
        assert written in (cell, f"'{cell}")


def test_numbers_stay_numbers() -> None:
    assert [safe(cell) for cell in (-1, "+2.50", "-3e-7", 0.5, None, "R1")] == ["-1", "+2.50", "-3e-7", "0.5", "", "R1"]


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=5))
def test_what_is_written_is_read_back(rows: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sheet.csv"
        assert write_sheet(path, ("one", "two"), rows) == len(rows)
        with path.open(encoding="utf-8-sig", newline="") as file:
            assert list(csv.reader(file)) == [["one", "two"], *([safe(cell) for cell in row] for row in rows)]
        assert path.stat().st_mode & 0o777 == 0o600
