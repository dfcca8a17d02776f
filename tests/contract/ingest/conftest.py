"""The same table written in every format that can be read."""

from __future__ import annotations

import csv
import importlib
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Column, MetaData, String, Table, create_engine
from tests.postgres import postgres_in

from ringfinder.ingest import TableSource, database_sources, find_sources

openpyxl: Any = importlib.import_module("openpyxl")  # has no types of its own

Row = Sequence[str]
Write = Callable[[str, Sequence[Row]], TableSource]
"""Writes a table, its header first, and finds it again."""


def _csv(
    encoding: str, delimiter: str = ",", newline: str = "\n", quoting: Literal[0, 1] = csv.QUOTE_MINIMAL
) -> Callable[..., None]:
    def write(path: Path, rows: Sequence[Row]) -> None:
        out = io.StringIO()
        csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=quoting).writerows(rows)
        path.with_suffix(".csv").write_bytes(out.getvalue().encode(encoding))

    return write


def _columns(rows: Sequence[Row]) -> dict[str, list[str | None]]:
    header, *body = rows
    return {name: [row[place] or None for row in body] for place, name in enumerate(header)}


def _parquet(path: Path, rows: Sequence[Row]) -> None:
    pq.write_table(pa.table({name: pa.array(cells, pa.string()) for name, cells in _columns(rows).items()}), path)


def _typed(path: Path, rows: Sequence[Row]) -> None:
    """Dates as timestamps, money as decimals, codes as dictionaries, where every cell allows it."""
    columns = {}
    for name, cells in _columns(rows).items():
        columns[name] = pa.array(cells, pa.string())
        if name in {"applied_at", "申请时间"} and all(_is_moment(cell) for cell in cells):
            columns[name] = pa.array([datetime.fromisoformat(cell or "") for cell in cells], pa.timestamp("ns"))
        elif name == "cash_value" and all(_is_amount(cell) for cell in cells):
            columns[name] = pa.array([None if cell is None else Decimal(cell) for cell in cells], pa.decimal128(18, 2))
        elif name == "kind":
            columns[name] = columns[name].dictionary_encode()
    pq.write_table(pa.table(columns), path)


def _is_moment(cell: str | None) -> bool:
    try:
        return datetime.fromisoformat(cell or "") is not None
    except ValueError:
        return False


def _is_amount(cell: str | None) -> bool:
    return cell is None or cell.replace(".", "").isdigit()


def _xlsx(path: Path, rows: Sequence[Row]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    book.save(path)


def _ods(path: Path, rows: Sequence[Row]) -> None:
    lines = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in rows)
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest='
        '"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"></manifest:manifest>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)


def _ods_cell(text: str) -> str:
    paragraphs = "".join(f"<text:p>{escape(line)}</text:p>" for line in text.split("\n"))
    return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'


FILES: dict[str, tuple[str, Callable[[Path, Sequence[Row]], None]]] = {
    "utf-8": (".csv", _csv("utf-8")),
    "utf-8-bom": (".csv", _csv("utf-8-sig", newline="\r\n")),
    "gb18030": (".csv", _csv("gb18030", newline="\r\n")),
    "utf-16": (".csv", _csv("utf-16")),
    "tabs": (".csv", _csv("utf-8", "\t")),
    "semicolons": (".csv", _csv("utf-8", ";")),
    "all-quoted": (".csv", _csv("utf-8", quoting=csv.QUOTE_ALL)),
    "parquet": (".parquet", _parquet),
    "typed-parquet": (".parquet", _typed),
    "xlsx": (".xlsx", _xlsx),
    "ods": (".ods", _ods),
}


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a PostgreSQL that lives as long as the tests."""
    with postgres_in(tmp_path_factory.mktemp("postgres") / "data") as address:
        yield address


@pytest.fixture(params=[*FILES, "sqlite", pytest.param("postgres", marks=pytest.mark.server)])
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Write]:
    """Write a table in one format after the other."""
    made: list[Table] = []
    url = ""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'tables.db'}"
    elif request.param == "postgres":
        url = request.getfixturevalue("postgres")

    def write(table: str, rows: Sequence[Row]) -> TableSource:
        if url:
            made.append(_write_to_database(url, table, rows))
            return database_sources(url)[0]
        suffix, writer = FILES[request.param]
        writer(tmp_path / f"{table}{suffix}", rows)
        (source,) = find_sources(tmp_path).sources
        return source

    yield write
    for one in made:
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        one.drop(engine)
        engine.dispose()


def _write_to_database(url: str, name: str, rows: Sequence[Row]) -> Table:
    header, *body = rows
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    table = Table(name, MetaData(), *(Column(column, String) for column in header))
    table.create(engine)
    if body:
        with engine.begin() as connection:
            connection.execute(table.insert(), [dict(zip(header, row, strict=True)) for row in body])
    engine.dispose()
    return table
