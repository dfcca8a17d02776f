"""Requests are numbered by what they say, so that neither row order nor ids can move a ring."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph.arrays import IntArray
from ringfinder.graph.columns import whole
from ringfinder.records.portfolio import Portfolio, normal_form

_THREADS = 2
_NUMBERS = ("applied_at", "cash_value", "requested_amount")
_TEXTS = (
    *(normal_form(name) for name in ("phone", "payout_account", "address", "email", "device_id", "ip")),
    "payout_name",
    "delegate_name",
    "channel",
    "kind",
    "request_id",
)


def in_order(portfolio: Portfolio) -> Portfolio:
    """The portfolio with its requests in canonical order; as it is where they already are.

    Who lets go of the portfolio before it saves the memory of one table of requests.
    """
    if portfolio.ordered:
        return portfolio
    requests = portfolio.table("surrender_requests")
    order = pa.array(canonical_order(requests))
    with ThreadPoolExecutor(_THREADS) as pool:
        columns = list(pool.map(lambda column: column.take(order), requests.columns))
    ordered = pa.table(columns, schema=requests.schema)
    return replace(portfolio, tables={**portfolio.tables, "surrender_requests": ordered}, ordered=True)


def canonical_order(requests: pa.Table) -> IntArray:
    """Rows of `surrender_requests` in the order of their content.

    Time and amounts decide; where they tie, the normal forms of the contacts; the id comes last, so
    that only requests which say exactly the same depend on it. Cells that are written later
    (payment, outcome) take no part: they may not move a ring.
    """
    keys = [whole(requests[name].cast(pa.int64())).fill_null(-1).to_numpy() for name in _NUMBERS]
    order: IntArray = np.lexsort(tuple(reversed(keys)))
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for key in keys:
        placed = key[order]
        same &= placed[1:] == placed[:-1]
    if not same.any():
        return order
    starts = np.flatnonzero(np.concatenate(([True], ~same)))
    sizes = np.diff(np.append(starts, len(order)))
    tied = np.repeat(sizes > 1, sizes)
    run = np.repeat(np.arange(len(starts)), sizes)[tied]
    rows = pa.table({"run": run, **{name: requests[name].take(pa.array(order[tied])) for name in _TEXTS}})
    by_text = np.asarray(
        pc.sort_indices(rows, sort_keys=[("run", "ascending"), *((name, "ascending") for name in _TEXTS)])
    ).astype(np.int64)
    result = order.copy()
    result[tied] = order[tied][by_text]
    return result
