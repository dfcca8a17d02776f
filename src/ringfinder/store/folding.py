"""Folding: rows that arrived one by one become an immutable batch, all of them or none."""

from __future__ import annotations

import hashlib
import os
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from ringfinder.errors import SurroundingsError
from ringfinder.records.contract import CONTRACT_VERSION
from ringfinder.records.portfolio import Tally
from ringfinder.store.current import INTAKE
from ringfinder.store.database import cause
from ringfinder.store.files import private_folder, publish
from ringfinder.store.intake import Arrived, mark_folded, unfolded
from ringfinder.store.manifest import COMPRESSION, Batch, BatchFile, record_load

_ASIDE = ".tmp-"


@dataclass(frozen=True)
class Folded:
    """A batch made of intake, and the number of the load that accounts for it."""

    batch: Batch
    load_id: int
    tallies: tuple[Tally, ...]


def fold(engine: Engine, facts: Path, until: int) -> Folded | None:
    """Make one batch of all rows up to `until` that are in none; None where there are none.

    The caller holds the lock of loading. Every row is kept as it is, so what counts stays what it was.

    Raises
    ------
    SurroundingsError
        If the database cannot be written; the rows stay where they are then.
    """
    for left in facts.glob(f"{_ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True)
    aside = facts / f"{_ASIDE}{os.getpid()}"
    try:
        with engine.connect() as connection:
            arrived = unfolded(connection, until)
        if not arrived.parts:
            return None
        batch = _written(arrived, private_folder(aside))
        publish(aside, facts / batch.batch_id)
        tallies = _tallies(batch)
        with engine.begin() as connection:
            load_id = record_load(connection, INTAKE, batch, tallies)
            marked = mark_folded(connection, until, batch.batch_id)
            if marked != sum(tally.read for tally in tallies):
                raise SurroundingsError("intake changed while it was folded", remedy="repeat; nothing was changed")
    except SQLAlchemyError as error:
        raise SurroundingsError(
            f"the decisions database cannot be written: {cause(error)}",
            remedy="check that it runs and that there is space, then repeat; the rows stay in the intake",
        ) from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return Folded(batch, load_id, tallies)


def _written(arrived: Arrived, aside: Path) -> Batch:
    """Write the parts of a batch into a folder aside."""
    files = []
    for name, parts in sorted(arrived.parts.items()):
        for number, part in enumerate(parts):
            rows = part.read()
            path = aside / f"{name}-{number}.parquet"
            pq.write_table(rows, path, compression=COMPRESSION)
            tally = Tally(name, INTAKE, rows.num_rows, rows.num_rows, 0, 0)
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            files.append(
                BatchFile(
                    name, INTAKE, content, tally, arrived.present[name], path.name, part.unique_keys, part.sequence
                )
            )
    named = sorted(f"{file.table}:{file.file_hash}" for file in files)
    batch_id = hashlib.sha256("\n".join([INTAKE, str(CONTRACT_VERSION), *named]).encode()).hexdigest()[:16]
    return Batch(batch_id, "", datetime.now(UTC), files=tuple(files))


def _tallies(batch: Batch) -> tuple[Tally, ...]:
    """The account of the fold, a line for each table."""
    found: dict[str, Tally] = {}
    for file in batch.files:
        before = found.get(file.table)
        rows = file.tally.read + (before.read if before else 0)
        found[file.table] = replace(file.tally, read=rows, loaded=rows)
    return tuple(found.values())
