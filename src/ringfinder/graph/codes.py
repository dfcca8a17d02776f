"""One dictionary for each kind of value over all columns of all tables."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph.arrays import IntArray
from ringfinder.graph.columns import encode, whole
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.portfolio import Portfolio, normal_form
from ringfinder.records.tables import TABLES

CODED_KINDS: tuple[str, ...] = ("phone", "address", "email", "bank_account", "id_no", "device", "ip", "waybill")
"""Kinds in the order in which values are numbered."""


@dataclass(frozen=True)
class Codes:
    """Values of one kind: code arrays by (table, column), and the text of each code."""

    kind: str
    columns: dict[tuple[str, str], IntArray]
    values: pa.Array

    def of(self, table: str, column: str) -> IntArray:
        """Codes of one column, -1 where missing."""
        return self.columns[table, column]


def code_values(portfolio: Portfolio, requests: pa.Table) -> dict[str, Codes]:
    """Code every column that holds a value of a kind; `requests` in canonical order.

    Arrow lets go of the interpreter while it codes, so that kinds go side by side.
    """
    with ThreadPoolExecutor(max_workers=2) as pool:
        found = pool.map(lambda kind: _code_kind(portfolio, requests, kind), CODED_KINDS)
        return dict(zip(CODED_KINDS, found, strict=True))


def _code_kind(portfolio: Portfolio, requests: pa.Table, kind: str) -> Codes:
    names, arrays = [], []
    for table, column, array in _columns_of(portfolio, requests, kind):
        names.append((table, column))
        arrays.append(array)
    codes, values = encode(*arrays)
    return Codes(kind, dict(zip(names, codes, strict=True)), values)


def _columns_of(
    portfolio: Portfolio, requests: pa.Table, kind: str
) -> Iterator[tuple[str, str, pa.ChunkedArray | pa.Array]]:
    for table in TABLES.values():
        rows = requests if table.name == "surrender_requests" else portfolio.table(table.name)
        for column in table.columns:
            if column.kind == kind:
                yield table.name, column.name, rows[normal_form(column.name)]
            elif column.kind is ColumnKind.VARIANT:
                of_kind = pc.equal(whole(rows[column.variant_of]), kind)
                form = whole(rows[normal_form(column.name)])
                yield table.name, column.name, pc.if_else(of_kind, form, pa.scalar(None, pa.string()))
