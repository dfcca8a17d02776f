"""What of the facts goes into the graph: the rings and what they touch, all that is linked, or everything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ringfinder.graph.arrays import BoolArray, IntArray, pairs
from ringfinder.neo4j.projection.rolls import Rolls
from ringfinder.neo4j.projection.source import KindUses, Source

_SHARED = 2
_PAPERS = (
    ("phone", "complaints", "phone"),
    ("phone", "complaints", "sender_phone"),
    ("address", "complaints", "sender_address"),
    ("phone", "visits", "spokesperson_phone"),
)
"""Kind, table and column of the values that complaints and visits are tied to."""

_LEVELS = 3
"""Managers of managers that come along."""


class Scope(StrEnum):
    """How much is loaded; each holds the one before."""

    FLAGGED = "flagged"
    LINKED = "linked"
    ALL = "all"

    @property
    def width(self) -> int:
        """Place in the order of widths."""
        return list(Scope).index(self)


@dataclass(frozen=True)
class Selection:
    """Which requests, persons, policies, complaints, visits and values are taken, by their numbers."""

    scope: Scope
    requests: BoolArray
    persons: BoolArray
    policies: BoolArray
    complaints: BoolArray
    visits: BoolArray
    values: Mapping[str, BoolArray]


def select(source: Source, rolls: Rolls, scope: Scope) -> Selection:
    """Choose by scope.

    flagged
        Member requests of rings, their households, and the values that at least two requests, complaints or visits
        use.
    linked
        Also every request that shares a value which counts, or a letter with somebody else's.
    all
        Everything.
    """
    network = source.network
    requests = _requests(source, scope)
    everything = scope is Scope.ALL
    homes = np.zeros(int(network.household.max(initial=-1)) + 1, np.bool_)
    homes[network.household[network.people.of_request[requests]]] = True
    persons = np.ones(network.people.count, np.bool_) if everything else homes[network.household]
    policies = np.full(len(rolls.policies), everything)
    policies[rolls.policy_of_request[requests]] = True
    owner, owned = rolls.persons_of_policy
    known = owner >= 0
    policies[owned[known][persons[owner[known]]]] = True
    complaints = _of_persons(source, "complaints", "applicant_id", persons, everything=everything)
    rows, owners = network.joins.complaints
    complaints[rows[requests[owners]]] = True
    visits = _of_persons(source, "visits", "person_id", persons, everything=everything)
    rows, owners = network.joins.visits
    visits[rows[requests[owners]]] = True
    papers = {"complaints": complaints, "visits": visits}
    values = {
        kind: _values(source, uses, requests, scope) | _of_papers(source, kind, papers, scope)
        for kind, uses in source.uses.items()
    }
    return Selection(scope, requests, persons, policies, complaints, visits, values)


def _requests(source: Source, scope: Scope) -> BoolArray:
    network = source.network
    found = np.full(network.count, scope is Scope.ALL)
    for rows in source.ring_rows:
        found[rows[rows >= 0]] = True
    if scope is Scope.LINKED:
        for uses in source.uses.values():
            found[uses.request[uses.counts]] = True
        found[_letter_sharers(source)] = True
    return found


def _letter_sharers(source: Source) -> IntArray:
    """Requests whose letter somebody else sent too."""
    rows, owners = source.network.joins.complaints
    cluster = source.letter[rows]
    unit = source.network.unit[owners]
    shared = pairs(cluster, unit, (int(cluster.max(initial=-1)) + 1, source.network.units)).row_sizes
    known = cluster >= 0
    return owners[known][shared[cluster[known]] >= _SHARED]


def _of_persons(source: Source, table: str, column: str, persons: BoolArray, *, everything: bool) -> BoolArray:
    person = source.network.people.of_table(source.portfolio, table, column)
    found: BoolArray = np.full(len(person), everything)
    known = person >= 0
    found[known] |= persons[person[known]]
    return found


def _values(source: Source, uses: KindUses, requests: BoolArray, scope: Scope) -> BoolArray:
    """Values that selected requests use; in the narrower scopes those that at least two requests use."""
    found = np.zeros(len(uses.texts), np.bool_)
    found[uses.code[requests[uses.request]]] = True
    if scope is not Scope.ALL:
        held = pairs(uses.code, uses.request, (len(uses.texts), source.network.count))
        return found & (held.row_sizes >= _SHARED)
    return found


def _of_papers(source: Source, kind: str, papers: Mapping[str, BoolArray], scope: Scope) -> BoolArray:
    """Values of selected complaints and visits, which no request need use: a sender's, a spokesperson's."""
    found = np.zeros(len(source.uses[kind].texts), np.bool_)
    for table, chosen in papers.items():
        columns = [column for of_kind, of_table, column in _PAPERS if (of_kind, of_table) == (kind, table)]
        if columns:
            rows = np.tile(np.arange(len(chosen)), len(columns))
            code = np.concatenate([source.network.codes[kind].of(table, column) for column in columns])
            held = pairs(code, rows, (len(found), len(chosen)))
            least = 1 if scope is Scope.ALL else _SHARED
            found[held.rows[chosen[held.columns] & (held.row_sizes[held.rows] >= least)]] = True
    return found


def with_managers(rolls: Rolls, manager: IntArray, policies: BoolArray, scope: Scope) -> BoolArray:
    """Agents who sold a selected policy, and their managers.

    Parameters
    ----------
    manager
        Manager of each agent, -1 for none.
    """
    if scope is Scope.ALL:
        return np.ones(len(rolls.agents), np.bool_)
    sold = rolls.agents.find(rolls.policies.taken(rolls.network.portfolio.table("policies"), "agent_no"))
    found = np.zeros(len(rolls.agents), np.bool_)
    chosen = sold[policies]
    found[chosen[chosen >= 0]] = True
    for _ in range(_LEVELS):
        above = manager[found]
        found[above[above >= 0]] = True
    return found
