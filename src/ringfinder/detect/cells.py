"""Every cell with a value that belongs to some requests, usable or not, with the row in which it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ringfinder.graph.arrays import IntArray
from ringfinder.graph.incidence import AROUND, OWN, Source
from ringfinder.graph.network import LINKING_KINDS, Network
from ringfinder.records.kinds import Remark
from ringfinder.records.portfolio import FILE, LINE, normal_form, remarks
from ringfinder.records.rings import RowRef
from ringfinder.records.tables import TABLES

# An ID of a request is that of its delegate.
_OWN = tuple(("delegate" if kind == "id_no" else kind, column, source) for kind, column, source in OWN)


@dataclass(frozen=True)
class Cell:
    """A cell: the request that it belongs to, kind and role, raw text, normal form ("" if unusable), and its row."""

    request: int
    kind: str
    source: Source
    column: str
    raw: str
    form: str
    remark: Remark
    row: RowRef


def cells_of(network: Network, requests: IntArray) -> Iterator[Cell]:
    """Cells of some requests: their own columns, then what stands around them."""
    for kind, column, source in _OWN:
        yield from _cells(network, "surrender_requests", column, zip(requests, requests, strict=True), kind, source)
    for kind, table, column, source in AROUND:
        rows, owners = getattr(network.joins, table)
        yield from _cells(network, table, column, _mine(rows, owners, requests), kind, source)
    policy = network.joins.policy[requests]
    paid = [(int(row), int(request)) for row, request in zip(policy, requests, strict=True) if row >= 0]
    yield from _cells(network, "policies", "premium_payer_account", paid, "bank_account", Source.PREMIUM)
    changes = network.portfolio.table("contact_changes")
    for row, request in _mine(*network.joins.changes, requests):
        kind = changes["field"][row].as_py()
        if kind in LINKING_KINDS:
            yield from _cells(network, "contact_changes", "new_value", [(row, request)], kind, Source.CHANGE)


def raw_uses(network: Network, kind: str, text: str) -> IntArray:
    """Requests with a cell of their own of the kind that was written exactly so."""
    found = [np.empty(0, np.int64)]
    for of_kind, column, _ in _OWN:
        if kind in (of_kind, "delegate" if column == "delegate_phone" else of_kind):
            written = pa.compute.fill_null(pa.compute.equal(network.requests[column], text), False)  # noqa: FBT003
            found.append(np.flatnonzero(written.to_numpy()))
    return np.unique(np.concatenate(found))


def row_of(table: pa.Table, name: str, row: int) -> RowRef:
    """Where one row stands in what was handed over."""
    key = " ".join(str(table[column][row].as_py()) for column in TABLES[name].key)
    return RowRef(name, key, str(table[FILE][row].as_py()), int(table[LINE][row].as_py()))


def _mine(rows: IntArray, owners: IntArray, requests: IntArray) -> list[tuple[int, int]]:
    """Pairs (row, request) of the asked requests."""
    mine = np.isin(owners, requests)
    return list(zip(rows[mine].tolist(), owners[mine].tolist(), strict=True))


def _cells(
    network: Network, name: str, column: str, pairs: Iterable[tuple[int, int]], kind: str, source: Source
) -> Iterator[Cell]:
    """Cells of one column that are not empty."""
    table = network.requests if name == "surrender_requests" else network.portfolio.table(name)
    for row, request in pairs:
        raw = table[column][int(row)].as_py()
        if raw is None:
            continue
        form = table[normal_form(column)][int(row)].as_py() or ""
        mask = Remark(int(table[remarks(column)][int(row)].as_py() or 0))
        yield Cell(int(request), kind, source, column, str(raw), form, mask, row_of(table, name, int(row)))
