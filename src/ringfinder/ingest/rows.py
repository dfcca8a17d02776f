"""From cells of text to facts, for a whole file: slices, rejects, repeated keys, the account."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ringfinder.ingest.headers import match_headers
from ringfinder.ingest.mapping import HeaderMapping
from ringfinder.ingest.raw import RawTable
from ringfinder.ingest.repeats import UNDATED, Repeats, settle_repeats
from ringfinder.ingest.understand import Plan, Slice, understand_slice
from ringfinder.records.portfolio import FILE, HASH, LINE, IncomingTable, Reject, fact_schema
from ringfinder.records.tables import TABLES

Progress = Callable[[int, int, str], None]
"""Told how many rows are done, how many there are, and of which file."""

_THREADS = 2
_SLICE_ROWS = 1 << 16
_SLICE_BYTES = 1 << 28
_SHOWN = 40

BoolArray = npt.NDArray[np.bool_]


class TableSource(Protocol):
    """Something that holds rows of one table: a file, a sheet, a table of a database."""

    @property
    def table(self) -> str:
        """Name of the table of the contract."""

    @property
    def file(self) -> str:
        """How it is called towards the user."""

    @property
    def file_hash(self) -> str:
        """SHA-256 of its content."""

    def read(self) -> RawTable:
        """Every cell as text."""


def read_source(
    source: TableSource, mapping: HeaderMapping | None = None, progress: Progress | None = None
) -> IncomingTable:
    """Read one file into facts; every row is in `rows`, merged with an equal one, or rejected.

    Raises
    ------
    InputError
        If the file cannot be read at all, or lacks a required column.
    SurroundingsError
        If the disk or the database does not give it.
    """
    file_hash = source.file_hash
    return understand(source.table, source.file, file_hash, source.read(), mapping or HeaderMapping(), progress)


def understand(
    table_name: str,
    file: str,
    file_hash: str,
    raw: RawTable,
    mapping: HeaderMapping,
    progress: Progress | None = None,
) -> IncomingTable:
    """Facts of one table from its cells."""
    own = mapping.of(table_name)
    table = TABLES[table_name]
    headers = match_headers(table, raw.headers, own, file)
    plan = Plan(table, headers, own, mapping.timezone, raw.workbook)
    slices = list(_slices(plan, raw, file, progress))
    starts = [0, *accumulate(len(one.key) for one in slices)]
    bad = np.zeros(len(raw.lines), np.bool_)
    rejects = list(_rejects(plan, raw, file, slices, starts, bad))
    repeats = _repeats(slices, ~bad)
    rejects += _conflicts(table.key[0], raw, file, repeats)
    bad |= repeats.refused
    originals = _originals(raw, np.flatnonzero(bad))
    for broken in raw.broken:
        rejects.append(Reject(file, broken.line, "", "", broken.reason))
        originals[broken.line] = broken.text
    return IncomingTable(
        table=table_name,
        file=file,
        file_hash=file_hash,
        rows=_facts(plan, raw, file, slices, starts, ~bad & ~repeats.merged),
        present=frozenset(headers.places),
        read=raw.read,
        merged=int(repeats.merged.sum()),
        rejects=tuple(sorted(rejects, key=lambda reject: reject.line)),
        rejected_rows=dict(sorted(originals.items())),
        header=raw.header_text,
        unknown_columns=headers.unknown,
        other_values=_others(slices),
        warnings=tuple(_warnings(plan, raw, file, slices)),
    )


def _slices(plan: Plan, raw: RawTable, file: str, progress: Progress | None) -> Iterator[Slice]:
    """Understand the rows slice by slice, several at once."""
    total = len(raw.lines)
    parts = max(-(-total // _SLICE_ROWS), -(-raw.cells.nbytes // _SLICE_BYTES), 1)
    size = max(-(-total // parts), 1)
    done = 0
    with ThreadPoolExecutor(_THREADS) as pool:
        pieces = (raw.cells.slice(start, size) for start in range(0, max(total, 1), size))
        for one in pool.map(lambda cells: understand_slice(plan, cells), pieces):
            done += len(one.key)
            if progress:
                progress(done, total, file)
            yield one


def _rejects(
    plan: Plan, raw: RawTable, file: str, slices: list[Slice], starts: list[int], bad: BoolArray
) -> Iterator[Reject]:
    """Every reason of every row; marks the rows in `bad`."""
    for one, start in zip(slices, starts, strict=False):
        for refusal in one.refusals:
            rows = np.flatnonzero(refusal.rows) + start
            bad[rows] = True
            column = plan.table.by_name.get(refusal.column)
            place = plan.headers.places.get(refusal.column)
            values = [""] * len(rows) if place is None else raw.cells.column(place).take(pa.array(rows)).to_pylist()
            for row, value in zip(rows.tolist(), values, strict=True):
                shown = hidden(value or "") if column is None or column.personal else (value or "")[:_SHOWN]
                yield Reject(file, int(raw.lines[row]), refusal.column, shown, refusal.reason)


def hidden(value: str) -> str:
    """A personal value for a message: its first character alone, and whether there was more."""
    return value if not value else f"{value[0]}{'*' * min(len(value) - 1, 8) or '*'}"


def _repeats(slices: list[Slice], good: BoolArray) -> Repeats:
    updated = [one.columns["updated_at"].cast(pa.int64()).fill_null(UNDATED).to_numpy() for one in slices]
    return settle_repeats(
        np.concatenate([one.key for one in slices]),
        np.concatenate([one.content for one in slices]),
        np.concatenate(updated),
        good,
    )


def _conflicts(key: str, raw: RawTable, file: str, repeats: Repeats) -> Iterator[Reject]:
    for row in np.flatnonzero(repeats.refused):
        other = raw.lines[repeats.other[row]]
        reason = f"another version of this key stands on line {other}, and no updated_at orders them"
        yield Reject(file, int(raw.lines[row]), key, "", reason)


def _originals(raw: RawTable, rows: npt.NDArray[np.intp]) -> dict[int, str]:
    return dict(zip(raw.lines[rows].tolist(), raw.original(rows.tolist()), strict=True))


def _facts(plan: Plan, raw: RawTable, file: str, slices: list[Slice], starts: list[int], stays: BoolArray) -> pa.Table:
    schema = fact_schema(plan.table)
    tables = []
    for one, start in zip(slices, starts, strict=False):
        size = len(one.key)
        zeros = pa.array(np.zeros(size, np.int32))
        one.columns[FILE] = pa.DictionaryArray.from_arrays(zeros, pa.array([file]))
        one.columns[LINE] = pa.array(raw.lines[start : start + size])
        one.columns[HASH] = pa.array(one.content)
        facts = pa.table([one.columns.pop(name) for name in schema.names], schema=schema)
        kept = stays[start : start + size]
        tables.append(facts if kept.all() else facts.filter(pa.array(kept)))
    return pa.concat_tables(tables)


def _others(slices: list[Slice]) -> dict[str, dict[str, int]]:
    """Values outside the listed sets over all slices, the commonest first."""
    found: dict[str, dict[str, int]] = {}
    for one in slices:
        for column, values in one.others.items():
            counts = found.setdefault(column, {})
            for value, count in values.items():
                counts[value] = counts.get(value, 0) + count
    return {
        column: dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))) for column, counts in found.items()
    }


def _warnings(plan: Plan, raw: RawTable, file: str, slices: list[Slice]) -> Iterator[str]:
    if raw.read == 0:
        yield f"{file}: a header and no rows"
    for name, place in plan.headers.places.items():
        if len(raw.lines) and raw.cells.column(place).null_count == len(raw.lines):
            yield f"{file}: column {name} is empty"
    emptied: dict[str, int] = {}
    for one in slices:
        for name, count in one.emptied.items():
            emptied[name] = emptied.get(name, 0) + count
    for name, count in emptied.items():
        yield f"{file}: column {name}: {count:,} cells are no whole number and were left empty"
    named = [header for header in plan.headers.unknown if header]
    if named:
        yield f"{file}: not of the contract, kept aside: {', '.join(named)}"
    if len(named) < len(plan.headers.unknown):
        yield f"{file}: {len(plan.headers.unknown) - len(named)} columns without a header were left out"
    yield from raw.warnings
