"""From cells of text to facts: headers, types, normal forms, rejects, repeated keys."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.ingest import cells as typed
from ringfinder.ingest.hashing import hash_rows
from ringfinder.ingest.headers import Headers, match_headers
from ringfinder.ingest.mapping import MONEY_UNITS, HeaderMapping
from ringfinder.ingest.raw import RawTable
from ringfinder.ingest.repeats import settle_repeats
from ringfinder.normalize import normalize_array
from ringfinder.records.contract import Column, Table
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.portfolio import (
    FILE,
    HASH,
    LINE,
    IncomingTable,
    Reject,
    arrow_type,
    fact_schema,
    normal_form,
    remarks,
)
from ringfinder.records.tables import TABLES

_THREADS = 2
_LONGEST_CELL = 1_000_000
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


@dataclass
class _Work:
    """What is known of a file while its columns are understood."""

    table: Table
    file: str
    raw: RawTable
    headers: Headers
    columns: dict[str, pa.Array] = field(default_factory=dict)
    rejects: list[Reject] = field(default_factory=list)
    bad: BoolArray = field(default_factory=lambda: np.zeros(0, np.bool_))
    others: dict[str, dict[str, int]] = field(default_factory=dict)

    def reject(self, rows: BoolArray, column: str, reason: str) -> None:
        """Refuse rows for a reason, told once for each row."""
        places = np.flatnonzero(rows)
        if not places.size:
            return
        declared = self.table.by_name.get(column)
        place = self.headers.places.get(column)
        values: Iterable[str | None] = [""] * len(places)
        if place is not None:
            values = self.raw.cells.column(place).take(pa.array(places)).to_pylist()
        for row, value in zip(places, values, strict=True):
            shown = _shown(value or "", declared)
            self.rejects.append(Reject(self.file, int(self.raw.lines[row]), column, shown, reason))
        self.bad |= rows


def _shown(value: str, column: Column | None) -> str:
    return masked(value) if column is not None and column.personal else value[:_SHOWN]


def masked(value: str) -> str:
    """A personal value for a message: first and last character, the length of what is between."""
    return value if len(value) < 2 else f"{value[0]}{'*' * min(len(value) - 2, 8)}{value[-1]}"  # noqa: PLR2004


def read_source(source: TableSource, mapping: HeaderMapping | None = None) -> IncomingTable:
    """Read one file into facts; every row is in `rows`, merged with an equal one, or rejected.

    Raises
    ------
    InputError
        If the file cannot be read at all, or lacks a required column.
    """
    return understand(source.table, source.file, source.file_hash, source.read(), mapping or HeaderMapping())


def understand(table_name: str, file: str, file_hash: str, raw: RawTable, mapping: HeaderMapping) -> IncomingTable:
    """Facts of one table from its cells."""
    table = TABLES[table_name]
    own = mapping.of(table_name)
    work = _Work(table, file, raw, match_headers(table, raw.headers, own, file), bad=np.zeros(len(raw.lines), np.bool_))
    for place, header in enumerate(raw.headers):
        _refuse_monsters(work, place, header)
    for column in table.columns:
        _type_column(work, column, mapping)
    for name in table.required:
        written = typed.text_cells(raw.cells.column(work.headers.places[name]))
        work.reject(~written.is_valid().to_numpy(zero_copy_only=False), name, "required and empty")
    _normalise(work)
    work.columns[HASH] = pa.array(hash_rows({column.name: work.columns[column.name] for column in table.columns}))
    merged, conflicts = settle_repeats(table, work.columns, ~work.bad, raw.lines)
    for row, other in conflicts.items():
        work.bad[row] = True
        work.rejects.append(
            Reject(
                file,
                int(raw.lines[row]),
                table.key[0],
                "",
                f"another version of this key stands on line {other}, and no updated_at orders them",
            )
        )
    return _incoming(work, file_hash, merged)


def _refuse_monsters(work: _Work, place: int, header: str) -> None:
    column = work.raw.cells.column(place)
    lengths = pc.binary_length(column)
    longest = pc.max(lengths).as_py() or 0
    if longest > _LONGEST_CELL:
        rows = pc.fill_null(pc.greater(lengths, _LONGEST_CELL), fill_value=False).to_numpy(zero_copy_only=False)
        name = next((known for known, where in work.headers.places.items() if where == place), header)
        work.reject(rows, name, f"a cell of more than {_LONGEST_CELL:,} bytes")


def _type_column(work: _Work, column: Column, mapping: HeaderMapping) -> None:
    place = work.headers.places.get(column.name)
    kind = column.kind
    if place is None:
        work.columns[column.name] = pa.nulls(len(work.raw.lines), arrow_type(kind))
        return
    own = mapping.of(work.table.name)
    values = typed.text_cells(work.raw.cells.column(place))
    if kind is ColumnKind.DATE:
        if work.raw.workbook:
            values = typed.excel_serials(values)
        found = typed.date_cells(column, values, own.date_format, mapping.timezone)
    elif kind is ColumnKind.MONEY:
        found = typed.money_cells(values, MONEY_UNITS[own.money_unit])
    elif kind is ColumnKind.INTEGER:
        found = typed.integer_cells(values)
    elif kind is ColumnKind.CHOICE:
        work.columns[column.name], others = typed.choice_cells(column, values, own.values.get(column.name, {}))
        if others:
            work.others[column.name] = others
        return
    else:
        work.columns[column.name] = values
        return
    work.columns[column.name] = found.cells
    work.reject(found.bad & ~work.bad, column.name, found.reason)


def _normalise(work: _Work) -> None:
    """Normal forms of every column that can be shared, on all cores."""
    chosen = [column for column in work.table.columns if column.normalised]
    with ThreadPoolExecutor(_THREADS) as pool:
        for column, (forms, marks) in zip(chosen, pool.map(lambda one: _forms(work, one), chosen), strict=True):
            work.columns[normal_form(column.name)] = forms
            work.columns[remarks(column.name)] = marks


def _forms(work: _Work, column: Column) -> tuple[pa.Array, pa.Array]:
    values = work.columns[column.name]
    if values.null_count == len(values):
        return pa.nulls(len(values), pa.string()), pa.array(np.zeros(len(values), np.uint16))
    if column.kind is not ColumnKind.VARIANT:
        found = normalize_array(column.kind, values)
        return found.forms, pa.array(found.remarks)
    forms = pa.nulls(len(values), pa.string())
    marks = np.zeros(len(values), np.uint16)
    which = work.columns[column.variant_of]
    for kind in work.table.by_name[column.variant_of].choices:
        rows = pc.fill_null(pc.equal(which, kind), fill_value=False)
        found = normalize_array(ColumnKind(kind), values.filter(rows))
        forms = pc.replace_with_mask(forms, rows, found.forms)
        marks[rows.to_numpy(zero_copy_only=False)] = found.remarks
    return forms, pa.array(marks)


def _incoming(work: _Work, file_hash: str, merged: BoolArray) -> IncomingTable:
    raw = work.raw
    size = len(raw.lines)
    work.columns[FILE] = pa.DictionaryArray.from_arrays(pa.array(np.zeros(size, np.int32)), pa.array([work.file]))
    work.columns[LINE] = pa.array(raw.lines)
    schema = fact_schema(work.table)
    facts = pa.table([work.columns[name] for name in schema.names], schema=schema)
    stays = ~work.bad & ~merged
    if not stays.all():
        facts = facts.filter(pa.array(stays))
    bad = np.flatnonzero(work.bad)
    originals = dict(zip((int(line) for line in raw.lines[bad]), raw.original(bad.tolist()), strict=True))
    for broken in raw.broken:
        work.rejects.append(Reject(work.file, broken.line, "", "", broken.reason))
        originals[broken.line] = broken.text
    return IncomingTable(
        table=work.table.name,
        file=work.file,
        file_hash=file_hash,
        rows=facts,
        present=frozenset(work.headers.places),
        read=raw.read,
        merged=int((merged & ~work.bad).sum()),
        rejects=tuple(sorted(work.rejects, key=lambda reject: reject.line)),
        rejected_rows=dict(sorted(originals.items())),
        header=raw.header_text,
        unknown_columns=work.headers.unknown,
        other_values=work.others,
        warnings=_warnings(work),
    )


def _warnings(work: _Work) -> tuple[str, ...]:
    told = []
    if work.raw.read == 0:
        told.append(f"{work.file}: a header and no rows")
    empty = [name for name in work.headers.places if work.columns[name].null_count == len(work.raw.lines)]
    told += [f"{work.file}: column {name} is empty" for name in empty if work.raw.read]
    if work.headers.unknown:
        told.append(f"{work.file}: not of the contract, kept aside: {', '.join(work.headers.unknown)}")
    return tuple(told)
