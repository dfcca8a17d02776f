"""The facts as they travel between the stages: incoming rows, rejects, and the portfolio of a run.

Columns of a fact table
-----------------------
``<column>``
    The cell under its name in the contract: text trimmed, dates as naive local timestamps
    (`timestamp[us]`, Asia/Shanghai), money as int64 fen, integers as int64, the rest as strings.
    Null where missing.
``<column>_nf``
    The normal form of a column that can be shared (string); null where missing or unusable.
``<column>_rm``
    Remarks of that cell, a `Remark` mask (uint16).
``_file`` (dictionary string), ``_line`` (int64), ``_hash`` (uint64)
    Where the row stands in what was handed over, and a hash of its typed content.
``_batch`` (dictionary string)
    Added by the store: the batch that brought the row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import pyarrow as pa

from ringfinder.records.contract import NORMAL_FORM_SUFFIX, REMARK_SUFFIX, Table
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.tables import TABLES

FILE = "_file"
LINE = "_line"
HASH = "_hash"
BATCH = "_batch"


def normal_form(column: str) -> str:
    """Name of the stored column with the normal form of `column`."""
    return column + NORMAL_FORM_SUFFIX


def remarks(column: str) -> str:
    """Name of the stored column with the remarks of `column`."""
    return column + REMARK_SUFFIX


def arrow_type(kind: ColumnKind) -> pa.DataType:
    """Arrow type of a typed cell of this kind."""
    if kind is ColumnKind.DATE:
        return pa.timestamp("us")
    if kind in (ColumnKind.MONEY, ColumnKind.INTEGER):
        return pa.int64()
    return pa.string()


def fact_schema(table: Table) -> pa.Schema:
    """Schema of the facts of `table` as the store keeps them (without `_batch`)."""
    fields = [pa.field(column.name, arrow_type(column.kind)) for column in table.columns]
    for column in table.columns:
        if column.normalised:
            fields.append(pa.field(normal_form(column.name), pa.string()))
            fields.append(pa.field(remarks(column.name), pa.uint16()))
    fields += [
        pa.field(FILE, pa.dictionary(pa.int32(), pa.string())),
        pa.field(LINE, pa.int64()),
        pa.field(HASH, pa.uint64()),
    ]
    return pa.schema(fields)


@dataclass(frozen=True, slots=True)
class Reject:
    """One reason why a row was not loaded.

    `line` counts from 1 as an editor does (the header is line 1; in a workbook it is the row of the
    sheet, in Parquet and databases the number of the record). `value` is already masked where the
    column is personal.
    """

    file: str
    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Tally:
    """The accounting of one file: `read == loaded + rejected + merged`, in rows."""

    table: str
    file: str
    read: int
    loaded: int
    rejected: int
    merged: int

    @property
    def balanced(self) -> bool:
        """Whether every row is accounted for."""
        return self.read == self.loaded + self.rejected + self.merged


@dataclass(frozen=True)
class IncomingTable:
    """One file after reading, typing and normalising, before the store has seen it.

    Parameters
    ----------
    rows
        Facts in `fact_schema(table)`; columns that the file lacks are all null.
    present
        Columns of the contract that the file has.
    read, merged
        Rows read, and rows that repeat an earlier row of the same file.
    rejects
        Every reason, in the order of the lines; a row may have several.
    rejected_rows
        ``line -> original row`` for the verbatim copy, and its header in `header`.
    withheld
        Rows refused of which no copy is kept.
    unknown_columns
        Headers that are not of the contract.
    other_values
        ``column -> {value: count}`` of values outside a listed set, loaded as `other`.
    warnings
        Sentences for the user (a header without rows, a column that is empty).
    """

    table: str
    file: str
    file_hash: str
    rows: pa.Table
    present: frozenset[str]
    read: int
    merged: int = 0
    rejects: tuple[Reject, ...] = ()
    rejected_rows: Mapping[int, str] = field(default_factory=dict)
    withheld: int = 0
    header: str = ""
    unknown_columns: tuple[str, ...] = ()
    other_values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def rejected(self) -> int:
        """Rows (not reasons) that were refused."""
        return len(self.rejected_rows) + self.withheld


@dataclass(frozen=True)
class Portfolio:
    """The current facts of every table that was handed over, as known and as of two dates.

    Parameters
    ----------
    tables
        Facts by table name, one row for each key, in no order that may matter; tables that were
        never handed over are absent.
    present
        For each table the columns that at least one file had.
    as_of
        Events after this local time are not in the tables (the latest event where none was given).
    known_at
        Batches loaded after this time are not in the tables; None for all.
    ordered
        Whether the requests stand in canonical order.
    """

    tables: Mapping[str, pa.Table]
    present: Mapping[str, frozenset[str]]
    as_of: datetime | None = None
    known_at: datetime | None = None
    ordered: bool = False

    def table(self, name: str) -> pa.Table:
        """Facts of table `name`; an empty table of the right schema where it was not handed over."""
        found = self.tables.get(name)
        return fact_schema(TABLES[name]).empty_table() if found is None else found

    def has(self, table: str, column: str) -> bool:
        """Whether `column` of `table` was handed over by any file."""
        return column in self.present.get(table, frozenset())
