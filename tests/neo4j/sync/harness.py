"""What the tests of the sync share: a whole graph read back, the same from tables, and a workspace to sync from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from neo4j import Driver

from ringfinder.keychain import secret_file
from ringfinder.neo4j.keys import open_keyring
from ringfinder.neo4j.model import LABELS, Triple
from ringfinder.neo4j.projection import END, EXTRA, START, Projection, Scope
from ringfinder.neo4j.sync import Report, synchronise
from ringfinder.pipeline.graph import Asked, projection_of, sync_folder
from ringfinder.settings import Settings
from ringfinder.store import Workspace

Properties = Mapping[str, object]
OWN = "Projection"


@dataclass(frozen=True)
class Graph:
    """Nodes by label and key, relationships by their ends and type; the number of the sync is left out."""

    nodes: Mapping[tuple[str, str], tuple[frozenset[str], Properties]] = field(default_factory=dict)
    relations: Mapping[tuple[str, str, str, str, str], Properties] = field(default_factory=dict)

    def differences(self, other: Graph) -> list[object]:
        """What one of the two has and the other has not, or says otherwise; short enough to be read."""
        found: list[object] = []
        for name in ("nodes", "relations"):
            mine, others = getattr(self, name), getattr(other, name)
            keys = [key for key in {**mine, **others} if mine.get(key) != others.get(key)]
            found += [(key, mine.get(key), others.get(key)) for key in keys[:5]]
            if len(keys) > 5:
                found.append(f"{len(keys)} {name} differ")
        return found


def _plain(value: Any) -> object:
    return value.to_native() if hasattr(value, "to_native") else value


def read_graph(driver: Driver) -> Graph:
    """Every node of ours but the one that tells of the others, and every relationship between any nodes.

    Two nodes with one key, and two relationships between one pair, are faults wherever they come from.
    """
    nodes: dict[tuple[str, str], tuple[frozenset[str], Properties]] = {}
    names: dict[str, tuple[str, str]] = {}
    for one in driver.execute_query(
        "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS said"
    ).records:
        own = sorted(set(one["labels"]) & set(LABELS))
        label = own[0] if own else ":".join(one["labels"])
        said = {name: _plain(value) for name, value in one["said"].items() if name != "sync"}
        name = names[one["id"]] = (label, str(said.get("key")))
        assert name not in nodes, f"two nodes {name}"
        if label != OWN:
            nodes[name] = (frozenset(one["labels"]), said)
    relations: dict[tuple[str, str, str, str, str], Properties] = {}
    for one in driver.execute_query(
        "MATCH (a)-[r]->(b) RETURN elementId(a) AS a, type(r) AS type, elementId(b) AS b, properties(r) AS said"
    ).records:
        end = (*names[one["a"]], one["type"], *names[one["b"]])
        assert end not in relations, f"two relationships {end}"
        relations[end] = {name: _plain(value) for name, value in one["said"].items() if name != "sync"}
    return Graph(nodes, relations)


def graph_of(projection: Projection) -> Graph:
    """The same from the tables: what the graph must hold, said without any Cypher."""
    nodes = {}
    for label, table in projection.nodes.items():
        for row in table.to_pylist():
            extra = {name for name in row.pop(EXTRA).split(";") if name}
            said = {name: value for name, value in row.items() if value is not None} | {"run": projection.run_id}
            nodes[label, row["key"]] = (frozenset({label, *extra}), said)
    relations = {}
    for triple, table in projection.relations.items():
        for row in table.to_pylist():
            start, end = row.pop(START), row.pop(END)
            said = {name: value for name, value in row.items() if value is not None} | {"run": projection.run_id}
            relations[triple.start, start, triple.relation, triple.end, end] = said
    return Graph(nodes, relations)


def stamps(driver: Driver) -> set[tuple[str, int]]:
    """Runs and syncs that stand on nodes and relationships, the one node that tells of the others included."""
    return {
        (one["run"], one["sync"])
        for statement in ("MATCH (x) RETURN DISTINCT x.run AS run, x.sync AS sync", _RELATION_STAMPS)
        for one in driver.execute_query(statement).records
    }


_RELATION_STAMPS = "MATCH ()-[x]->() RETURN DISTINCT x.run AS run, x.sync AS sync"


def everything(driver: Driver) -> Iterator[tuple[str, object, object]]:
    """Every element of the database as it stands, its number, stamps and all, to see that nothing at all changed."""
    for statement in (
        "MATCH (n) RETURN elementId(n) AS id, labels(n) AS what, properties(n) AS said ORDER BY id",
        "MATCH ()-[r]->() RETURN elementId(r) AS id, type(r) AS what, properties(r) AS said ORDER BY id",
    ):
        for one in driver.execute_query(statement).records:
            yield (one["id"], one["what"], one["said"])


def said_of_graph(driver: Driver) -> dict[str, Any]:
    """The node that tells of the others."""
    (record,) = driver.execute_query("MATCH (p:Projection) RETURN properties(p) AS p").records
    return dict(record["p"])


def change(driver: Driver, statement: str, **values: object) -> None:
    """Change the graph by hand; a change that finds nothing to change is a fault of the test."""
    counters = driver.execute_query(statement, values).summary.counters
    assert counters.contains_updates, statement


FEW = ("SurrenderRequest", "Complaint", "Person", "Household", "Phone", "Ring", "Evidence", "Run")


def _few(projection: Projection) -> Projection:
    return replace(
        projection,
        nodes={label: table for label, table in projection.nodes.items() if label in FEW},
        relations={
            triple: table for triple, table in projection.relations.items() if {triple.start, triple.end} <= {*FEW}
        },
    )


Known = dict[tuple[bytes, Scope, str], Projection]


@dataclass(frozen=True)
class Site:
    """A workspace of its own with two runs.

    Parameters
    ----------
    known
        Projections of workspaces with the same facts, by secret, scope and run: made once for all tests.
    few
        Only some sorts of a projection: for tests of how a sync goes on, whatever it writes.
    """

    path: Path
    known: Known
    few: bool = False

    def projection(self, scope: Scope = Scope.LINKED, run: str = "current") -> Projection:
        """What a run is to look like in Neo4j."""
        with Workspace.open(Settings(self.path)) as workspace:
            if not secret_file().exists():
                open_keyring(workspace.path)
            key = (secret_file().read_bytes(), scope, run)
            if key not in self.known:
                self.known[key] = projection_of(workspace, Asked(scope, run), [])
            return _few(self.known[key]) if self.few else self.known[key]

    def memory(self) -> Path:
        """Where it remembers the last sync."""
        with Workspace.open(Settings(self.path)) as workspace:
            return sync_folder(workspace)

    def sync(
        self,
        driver: Driver,
        scope: Scope = Scope.LINKED,
        run: str = "current",
        *,
        full: bool = False,
        narrow: bool = False,
    ) -> Report:
        """Sync without the command."""
        return synchronise(driver, self.projection(scope, run), self.memory(), full=full, narrow=narrow)


def filled(projection: Projection) -> Mapping[Triple, int]:
    """How many relationships of each sort a projection has, where it has any."""
    return {triple: table.num_rows for triple, table in projection.relations.items() if table.num_rows}
