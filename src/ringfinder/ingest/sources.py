"""Which file or sheet of a folder holds which table of the contract."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.ingest.columnar import read_parquet
from ringfinder.ingest.delimited import read_delimited
from ringfinder.ingest.headers import plain, spellings
from ringfinder.ingest.mapping import HeaderMapping
from ringfinder.ingest.raw import RawTable
from ringfinder.ingest.workbook import read_sheet, sheet_names
from ringfinder.records.tables import TABLES

DELIMITED = frozenset({".csv", ".txt", ".tsv"})
PARQUET = frozenset({".parquet", ".pq"})
WORKBOOKS = frozenset({".xlsx", ".xls", ".xlsm", ".xlsb", ".ods"})
_PART = re.compile(r"[-_.](?:part)?[-_.]?[0-9][0-9-]*$", re.IGNORECASE)
_NAMES = {plain(name): table.name for table in TABLES.values() for name in (table.name, *table.zh)}


@dataclass(frozen=True)
class Source:
    """One file (or sheet) that holds rows of one table.

    Parameters
    ----------
    file
        How it is called towards the user: its name in the folder, and the sheet if there are several.
    known
        Plain forms of the headers it may have; they tell a sheet's header from titles above it.
    part
        Whether it may be one of several files of its table.
    """

    table: str
    file: str
    path: Path
    sheet: str = ""
    known: frozenset[str] = frozenset()
    part: bool = False

    @cached_property
    def file_hash(self) -> str:
        """SHA-256 of the file's bytes and, of a workbook, the sheet's name."""
        with _readable(self.path), self.path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
        digest.update(self.sheet.encode())
        return digest.hexdigest()

    def read(self) -> RawTable:
        """Read every cell as text.

        Raises
        ------
        InputError
            If the file is empty or not what its extension says.
        SurroundingsError
            If it may not be read.
        """
        suffix = self.path.suffix.lower()
        with _readable(self.path):
            _refuse_empty(self.path, self.file)
            if suffix in PARQUET:
                return read_parquet(self.path, self.file)
            if suffix in WORKBOOKS:
                return read_sheet(self.path, self.file, self.sheet, self.known)
            return read_delimited(self.path, self.file)


@dataclass(frozen=True)
class Found:
    """What a folder holds.

    Parameters
    ----------
    sources
        Files and sheets by their table, in the order of the contract.
    ignored
        Names of files that hold no table.
    notes
        What else the user should know, a sentence each.
    """

    sources: tuple[Source, ...]
    ignored: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_sources(folder: Path, mapping: HeaderMapping | None = None) -> Found:
    """Find the tables of the contract in a folder; hidden files and folders in it are left alone.

    A file is named after its table in English or Chinese, in any case; `NAME-2026-01.csv` and
    `NAME.part2.csv` are further parts of it. A workbook may hold several tables, a sheet each.

    Raises
    ------
    InputError
        If the folder is missing or a file, holds no table, or holds one table twice.
    SurroundingsError
        If the folder may not be read.
    """
    if not folder.exists():
        raise InputError(f"no folder {folder}", remedy="name the folder that holds the tables")
    if not folder.is_dir():
        raise InputError(f"{folder} is a file", remedy="name the folder that holds the tables")
    search = _Search(mapping or HeaderMapping())
    with _readable(folder):
        for path in sorted(folder.iterdir()):
            if not path.name.startswith((".", "~$")):
                search.look_at(path)
    return search.result(folder)


def table_named(stem: str) -> str | None:
    """The table that the name of a file (without extension), a sheet or a database table stands for."""
    return _NAMES.get(plain(stem)) or _NAMES.get(plain(_PART.sub("", stem)))


class _Search:
    """Goes through the files of a folder."""

    def __init__(self, mapping: HeaderMapping) -> None:
        self._mapping = mapping
        self._sources: list[Source] = []
        self._ignored: list[str] = []

    def look_at(self, path: Path) -> None:
        """Take the tables that a file holds."""
        suffix = path.suffix.lower()
        mapped = [name for name, table in self._mapping.tables.items() if table.file == path.name]
        readable = suffix in DELIMITED | PARQUET | WORKBOOKS
        tables = mapped or ([name] if readable and (name := table_named(path.stem)) else [])
        if path.is_dir():
            if tables:
                raise InputError(f"{path} is a folder where a file should be", remedy="put the file itself there")
            return
        if suffix in WORKBOOKS:
            found = list(self._sheets(path, tables))
        else:
            found = [self._source(name, path) for name in tables]
        self._sources += found
        if not found:
            self._ignored.append(path.name)

    def _sheets(self, path: Path, tables: list[str]) -> Iterator[Source]:
        """Tables of a workbook: by the mapping's sheet, by the sheets' names, else its first sheet."""
        try:
            _refuse_empty(path, path.name)
            names = sheet_names(path, path.name)
        except InputError:
            if tables:
                raise
            return
        left = list(tables)
        free = list(names)
        for table in tables:
            if sheet := self._mapping.of(table).sheet:
                left.remove(table)
                free = [name for name in free if name != sheet]
                yield self._source(table, path, sheet, several=len(names) > 1)
        for sheet in free[:]:
            named = table_named(sheet)
            if named and (named in left or named not in tables):
                left = [table for table in left if table != named]
                free.remove(sheet)
                yield self._source(named, path, sheet, several=len(names) > 1)
        for table, sheet in zip(left[:1], free[:1], strict=False):
            yield self._source(table, path, sheet, several=len(names) > 1)

    def _source(self, table: str, path: Path, sheet: str = "", *, several: bool = False) -> Source:
        own = self._mapping.of(table)
        known = frozenset({*spellings(TABLES[table]), *map(plain, own.columns.values())})
        name = sheet or path.stem
        part = own.file != path.name and plain(name) not in _NAMES and table_named(name) == table
        return Source(table, f"{path.name}#{sheet}" if several else path.name, path, sheet, known, part)

    def result(self, folder: Path) -> Found:
        """What was found, or what is wrong with it."""
        notes = tuple(self._missing(folder))
        self._refuse_doubles()
        if not self._sources:
            raise InputError(
                f"{folder}: no file is named after a table",
                remedy="name the file of the surrender requests surrender_requests.csv (or .parquet, .xlsx)",
            )
        order = list(TABLES)
        self._sources.sort(key=lambda source: (order.index(source.table), source.file))
        return Found(tuple(self._sources), tuple(self._ignored), notes)

    def _missing(self, folder: Path) -> Iterator[str]:
        """Files that the mapping names and the folder lacks: a slip of the pen, or a folder with fewer tables."""
        held = {source.table for source in self._sources}
        for name, table in self._mapping.tables.items():
            if not table.file or name in held:
                continue
            near = difflib.get_close_matches(table.file, self._ignored, n=1)
            if near:
                raise InputError(
                    f"{folder}: the mapping of {name} names {table.file!r}, which is not there",
                    remedy=f"did you mean {near[0]!r}? Mend tables.{name}.file in the mapping",
                )
            yield f"the mapping of {name} names {table.file!r}, which is not there: {name} stays away"

    def _refuse_doubles(self) -> None:
        """Several files of a table are welcome where their names say that they are parts of it."""
        first: dict[str, Source] = {}
        for source in self._sources:
            other = first.setdefault(source.table, source)
            if other is source:
                continue
            formats = {other.path.suffix.lower(), source.path.suffix.lower()}
            if len(formats) > 1 or not (other.part or source.part):
                raise InputError(
                    f"{other.file} and {source.file} both hold {source.table}",
                    remedy=f"remove one, or, if they are parts, name them {source.table}-1, {source.table}-2 …",
                )


def _refuse_empty(path: Path, name: str) -> None:
    if path.stat().st_size == 0:
        raise InputError(f"{name}: the file is empty", remedy="export it again, at least with its header")


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Tell what the system says where a file or folder cannot be read."""
    try:
        yield
    except OSError as error:
        raise SurroundingsError(
            f"{path} cannot be read: {error.strerror or error}", remedy="mend its rights, or copy it to another place"
        ) from None
