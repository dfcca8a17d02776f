"""Which file, sheet or database table holds which table of the contract."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ringfinder.errors import InputError
from ringfinder.ingest.columnar import read_parquet
from ringfinder.ingest.delimited import read_delimited
from ringfinder.ingest.headers import plain
from ringfinder.ingest.mapping import HeaderMapping
from ringfinder.ingest.raw import RawTable
from ringfinder.ingest.workbook import read_sheet, sheet_names
from ringfinder.records.tables import TABLES

_DELIMITED = {".csv", ".txt", ".tsv"}
_PARQUET = {".parquet", ".pq"}
_WORKBOOK = {".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"}
_PART = re.compile(r"[-_.](?:part)?[-_.]?[0-9][0-9-]*$", re.IGNORECASE)
_NAMES = {plain(name): table.name for table in TABLES.values() for name in (table.name, *table.zh)}


@dataclass(frozen=True)
class Source:
    """One file (or sheet) that holds rows of one table.

    Parameters
    ----------
    file
        How it is called towards the user: the path inside the folder, and the sheet if there are several.
    """

    table: str
    file: str
    path: Path
    sheet: str = ""

    @cached_property
    def file_hash(self) -> str:
        """SHA-256 of the file's bytes and, of a workbook, the sheet's name."""
        with self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        digest.update(self.sheet.encode())
        return digest.hexdigest()

    def read(self) -> RawTable:
        """Read every cell as text."""
        suffix = self.path.suffix.lower()
        if suffix in _PARQUET:
            return read_parquet(self.path, self.file)
        if suffix in _WORKBOOK:
            return read_sheet(self.path, self.file, self.sheet or None)
        return read_delimited(self.path, self.file)


@dataclass(frozen=True)
class Found:
    """The sources of a folder, and files that are none."""

    sources: tuple[Source, ...]
    ignored: tuple[str, ...] = ()


def find_sources(folder: Path, mapping: HeaderMapping | None = None) -> Found:
    """Find the tables of the contract in a folder.

    A file is named after its table in English or Chinese, in any case; `NAME-2026-01.csv` and
    `NAME.part2.csv` are further parts of it. A workbook may hold several tables, a sheet each.

    Raises
    ------
    InputError
        If the folder is missing or a file, holds no table, or holds one table in two formats.
    """
    if not folder.exists():
        raise InputError(f"no folder {folder}", remedy="name the folder that holds the tables")
    if not folder.is_dir():
        raise InputError(f"{folder} is a file", remedy="name the folder that holds the tables")
    mapping = mapping or HeaderMapping()
    mapped = {table.file: name for name, table in mapping.tables.items() if table.file}
    sources: list[Source] = []
    ignored: list[str] = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")):
            continue
        found = list(_tables_in(path, mapped, mapping))
        sources += found
        if not found:
            ignored.append(path.name)
    for file, name in mapped.items():
        if not any(source.path.name == file for source in sources):
            raise InputError(
                f"{folder}: the mapping of {name} names {file!r}, which is not there",
                remedy="mend the mapping or the folder",
            )
    _refuse_two_formats(sources)
    if not sources:
        raise InputError(
            f"{folder}: no file is named after a table",
            remedy="name the file of the surrender requests surrender_requests.csv (or .parquet, .xlsx)",
        )
    order = list(TABLES)
    sources.sort(key=lambda source: (order.index(source.table), source.file))
    return Found(tuple(sources), tuple(ignored))


def table_named(stem: str) -> str | None:
    """The table that a file or sheet name stands for."""
    return _NAMES.get(plain(stem)) or _NAMES.get(plain(_PART.sub("", stem)))


def _tables_in(path: Path, mapped: dict[str, str], mapping: HeaderMapping) -> Iterator[Source]:
    suffix = path.suffix.lower()
    if suffix not in _DELIMITED | _PARQUET | _WORKBOOK:
        return
    table = mapped.get(path.name) or table_named(path.stem)
    if path.is_dir():
        if table:
            raise InputError(f"{path} is a folder where a file should be", remedy="put the file itself there")
        return
    if table and (suffix not in _WORKBOOK or len(sheet_names(path, path.name)) == 1 or mapping.of(table).sheet):
        yield Source(table, path.name, path, mapping.of(table).sheet)
    elif suffix in _WORKBOOK:
        named = [(sheet, table_named(sheet)) for sheet in sheet_names(path, path.name)]
        sheets = [(sheet, name) for sheet, name in named if name]
        for sheet, name in sheets:
            yield Source(name, f"{path.name}#{sheet}", path, sheet)
        if table and not sheets:
            yield Source(table, path.name, path)


def _refuse_two_formats(sources: list[Source]) -> None:
    first: dict[str, Source] = {}
    for source in sources:
        other = first.setdefault(source.table, source)
        if other.path.suffix.lower() != source.path.suffix.lower():
            raise InputError(
                f"{other.file} and {source.file} both hold {source.table}",
                remedy="remove one: ringfinder cannot choose",
            )
