"""Writes a small graph that a test made up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from neo4j import Driver

from ringfinder.neo4j.model import Triple

Properties = Mapping[str, Any]


def write_graph(
    driver: Driver,
    nodes: Iterable[tuple[Sequence[str], Properties]],
    links: Iterable[tuple[Triple, str, str, Properties]],
) -> None:
    """Write nodes (labels, properties) and relationships (with the keys of both ends) into an empty database."""
    made = [{"labels": list(labels), "properties": properties} for labels, properties in nodes]
    between = [
        {"start": start, "end": end, "type": triple.relation, "properties": properties}
        for triple, start, end, properties in links
    ]
    with driver.session() as session:
        session.run("UNWIND $nodes AS one CREATE (n:$(one.labels)) SET n = one.properties", nodes=made).consume()
        session.run(
            """
            MATCH (n) WITH collect(n) AS nodes
            UNWIND $links AS one
            WITH one, [n IN nodes WHERE n.key = one.start][0] AS start, [n IN nodes WHERE n.key = one.end][0] AS end
            CREATE (start)-[u:$(one.type)]->(end) SET u = one.properties
            """,
            links=between,
        ).consume()
