"""The facts and rings of a run as tables of nodes and relationships: a pure function, told nothing of any server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pyarrow as pa

from ringfinder.neo4j.keys import Keyring
from ringfinder.neo4j.model import LABELS, TRIPLES, Triple
from ringfinder.neo4j.projection import papers, parties, results, values
from ringfinder.neo4j.projection.draft import END, EXTRA, START, Draft
from ringfinder.neo4j.projection.rolls import Rolls
from ringfinder.neo4j.projection.scope import Scope, Selection, select
from ringfinder.neo4j.projection.source import RingFacts, RunFacts, Source, understand

__all__ = [
    "END",
    "EXTRA",
    "START",
    "Projection",
    "RingFacts",
    "RunFacts",
    "Scope",
    "Source",
    "project",
    "understand",
]


@dataclass(frozen=True)
class Projection:
    """Everything that the graph is to hold.

    Parameters
    ----------
    nodes
        A table for each label: its properties, and the extra labels of each node.
    relations
        A table for each combination of labels and type: keys of both ends, then properties.
    run_id
        The run that is shown, for the stamps.
    """

    nodes: Mapping[str, pa.Table]
    relations: Mapping[Triple, pa.Table]
    run_id: str
    scope: Scope
    key_id: str
    masked: bool

    @property
    def node_count(self) -> int:
        """Nodes in all."""
        return sum(table.num_rows for table in self.nodes.values())

    @property
    def relation_count(self) -> int:
        """Relationships in all."""
        return sum(table.num_rows for table in self.relations.values())


def project(source: Source, scope: Scope, keyring: Keyring, *, unmasked: bool = False) -> Projection:
    """Make the tables of a projection.

    Parameters
    ----------
    unmasked
        Whether raw values come along; everything else stays the same.
    """
    rolls = Rolls(source.network)
    selection = _with_ring_values(source, select(source, rolls, scope))
    draft = Draft(keyring, unmasked)
    homes = parties.household_keys(draft, source, rolls)
    papers.add_papers(draft, source, selection, rolls, homes)
    parties.add_people(draft, source, selection, rolls, homes)
    parties.add_book(draft, source, selection, rolls)
    values.add_value_nodes(draft, source, selection, results.organisers(source))
    results.add_results(draft, source)
    parties.add_party_relations(draft, source, rolls)
    papers.add_paper_relations(draft, source, rolls)
    values.add_value_relations(draft, source, rolls)
    results.add_result_relations(draft, source, rolls)
    current = source.found.current
    run = next((one.run_id for one in source.found.runs if one.number == current), "")
    return Projection(
        {label: draft.nodes[label] for label in LABELS if label in draft.nodes},
        {triple: draft.relations[triple] for triple in TRIPLES if triple in draft.relations},
        run,
        scope,
        keyring.key_id,
        not unmasked,
    )


def _with_ring_values(source: Source, selection: Selection) -> Selection:
    """The selection with the values of all rings, also of those with one holder (a payee, a sender)."""
    taken = dict(selection.values)
    for kind, codes in results.ring_values(source).items():
        chosen = taken[kind].copy()
        chosen[codes] = True
        taken[kind] = chosen
    return replace(selection, values=taken)
