"""Rows that arrive one by one, in the decisions database until they are folded into a batch.

A row is kept with its types and normal forms, so that reading it back asks for no understanding. Rows
are only added. Their numbers grow with their times, and no row of a lower number comes after one that was
read: who remembers the last number sees the same rows again, also after they were folded.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from sqlalchemy import Connection, Engine, Row, and_, bindparam, delete, false, func, insert, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from ringfinder.errors import SurroundingsError
from ringfinder.records.contract import Table
from ringfinder.records.portfolio import FILE, HASH, LINE, IncomingTable, fact_schema
from ringfinder.records.tables import TABLES
from ringfinder.store.current import INTAKE, Part
from ringfinder.store.database import cause
from ringfinder.store.manifest import Batch, as_utc
from ringfinder.store.schema import batch_files, batches, intake

_ALONE = 20266
"""Number of PostgreSQL's lock under which rows are recorded."""

Cells = Mapping[str, Any]


_SINCE = (
    select(intake.c.sequence, intake.c.table_name, intake.c.cells)
    .where(intake.c.sequence > bindparam("after"), intake.c.table_name.in_(bindparam("tables", expanding=True)))
    .order_by(intake.c.sequence)
)


@dataclass(frozen=True)
class Known:
    """What was known at a moment: whole batches, oldest first, and intake up to a row (0: none)."""

    batches: tuple[Batch, ...] = ()
    intake: int = 0

    def __bool__(self) -> bool:
        return bool(self.batches or self.intake)


@dataclass(frozen=True)
class Arrived:
    """Rows of intake that no known batch holds.

    Parameters
    ----------
    parts
        By table, in the order of the batches that they came after.
    present
        By table, the columns that at least one row had.
    """

    parts: Mapping[str, Sequence[Part]] = field(default_factory=dict)
    present: Mapping[str, frozenset[str]] = field(default_factory=dict)


class Intake:
    """Rows of a workspace that arrive one by one."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @contextmanager
    def recording(self, connection: Connection | None = None) -> Iterator[Connection]:
        """A transaction in which nobody else records; `connection` where the caller has begun one.

        Raises
        ------
        SurroundingsError
            If the database cannot be written; nothing was recorded then.
        """
        try:
            if connection is not None:
                _alone(connection)
                yield connection
            else:
                with self._engine.begin() as own:
                    _alone(own)
                    yield own
        except SQLAlchemyError as error:
            raise SurroundingsError(
                f"the decisions database cannot be written: {cause(error)}",
                remedy="check that it runs and that there is space, then repeat; nothing was recorded",
            ) from None

    def add(self, connection: Connection, arrived: Sequence[IncomingTable], actor: str) -> dict[str, tuple[int, ...]]:
        """Add rows inside `recording()`; return their numbers by table."""
        last = select(intake.c.recorded_at).order_by(intake.c.sequence.desc()).limit(1)
        before = connection.execute(last).scalar()
        now = datetime.now(UTC)
        common = {
            # A clock that was set back must not let an earlier time name a later row.
            "recorded_at": max(now, as_utc(before)) if before else now,
            "actor": actor,
            "after_batch": connection.execute(select(func.coalesce(func.max(batches.c.sequence), 0))).scalar_one(),
        }
        given: dict[str, tuple[int, ...]] = {}
        for incoming in arrived:
            rows = [
                {"table_name": incoming.table, "cells": json.dumps(cells, ensure_ascii=False), **common}
                for cells in _as_cells(incoming)
            ]
            adding = insert(intake).returning(intake.c.sequence, sort_by_parameter_order=True)
            if rows:
                given[incoming.table] = tuple(connection.execute(adding, rows).scalars())
        return given

    def mark(self, known_at: datetime | None = None) -> int:
        """Number of the last row (by `known_at`); 0 where there is none."""
        query = select(intake.c.sequence).order_by(intake.c.sequence.desc()).limit(1)
        if known_at is not None:
            query = query.where(intake.c.recorded_at <= known_at.astimezone(UTC))
        with self._engine.connect() as connection:
            return connection.execute(query).scalar() or 0

    def first(self) -> datetime | None:
        """When the first row came."""
        with self._engine.connect() as connection:
            found = connection.execute(select(func.min(intake.c.recorded_at))).scalar()
        return as_utc(found) if found else None

    def arrived(self, known: Known) -> Arrived:
        """Rows up to the mark that no known batch holds."""
        if not known.intake:
            return Arrived()
        with self._engine.connect() as connection:
            rows = connection.execute(_beside(known)).all()
        return _arrived(rows)

    def since(self, sequence: int, *tables: str) -> list[tuple[int, str, Cells]]:
        """Number, table and cells of the rows of some tables after a number, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(_SINCE, {"after": sequence, "tables": tables}).all()
        return [(row.sequence, row.table_name, json.loads(row.cells)) for row in rows]

    def counts(self) -> dict[str, tuple[int, int]]:
        """By table: rows that wait to be folded, and rows that were."""
        query = select(intake.c.table_name, func.count(), func.count(intake.c.batch_id)).group_by(intake.c.table_name)
        with self._engine.connect() as connection:
            return {
                name: (rows - folded, folded) for name, rows, folded in connection.execute(query.order_by("table_name"))
            }


