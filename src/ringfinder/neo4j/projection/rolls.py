"""Numbers for everybody and everything that some table names, also where its own table lacks the row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph.arrays import NONE, FloatArray, IntArray
from ringfinder.graph.columns import encode, lookup, whole
from ringfinder.graph.network import Network
from ringfinder.records.portfolio import FILE, LINE, Portfolio, normal_form

_RUN_DIGITS = 2  # a hundred numbers: what one counter hands out in a row


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
        return cells(table[column], self.row)


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
        return people.ids.take(pa.array(first_by_id(people.ids, people.person, people.count)))

    @cached_property
    def first_of_household(self) -> pa.Array:
        """The smallest customer number of each household: what it is keyed by."""
        home = self.network.household
        first = first_by_id(self.first_customer, home, int(home.max(initial=-1)) + 1)
        return self.first_customer.take(pa.array(first))

    @cached_property
    def waybill_runs(self) -> tuple[IntArray, pa.Array]:
        """Run of waybill numbers of each complaint (-1: none), and the texts: the numbers without their last digits."""
        form = whole(self._portfolio.table("complaints")[normal_form("waybill_no")])
        long = pc.greater(pc.utf8_length(form), 2 * _RUN_DIGITS)
        begin = pc.if_else(long, pc.utf8_slice_codeunits(form, 0, -_RUN_DIGITS), pa.scalar(None, pa.string()))
        (codes,), texts = encode(begin)
        return codes, texts

    @cached_property
    def persons_of_policy(self) -> tuple[IntArray, IntArray]:
        """Pairs (person, policy): who took out which."""
        rows = np.flatnonzero(self.policies.row >= 0)
        person = self.network.people.of_table(self._portfolio, "policies", "applicant_id")
        return person[self.policies.row[rows]], rows


def cells(column: pa.ChunkedArray | pa.Array, row: IntArray) -> pa.Array:
    """Cells of the given rows; null where the row is negative."""
    return whole(column).take(pa.array(np.where(row >= 0, row, 0), mask=row < 0))


def first_by_id(ids: pa.Array, group: IntArray, count: int) -> IntArray:
    """Row with the smallest id in each group, -1 for none: so a group has the same name when rows are shuffled."""
    order = np.asarray(pc.sort_indices(ids)).astype(np.int64)
    order = order[group[order] >= 0]
    found, at = np.unique(group[order], return_index=True)
    first = np.full(count, NONE, np.int64)
    first[found] = order[at]
    return first


def span(group: IntArray, day: FloatArray, count: int) -> tuple[FloatArray, FloatArray]:
    """First and last day of each group; NaN for none."""
    first, last = np.full(count, np.inf), np.full(count, -np.inf)
    known = (group >= 0) & ~np.isnan(day)
    np.minimum.at(first, group[known], day[known])
    np.maximum.at(last, group[known], day[known])
    return np.where(np.isinf(first), np.nan, first), np.where(np.isinf(last), np.nan, last)


def places(table: pa.Table) -> pa.Array:
    """Where each row was handed over, as `file:line`."""
    file, line = (whole(table[name].cast(pa.string())) for name in (FILE, LINE))
    return pc.binary_join_element_wise(file, line, ":")
