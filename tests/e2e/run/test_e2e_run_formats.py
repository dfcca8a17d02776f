"""One portfolio written in other ways is the same portfolio."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.results import Command, Results

from ringfinder.records.tables import TABLES


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def as_gb18030(path: Path, to: Path) -> None:
    """What a Chinese system exports: GB18030, Chinese headers and file names."""
    table = TABLES[path.stem]
    header, *rows = rows_of(path)
    with (to / f"{table.zh[0]}.csv").open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([[table.by_name[name].zh[0] for name in header], *rows])


def as_parquet(path: Path, to: Path) -> None:
    header, *rows = rows_of(path)
    columns = {name: pa.array([row[place] or None for row in rows]) for place, name in enumerate(header)}
    pq.write_table(pa.table(columns), to / f"{path.stem}.parquet")


def as_workbook(path: Path, to: Path) -> None:
    header, *rows = rows_of(path)
    pd.DataFrame(rows, columns=header).to_excel(to / f"{path.stem}.xlsx", index=False)


@pytest.mark.parametrize("write", [as_gb18030, as_parquet, pytest.param(as_workbook, marks=pytest.mark.slow)])
def test_the_same_rings_from_every_format(
    write: Callable[[Path, Path], None],
    portfolio: Path,
    results: Results,
    ringfinder: Command,
    tmp_path: Path,
) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for path in portfolio.glob("*.csv"):
        write(path, copy)
    done = ringfinder("run", copy, "--out", tmp_path / "out")
    assert done.code == 0, done.err
    for name in ("rings.csv", "ring_members.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (results.folder / name).read_bytes()


def test_only_the_required_table(portfolio: Path, ringfinder: Command, tmp_path: Path) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(portfolio / "surrender_requests.csv", alone)
    done = ringfinder("run", alone, "--out", tmp_path / "out")
    assert done.code == 0
    assert "kinds of evidence were off" in done.out
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "was not handed over" in page
