"""Does the graph hold what the workspace says: counts of everything, keys, and who is in which ring."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ringfinder.neo4j import statements
from ringfinder.neo4j.model import HELD_LABELS, TRIPLES, Triple
from ringfinder.neo4j.projection import END, START, Projection
from ringfinder.neo4j.sync.state import COMPLETE, Held, wanted_state
from ringfinder.neo4j.sync.writer import count

if TYPE_CHECKING:
    from neo4j import Driver

_MEMBERS = "MATCH (q:SurrenderRequest)-[:IN_RING]->(g:Ring) RETURN q.key AS request, g.key AS ring"
_IN_RING = Triple("SurrenderRequest", "IN_RING", "Ring")
_STATED = ("scope", "masked", "key_id", "model", "run")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as the workspace says.

    Parameters
    ----------
    what
        What was compared, such as a label, a relationship or `scope`.
    wanted, found
        What the workspace says, and what the graph has.
    """

    what: str
    wanted: str
    found: str


def compare(driver: Driver, projection: Projection, held: Held | None) -> list[Difference]:
    """Every difference between the graph and a projection; empty where they agree."""
    if held is None:
        return [Difference("Projection", "complete", "nothing was ever synced")]
    return [*_statement(projection, held), *_counts(driver, projection), *_memberships(driver, projection)]


def _statement(projection: Projection, held: Held) -> Iterator[Difference]:
    if held.state != COMPLETE:
        yield Difference("state", COMPLETE, held.state or "unknown")
    wanted = wanted_state(projection, held.sync, held.content)
    for name in _STATED:
        if getattr(wanted, name) != getattr(held, name):
            yield Difference(name, str(getattr(wanted, name)), str(getattr(held, name)))


def _counts(driver: Driver, projection: Projection) -> Iterator[Difference]:
    for label in HELD_LABELS:
        wanted = projection.nodes[label].num_rows if label in projection.nodes else 0
        found = count(driver, statements.count_nodes(label))
        if wanted != found:
            yield Difference(f"(:{label})", f"{wanted:,}", f"{found:,}")
    for triple in TRIPLES:
        wanted = projection.relations[triple].num_rows if triple in projection.relations else 0
        found = count(driver, statements.count_relations(triple))
        if wanted != found:
            yield Difference(str(triple), f"{wanted:,}", f"{found:,}")


def _memberships(driver: Driver, projection: Projection) -> Iterator[Difference]:
    table = projection.relations[_IN_RING]
    wanted = set(zip(table[START].to_pylist(), table[END].to_pylist(), strict=True))
    found = {(record["request"], record["ring"]) for record in driver.execute_query(_MEMBERS).records}
    for ring in sorted({ring for _, ring in wanted ^ found}):
        mine = {request for request, one in wanted if one == ring}
        there = {request for request, one in found if one == ring}
        yield Difference(
            f"members of {ring}",
            f"{len(mine)} ({len(mine - there)} of them not in the graph)",
            f"{len(there)} ({len(there - mine)} of them not in the workspace)",
        )
