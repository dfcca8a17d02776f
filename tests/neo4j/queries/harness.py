"""What the tests of `cypher/investigate` and `cypher/analysis` share: the files, and small graphs to run them on.

A graph is held against the declaration while it is built, so that no test looks at one that cannot be loaded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from neo4j import Driver, Query, Record
from neo4j.graph import Node, Relationship
from neo4j.graph import Path as GraphPath
from neo4j.time import Date, DateTime
from tests.neo4j.graphs import write_graph

from ringfinder.neo4j.library import cypher_folder
from ringfinder.neo4j.model import EXTRA_LABELS, LABELS, RELATIONS, STAMPS, TRIPLES, Triple

Value = str | int | float | bool | date | datetime | list[str] | None

INVESTIGATE, ANALYSIS = "investigate", "analysis"
_STAMPS: Mapping[str, Value] = {"run": "run-3", "sync": 1}
_LITERAL: Mapping[str, Callable[[str], Value]] = {
    "INTEGER": int,
    "FLOAT": float,
    "STRING": lambda text: text.removeprefix("'").removesuffix("'"),
}
COLUMN_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "STRING": str,
    "INTEGER": int,
    "FLOAT": float,
    "BOOLEAN": bool,
    "LIST": list,
    "MAP": dict,
    "DATE": Date,
    "LOCAL DATETIME": DateTime,
    "NODE": Node,
    "RELATIONSHIP": Relationship,
    "PATH": GraphPath,
}


@dataclass(frozen=True, slots=True)
class Saved:
    """One file of the library: header, parameters as the header and as Browser set them, columns, statement."""

    id: str
    header: Mapping[str, str]
    parameters: Mapping[str, Value]
    commands: Mapping[str, Value]
    columns: Mapping[str, str]
    identity: tuple[str, ...]
    statement: str


def names(folder: str) -> list[str]:
    """Ids of all files of a folder of the library."""
    return sorted(f"{folder}/{path.stem}" for path in (cypher_folder() / folder).glob("*.cypher"))


def load(name: str) -> Saved:
    """Read one file. The only place here that knows how a file looks."""
    text = (cypher_folder() / f"{name}.cypher").read_text(encoding="utf-8")
    head, _, statement = text.partition("\n\n")
    lines = [line.removeprefix("// ").split(": ", 1) for line in head.splitlines() if line.startswith("// ")]
    declared = [re.fullmatch(r"(\w+) (\w+) = (.+?) — .+ \| .+", said) for what, said in lines if what == "param"]
    kinds = {one[1]: one[2] for one in declared if one}
    header = {what: said for what, said in lines if what != "param"}
    commands = re.findall(r"^:param (\w+) => (.+);$", head, re.MULTILINE)
    return Saved(
        id=name,
        header=header,
        parameters={one[1]: _LITERAL[one[2]](one[3]) for one in declared if one},
        commands={what: _LITERAL[kinds[what]](said) for what, said in commands},
        columns={said.split(" ", 1)[0]: said.split(" ", 1)[1] for said in header["returns"].split(", ")},
        identity=tuple(header["identity"].split(", ")),
        statement=statement.strip(),
    )


def statement(text: str) -> Query:
    """A statement of the library or of a test."""
    return Query(text)


def run(driver: Driver, name: str, **changed: Value) -> list[Record]:
    """Rows of a file with its defaults, some of them changed."""
    saved = load(name)
    unknown = changed.keys() - saved.parameters.keys()
    assert not unknown, f"{name} takes no {unknown}"
    with driver.session() as session:
        return list(session.run(statement(saved.statement), {**saved.parameters, **changed}))


def picked(rows: list[Record], *columns: str) -> list[tuple[Any, ...]]:
    """Some columns of the rows, days as Python's."""
    return [tuple(plain(row[column]) for column in columns) for row in rows]


def plain(value: Any) -> Any:
    """A value of a row as Python has it; of what Browser draws, what tells it apart in any answer."""
    if isinstance(value, Date | DateTime):
        return value.to_native()
    if isinstance(value, GraphPath):
        return tuple(one.element_id for one in (*value.nodes, *value.relationships))
    return value.element_id if isinstance(value, Node | Relationship) else value


def operators(plan: Mapping[str, Any]) -> Iterator[str]:
    """Operators of a plan."""
    yield str(plan["operatorType"]).split("@", maxsplit=1)[0]
    for child in plan.get("children", ()):
        yield from operators(child)


def clear(driver: Driver) -> None:
    """Empty the database and the catalogue of projected graphs, and declare what the graph's declaration does."""
    properties = {one.name for label in LABELS.values() for one in label.everywhere}
    properties |= {one.name for relation in RELATIONS.values() for one in relation.properties}
    properties |= {one.name for one in STAMPS}
    with driver.session() as session:
        for graph in session.run("CALL gds.graph.list() YIELD graphName").value():
            session.run("CALL gds.graph.drop($graph, false) YIELD graphName", graph=graph).consume()
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS").consume()
        for label in LABELS.values():
            text = f"CREATE CONSTRAINT IF NOT EXISTS FOR (n:{label.name}) REQUIRE n.key IS UNIQUE"
            session.run(statement(text)).consume()
            for one in label.properties:
                if one.indexed:
                    text = f"CREATE INDEX IF NOT EXISTS FOR (n:{label.name}) ON (n.{one.name})"
                    session.run(statement(text)).consume()
        session.run("CALL db.awaitIndexes()").consume()
        # So that the server remarks on names that are nowhere declared, and on no others.
        for procedure, tokens in (
            ("db.createLabel", {*LABELS, *EXTRA_LABELS}),
            ("db.createRelationshipType", set(RELATIONS)),
            ("db.createProperty", properties),
        ):
            text = f"UNWIND $tokens AS token CALL {procedure}(token)"
            session.run(statement(text), tokens=sorted(tokens)).consume()


@dataclass
class Graph:
    """A small graph to be written."""

    nodes: dict[str, tuple[list[str], dict[str, Value]]] = field(default_factory=dict)
    links: list[tuple[Triple, str, str, dict[str, Value]]] = field(default_factory=list)

    def node(self, label: str, key: str, /, *extra: str, **properties: Value) -> str:
        """Add a node, with labels for style, and hand back its key."""
        assert key not in self.nodes, f"{key} is there already"
        assert set(extra) <= set(EXTRA_LABELS)
        allowed = {one.name for one in LABELS[label].everywhere}
        assert properties.keys() <= allowed, f"{label} has no {properties.keys() - allowed}"
        self.nodes[key] = ([label, *extra], {"key": key, "caption": f"<{key}>", **properties, **_STAMPS})
        return key

    def link(self, start: str, relation: str, end: str, /, **properties: Value) -> None:
        """Add a relationship between two nodes that are there."""
        triple = Triple(self.nodes[start][0][0], relation, self.nodes[end][0][0])
        assert triple in TRIPLES, f"{triple} is not declared"
        allowed = {one.name for one in RELATIONS[relation].properties}
        assert properties.keys() <= allowed, f"{relation} has no {properties.keys() - allowed}"
        self.links.append((triple, start, end, {**properties, **_STAMPS}))

    def write(self, driver: Driver) -> None:
        """Replace what is in the database by this."""
        clear(driver)
        write_graph(driver, self.nodes.values(), self.links)
