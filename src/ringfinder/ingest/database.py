"""The tables of a database, read through SQLAlchemy: SQLite, PostgreSQL, or any other it knows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pyarrow as pa
from sqlalchemy import Engine, MetaData, Table, create_engine, inspect, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.ingest.columnar import from_arrow
from ringfinder.ingest.mapping import HeaderMapping
from ringfinder.ingest.raw import RawTable
from ringfinder.ingest.sources import table_named

_CHUNK = 50_000


@dataclass
class DatabaseSource:
    """One table of a database that holds rows of one table of the contract.

    Parameters
    ----------
    file
        How it is called towards the user: the database and the table, without a password.
    """

    table: str
    file: str
    origin: str
    engine: Engine = field(repr=False)
    name: str
    schema: str | None = None
    _rows: RawTable | None = None

    @property
    def file_hash(self) -> str:
        """SHA-256 of the rows, whatever order the database gives them in."""
        raw = self.read()
        digest = hashlib.sha256("\x1f".join(raw.headers).encode())
        lines = sorted("\x1f".join("" if cell is None else cell for cell in row) for row in _records(raw.cells))
        for line in lines:
            digest.update(line.encode() + b"\x1e")
        return digest.hexdigest()

    def read(self) -> RawTable:
        """Read every cell as text; the line of a row is the number of the record."""
        if self._rows is None:
            self._rows = self._fetch()
        return self._rows

    def _fetch(self) -> RawTable:
        table = Table(self.name, MetaData(), schema=self.schema, autoload_with=self.engine)
        headers = [column.name for column in table.columns]
        blocks = []
        with self.engine.connect().execution_options(yield_per=_CHUNK) as connection:
            for rows in connection.execute(select(table)).partitions():
                cells = zip(*rows, strict=True)
                blocks.append(
                    pa.table([pa.array([_text(cell) for cell in column], pa.string()) for column in cells], headers)
                )
        empty = pa.table([pa.array([], pa.string()) for _ in headers], headers)
        return from_arrow(pa.concat_tables(blocks) if blocks else empty)


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
    try:
        address = make_url(url)
        if address.drivername == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
        # No pool: a load reads each table once, and leaves no connection behind.
        engine = create_engine(address, poolclass=NullPool)
        names = [*inspect(engine).get_table_names(), *inspect(engine).get_view_names()]
    except ArgumentError:
        raise InputError(
            "the URL cannot be read", remedy="such as sqlite:///file.db or postgresql://user@host/name"
        ) from None
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise InputError(
            f"no driver for this database: {error}",
            remedy="for PostgreSQL: pip install 'ringfinder[postgres]'",
        ) from None
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", None) or error).splitlines()
        raise SurroundingsError(
            f"{address.render_as_string(hide_password=True)} does not answer: {said[0] if said else ''}",
            remedy="check that the database runs and that you may read it",
        ) from None
    origin = address.render_as_string(hide_password=True)
    found = _by_mapping(engine, origin, mapping)
    mapped = {source.name for source in found}
    for name in sorted(names):
        table = table_named(name)
        if table and name not in mapped and table not in {source.table for source in found}:
            found.append(DatabaseSource(table, f"{origin}#{name}", origin, engine, name))
    if not found:
        raise InputError(
            f"{origin}: no table is named after a table of the contract",
            remedy=f"name them in a mapping (source = ...): {', '.join(sorted(names)[:8])}",
        )
    return found


def _by_mapping(engine: Engine, origin: str, mapping: HeaderMapping) -> list[DatabaseSource]:
    found = []
    for table, own in mapping.tables.items():
        if own.source:
            schema, _, name = own.source.rpartition(".")
            known: Sequence[str] = inspect(engine).get_table_names(schema or None)
            views: Sequence[str] = inspect(engine).get_view_names(schema or None)
            if name not in known and name not in views:
                raise InputError(f"{origin}: no table {own.source!r}", remedy="mend `source` in the mapping")
            found.append(DatabaseSource(table, f"{origin}#{own.source}", origin, engine, name, schema or None))
    return found


def _records(cells: pa.Table) -> Iterable[tuple[str | None, ...]]:
    return zip(*(column.to_pylist() for column in cells.columns), strict=True)


def _text(cell: object) -> str | None:
    if cell is None:
        return None
    if isinstance(cell, bool):
        return "y" if cell else "n"
    if hasattr(cell, "isoformat"):
        return str(cell.isoformat())
    return str(cell)
