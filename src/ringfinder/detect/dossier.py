"""One candidate group at hand: its requests, episodes and values, and the rows behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import cast

import numpy as np
import pyarrow as pa

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.holdings import FLOW, KINDS
from ringfinder.detect.score import members_by_group
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, distinct, pick
from ringfinder.graph.columns import days, lookup
from ringfinder.records.portfolio import FILE, LINE
from ringfinder.records.rings import AttributeKey, RowRef


@dataclass(frozen=True)
class Dossier:
    """One group as row numbers and codes.

    Parameters
    ----------
    group
        Number of the group.
    requests
        Rows of its requests in canonical order.
    episodes
        Its episodes.
    values, users
        Founding values (not flows) that at least two of its households hold, the most used first, and
        how many of its households do.
    flows
        Flows that run through it.
    """

    group: int
    requests: IntArray
    episodes: IntArray
    values: IntArray
    users: IntArray
    flows: IntArray
    units: int


class Archive:
    """Reads each column once and opens the dossier of any group."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        network, groups = analysis.network, analysis.groups
        self._members, self._starts = members_by_group(groups, analysis.episodes)
        order = np.argsort(groups.of_episode, kind="stable")
        self._episodes = order
        self._episode_starts = np.searchsorted(groups.of_episode[order], np.arange(groups.count + 1))
        by_value = np.argsort(network.uses.code, kind="stable")
        self._uses = by_value
        self._use_starts = np.searchsorted(network.uses.code[by_value], np.arange(len(network.values) + 1))
        self.day = days(network.requests["applied_at"])
        self._cells = {
            name: network.requests[name].combine_chunks()
            for name in ("request_id", "applicant_id", "applied_at", "branch_code", LINE)
        }
        self._cells[FILE] = network.requests[FILE].cast(pa.string()).combine_chunks()
        self.person = network.people.of_request
        self._columns: dict[tuple[str, str], pa.Array] = {}
        self._told: dict[str, dict[int, str]] = {}
        self._of_policy: dict[str, dict[int, str | None]] = {}

    def open(self, group: int) -> Dossier:
        """The dossier of one group."""
        groups, kind = self.analysis.groups, self.analysis.holdings.kind
        inside = slice(*groups.inside.starts[group : group + 2])
        what, users = groups.inside.columns[inside], groups.users[inside]
        is_flow = kind[what] == FLOW
        values, used = what[~is_flow], users[~is_flow]
        order = np.lexsort((values, -used))
        return Dossier(
            group,
            self._members[self._starts[group] : self._starts[group + 1]],
            self._episodes[self._episode_starts[group] : self._episode_starts[group + 1]],
            values[order],
            used[order],
            what[is_flow],
            int(groups.units[group]),
        )

    def uses(self, value: int) -> IntArray:
        """Places in `network.uses` of one value."""
        return self._uses[self._use_starts[value] : self._use_starts[value + 1]]

    def uses_inside(self, value: int, requests: IntArray) -> tuple[IntArray, FloatArray]:
        """Distinct requests of `requests` (sorted) that use a value, and the days of all their uses."""
        at = self.uses(value)
        used = self.analysis.network.uses.request[at]
        place = np.minimum(np.searchsorted(requests, used), max(len(requests) - 1, 0))
        mine: BoolArray = requests[place] == used
        return distinct(used[mine]), self.analysis.network.uses.day[at[mine]]

    def text(self, column: str, rows: IntArray) -> list[str]:
        """Cells of a column of the requests as text; those of requests in groups were read at once."""
        if column not in self._told:
            cells = self._cells[column].take(pa.array(self._members)).to_pylist()
            self._told[column] = dict(zip(self._members.tolist(), cells, strict=True))
        told = self._told[column]
        if any(row not in told for row in rows.tolist()):
            others: list[str] = self._cells[column].take(pa.array(rows)).to_pylist()
            return others
        return [told[row] for row in rows.tolist()]

    def moments(self, rows: IntArray) -> list[datetime]:
        """When the requests were made."""
        return cast("list[datetime]", self.text("applied_at", rows))

    def rows(self, requests: IntArray) -> tuple[RowRef, ...]:
        """Where requests stand in what was handed over; those in groups were read at once."""
        refs = self._refs
        if any(row not in refs for row in requests.tolist()):
            refs = self._read_refs(requests)
        return tuple(refs[row] for row in requests.tolist())

    @cached_property
    def _refs(self) -> dict[int, RowRef]:
        return self._read_refs(self._members)

    def _read_refs(self, requests: IntArray) -> dict[int, RowRef]:
        columns = (self._cells[name].take(pa.array(requests)).to_pylist() for name in ("request_id", FILE, LINE))
        return {
            row: RowRef("surrender_requests", key, file, int(line))
            for row, key, file, line in zip(requests.tolist(), *columns, strict=True)
        }

    def table_rows(self, table: str, key: str, rows: IntArray) -> tuple[RowRef, ...]:
        """Where rows of another table stand."""
        names, files, lines = (self.cells(table, name).take(pa.array(rows)).to_pylist() for name in (key, FILE, LINE))
        refs = (RowRef(table, name, file, line) for name, file, line in zip(names, files, lines, strict=True))
        return tuple(sorted(refs, key=lambda ref: (ref.key, ref.file, ref.line)))

    def key(self, value: int) -> AttributeKey:
        """A value as kind and normal form."""
        values = self.analysis.network.values
        return AttributeKey(KINDS[values.kind[value]], values.text[value].as_py())

    def keys(self, values: Sequence[int] | IntArray) -> tuple[AttributeKey, ...]:
        """Several values."""
        return tuple(self.key(int(value)) for value in values)

    @cached_property
    def policy(self) -> IntArray:
        """Row of `policies` of each request, -1 where unknown."""
        return self.analysis.network.joins.policy

    @cached_property
    def person_row(self) -> IntArray:
        """Row of `persons` of each request's applicant, -1 where unknown."""
        return self.analysis.network.people.row[self.analysis.network.people.applicant]

    def cells(self, table: str, column: str) -> pa.Array:
        """A whole column, put together once."""
        if (table, column) not in self._columns:
            rows = self.analysis.network.requests if table == "surrender_requests" else None
            found = (self.analysis.network.portfolio.table(table) if rows is None else rows)[column]
            self._columns[table, column] = found.combine_chunks()
        return self._columns[table, column]

    def policy_cells(self, column: str, requests: IntArray) -> list[str | None]:
        """Cells of the requests' policies; those of requests in groups were read at once."""
        if column not in self._of_policy:
            cells = self._policy_cells(column, self._members)
            self._of_policy[column] = dict(zip(self._members.tolist(), cells, strict=True))
        told = self._of_policy[column]
        if any(row not in told for row in requests.tolist()):
            return self._policy_cells(column, requests)
        return [told[row] for row in requests.tolist()]

    def _policy_cells(self, column: str, requests: IntArray) -> list[str | None]:
        at = self.policy[requests]
        cells = self.cells("policies", column)
        if not len(cells):
            return [None] * len(at)
        found: list[str | None] = cells.take(pa.array(np.maximum(at, 0), mask=at < 0)).to_pylist()
        return found

    @cached_property
    def names(self) -> dict[int, str | None]:
        """Names by row of `persons`, of all applicants in groups."""
        rows = distinct(self.person_row[self._members])
        rows = rows[rows >= 0]
        return dict(zip(rows.tolist(), self.cells("persons", "name").take(pa.array(rows)).to_pylist(), strict=True))

    @cached_property
    def agent_left(self) -> FloatArray:
        """Day on which the agent of each request's policy left, NaN while in post or unknown."""
        portfolio = self.analysis.network.portfolio
        agents = portfolio.table("agents")
        row = lookup(portfolio.table("policies")["agent_no"], agents["agent_no"])
        return pick(days(agents["left_on"]), pick(row, self.policy, -1), np.nan)
