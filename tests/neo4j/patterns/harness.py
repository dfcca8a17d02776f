"""What the tests of the pattern library share: its files, small graphs, and what a pattern must say of one.

A graph is written by one parametrised statement for nodes and one for relationships. Labels, types, properties and
their combinations are held against the declaration, so that no case tests a graph that cannot be loaded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from neo4j import Driver, Query, Record, Session
from neo4j.graph import Path as Drawn
from tests.neo4j.graphs import write_graph

from ringfinder.neo4j.library import CypherFile, Library
from ringfinder.neo4j.model import LABELS, RELATIONS, STAMPS, TRIPLES, Triple

Value = str | int | float | bool | date | datetime | list[str] | None
Identity = tuple[str, ...]

DAY = date(2026, 3, 2)
"""Day on which things happen unless a case says otherwise."""

_STAMPS: Mapping[str, Value] = {"run": "run-1", "sync": 1}


def names() -> list[str]:
    """Every pattern of the library, by the name of its rows file."""
    return [one.id.removeprefix("patterns/") for one in _library() if one.part == "rows"]


def load(name: str, part: str = "rows") -> CypherFile:
    """One file of the library; its parameters and their `:param` lines agree, or it is not read."""
    return Library.open().find(f"patterns/{name}" if part == "rows" else f"patterns/{name}.{part}")


def _library() -> list[CypherFile]:
    return [one for one in Library.open().files if one.category == "patterns" and not one.own]


def run(driver: Driver, pattern: CypherFile, **changed: Value) -> list[Record]:
    """Rows of a file with its defaults, some of them changed."""
    unknown = changed.keys() - pattern.values().keys()
    assert not unknown, f"{pattern.id} takes no {unknown}"
    with driver.session() as session:
        return list(session.run(Query(pattern.statement), {**pattern.values(), **changed}))


def identities(pattern: CypherFile, rows: Iterable[Record]) -> list[Identity]:
    """What tells each finding apart."""
    return [tuple(str(row[column]) for column in pattern.identity) for row in rows]


def drawn(rows: Iterable[Record]) -> set[str]:
    """Keys of all nodes of the paths of a picture."""
    paths = (value for row in rows for value in row.values() if value is not None)
    return {node["key"] for path in paths for node in path.nodes if isinstance(path, Drawn)}


def plan(session: Session, pattern: CypherFile) -> tuple[set[str], list[str]]:
    """Operators of the plan of a file, and what the server has to say against the statement."""
    summary = session.run(Query("EXPLAIN " + pattern.statement), pattern.values()).consume()
    assert summary.plan is not None
    remarks = [one.status_description for one in summary.gql_status_objects if one.is_notification]
    return set(_operators(summary.plan)), remarks


def declare(driver: Driver) -> None:
    """Make every label, type and property of the declaration known, so that the server names the ones that are not."""
    properties = {one.name for label in LABELS.values() for one in label.everywhere}
    properties |= {one.name for relation in RELATIONS.values() for one in relation.properties}
    with driver.session() as session:
        for procedure, tokens in (
            ("db.createLabel", set(LABELS)),
            ("db.createRelationshipType", set(RELATIONS)),
            ("db.createProperty", properties | {one.name for one in STAMPS}),
        ):
            session.run(Query(f"UNWIND $tokens AS token CALL {procedure}(token)"), tokens=sorted(tokens)).consume()


def _operators(node: Mapping[str, Any]) -> Iterable[str]:
    yield str(node["operatorType"]).split("@")[0]
    for child in node.get("children", ()):
        yield from _operators(child)


@dataclass
class Graph:
    """A small graph to be written; every node and relationship has its stamps."""

    nodes: dict[str, tuple[str, dict[str, Value]]] = field(default_factory=dict)
    links: list[tuple[Triple, str, str, dict[str, Value]]] = field(default_factory=list)

    def node(self, label: str, key: str, /, **properties: Value) -> str:
        """Add a node and hand back its key."""
        assert key not in self.nodes, f"{key} is there already"
        allowed = {one.name for one in LABELS[label].everywhere}
        assert properties.keys() <= allowed, f"{label} has no {properties.keys() - allowed}"
        self.nodes[key] = (label, {"key": key, "caption": key, **properties, **_STAMPS})
        return key

    def link(self, start: str, relation: str, end: str, /, **properties: Value) -> None:
        """Add a relationship between two nodes that are there."""
        triple = Triple(self.nodes[start][0], relation, self.nodes[end][0])
        assert triple in TRIPLES, f"{triple} is not declared"
        allowed = {one.name for one in RELATIONS[relation].properties}
        assert properties.keys() <= allowed, f"{relation} has no {properties.keys() - allowed}"
        self.links.append((triple, start, end, {**properties, **_STAMPS}))

    def value(self, label: str, key: str, households: int | None = None, **properties: Value) -> str:
        """Add a value that may link unless said otherwise."""
        return self.node(label, key, **{"value_class": "open", "households": households, **properties})

    def person(self, key: str, household: str | None = "", **properties: Value) -> str:
        """Add a customer, in a household of the customer's own unless said otherwise."""
        own = f"household of {key}" if household == "" else household
        return self.node("Person", key, household=own, person_id=key, **properties)

    def request(self, key: str, *, household: str | None = "", on: date | None = DAY, **properties: Value) -> str:
        """Add a request with its applicant, `p-` and its key."""
        person = self.person(f"p-{key}", household)
        self.node(
            "SurrenderRequest", key, request_id=key, household=self.nodes[person][1]["household"],
            **{"applied_at": at(on), "row": f"surrender_requests.csv:{len(self.nodes)}", **properties},
        )  # fmt: skip
        self.link(person, "APPLIED_FOR", key)
        return key

    def use(self, request: str, way: str, value: str, *, on: date | None = DAY, counts: bool | None = True) -> None:
        """Let a request use a value."""
        self.link(request, way, value, at=on, counts=counts)

    def star(
        self, value: str, way: str, harms: Sequence[list[str] | None], *, household: str | None = "",
        counts: bool | None = True, on: date | None = DAY,
    ) -> list[str]:  # fmt: skip
        """Let one request for each list of harm use a value."""
        keys = [f"r-{value}-{number}" for number, _ in enumerate(harms)]
        for key, harm in zip(keys, harms, strict=True):
            self.request(key, household=household, harm=harm, on=on)
            self.use(key, way, value, counts=counts, on=on)
        return keys

    def policy(self, key: str, agent: str | None = None, **properties: Value) -> str:
        """Add a policy, of an agent where one is given."""
        self.node("Policy", key, policy_no=key, **properties)
        if agent is not None:
            self.link(key, "SOLD_BY", agent)
        return key

    def complaint(self, key: str, person: str, *, on: date | None = DAY, **properties: Value) -> str:
        """Add a complaint of a customer."""
        row = f"complaints.csv:{len(self.nodes)}"
        self.node("Complaint", key, complaint_id=key, **{"received_at": at(on), "row": row, **properties})
        self.link(person, "COMPLAINED", key)
        return key

    def bare(self) -> None:
        """Add nodes with nothing but key, caption and stamps: alone, and in every relationship there may be."""
        for label in LABELS:
            self.node(label, f"bare-{label}")
            self.node(label, f"lonely-{label}")
        for triple in TRIPLES:
            self.link(f"bare-{triple.start}", triple.relation, f"bare-{triple.end}")

    def write(self, driver: Driver) -> None:
        """Write it all into an empty database."""
        nodes = [([label], properties) for label, properties in self.nodes.values()]
        write_graph(driver, nodes, self.links)


@dataclass(frozen=True, slots=True)
class Case:
    """A graph, and what one pattern must say of it.

    Parameters
    ----------
    found
        Identities of the findings, the strongest first; at least two.
    drawn
        Nodes of the picture of each finding that make it up, by the last part of its identity.
    spared
        Nodes of look-alikes and of nodes with missing values: in no picture.
    changed
        Other values of parameters, with the identities that are found then.
    covered, compared_with
        What the count says.
    """

    pattern: str
    build: Callable[[Graph], None]
    found: tuple[Identity, ...]
    drawn: Mapping[str, frozenset[str]]
    spared: frozenset[str]
    changed: tuple[tuple[Mapping[str, Value], frozenset[Identity]], ...]
    covered: int
    compared_with: int

    @property
    def graph(self) -> Graph:
        """The graph with its nodes that know nothing."""
        graph = Graph()
        self.build(graph)
        graph.bare()
        return graph


def at(day: date | None, hour: int = 9) -> datetime | None:
    """A moment of a day."""
    return None if day is None else datetime.combine(day, time(hour))


def days(number: int) -> date:
    """The day so many days after `DAY`."""
    return DAY + timedelta(days=number)
