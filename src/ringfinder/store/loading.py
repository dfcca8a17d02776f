"""One load: files come in one by one, and become one batch or nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ringfinder.records.contract import CONTRACT_VERSION, Table
from ringfinder.records.portfolio import HASH, IncomingTable, Tally
from ringfinder.records.tables import TABLES
from ringfinder.store.current import Part, current_rows, versions
from ringfinder.store.files import private_folder, publish
from ringfinder.store.manifest import COMPRESSION, Also, Batch, BatchFile, Manifest, parts_of

_KNOWN = """
    SELECT DISTINCT incoming._row
    FROM incoming
    JOIN held ON {same_key} AND incoming._hash = held._hash
    WHERE held.counts OR held.updated_at IS NOT NULL
"""
_REPEATED = "SELECT count(*) FROM (SELECT DISTINCT {keys} FROM incoming)"


class Loading:
    """A load in progress; use it inside `Workspace.loading()`, which holds the lock.

    Parameters
    ----------
    held
        Batches that are there already.
    arrived
        Rows that are there already and in no batch, by table.
    """

    def __init__(
        self,
        facts: Path,
        manifest: Manifest,
        held: Sequence[Batch],
        arrived: Mapping[str, Sequence[Part]],
        mapping_hash: str,
        source: str,
    ) -> None:
        self._facts = facts
        self._manifest = manifest
        self._held = held
        self._arrived = arrived
        self._mapping_hash = mapping_hash
        self._source = source
        self._aside = facts / f".tmp-{os.getpid()}"
        self._files: list[BatchFile] = []
        self._tallies: list[Tally] = []
        self._writer = ThreadPoolExecutor(1)
        self._writing: list[Future[None]] = []
        self._known = {
            (file.table, file.file_hash): file
            for batch in held
            if batch.mapping_hash == mapping_hash and batch.contract_version == CONTRACT_VERSION
            for file in batch.files
        }

    def knows(self, table: str, file_hash: str) -> Tally | None:
        """The account of a file that is held already, byte for byte, and had no rejects; else None."""
        file = self._known.get((table, file_hash))
        return None if file is None or file.tally.rejected else file.tally

    def skip(self, table: str, file: str, known: Tally) -> Tally:
        """Account for a file that is held already: every row is merged."""
        tally = Tally(table, file, known.read, 0, 0, known.read)
        self._tallies.append(tally)
        return tally

    def add(self, incoming: IncomingTable) -> Tally:
        """Take the rows of one file that are new or newer; return its account."""
        table = TABLES[incoming.table]
        parts = [*parts_of(self._held, table.name, self._facts), *self._arrived.get(table.name, ())]
        rows = incoming.rows
        if (table.name, incoming.file_hash) in self._known:
            # Read again for the sake of its rejects alone: the same file says nothing new.
            rows = rows.slice(0, 0)
        elif parts and rows.num_rows:
            rows = rows.filter(pa.array(~_known_rows(table, rows, parts)))
        merged = incoming.merged + incoming.rows.num_rows - rows.num_rows
        tally = Tally(table.name, incoming.file, incoming.read, rows.num_rows, incoming.rejected, merged)
        self._tallies.append(tally)
        if (table.name, incoming.file_hash) not in self._known:
            part = f"{table.name}-{len(self._files)}.parquet" if rows.num_rows else ""
            unique = not any(file.table == table.name and file.part for file in self._files) and _unique(table, rows)
            self._files.append(
                BatchFile(table.name, incoming.file, incoming.file_hash, tally, incoming.present, part, unique)
            )
            if part:
                self._write(rows, part)
        return tally

    def _write(self, rows: pa.Table, part: str) -> None:
        private_folder(self._aside)
        path = self._aside / part
        # One file is written while the next is read; not more, for the sake of memory.
        for writing in self._writing:
            writing.result()
        self._writing = [self._writer.submit(pq.write_table, rows, path, compression=COMPRESSION)]

    def commit(self, also: Also | None = None) -> tuple[int, Batch | None]:
        """Make the batch whole and name it in the manifest; return the load's number and the batch.

        What `also` writes into that transaction is written with the load or not at all.
        """
        for writing in self._writing:
            writing.result()
        self._writer.shutdown()
        batch = None
        if self._files:
            batch = Batch(self._batch_id(), self._mapping_hash, datetime.now(UTC), files=tuple(self._files))
            private_folder(self._aside)
            publish(self._aside, self._facts / batch.batch_id)
        return self._manifest.record(self._source, batch, self._tallies, also), batch

    def give_up(self) -> None:
        """Remove what was written aside."""
        self._writer.shutdown(cancel_futures=True)
        shutil.rmtree(self._aside, ignore_errors=True)

    def _batch_id(self) -> str:
        """A name from the content: the same files with the same mapping, the same batch."""
        named = sorted(f"{file.table}:{file.file_hash}" for file in self._files)
        text = "\n".join([str(CONTRACT_VERSION), self._mapping_hash, *named])
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def _unique(table: Table, rows: pa.Table) -> bool:
    keys = ", ".join(f'"{name}"' for name in table.key)
    with duckdb.connect() as connection:
        connection.register("incoming", rows.select(list(table.key)))
        counted: pa.Table = connection.sql(_REPEATED.format(keys=keys)).to_arrow_table()
    return bool(counted.column(0)[0].as_py() == rows.num_rows)


def _known_rows(table: Table, rows: pa.Table, parts: Sequence[Part]) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Rows that say what the current version says, or what a dated version said before."""
    narrow = versions(table, parts, (HASH, "updated_at"))
    narrow = narrow.append_column("counts", pa.array(current_rows(table, parts)))
    incoming = rows.select([*table.key, HASH])
    incoming = incoming.append_column("_row", pa.array(np.arange(rows.num_rows)))
    same_key = " AND ".join(f'incoming."{name}" IS NOT DISTINCT FROM held."{name}"' for name in table.key)
    with duckdb.connect() as connection:
        connection.register("incoming", incoming)
        connection.register("held", narrow)
        found: pa.Table = connection.sql(_KNOWN.format(same_key=same_key)).to_arrow_table()
    known = np.zeros(rows.num_rows, np.bool_)
    known[found.column(0).to_numpy()] = True
    return known
