"""Rows as they are typed and exported by people: some wrong at first and typed again, some sent twice."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from ringfinder.simulate.world import Ints

TYPED_WRONG: Mapping[str, tuple[tuple[str, str], ...]] = {
    "surrender_requests": (("applied_at", "2999-12-31"), ("requested_amount", "-{cell}"), ("policy_no", "")),
    "complaints": (("received_at", "2025-13-05"),),
    "policies": (("premium_paid", "-{cell}"), ("issued_on", "2999-01-01")),
}
"""By table: the column of a wrong cell and what was typed; the right row stands beside it."""

SENT_TWICE: Mapping[str, int] = {"surrender_requests": 5, "persons": 12}
"""Rows that an export holds twice."""


def with_slips(tables: Mapping[str, pa.Table], chance: np.random.Generator) -> dict[str, pa.Table]:
    """The same tables with a few rows more, in places where they fall."""
    return {name: _mixed(rows, name, chance) for name, rows in tables.items()}


def _mixed(rows: pa.Table, name: str, chance: np.random.Generator) -> pa.Table:
    wrong, twice = TYPED_WRONG.get(name, ()), min(SENT_TWICE.get(name, 0), rows.num_rows)
    wrong = wrong if rows.num_rows else ()
    if not wrong and not twice:
        return rows
    typed = [_typed(rows.slice(int(chance.integers(0, rows.num_rows)), 1), *slip) for slip in wrong]
    again = rows.take(pa.array(chance.choice(rows.num_rows, twice, replace=False)))
    whole = pa.concat_tables([rows, *typed, again])
    return whole.take(pa.array(_places(chance, rows.num_rows, whole.num_rows)))


def _typed(row: pa.Table, column: str, cell: str) -> pa.Table:
    wrong = cell.format(cell=row[column][0].as_py() or "1000.00")
    return row.set_column(row.column_names.index(column), column, pa.array([wrong], pa.string()))


def _places(chance: np.random.Generator, rows: int, all_rows: int) -> Ints:
    """An order in which the rows stay as they stand and those that were added fall between them."""
    at = np.concatenate([np.arange(rows, dtype=np.float64), chance.uniform(0, rows, all_rows - rows)])
    return np.argsort(at, kind="stable")
