"""Customer numbers become persons, persons become households.

Several customer numbers with one valid ID are one person; the same name, birth date and filed phone
are merged softly (told apart in `People.soft`). A household is what long-standing filed contacts and
recorded relations tie together, never what only a request states: that is what a ring writes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from ringfinder.graph.arrays import NONE, BoolArray, IntArray, Pairs, pick
from ringfinder.graph.columns import encode, integers, lookup, whole
from ringfinder.records.portfolio import Portfolio, normal_form


@dataclass(frozen=True)
class People:
    """Customer numbers and the persons behind them.

    Parameters
    ----------
    ids
        Every customer number in the portfolio.
    person
        Person of each customer number.
    row
        Row of `persons` of each customer number, -1 where there is none.
    applicant
        Customer number (index into `ids`) of each request.
    soft
        Customer numbers that were merged without an ID.
    found
        Persons of the rows of tables that were looked up before.
    """

    ids: pa.Array
    person: IntArray
    count: int
    row: IntArray
    applicant: IntArray
    soft: BoolArray
    found: dict[tuple[str, str], IntArray] = field(default_factory=dict)

    @property
    def of_request(self) -> IntArray:
        """Person of each request."""
        return self.person[self.applicant]

    def find(self, ids: pa.ChunkedArray | pa.Array) -> IntArray:
        """Person of each given customer number, -1 where unknown."""
        return pick(self.person, lookup(ids, self.ids), NONE)

    def of_table(self, portfolio: Portfolio, table: str, column: str = "person_id") -> IntArray:
        """Person of each row of a table, looked up once; -1 where unknown."""
        if (table, column) not in self.found:
            self.found[table, column] = self.find(portfolio.table(table)[column])
        return self.found[table, column]


_CUSTOMERS = (("persons", "person_id"), ("relations", "person_id"), ("relations", "related_person_id"))
_NAMED = (
    ("contacts", "person_id"),
    ("contact_changes", "person_id"),
    ("policies", "applicant_id"),
    ("complaints", "applicant_id"),
    ("visits", "person_id"),
)
"""Columns that name customers: of tables that make somebody one, and of those that do not."""


def find_people(portfolio: Portfolio, requests: pa.Table, id_no: IntArray) -> People:
    """Number the customers and merge those who are one person; `id_no` are the codes of the IDs of `persons`."""
    persons = portfolio.table("persons")
    coded, ids = encode(
        requests["applicant_id"], *(portfolio.table(table)[column] for table, column in _CUSTOMERS + _NAMED)
    )
    # Values are numbered as they come: what only a later column names is nobody's number.
    count = 1 + max(int(code.max(initial=NONE)) for code in coded[: 1 + len(_CUSTOMERS)])
    ids = ids.slice(0, count)
    row = np.full(count, NONE, np.int64)
    row[coded[1]] = np.arange(len(coded[1]))
    hard = _together(coded[1], id_no)
    loose = _together(coded[1], _same_name_birth_phone(persons))
    _, by_id = components(count, *hard)
    persons_count, person = components(count, *(np.concatenate(side) for side in zip(hard, loose, strict=True)))
    soft = np.bincount(person, minlength=persons_count)[person] > np.bincount(by_id)[by_id]
    found = {
        name: pick(person, np.where(code < count, code, NONE), NONE)
        for name, code in zip(_CUSTOMERS + _NAMED, coded[1:], strict=True)
    }
    return People(ids, person, persons_count, row, coded[0], soft, found)


def _same_name_birth_phone(persons: pa.Table) -> IntArray:
    """One code for each name, birth date and filed phone; -1 where one of them is missing."""
    columns = [persons["name"], persons["birth_date"].cast(pa.string()), persons[normal_form("phone")]]
    joined = pc.binary_join_element_wise(*(whole(column) for column in columns), "\x1f")
    return integers(joined.dictionary_encode().indices)


def _together(nodes: IntArray, codes: IntArray) -> tuple[IntArray, IntArray]:
    """Edges from the first node with a code to every other one with it."""
    known = codes >= 0
    nodes, codes = nodes[known], codes[known]
    order = np.argsort(codes, kind="stable")
    nodes, codes = nodes[order], codes[order]
    repeated = np.flatnonzero(codes[1:] == codes[:-1]) + 1 if len(codes) else np.empty(0, np.int64)
    return nodes[repeated - 1], nodes[repeated]


def components(count: int, left: IntArray, right: IntArray) -> tuple[int, IntArray]:
    """Number of connected components of `count` nodes and the component of each node."""
    graph = coo_array((np.ones(len(left), np.int8), (left, right)), shape=(count, count))
    found, labels = connected_components(graph, directed=False)
    return int(found), labels.astype(np.int64)


def find_households(
    people: People, filed: list[Pairs], related: tuple[IntArray, IntArray], smallest: int, largest: int
) -> IntArray:
    """Household of each person.

    Parameters
    ----------
    filed
        For each kind the pairs (person, value) that were filed for long.
    related
        Pairs of persons whose kinship is recorded.
    smallest, largest
        Holders between which a filed value makes a household.
    """
    left, right = [related[0]], [related[1]]
    for pairs in filed:
        kept = (pairs.column_sizes >= smallest) & (pairs.column_sizes <= largest)
        tied = _together(pairs.rows[kept[pairs.columns]], pairs.columns[kept[pairs.columns]])
        left.append(tied[0])
        right.append(tied[1])
    return components(people.count, np.concatenate(left), np.concatenate(right))[1]


def recorded_kin(portfolio: Portfolio, people: People, most: int) -> tuple[IntArray, IntArray]:
    """Pairs of persons with a recorded relation other than work.

    Somebody with more than `most` relations ties nobody: a person related to everybody says nothing.
    """
    table = portfolio.table("relations")
    left, right = (people.of_table(portfolio, "relations", name) for name in ("person_id", "related_person_id"))
    kin = ~pc.fill_null(pc.equal(whole(table["relation"]), "employer"), False).to_numpy(zero_copy_only=False)  # noqa: FBT003
    keep = kin & (left >= 0) & (right >= 0) & (left != right)
    left, right = left[keep], right[keep]
    degree = np.bincount(left, minlength=people.count) + np.bincount(right, minlength=people.count)
    few = (degree[left] <= most) & (degree[right] <= most)
    return left[few], right[few]
