"""Numbers for everybody and everything that some table names, also where its own table lacks the row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph.arrays import IntArray
from ringfinder.graph.columns import lookup, whole
from ringfinder.graph.network import Network
from ringfinder.records.portfolio import FILE, LINE, Portfolio


@dataclass(frozen=True)
class Roll:
    """Ids in order, and the row of each in its own table (-1: none)."""

    ids: pa.Array
    row: IntArray

    def __len__(self) -> int:
        return len(self.ids)

    def find(self, column: pa.ChunkedArray | pa.Array) -> IntArray:
        """Number of each id, -1 where missing."""
        return lookup(column, self.ids)

    def taken(self, table: pa.Table, column: str) -> pa.Array:
        """Cells of a column of the own table, null where there is no row."""
        at = pa.array(np.where(self.row >= 0, self.row, 0), mask=self.row < 0)
        return whole(table[column]).take(at)


def roll(own: pa.ChunkedArray, *named: pa.ChunkedArray) -> Roll:
    """Everybody that a key column or any other column names."""
    found = pc.unique(pa.chunked_array([whole(one).cast(pa.string()) for one in (own, *named)], pa.string()))
    ids = found.filter(pc.is_valid(found)).sort()
    return Roll(ids, lookup(ids, own))


@dataclass(frozen=True)
class Rolls:
    """Rolls of a portfolio."""

    network: Network

    @property
    def _portfolio(self) -> Portfolio:
        return self.network.portfolio

    @cached_property
    def policies(self) -> Roll:
        """Policies, also those that only a request names."""
        return roll(self._portfolio.table("policies")["policy_no"], self.network.requests["policy_no"])

    @cached_property
    def agents(self) -> Roll:
        """Agents, also those that only a policy or another agent names."""
        agents = self._portfolio.table("agents")
        return roll(agents["agent_no"], self._portfolio.table("policies")["agent_no"], agents["manager_no"])

    @cached_property
    def branches(self) -> pa.Array:
        """Codes of branches; no table lists them."""
        tables = ("policies", "agents", "visits")
        named = [self._portfolio.table(table)["branch_code"] for table in tables]
        return roll(self.network.requests["branch_code"], *named).ids

    @cached_property
    def policy_of_request(self) -> IntArray:
        """Policy of each request."""
        return self.policies.find(self.network.requests["policy_no"])

    @cached_property
    def first_customer(self) -> pa.Array:
        """The smallest customer number of each person."""
        people = self.network.people
        order = np.asarray(pc.sort_indices(people.ids)).astype(np.int64)
        persons, first = np.unique(people.person[order], return_index=True)
        at = np.zeros(people.count, np.int64)
        at[persons] = order[first]
        return people.ids.take(pa.array(at))

    @cached_property
    def persons_of_policy(self) -> tuple[IntArray, IntArray]:
        """Pairs (person, policy): who took out which."""
        rows = np.flatnonzero(self.policies.row >= 0)
        person = self.network.people.of_table(self._portfolio, "policies", "applicant_id")
        return person[self.policies.row[rows]], rows


def places(table: pa.Table) -> pa.Array:
    """Where each row was handed over, as `file:line`."""
    file, line = (whole(table[name].cast(pa.string())) for name in (FILE, LINE))
    return pc.binary_join_element_wise(file, line, ":")
