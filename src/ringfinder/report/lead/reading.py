"""What the facts of a run tell about one ring: its requests, people, policies, and the rows around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from ringfinder.graph.arrays import IntArray
from ringfinder.graph.columns import lookup
from ringfinder.graph.letters import letter_clusters
from ringfinder.graph.network import Network
from ringfinder.records.kinds import SHARED_KINDS, ColumnKind
from ringfinder.records.portfolio import normal_form
from ringfinder.records.rings import AttributeKey, Ring, RowRef
from ringfinder.records.tables import TABLES
from ringfinder.report.lead.names import Cells
from ringfinder.report.lead.rows import reference

WHEN: Mapping[str, str] = {
    "complaints": "received_at",
    "contact_changes": "changed_at",
    "callbacks": "called_at",
    "visits": "visited_at",
}
"""Tables whose rows belong to requests, with the column that says when."""

_JOINS = {"complaints": "complaints", "contact_changes": "changes", "callbacks": "callbacks", "visits": "visits"}
_GONE = -1


@dataclass(frozen=True)
class Joined:
    """A row of another table and the members (places in `Ring.members`) whose requests it belongs to."""

    cells: Cells
    members: tuple[int, ...]


@dataclass(frozen=True)
class Copies:
    """Complaints of the ring with near-identical texts, and how many there are in the whole portfolio."""

    complaints: tuple[Joined, ...]
    everywhere: int


class RingFacts:
    """The rows of one ring.

    A request that the facts no longer hold (its person was erased) is None wherever it is asked for.
    """

    def __init__(self, ring: Ring, network: Network) -> None:
        self.ring = ring
        self.network = network
        ids = pa.array([member.request_id for member in ring.members], pa.string())
        self._rows: IntArray = lookup(ids, network.requests["request_id"])
        self._place = {row: place for place, row in enumerate(self._rows.tolist()) if row != _GONE}

    @cached_property
    def requests(self) -> list[Cells | None]:
        """The request of each member."""
        return _taken(self.network.requests, self._rows)

    @cached_property
    def policies(self) -> list[Cells | None]:
        """The policy of each member's request."""
        policy = self.network.joins.policy
        rows = np.array([policy[row] if row != _GONE else _GONE for row in self._rows.tolist()], np.int64)
        return _taken(self.network.portfolio.table("policies"), rows)

    @cached_property
    def people(self) -> list[int]:
        """Number of the person of each member, from 1 in the order of the members."""
        persons = self.network.people.of_request
        return _numbered(
            [
                int(persons[row]) if row != _GONE else member.applicant_id
                for row, member in zip(self._rows.tolist(), self.ring.members, strict=True)
            ]
        )

    @cached_property
    def households(self) -> list[int]:
        """Number of the household of each member, from 1."""
        units = self.network.unit
        return _numbered(
            [
                int(units[row]) if row != _GONE else f"person {person}"
                for row, person in zip(self._rows.tolist(), self.people, strict=True)
            ]
        )

    @cached_property
    def persons(self) -> list[Cells | None]:
        """The row of ``persons`` of each member's applicant."""
        ids = pa.array([member.applicant_id for member in self.ring.members], pa.string())
        table = self.network.portfolio.table("persons")
        return _taken(table, lookup(ids, table["person_id"]))

    @cached_property
    def around(self) -> Mapping[str, tuple[Joined, ...]]:
        """Rows that belong to the members' requests by table, the earliest first."""
        return {table: tuple(self._joined(table)) for table in WHEN}

    def _joined(self, table: str) -> list[Joined]:
        rows, owners = getattr(self.network.joins, _JOINS[table])
        members: dict[int, set[int]] = {}
        for row, owner in zip(rows.tolist(), owners.tolist(), strict=True):
            if owner in self._place:
                members.setdefault(row, set()).add(self._place[owner])
        order = list(members)
        cells: list[Cells] = self.network.portfolio.table(table).take(pa.array(order, pa.int64())).to_pylist()
        found = [Joined(one, tuple(sorted(members[row]))) for row, one in zip(order, cells, strict=True)]
        return sorted(found, key=lambda one: (one.cells[WHEN[table]], reference(table, one.cells).key))

    @cached_property
    def agents(self) -> Mapping[str, Cells]:
        """Rows of the agents of the members' policies by their number."""
        numbers = sorted({policy["agent_no"] for policy in self.policies if policy and policy["agent_no"]})
        table = self.network.portfolio.table("agents")
        found = _taken(table, lookup(pa.array(numbers, pa.string()), table["agent_no"]))
        return {number: cells for number, cells in zip(numbers, found, strict=True) if cells}

    @cached_property
    def letters(self) -> list[Copies]:
        """Texts of which the ring has at least two copies, the most copied first."""
        complaints = self.network.portfolio.table("complaints")
        if not self.around["complaints"]:
            return []
        cluster = letter_clusters(complaints["text"])
        number = dict(zip(complaints["complaint_id"].to_pylist(), cluster.tolist(), strict=True))
        found: dict[int, list[Joined]] = {}
        for one in self.around["complaints"]:
            mine = number[one.cells["complaint_id"]]
            if mine != _GONE:
                found.setdefault(mine, []).append(one)
        copied = [Copies(tuple(same), int((cluster == mine).sum())) for mine, same in found.items() if len(same) > 1]
        return sorted(copied, key=lambda one: (-len(one.complaints), one.complaints[0].cells["complaint_id"]))

    @cached_property
    def places(self) -> Mapping[AttributeKey, Sequence[RowRef]]:
        """The rows in which a value stands, among all that belong to the ring."""
        found: dict[AttributeKey, list[RowRef]] = {}
        rows = {"surrender_requests": self.requests, "policies": self.policies}
        rows |= {table: [one.cells for one in joined] for table, joined in self.around.items()}
        for table, told in rows.items():
            for row in filter(None, told):
                for key in _values(table, row):
                    found.setdefault(key, []).append(reference(table, row))
        return found


def _values(table: str, row: Cells) -> set[AttributeKey]:
    """The values that a row states of a request; of a contact change the new one."""
    found = set()
    for column in TABLES[table].columns:
        if column.name == "old_value" or not column.normalised:
            continue
        value = row.get(normal_form(column.name))
        kind = row.get(column.variant_of) if column.kind is ColumnKind.VARIANT else column.kind.value
        if value and kind in {*SHARED_KINDS}:
            found.add(AttributeKey(str(kind), value))
            if column.name.startswith("delegate_"):
                found.add(AttributeKey("delegate", value))
    return found


def _taken(table: pa.Table, rows: IntArray) -> list[Cells | None]:
    """Rows by their number, None for -1."""
    known = [int(row) for row in rows if row != _GONE]
    cells = iter(table.take(pa.array(known, pa.int64())).to_pylist())
    return [None if row == _GONE else next(cells) for row in rows]


def _numbered(keys: Sequence[object]) -> list[int]:
    """Numbers from 1 in the order in which keys first appear."""
    numbers: dict[object, int] = {}
    return [numbers.setdefault(key, len(numbers) + 1) for key in keys]
