"""What Cypher and GDS compute on a real Neo4j is what the core computes: holders, components, members, modularity."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import igraph
import numpy as np
import pytest
from neo4j import Driver

from ringfinder.detect.analysis import Analysis, Stopwatch, analyse
from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import pairs
from ringfinder.graph.communities import Links
from ringfinder.graph.links import link_units, pair_weight
from ringfinder.graph.network import LINKING_KINDS, Network
from ringfinder.graph.people import components
from ringfinder.neo4j.browser import RING_PICTURE, as_pasted
from ringfinder.neo4j.keys import Keyring
from ringfinder.neo4j.library import Library
from ringfinder.neo4j.model import VALUE_LABELS
from ringfinder.neo4j.projection import Projection, Scope, project, understand
from ringfinder.neo4j.sync import compare, drop, read_held, synchronise
from ringfinder.pipeline.again import facts_of, settings_of
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.graph import Asked, rings_of_run
from ringfinder.pipeline.load import load_folder
from ringfinder.records.rings import Ring
from ringfinder.report.cypher import room_for
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

pytestmark = pytest.mark.slow

SHAPES = ("mixed", "dirty", "chain", "town", "quiet")
KEYRING = Keyring(b"parity" * 6)
VALUES = ":" + "|".join(VALUE_LABELS.values())
LINKING = ":" + "|".join(label for kind, label in VALUE_LABELS.items() if kind != "ip")


@dataclass(frozen=True)
class Loaded:
    """A portfolio as the core sees it, and the same in Neo4j."""

    driver: Driver
    analysis: Analysis
    rings: list[Ring]
    projection: Projection

    @property
    def network(self) -> Network:
        return self.analysis.network

    def keys(self) -> list[str]:
        """Key of each value of the network."""
        values = self.network.values
        kinds = [LINKING_KINDS[number] for number in values.kind.tolist()]
        return [KEYRING.key(kind, text) for kind, text in zip(kinds, values.text.to_pylist(), strict=True)]


@pytest.fixture(scope="module", params=SHAPES)
def loaded(
    request: pytest.FixtureRequest, driver: Driver, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    place = tmp_path_factory.mktemp("parity")
    simulate(request.param, 1500, 7, place / "tables")
    with Workspace.open(Settings(place / "w")) as workspace:
        load_folder(workspace, place / "tables")
        run = detect_workspace(workspace).run
        portfolio = facts_of(workspace, run, [])
        found = rings_of_run(workspace, run, Asked())
        settings = settings_of(run, [])
    source = understand(portfolio, settings, found)
    projection = project(source, Scope.ALL, KEYRING)
    drop(driver)
    synchronise(driver, projection, place / "memory")
    analysis = analyse(portfolio, settings, Stopwatch())
    yield Loaded(driver, analysis, list(found.rings), projection)
    drop(driver)


def test_the_graph_holds_what_the_workspace_says(loaded: Loaded) -> None:
    assert compare(loaded.driver, loaded.projection, read_held(loaded.driver)) == []


def test_holders_of_every_value(loaded: Loaded) -> None:
    counted = loaded.driver.execute_query(
        f"MATCH (v{VALUES})<-[u]-(q:SurrenderRequest) WHERE u.counts "
        "RETURN v.key AS key, count(DISTINCT q.household) AS households, v.households AS stated"
    ).records
    found = {one["key"]: one["households"] for one in counted}
    assert all(one["households"] == one["stated"] for one in counted)
    network = loaded.network
    held = pairs(network.uses.code, network.unit[network.uses.request], (len(network.values), network.units))
    wanted = {key: int(size) for key, size in zip(loaded.keys(), held.row_sizes, strict=True) if size}
    assert found == wanted
    # and those of detection, where IP addresses hold nobody
    of_values = loaded.analysis.holdings.households[: len(network.values)]
    linking = np.flatnonzero(network.values.kind != LINKING_KINDS.index("ip"))
    keys = loaded.keys()
    assert {keys[one]: int(of_values[one]) for one in linking if of_values[one]} == {
        keys[one]: wanted[keys[one]] for one in linking if keys[one] in wanted
    }


def test_members_and_shared_values_of_every_ring(loaded: Loaded) -> None:
    members = loaded.driver.execute_query(
        "MATCH (q:SurrenderRequest)-[:IN_RING]->(g:Ring) RETURN g.ring_id AS ring, collect(q.request_id) AS requests"
    ).records
    assert {one["ring"]: set(one["requests"]) for one in members} == {
        ring.ring_id: {member.request_id for member in ring.members} for ring in loaded.rings
    }
    # counted anew in the graph, not read from what was written there
    shared = loaded.driver.execute_query(
        f"MATCH (g:Ring)<-[:IN_RING]-(q:SurrenderRequest)-[u]->(v{LINKING}) WHERE u.counts "
        "WITH g, v, count(DISTINCT q.household) AS members "
        "MATCH (g)-[:SHARES]->(v) "
        "CALL (v) { MATCH (v)<-[u]-(q:SurrenderRequest) WHERE u.counts "
        "           RETURN count(DISTINCT q.household) AS holders } "
        "RETURN g.ring_id AS ring, v.key AS key, members, holders"
    ).records
    assert {(one["ring"], one["key"]): (one["members"], one["holders"]) for one in shared} == {
        (ring.ring_id, KEYRING.key(value.key.kind, value.key.value)): (value.members, value.holders)
        for ring in loaded.rings
        for value in ring.shared
    }


def _components(network: Network) -> set[frozenset[str]]:
    """Requests that hang together by households and values, IP addresses aside."""
    linking = network.values.kind[network.uses.code] != LINKING_KINDS.index("ip")
    unit, value = network.unit[network.uses.request[linking]], network.uses.code[linking]
    _, label = components(network.units + len(network.values), unit, value + network.units)
    groups: dict[int, set[str]] = defaultdict(set)
    for request, number in zip(network.requests["request_id"].to_pylist(), label[network.unit].tolist(), strict=True):
        groups[number].add(request)
    return {frozenset(group) for group in groups.values()}


def test_components_by_gds(loaded: Loaded) -> None:
    loaded.driver.execute_query(
        "CALL { MATCH (q:SurrenderRequest) OPTIONAL MATCH (q)-[u]->(v" + LINKING + ") WHERE u.counts "
        "RETURN q AS source, v AS target "
        "UNION ALL "
        # of one household are those that bear its key: each hangs on the first of them
        "MATCH (q:SurrenderRequest) WITH q.household AS home, collect(q) AS mine "
        "UNWIND mine[1..] AS other RETURN mine[0] AS source, other AS target } "
        "RETURN gds.graph.project('parity', source, target, {}, {undirectedRelationshipTypes: ['*']})"
    )
    try:
        records = loaded.driver.execute_query(
            "CALL gds.wcc.stream('parity') YIELD nodeId, componentId WITH gds.util.asNode(nodeId) AS n, componentId "
            "WHERE n:SurrenderRequest RETURN componentId, collect(n.request_id) AS requests"
        ).records
    finally:
        loaded.driver.execute_query("CALL gds.graph.drop('parity') YIELD graphName RETURN graphName")
    assert {frozenset(one["requests"]) for one in records} == _components(loaded.network)


def _links(network: Network) -> Links:
    linking = network.values.kind[network.uses.code] != LINKING_KINDS.index("ip")
    held = pairs(
        network.uses.code[linking], network.unit[network.uses.request[linking]], (len(network.values), network.units)
    )
    weight = pair_weight(held.row_sizes.astype(np.float64), network.units, 0.5)
    return link_units(held, weight, DetectSettings().full_pairs)


def test_modularity_of_leiden_on_the_same_links(loaded: Loaded) -> None:
    links = _links(loaded.network)
    graph = igraph.Graph(links.units, np.column_stack([links.left, links.right]))
    mine = graph.community_leiden(objective_function="modularity", weights=links.weight.tolist(), n_iterations=10)
    core = graph.modularity(mine.membership, weights=links.weight.tolist())
    rows = np.column_stack([links.left, links.right, links.weight]).tolist()
    loaded.driver.execute_query(
        "UNWIND $rows AS row RETURN gds.graph.project('links', toInteger(row[0]), toInteger(row[1]), "
        "{relationshipProperties: {weight: row[2]}}, {undirectedRelationshipTypes: ['*']})",
        rows=rows,
    )
    try:
        record = loaded.driver.execute_query(
            "CALL gds.leiden.stats('links', {relationshipWeightProperty: 'weight', randomSeed: 7}) "
            "YIELD modularity RETURN modularity"
        ).records[0]
    finally:
        loaded.driver.execute_query("CALL gds.graph.drop('links') YIELD graphName RETURN graphName")
    assert record["modularity"] == pytest.approx(core, abs=0.01)


def test_ring_cypher_returns_exactly_its_members(loaded: Loaded) -> None:
    file = Library.open().find(RING_PICTURE)
    for ring in loaded.rings:
        values = file.values([f"ring_id={ring.ring_id}", f"limit={room_for(ring)}"])
        text = as_pasted(file, values)
        assert f"'{ring.ring_id}'" in text
        records = loaded.driver.execute_query(text).records
        nodes = {node for one in records for node in one["path"].nodes}
        drawn = {node["request_id"] for node in nodes if "SurrenderRequest" in node.labels}
        assert drawn == {member.request_id for member in ring.members}
        shared = {node["key"] for node in nodes if node.labels & set(VALUE_LABELS.values())}
        assert shared == {KEYRING.key(value.key.kind, value.key.value) for value in ring.shared}
