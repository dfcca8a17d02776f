"""Customers, households, policies, agents and branches."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph.arrays import NONE, IntArray, pick
from ringfinder.graph.columns import lookup, whole
from ringfinder.neo4j.model import Triple
from ringfinder.neo4j.projection.draft import Draft
from ringfinder.neo4j.projection.rolls import Rolls, cells, first_by_id
from ringfinder.neo4j.projection.scope import Selection, with_managers
from ringfinder.neo4j.projection.source import Source
from ringfinder.neo4j.projection.values import HUB

_TOGETHER = 2


def household_keys(draft: Draft, source: Source, rolls: Rolls) -> list[str]:
    """Key of the household of each person."""
    keys = draft.keyring.keys("household", rolls.first_of_household.to_pylist())
    return [keys[number] for number in source.network.household.tolist()]


def add_people(draft: Draft, source: Source, selection: Selection, rolls: Rolls, homes: list[str]) -> None:
    """Persons and their households."""
    people = source.network.people
    flagged = np.zeros(people.count, np.bool_)
    flagged[people.of_request[source.flagged]] = True
    soft = np.zeros(people.count, np.bool_)
    soft[people.person[people.soft]] = True
    draft.add_nodes(
        "Person",
        rolls.first_customer,
        selection.persons,
        {
            "person_id": rolls.first_customer,
            "customer_numbers": _numbers(people.ids, people.person, people.count),
            "household": homes,
            "vulnerable": _vulnerable(source),
            "merged_softly": soft,
        },
        extra={"Flagged": flagged},
    )
    _add_households(draft, source, selection, rolls)


def _vulnerable(source: Source) -> pa.Array:
    """How each person is marked: of several customer numbers, as the first one that is."""
    people, said = source.network.people, whole(source.portfolio.table("persons")["vulnerable"])
    marked = np.append(np.asarray(said.is_valid()), np.False_)  # the last: no row
    first = first_by_id(people.ids, np.where(marked[people.row], people.person, NONE), people.count)
    return cells(said, pick(people.row, first, NONE))


def _numbers(ids: pa.Array, person: IntArray, count: int) -> list[list[str]]:
    """Customer numbers of each person, in order."""
    found: list[list[str]] = [[] for _ in range(count)]
    for text, number in zip(ids.to_pylist(), person.tolist(), strict=True):
        found[number].append(text)
    return [sorted(one) for one in found]


def _add_households(draft: Draft, source: Source, selection: Selection, rolls: Rolls) -> None:
    """Households of at least two persons."""
    home = source.network.household
    sizes = np.bincount(home, minlength=len(rolls.first_of_household))
    wanted = np.zeros(len(sizes), np.bool_)
    wanted[home[selection.persons]] = True
    draft.add_nodes("Household", rolls.first_of_household, wanted & (sizes >= _TOGETHER), {"persons": sizes})


def add_book(draft: Draft, source: Source, selection: Selection, rolls: Rolls) -> None:
    """Policies, agents and branches."""
    policies = source.portfolio.table("policies")
    claims = rolls.policies.find(source.portfolio.table("claims")["policy_no"])
    names = [name for name in policies.column_names if name != "policy_no" and not name.startswith("_")]
    draft.add_nodes(
        "Policy",
        rolls.policies.ids,
        selection.policies,
        {
            "policy_no": rolls.policies.ids,
            "claims": np.bincount(claims[claims >= 0], minlength=len(rolls.policies)),
            **{name: rolls.policies.taken(policies, name) for name in names},
        },
    )
    agents = source.portfolio.table("agents")
    sold = rolls.agents.find(rolls.policies.taken(policies, "agent_no"))
    size = np.bincount(sold[(sold >= 0) & selection.policies], minlength=len(rolls.agents))
    draft.add_nodes(
        "Agent",
        rolls.agents.ids,
        with_managers(rolls, _managers(source, rolls), selection.policies, selection.scope),
        {
            "agent_no": rolls.agents.ids,
            "hired_on": rolls.agents.taken(agents, "hired_on"),
            "left_on": rolls.agents.taken(agents, "left_on"),
        },
        extra={"Hub": size >= HUB},
    )
    everywhere = np.ones(len(rolls.branches), np.bool_)
    draft.add_nodes("Branch", rolls.branches, everywhere, {"branch_code": rolls.branches}, extra={"Hub": everywhere})


def add_party_relations(draft: Draft, source: Source, rolls: Rolls) -> None:
    """Who belongs to whom, owns, sold and manages what."""
    network, portfolio = source.network, source.portfolio
    persons = np.arange(network.people.count)
    draft.add_relations(Triple("Person", "MEMBER_OF", "Household"), persons, network.household)
    draft.add_relations(Triple("Person", "OWNS", "Policy"), *rolls.persons_of_policy)
    relations = portfolio.table("relations")
    left, right = (network.people.of_table(portfolio, "relations", name) for name in ("person_id", "related_person_id"))
    apart = np.where(left == right, -1, right)
    relation = whole(relations["relation"])
    order = np.asarray(pc.sort_indices(relation)).astype(np.int64)  # of several between two, the same one always
    said = {"relation": relation.take(pa.array(order))}
    draft.add_relations(Triple("Person", "RELATED_TO", "Person"), left[order], apart[order], said)
    policies, numbers = portfolio.table("policies"), np.arange(len(rolls.policies))
    sold = rolls.agents.find(rolls.policies.taken(policies, "agent_no"))
    draft.add_relations(Triple("Policy", "SOLD_BY", "Agent"), numbers, sold)
    before = rolls.policies.find(rolls.policies.taken(policies, "replaces_policy_no"))
    draft.add_relations(Triple("Policy", "REPLACES", "Policy"), numbers, before)
    branch = lookup(rolls.policies.taken(policies, "branch_code"), rolls.branches)
    draft.add_relations(Triple("Policy", "AT_BRANCH", "Branch"), numbers, branch)
    everybody = np.arange(len(rolls.agents))
    draft.add_relations(Triple("Agent", "MANAGED_BY", "Agent"), everybody, _managers(source, rolls))
    branch = lookup(rolls.agents.taken(portfolio.table("agents"), "branch_code"), rolls.branches)
    draft.add_relations(Triple("Agent", "AT_BRANCH", "Branch"), everybody, branch)


def _managers(source: Source, rolls: Rolls) -> IntArray:
    """Manager of each agent, -1 for none; nobody is their own."""
    found = rolls.agents.find(rolls.agents.taken(source.portfolio.table("agents"), "manager_no"))
    return np.where(found == np.arange(len(found)), -1, found)
