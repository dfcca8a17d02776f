"""From text to facts, for a slice of the rows of a file: types, normal forms, hashes, and what is wrong.

Slices are independent of one another, so several are worked on at once, and no column ever becomes
longer than one Arrow array can be.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.ingest.amounts import integer_cells, money_cells
from ringfinder.ingest.cells import choice_cells, flat, text_cells
from ringfinder.ingest.dates import date_cells, excel_serials
from ringfinder.ingest.hashing import HashArray, hash_rows
from ringfinder.ingest.headers import Headers
from ringfinder.ingest.mapping import MONEY_UNITS, TableMapping
from ringfinder.normalize import normalize_array
from ringfinder.records.contract import Column, Table
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.portfolio import arrow_type, normal_form, remarks

LONGEST_CELL = 1_000_000
"""Bytes; a row with a longer cell is refused."""

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Plan:
    """How the rows of one file are to be understood."""

    table: Table
    headers: Headers
    mapping: TableMapping
    timezone: str
    workbook: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Rows of a slice, shape (n,), that are refused for one reason; `column` may be no column of the contract."""

    rows: BoolArray
    column: str
    reason: str


@dataclass
class Slice:
    """What a slice became.

    Parameters
    ----------
    columns
        Typed columns, normal forms and remarks, shape (n,) each.
    key, content
        Hash of each row's key and of all its cells, shape (n,).
    refusals
        What refuses rows.
    others
        ``column -> {value: count}`` of values outside a listed set.
    emptied
        ``column -> count`` of cells that could not be read, in columns that refuse no row.
    """

    columns: dict[str, pa.Array] = field(default_factory=dict)
    key: HashArray = field(default_factory=lambda: np.zeros(0, np.uint64))
    content: HashArray = field(default_factory=lambda: np.zeros(0, np.uint64))
    refusals: list[Refusal] = field(default_factory=list)
    others: dict[str, dict[str, int]] = field(default_factory=dict)
    emptied: dict[str, int] = field(default_factory=dict)


def understand_slice(plan: Plan, cells: pa.Table) -> Slice:
    """Facts of some rows; `cells` are named by their place in the file."""
    found = Slice()
    size = cells.num_rows
    for column in plan.table.columns:
        place = plan.headers.places.get(column.name)
        if place is None:
            found.columns[column.name] = pa.nulls(size, arrow_type(column.kind))
            continue
        values = text_cells(_without_monsters(found, cells.column(place), column.name))
        if column.required:
            _refuse(found, _empty(cells.column(place), values), column.name, "required and empty")
        found.columns[column.name] = _typed(plan, found, column, values)
    _refuse_monsters_elsewhere(plan, found, cells)
    for column in plan.table.columns:
        if column.normalised:
            forms, marks = _normal_forms(plan.table, found.columns, column)
            found.columns[normal_form(column.name)] = forms
            found.columns[remarks(column.name)] = marks
    found.key = hash_rows({name: found.columns[name] for name in plan.table.key})
    found.content = hash_rows({column.name: found.columns[column.name] for column in plan.table.columns})
    return found


def _refuse(found: Slice, rows: BoolArray, column: str, reason: str) -> None:
    if rows.any():
        found.refusals.append(Refusal(rows, column, reason))


def _empty(cells: pa.ChunkedArray, values: pa.Array) -> BoolArray:
    """Where a cell was empty as it was written, not where it was found too long."""
    result: BoolArray = values.is_null().to_numpy(zero_copy_only=False)
    if result.any() and (pc.max(pc.binary_length(cells)).as_py() or 0) > LONGEST_CELL:
        result = result & ~_too_long(cells)
    return result


def _too_long(cells: pa.ChunkedArray) -> BoolArray:
    long = pc.fill_null(pc.greater(pc.binary_length(cells), LONGEST_CELL), fill_value=False)
    result: BoolArray = long.to_numpy()
    return result


def _without_monsters(found: Slice, cells: pa.ChunkedArray, column: str) -> pa.Array:
    """One array of a column, without cells that are too long; their rows are refused."""
    if (pc.max(pc.binary_length(cells)).as_py() or 0) > LONGEST_CELL:
        long = _too_long(cells)
        _refuse(found, long, column, f"a cell of more than {LONGEST_CELL:,} bytes")
        cells = pc.if_else(pa.array(long), pa.scalar(None, pa.string()), cells)
    return flat(cells)


def _refuse_monsters_elsewhere(plan: Plan, found: Slice, cells: pa.Table) -> None:
    """A cell that is too long refuses its row in a column that is not of the contract, too."""
    known = set(plan.headers.places.values())
    for place in range(cells.num_columns):
        if place not in known and (pc.max(pc.binary_length(cells.column(place))).as_py() or 0) > LONGEST_CELL:
            long = _too_long(cells.column(place))
            _refuse(found, long, plan.headers.written[place], f"a cell of more than {LONGEST_CELL:,} bytes")


def _typed(plan: Plan, found: Slice, column: Column, values: pa.Array) -> pa.Array:
    kind = column.kind
    if kind is ColumnKind.CHOICE:
        cells, others = choice_cells(column, values, plan.mapping.values.get(column.name, {}))
        if others:
            found.others[column.name] = others
        return cells
    if kind is ColumnKind.INTEGER:
        whole = integer_cells(values)
        if whole.bad.any():
            found.emptied[column.name] = int(whole.bad.sum())
        return whole.cells
    if kind is ColumnKind.DATE:
        if plan.workbook:
            values = excel_serials(values)
        result = date_cells(column, values, plan.mapping.date_format, plan.timezone)
    elif kind is ColumnKind.MONEY:
        result = money_cells(values, MONEY_UNITS[plan.mapping.money_unit])
    else:
        return values
    _refuse(found, result.bad, column.name, result.reason)
    return result.cells


def _normal_forms(table: Table, columns: dict[str, pa.Array], column: Column) -> tuple[pa.Array, pa.Array]:
    values = columns[column.name]
    forms = pa.nulls(len(values), pa.string())
    marks = np.zeros(len(values), np.uint16)
    if values.null_count == len(values):
        return forms, pa.array(marks)
    if column.kind is not ColumnKind.VARIANT:
        found = normalize_array(column.kind, values)
        return found.forms, pa.array(found.remarks)
    which = columns[column.variant_of]
    for kind in table.by_name[column.variant_of].choices:
        rows = pc.fill_null(pc.equal(which, kind), fill_value=False)
        if not pc.any(rows).as_py():
            continue
        found = normalize_array(ColumnKind(kind), values.filter(rows))
        forms = pc.replace_with_mask(forms, rows, found.forms)
        marks[rows.to_numpy(zero_copy_only=False)] = found.remarks
    return forms, pa.array(marks)
