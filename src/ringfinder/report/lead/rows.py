"""The rows behind a report: each with one number, its cells, the load that brought it and the hash of its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.records.contract import Table
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.portfolio import BATCH, FILE, LINE, Portfolio
from ringfinder.records.rings import RowRef
from ringfinder.records.tables import TABLES
from ringfinder.report.lead.entries import (
    EvidenceRow,
)
from ringfinder.report.lead.names import Cells, Names
from ringfinder.store.manifest import Batch


def reference(table: str, row: Cells) -> RowRef:
    """Where a row of a fact table stands."""
    return RowRef(table, str(row[TABLES[table].key[0]]), str(row[FILE]), int(row[LINE]))


class RowBook:
    """Numbers rows as they are first named, and reads them at the end, each table once.

    Parameters
    ----------
    portfolio
        The facts of the run, with cells as written.
    batches
        The loads that brought them.
    """

    def __init__(self, portfolio: Portfolio, batches: Iterable[Batch], names: Names) -> None:
        self._portfolio = portfolio
        self._names = names
        self._hashes = {
            (batch.batch_id, file.table, file.file): file.file_hash for batch in batches for file in batch.files
        }
        self._numbers: dict[RowRef, int] = {}

    def number(self, ref: RowRef) -> int:
        """The number of a row."""
        return self._numbers.setdefault(ref, len(self._numbers) + 1)

    def numbers(self, refs: Iterable[RowRef]) -> tuple[int, ...]:
        """The numbers of several rows in rising order, each once."""
        return tuple(sorted({self.number(ref) for ref in refs}))

    def of(self, table: str, rows: Iterable[Cells]) -> tuple[int, ...]:
        """The numbers of rows of a fact table."""
        return self.numbers(reference(table, row) for row in rows)

    def rows(self) -> tuple[EvidenceRow, ...]:
        """Every row that was named, in the order of the numbers."""
        wanted: dict[str, list[RowRef]] = {}
        for ref in self._numbers:
            wanted.setdefault(ref.table, []).append(ref)
        found = [one for table, refs in wanted.items() for one in self._read(TABLES[table], refs)]
        return tuple(sorted(found, key=lambda one: one.number))

    def _read(self, table: Table, refs: Sequence[RowRef]) -> Iterator[EvidenceRow]:
        keys = [column.name for column in table.columns if column.kind is ColumnKind.KEY]
        at: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for row in self._at_lines(table, refs):
            at.setdefault((str(row[FILE]), int(row[LINE])), []).append(row)
        for ref in refs:
            rows = [row for row in at.get((ref.file, ref.line), ()) if ref.key in [row[key] for key in keys]]
            # Files of one name in several loads may hold a key at the same line where a key has several columns.
            yield self._evidence(table, ref, min(rows, key=lambda one: str(one[BATCH])) if rows else None)

    def _at_lines(self, table: Table, refs: Sequence[RowRef]) -> list[dict[str, Any]]:
        facts = self._portfolio.table(table.name)
        if BATCH not in facts.column_names:
            return []
        lines = pa.array(sorted({ref.line for ref in refs}), pa.int64())
        found: list[dict[str, Any]] = facts.filter(pc.is_in(facts[LINE], value_set=lines)).to_pylist()
        return found

    def _evidence(self, table: Table, ref: RowRef, row: Cells | None) -> EvidenceRow:
        cells = () if row is None else ((column.name, self._names.cell(column, row)) for column in table.columns)
        batch = None if row is None else str(row[BATCH])
        return EvidenceRow(
            number=self._numbers[ref],
            table=ref.table,
            key=ref.key,
            file=ref.file,
            line=ref.line,
            batch=batch,
            sha256=self._hashes.get((batch or "", ref.table, ref.file)) or None,
            cells=tuple((name, cell) for name, cell in cells if cell),
        )