def unfolded(connection: Connection, until: int) -> Arrived:
    """Rows up to a number that were not folded."""
    query = select(intake).where(intake.c.batch_id.is_(None), intake.c.sequence <= until)
    return _arrived(connection.execute(query.order_by(intake.c.sequence)).all())


def mark_folded(connection: Connection, until: int, batch_id: str) -> int:
    """Say of all rows up to a number which batch holds them; return how many they were."""
    folding = update(intake).where(intake.c.batch_id.is_(None), intake.c.sequence <= until).values(batch_id=batch_id)
    return connection.execute(folding).rowcount


def rewrite_rows(
    connection: Connection, change: Callable[[str, pa.Table], tuple[pa.Table, npt.NDArray[np.bool_]]]
) -> dict[str, tuple[int, int]]:
    """Let rows go or change, also those that were folded, within a transaction in which nobody records.

    Parameters
    ----------
    change
        Table and facts -> the facts that stay, and which of the former went, shape (n,).

    Returns
    -------
    dict[str, tuple[int, int]]
        By table: rows that went, and rows that changed.
    """
    _alone(connection)
    rows = connection.execute(select(intake.c.sequence, intake.c.table_name, intake.c.cells)).all()
    done: dict[str, tuple[int, int]] = {}
    for name in sorted({row.table_name for row in rows}):
        held = [(row.sequence, json.loads(row.cells)) for row in rows if row.table_name == name]
        facts = as_facts(TABLES[name], held)
        stay, gone = change(name, facts)
        numbers = [{"number": sequence} for (sequence, _), goes in zip(held, gone, strict=True) if goes]
        if numbers:
            connection.execute(delete(intake).where(intake.c.sequence == bindparam("number")), numbers)
        before = facts.filter(pa.array(~gone))[HASH].to_numpy() != stay[HASH].to_numpy()
        given = dict(held)
        changed = [
            {"number": row[LINE], "written": json.dumps(_cells(row, given[row[LINE]].keys()), ensure_ascii=False)}
            for row in stay.filter(pa.array(before)).to_pylist()
        ]
        if changed:
            writing = update(intake).where(intake.c.sequence == bindparam("number"))
            connection.execute(writing.values(cells=bindparam("written")), changed)
        if numbers or changed:
            done[name] = len(numbers), len(changed)
    return done


def _alone(connection: Connection) -> None:
    """Wait for others who record: numbers are given in the order in which rows become visible."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_ALONE)))
    else:  # SQLite lets one write at a time: asking to write is the lock
        connection.execute(update(intake).where(false()).values(actor=""))


def _beside(known: Known) -> Any:
    """Rows up to the mark that were not folded, or into a batch that is not known."""
    held = [batch.batch_id for batch in known.batches if batch.folds_intake]
    later = select(batch_files.c.batch_id).where(
        batch_files.c.after_batch.is_not(None), batch_files.c.batch_id.not_in(held)
    )
    return (
        select(intake)
        .where(and_(intake.c.sequence <= known.intake, or_(intake.c.batch_id.is_(None), intake.c.batch_id.in_(later))))
        .order_by(intake.c.sequence)
    )


def _arrived(rows: Sequence[Row[Any]]) -> Arrived:
    groups: dict[tuple[str, int], list[tuple[int, Cells]]] = {}
    present: dict[str, set[str]] = {}
    for row in rows:
        cells = json.loads(row.cells)
        groups.setdefault((row.table_name, row.after_batch), []).append((row.sequence, cells))
        present.setdefault(row.table_name, set()).update(cells)
    parts: dict[str, list[Part]] = {}
    for (name, after), held in sorted(groups.items()):
        facts = as_facts(TABLES[name], held)
        parts.setdefault(name, []).append(Part(after, INTAKE, Path(), unique_keys=False, one_by_one=True, rows=facts))
    return Arrived(parts, {name: frozenset(found) & TABLES[name].by_name.keys() for name, found in present.items()})


def _as_cells(incoming: IncomingTable) -> Iterator[dict[str, Any]]:
    """Cells of each row by column: those that were given, also where empty, and what stands beside them."""
    for row in incoming.rows.to_pylist():
        yield _cells(row, incoming.present)


def _cells(row: Mapping[str, Any], given: Collection[str]) -> dict[str, Any]:
    kept = {name: value for name, value in row.items() if (name in given or value) and name not in (FILE, LINE)}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in kept.items()}


def as_facts(table: Table, rows: Sequence[tuple[int, Cells]]) -> pa.Table:
    """Facts from the cells of rows with their numbers."""
    schema = fact_schema(table)
    columns = []
    for column in schema:
        if column.name == FILE:
            columns.append(pa.DictionaryArray.from_arrays(pa.array([0] * len(rows), pa.int32()), pa.array([INTAKE])))
        elif column.name == LINE:
            columns.append(pa.array([sequence for sequence, _ in rows], column.type))
        else:
            values = [cells.get(column.name) for _, cells in rows]
            if pa.types.is_timestamp(column.type):
                values = [None if value is None else datetime.fromisoformat(value) for value in values]
            if pa.types.is_unsigned_integer(column.type):  # remarks and hashes: never missing
                values = [value or 0 for value in values]
            columns.append(pa.array(values, column.type))
    return pa.table(columns, schema=schema)
