"""The tables of a database, read through SQLAlchemy: SQLite, PostgreSQL, or any other it knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
from sqlalchemy import Engine, MetaData, Table, create_engine, inspect, select, type_coerce
from sqlalchemy.engine import URL, Inspector, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import NullType

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.ingest.columnar import from_text, number_text, text_column
from ringfinder.ingest.hashing import hash_rows
from ringfinder.ingest.mapping import HeaderMapping
from ringfinder.ingest.raw import RawTable, positions
from ringfinder.ingest.sources import table_named

_CHUNK = 20_000


@dataclass
class _Latest:
    """The rows fetched last, of all tables of a database: they are hashed first and read right after."""

    name: str = ""
    rows: RawTable | None = None

    def take(self, name: str) -> RawTable | None:
        """The rows of a table, if they are the latest; they are not kept any longer."""
        rows, self.rows = self.rows, None
        return rows if name == self.name else None


@dataclass
class DatabaseSource:
    """One table of a database that holds rows of one table of the contract.

    Parameters
    ----------
    file
        How it is called towards the user: the database and the table, without a password.
    origin
        The database alone.
    """

    table: str
    file: str
    origin: str
    engine: Engine = field(repr=False)
    name: str
    schema: str | None = None
    latest: _Latest = field(default_factory=_Latest, repr=False)
    _hash: str = ""

    @property
    def file_hash(self) -> str:
        """SHA-256 of the rows, whatever order the database gives them in."""
        if not self._hash:
            rows = self._fetch()
            self._hash = _content_hash(rows)
            self.latest.name, self.latest.rows = self.file, rows
        return self._hash

    def read(self) -> RawTable:
        """Read every cell as text; the line of a row is the number of the record.

        Raises
        ------
        SurroundingsError
            If the database stops answering.
        """
        return self.latest.take(self.file) or self._fetch()

    def _fetch(self) -> RawTable:
        with _answering(self.origin):
            table = Table(self.name, MetaData(), schema=self.schema, autoload_with=self.engine)
            headers = tuple(column.name for column in table.columns)
            # As the driver gives them: SQLAlchemy's own reading of a date or a number may refuse one.
            wanted = [type_coerce(column, NullType()).label(f"c{place}") for place, column in enumerate(table.columns)]
            blocks = [pa.table([pa.array([], pa.string())] * len(headers), positions(len(headers)))]
            with self.engine.connect().execution_options(yield_per=_CHUNK) as connection:
                for rows in connection.execute(select(*wanted)).partitions():
                    columns = [text_column([_text(cell) for cell in column]) for column in zip(*rows, strict=True)]
                    blocks.append(pa.table(columns, positions(len(headers))))
        cells = pa.concat_tables(blocks)
        return from_text(headers, cells, np.arange(1, cells.num_rows + 1, dtype=np.int64))


def database_sources(url: str, mapping: HeaderMapping | None = None) -> list[DatabaseSource]:
    """Find the tables of the contract in a database, by name or by the mapping's `source`.

    Raises
    ------
    InputError
        If the URL cannot be read, its driver is missing, or no table is found.
    SurroundingsError
        If the database does not answer.
    """
    mapping = mapping or HeaderMapping()
    address = _address(url)
    origin = address.set(query={}).render_as_string(hide_password=True)
    latest = _Latest()
    with _answering(origin):
        engine = _engine(address, origin)
        inspector = inspect(engine)
        names = sorted([*inspector.get_table_names(), *inspector.get_view_names()])
        found = _by_mapping(engine, inspector, origin, mapping)
        for source in found:
            source.latest = latest
    for name in names:
        table = table_named(name)
        if table and table not in mapping.sources:
            found.append(DatabaseSource(table, f"{origin}#{name}", origin, engine, name, latest=latest))
    _refuse_doubles(found)
    if not found:
        raise InputError(
            f"{origin}: no table is named after a table of the contract",
            remedy=f"name them in a mapping (source = ...); it has {', '.join(names[:8]) or 'no table at all'}",
        )
    return found


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        raise InputError(
            "the URL of the database cannot be read",
            remedy="such as sqlite:///file.db or postgresql://user@host/name; letters like @ in a password as %40",
        ) from None
    if address.get_backend_name() == "sqlite" and address.database and address.database != ":memory:":
        _require_file(Path(address.database))
    return address.set(drivername="postgresql+psycopg") if address.drivername == "postgresql" else address


def _require_file(path: Path) -> None:
    """SQLite would make an empty database of a name that is not there."""
    if not path.is_file():
        raise InputError(f"no tables: there is no database file {path}", remedy="name the file after sqlite:///")


def _engine(address: URL, origin: str) -> Engine:
    try:
        return create_engine(address, poolclass=NullPool)  # a connection is closed once its rows are read
    except (NoSuchModuleError, ArgumentError):
        raise InputError(
            f"{origin}: no such kind of database", remedy="such as sqlite:///file.db or postgresql://user@host/name"
        ) from None
    except ModuleNotFoundError as error:
        psycopg = "pip install 'ringfinder[postgres]'"
        raise InputError(
            f"{origin}: the driver {error.name} is not installed",
            remedy=psycopg if error.name == "psycopg" else f"pip install {error.name}",
        ) from None


@contextmanager
def _answering(origin: str) -> Iterator[None]:
    """Tell what the database says, without statements, values and passwords."""
    try:
        yield
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or type(error).__name__).splitlines()
        raise SurroundingsError(
            f"{origin} does not answer: {said[0] if said else type(error).__name__}",
            remedy="check that the database runs, the URL, and that you may read it",
        ) from None


def _by_mapping(engine: Engine, inspector: Inspector, origin: str, mapping: HeaderMapping) -> list[DatabaseSource]:
    found = []
    for table, source in mapping.sources.items():
        schema, _, name = source.rpartition(".")
        known: Sequence[str] = inspector.get_table_names(schema or None)
        views: Sequence[str] = inspector.get_view_names(schema or None)
        if name not in {*known, *views}:
            raise InputError(f"{origin}: no table {source!r}", remedy=f"mend tables.{table}.source in the mapping")
        found.append(DatabaseSource(table, f"{origin}#{source}", origin, engine, name, schema or None))
    return found


def _refuse_doubles(sources: list[DatabaseSource]) -> None:
    first: dict[str, DatabaseSource] = {}
    for source in sources:
        other = first.setdefault(source.table, source)
        if other is not source:
            raise InputError(
                f"{source.origin}: {other.name} and {source.name} are both named after {source.table}",
                remedy=f"say in a mapping which one counts: tables.{source.table}.source",
            )


def _content_hash(raw: RawTable) -> str:
    """SHA-256 of the headers and of the rows' hashes, sorted."""
    digest = hashlib.sha256("\x1f".join(raw.headers).encode())
    names = dict(zip(raw.cells.column_names, raw.headers, strict=True))
    columns = {names[name]: column for name, column in zip(raw.cells.column_names, raw.cells.columns, strict=True)}
    parts = [np.zeros(0, np.uint64)]
    for start in range(0, raw.cells.num_rows, _CHUNK):
        part = {name: column.slice(start, _CHUNK).combine_chunks() for name, column in columns.items()}
        parts.append(hash_rows(part))
    digest.update(np.sort(np.concatenate(parts)).astype("<u8").tobytes())
    for row in sorted(row.text for row in raw.broken):
        digest.update(row.encode())
    return digest.hexdigest()


def _text(cell: object) -> str | None:
    """A cell as the driver gave it, as text; moments with a zone keep their offset."""
    text: str | None
    match cell:
        case None | str():
            text = cell
        case bool():
            text = "y" if cell else "n"
        case float():
            text = number_text(cell)
        case Decimal():
            text = f"{cell:f}"
        case bytes() | memoryview():
            text = _decoded(bytes(cell))
        case date():
            text = cell.isoformat()
        case _:
            text = str(cell)
    return text


def _decoded(cell: bytes) -> str:
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return cell.hex()
