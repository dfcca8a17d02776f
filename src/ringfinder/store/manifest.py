"""What the manifest says and how it is written: SQL over the decisions database."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, func, insert, select

from ringfinder import __version__
from ringfinder.records.contract import CONTRACT_VERSION
from ringfinder.records.portfolio import Tally
from ringfinder.store.current import INTAKE, Part
from ringfinder.store.schema import batch_files, batches, load_files, loads

COMPRESSION = "lz4"
"""Of the parts of a batch: reads and writes twice as fast as zstd here, for a third more bytes."""


@dataclass(frozen=True, slots=True)
class BatchFile:
    """One file of a batch.

    Parameters
    ----------
    after_batch
        For intake that was folded: its rows came one by one, right after the batch of that sequence.
    """

    table: str
    file: str
    file_hash: str
    tally: Tally
    present: frozenset[str]
    part: str
    unique_keys: bool
    after_batch: int | None = None


@dataclass(frozen=True)
class Batch:
    """One immutable batch: everything that one load brought."""

    batch_id: str
    mapping_hash: str
    loaded_at: datetime
    sequence: int = 0
    contract_version: int = CONTRACT_VERSION
    files: tuple[BatchFile, ...] = field(default=())

    @property
    def folds_intake(self) -> bool:
        """Whether its rows had arrived one by one."""
        return any(file.after_batch is not None for file in self.files)


Also = Callable[[Connection, int, Batch | None], None]
"""Told of a load and its batch inside the transaction that makes them whole."""


class Manifest:
    """The list of whole batches, and the account of every load."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def batches(self) -> list[Batch]:
        """All batches in the order in which they were loaded."""
        with self._engine.connect() as connection:
            heads = connection.execute(select(batches).order_by(batches.c.sequence)).all()
            rows = connection.execute(select(batch_files).order_by(batch_files.c.table_name, batch_files.c.file)).all()
        files: dict[str, list[BatchFile]] = {}
        for row in rows:
            tally = Tally(row.table_name, row.file, row.read, row.loaded, row.rejected, row.merged)
            files.setdefault(row.batch_id, []).append(
                BatchFile(
                    row.table_name,
                    row.file,
                    row.file_hash,
                    tally,
                    frozenset(json.loads(row.present)),
                    row.part,
                    row.unique_keys,
                    row.after_batch,
                )
            )
        return [
            Batch(
                head.batch_id,
                head.mapping_hash,
                as_utc(head.loaded_at),
                head.sequence,
                head.contract_version,
                tuple(files.get(head.batch_id, ())),
            )
            for head in heads
        ]

    def loaded_at(self) -> datetime | None:
        """When the last batch was loaded."""
        with self._engine.connect() as connection:
            last = connection.execute(select(func.max(batches.c.loaded_at))).scalar()
        return as_utc(last) if last else None

    def record(self, source: str, batch: Batch | None, tallies: Iterable[Tally], also: Also | None = None) -> int:
        """Write a load and, if it brought one, its batch, in one transaction; the batch is whole after it.

        What `also` writes is written with them or not at all.
        """
        with self._engine.begin() as connection:
            load_id = record_load(connection, source, batch, tallies)
            if also:
                also(connection, load_id, batch)
        return load_id

    def loads(self) -> list[tuple[int, str, str | None]]:
        """Number, source and batch of every load."""
        with self._engine.connect() as connection:
            rows = connection.execute(
                select(loads.c.load_id, loads.c.source, loads.c.batch_id).order_by(loads.c.load_id)
            )
            return [(row.load_id, row.source, row.batch_id) for row in rows]

    def tallies(self, load_id: int) -> list[Tally]:
        """The accounting of one load, file by file."""
        query = select(load_files).where(load_files.c.load_id == load_id).order_by(load_files.c.table_name)
        with self._engine.connect() as connection:
            rows = connection.execute(query).all()
        return [Tally(row.table_name, row.file, row.read, row.loaded, row.rejected, row.merged) for row in rows]


def record_load(connection: Connection, source: str, batch: Batch | None, tallies: Iterable[Tally]) -> int:
    """Write a load and its batch within a transaction; return the load's number."""
    if batch is not None:
        connection.execute(
            insert(batches).values(
                batch_id=batch.batch_id,
                contract_version=batch.contract_version,
                code_version=__version__,
                mapping_hash=batch.mapping_hash,
                loaded_at=batch.loaded_at,
            )
        )
        connection.execute(insert(batch_files), [_file_row(batch.batch_id, file) for file in batch.files])
    inserted = connection.execute(
        insert(loads).values(source=source, batch_id=batch.batch_id if batch else None, finished_at=datetime.now(UTC))
    )
    load_id = int((inserted.inserted_primary_key or (0,))[0])
    rows = [{"load_id": load_id, "table_name": tally.table, "file": tally.file, **_counts(tally)} for tally in tallies]
    if rows:
        connection.execute(insert(load_files), rows)
    return load_id


def parts_of(found: Sequence[Batch], table: str, facts: Path) -> list[Part]:
    """Parquet files of a table, in the order of their batches."""
    return [
        _part(batch, file, facts / batch.batch_id / file.part)
        for batch in found
        for file in batch.files
        if file.table == table and file.part
    ]


def _part(batch: Batch, file: BatchFile, path: Path) -> Part:
    if file.after_batch is None:
        return Part(batch.sequence, batch.batch_id, path, file.unique_keys)
    return Part(file.after_batch, INTAKE, path, file.unique_keys, one_by_one=True)


def _counts(tally: Tally) -> dict[str, int]:
    return {"read": tally.read, "loaded": tally.loaded, "rejected": tally.rejected, "merged": tally.merged}


def _file_row(batch_id: str, file: BatchFile) -> dict[str, object]:
    return {
        "batch_id": batch_id,
        "table_name": file.table,
        "file_hash": file.file_hash,
        "file": file.file,
        "present": json.dumps(sorted(file.present)),
        "part": file.part,
        "unique_keys": file.unique_keys,
        "after_batch": file.after_batch,
        **_counts(file.tally),
    }


def as_utc(moment: datetime) -> datetime:
    """SQLite gives back what it was given without the zone."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
