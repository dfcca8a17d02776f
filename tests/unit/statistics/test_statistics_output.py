"""Cells and pages that no spreadsheet and no browser runs, whatever the tables hold."""

from __future__ import annotations

import base64
import io
import re
from pathlib import Path

import openpyxl
import pytest
from tests.counted import ask, facts, policy, ringed

from ringfinder.errors import InputError
from ringfinder.statistics.list_files import write_list
from ringfinder.statistics.output import about, title
from ringfinder.statistics.page import page
from ringfinder.statistics.period import parse_period
from ringfinder.statistics.plots import pictures
from ringfinder.statistics.summary import PeriodStatistics, period_statistics, tables_of
from ringfinder.statistics.tables import Column, Kind, StatTable, outside, words_of
from ringfinder.statistics.words import NAMES
from ringfinder.statistics.workbook import workbook

NASTY = "=HYPERLINK(\"http://x\")<script>alert('&')</script>"


@pytest.fixture(scope="module")
def nasty() -> PeriodStatistics:
    asked = [ask(n, branch_code=NASTY, reason=NASTY, kind="negotiated", paid_amount="250") for n in range(9)]
    asked += [ask(n, branch_code="$B$1_{^}") for n in range(20, 60)]
    held = [policy(n, product_code=NASTY, agent_no=NASTY) for n in range(9)]
    return period_statistics(
        facts(surrender_requests=asked, policies=held), parse_period("2026-Q1"), ringed("RF-AAAAAAAA", 1, 2, kind=NASTY)
    )


def test_no_cell_of_a_workbook_runs(nasty: PeriodStatistics) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(about(nasty), tables_of(nasty), nasty.as_of)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    nasties = [str(cell.value) for cell in cells if "HYPERLINK" in str(cell.value)]
    assert len(nasties) > 5
    assert all(value.startswith("'=") for value in nasties)


def test_the_page_escapes_what_the_tables_hold(nasty: PeriodStatistics) -> None:
    text = page(title(nasty), about(nasty), pictures(nasty), tables_of(nasty))
    assert "<script>alert" not in text
    assert text.count("<script>") == 1
    assert "&lt;script&gt;" in text


def test_pictures_keep_their_text_and_are_the_same_twice(nasty: PeriodStatistics) -> None:
    drawn, again = pictures(nasty), pictures(nasty)
    assert drawn == again
    assert len(drawn) >= 5
    for one in drawn:
        for picture in (one.zh, one.en):
            said = picture.decode()
            assert "<script" not in said
            assert not re.search(r"(?:href|src)\s*=\s*[\"'](?!#)", said), "nothing is loaded from elsewhere"
            assert "<text" in said, "text stays text"
    months = next(one for one in drawn if "Requests and complaints" in one.title[1])
    assert "协议退保" in months.zh.decode()
    assert "negotiated" in months.en.decode()


def test_nothing_is_drawn_of_nothing() -> None:
    empty = period_statistics(facts(surrender_requests=[ask(1)]), parse_period("2019-01"))
    assert [one.title[1] for one in pictures(empty)] == ["Requests and complaints by month"]
    text = page(title(empty), about(empty), pictures(empty), tables_of(empty))
    address = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', text)
    assert address is not None
    assert base64.b64decode(address.group(1)).startswith(b"<?xml")


def test_unknown_is_written_as_nothing_in_files_and_as_unknown_for_people() -> None:
    money, share = Column("paid", Kind.MONEY), Column("rate", Kind.SHARE)
    assert outside(Kind.MONEY, None) is None
    assert outside(Kind.SHARE, float("nan")) is None
    assert outside(Kind.CHANCE, float("inf")) is None
    assert (outside(Kind.MONEY, -5), outside(Kind.MONEY, 0)) == ("-0.05", "0.00")
    assert outside(Kind.SHARE, 1 / 3) == 0.333333
    assert words_of(money, None) == words_of(share, None) == ("不详", "unknown")
    assert words_of(Column("value", Kind.TEXT), None) == ("未填", "not filled in")


def test_every_name_of_ours_has_words(nasty: PeriodStatistics) -> None:
    for one in tables_of(nasty):
        assert all(one.title)
        for column in one.columns:
            assert all(column.words)
            at = one.header.index(column.name)
            if column.kind is Kind.NAME and column.name != "kind":
                assert {row[at] for row in one.rows} - {""} <= set(NAMES)


@pytest.mark.parametrize("name", ["list", "list.pdf", "list.csv.gz"])
def test_a_list_needs_an_end_that_we_write(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="names a form"):
        write_list(tmp_path / name, [], dict, [], None)
    assert not list(tmp_path.iterdir())


def test_a_table_without_rows_is_a_table() -> None:
    one = StatTable("overview", (Column("measure", Kind.NAME), Column("rate", Kind.SHARE)), [])
    assert list(one.written()) == []
    book = openpyxl.load_workbook(io.BytesIO(workbook([], [one], None)))
    assert len(book.sheetnames) == 2
