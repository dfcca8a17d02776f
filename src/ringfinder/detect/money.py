"""Exposure of a ring in fen."""

from __future__ import annotations

import numpy as np

from ringfinder.graph.arrays import FloatArray, IntArray
from ringfinder.graph.columns import numbers
from ringfinder.graph.network import Network
from ringfinder.records.rings import Money


class Purse:
    """Amounts of all requests, read once; then one `Money` for each ring."""

    def __init__(self, network: Network) -> None:
        requests, policies = network.requests, network.portfolio.table("policies")
        self._policy = network.joins.policy
        self._cash = numbers(requests["cash_value"])
        self._columns = {name: numbers(requests[f"{name}_amount"]) for name in ("requested", "agreed", "paid")}
        known = self._policy >= 0
        self._risk = np.zeros(network.count)
        if len(policies):
            premium, value = numbers(policies["premium_paid"]), numbers(policies["cash_value"])
            own = np.where(np.isnan(self._cash), value[self._policy], self._cash)
            self._risk = np.where(known, _excess(premium[self._policy], own), 0.0)
        self._unpaid = np.isnan(self._columns["paid"])

    def of(self, members: IntArray) -> Money:
        """Money of the members' requests; each policy counts once for the risk."""
        open_rows = members[self._unpaid[members] & (self._policy[members] >= 0)]
        _, first = np.unique(self._policy[open_rows], return_index=True)
        gained = {
            name: int(_excess(amount[members], self._cash[members]).sum()) for name, amount in self._columns.items()
        }
        return Money(at_risk=int(self._risk[open_rows[first]].sum()), **gained)


def _excess(amount: FloatArray, cash: FloatArray) -> FloatArray:
    """``max(amount - cash, 0)``, zero where either is missing."""
    return np.nan_to_num(np.maximum(amount - cash, 0.0))
