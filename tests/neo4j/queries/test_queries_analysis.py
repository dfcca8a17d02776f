"""Every query of `cypher/analysis`, against networkx, scipy and plain counting on seeded random graphs."""

from __future__ import annotations

import itertools
from collections import Counter

import networkx as nx
import pytest
from neo4j import Driver
from neo4j.exceptions import Neo4jError
from scipy.optimize import brentq
from scipy.stats import poisson
from tests.neo4j.queries.harness import load, picked, run, statement
from tests.neo4j.queries.random_graphs import SEEDS, Portfolio, cliques, portfolio
from tests.neo4j.queries.world import world


@pytest.fixture(scope="module", params=SEEDS)
def written(request: pytest.FixtureRequest, driver: Driver) -> Portfolio:
    """A random portfolio that is in the database."""
    found = portfolio(request.param)
    found.write(driver)
    return found


@pytest.fixture
def projected(driver: Driver, written: Portfolio) -> Portfolio:
    """It, with its households projected."""
    project(driver)
    return written


def project(driver: Driver) -> None:
    run(driver, "analysis/components-gds-drop")
    run(driver, "analysis/components-gds-project")


def linked_components(some: Portfolio) -> set[frozenset[str]]:
    """Components of households that use anything that counts."""
    linked = {use.request for use in some.linking}
    return {part for part in some.components().values() if linked & part}


def test_random_graphs_are_worth_looking_at() -> None:
    for seed in SEEDS:
        some = portfolio(seed)
        sizes = sorted(len(part) for part in linked_components(some))
        assert len(sizes) > 5, f"seed {seed} hangs together too much: {sizes}"
        assert sizes[-1] > 4, f"seed {seed} falls apart too much: {sizes}"
        assert len({some.unit(one) for one in some.household}) < len(some.household)
        assert {use.counts for use in some.uses} == {True, False, None}
        assert None in some.household.values()


def test_projection_has_households_and_values_that_count(driver: Driver, written: Portfolio) -> None:
    run(driver, "analysis/components-gds-drop")
    (made,) = run(driver, "analysis/components-gds-project")
    graph = written.graph()
    # Both ways of each pair.
    assert (made["nodes"], made["relationships"]) == (graph.number_of_nodes(), 2 * graph.number_of_edges())
    with pytest.raises(Neo4jError, match="already exists"):
        run(driver, "analysis/components-gds-project")
    assert picked(run(driver, "analysis/components-gds-drop"), "nodes") == [(graph.number_of_nodes(),)]
    assert run(driver, "analysis/components-gds-drop") == []


def test_weight_falls_with_the_households_of_a_value(driver: Driver, projected: Portfolio) -> None:
    with driver.session() as session:
        found = session.run(
            "CALL gds.graph.relationshipProperty.stream($graph, 'weight') "
            "YIELD sourceNodeId, propertyValue "
            "WITH gds.util.asNode(sourceNodeId) AS n, propertyValue WHERE NOT n:SurrenderRequest "
            "RETURN n.key AS value, collect(DISTINCT propertyValue) AS weights",
            graph="ringfinder-households",
        )
        weights = {row["value"]: row["weights"] for row in found}
    degree = dict(projected.graph().degree())
    assert weights == {
        name: [pytest.approx(1 / max(users - 1, 1))] for (kind, name), users in degree.items() if kind == "value"
    }


def test_gds_components_are_those_of_networkx(driver: Driver, projected: Portfolio) -> None:
    rows = run(driver, "analysis/components-gds", least=1)
    assert {frozenset(row["requests"]) for row in rows} == linked_components(projected)
    assert {row["of"] for row in rows} == {len(rows)} == {len(linked_components(projected))}
    for row in rows:
        part = frozenset(row["requests"])
        assert len(part) == len(row["requests"]) == row["request_count"]
        assert row["households"] == len({projected.unit(one) for one in part})
        assert row["harmed"] == len({projected.unit(one) for one in part if projected.harm[one]})
        assert row["values"] == len({use.value for use in projected.linking if use.request in part})
        assert set(row["kinds"]) == {use.label for use in projected.linking if use.request in part}
        assert row["component"] in part
    sizes = [row["households"] for row in rows]
    assert sizes == sorted(sizes, reverse=True)


def test_gds_components_keep_their_limits(driver: Driver, projected: Portfolio) -> None:
    rows = run(driver, "analysis/components-gds", least=1)
    larger = [row for row in rows if row["households"] >= 3]
    assert larger
    assert picked(run(driver, "analysis/components-gds"), "component", "of") == [
        (row["component"], len(larger)) for row in larger
    ]
    (first,) = run(driver, "analysis/components-gds", least=1, limit=1, each=2)
    assert (first["component"], first["of"]) == (rows[0]["component"], len(rows))
    assert (first["requests"], first["request_count"]) == (rows[0]["requests"][:2], rows[0]["request_count"])


def test_plain_component_equals_that_of_gds(driver: Driver, projected: Portfolio) -> None:
    by_gds = {
        one: frozenset(row["requests"])
        for row in run(driver, "analysis/components-gds", least=1)
        for one in row["requests"]
    }
    for request in projected.household:
        rows = run(driver, "analysis/components", key=request, rounds=60)
        found = [one for row in rows for one in row["requests"]]
        # Whoever uses nothing that counts is in no component of GDS, and here alone with the household.
        assert frozenset(found) == by_gds.get(request, projected.of_units([projected.unit(request)]))
        assert frozenset(found) == projected.components()[request]
        assert len(found) == len(set(found)) == rows[0]["reached"]
        assert {(row["complete"], row["of"], row["households"]) for row in rows} == {(True, len(rows), len(rows))}


def test_rounds_are_distances_and_a_cut_is_told(driver: Driver, written: Portfolio) -> None:
    graph = written.graph()
    start = max(written.household, key=lambda one: (len(written.components()[one]), one))
    distance = nx.single_source_shortest_path_length(graph, ("unit", written.unit(start)))
    # Two steps, over a value, are one round.
    expected = {name: steps // 2 for (kind, name), steps in distance.items() if kind == "unit"}
    furthest = max(expected.values())
    assert furthest > 1
    for rounds in range(furthest + 2):
        rows = run(driver, "analysis/components", key=start, rounds=rounds)
        assert {row["household"]: row["round"] for row in rows} == {
            name: away for name, away in expected.items() if away <= rounds
        }
        assert {row["complete"] for row in rows} == {rounds >= furthest}


def test_no_room_is_told(driver: Driver, written: Portfolio) -> None:
    start = max(written.household, key=lambda one: (len(written.components()[one]), one))
    rows = run(driver, "analysis/components", key=start, rounds=60, most=1)
    assert {row["complete"] for row in rows} == {False}
    assert {row["household"] for row in rows} < {written.unit(one) for one in written.components()[start]}
    (first,) = run(driver, "analysis/components", key=start, rounds=60, limit=1)
    assert first["of"] == len({written.unit(one) for one in written.components()[start]})


@pytest.mark.parametrize("query", ["communities-gds", "leiden-gds"])
def test_communities_part_the_components(driver: Driver, projected: Portfolio, query: str) -> None:
    rows = run(driver, f"analysis/{query}", least=1)
    members = Counter(one for row in rows for one in row["requests"])
    assert set(members.values()) == {1}
    assert set(members) == {one for part in linked_components(projected) for one in part}
    components = projected.components()
    assert all(set(row["requests"]) <= components[row["requests"][0]] for row in rows)
    again = run(driver, f"analysis/{query}", least=1)
    assert [dict(row) for row in again] == [dict(row) for row in rows]


@pytest.mark.parametrize("query", ["communities-gds", "leiden-gds"])
def test_weakly_tied_groups_are_communities_of_one_component(driver: Driver, query: str) -> None:
    some = cliques([5, 7, 6])
    some.write(driver)
    project(driver)
    assert [row["households"] for row in run(driver, "analysis/components-gds")] == [18]
    rows = run(driver, f"analysis/{query}")
    assert {frozenset(row["requests"]) for row in rows} == {
        frozenset(one for one in some.household if one.startswith(group)) for group in ("g0", "g1", "g2")
    }
    assert picked(rows, "households", "values", "of") == [(7, 3, 3), (6, 3, 3), (5, 3, 3)]


def test_pairs_of_values(driver: Driver, written: Portfolio) -> None:
    homes: dict[tuple[str, str], set[str]] = {}
    for use in written.linking:
        homes.setdefault((use.value, use.label), set()).add(written.unit(use.request))
    # The statement takes households as the loader counted them: those that are known.
    counted = {(value, label): len(some) for (label, value), some in written.users(counting=True).items()}
    wide = sorted(one for one in homes if counted.get(one, 0) >= 1)
    expected = {
        (one[0], other[0]): len(homes[one] & homes[other])
        for one, other in itertools.combinations(wide, 2)
        if homes[one] & homes[other]
    }
    rows = run(driver, "analysis/communities", least=1, limit=1000)
    assert {(row["key"], row["other_key"]): row["common"] for row in rows} == expected
    assert {row["of"] for row in rows} == {len(expected)}
    assert [row["common"] for row in rows] == sorted(expected.values(), reverse=True)


def test_pairs_of_wide_values_are_left_out(driver: Driver) -> None:
    cliques([5, 7]).write(driver)
    rows = run(driver, "analysis/communities", widest=6)
    # A household more uses the first value of the second group, and that makes it too wide as well.
    assert picked(rows, "key", "other_key", "common", "either", "jaccard") == [
        ("g0v0", "g0v1", 5, 5, 1.0),
        ("g0v0", "g0v2", 5, 5, 1.0),
        ("g0v1", "g0v2", 5, 5, 1.0),
    ]


def test_shared_values_against_a_poisson_without_zero(driver: Driver, written: Portfolio) -> None:
    users, counting = written.users(counting=False), written.users(counting=True)
    rows = run(driver, "analysis/shared-values")
    kinds = sorted({label for label, _ in users})
    assert [(row["kind"], row["at_least"]) for row in rows] == list(itertools.product(kinds, [2, 3, 5, 10, 20, 50]))
    for row in rows:
        sizes = [len(homes) for (label, _), homes in users.items() if label == row["kind"]]
        counted = [len(homes) for (label, _), homes in counting.items() if label == row["kind"]]
        assert (row["values"], row["uses"], row["of"]) == (len(sizes), sum(sizes), len(rows))
        assert row["observed"] == sum(size >= row["at_least"] for size in sizes)
        assert row["counted"] == sum(size >= row["at_least"] for size in counted)
        assert row["expected"] == pytest.approx(expected_by_chance(sizes, row["at_least"]), abs=0.002)


def expected_by_chance(sizes: list[int], at_least: int) -> float:
    """How many values at least so many would use, were as many uses spread at random."""
    mean = sum(sizes) / len(sizes)
    if mean == 1:
        return 0.0
    rate = float(brentq(lambda one: one / poisson.sf(0, one) - mean, 1e-9, mean))
    return len(sizes) * float(poisson.sf(at_least - 1, rate) / poisson.sf(0, rate))


def test_harm_of_users_against_all(driver: Driver, written: Portfolio) -> None:
    homes = {home for home in written.household.values() if home is not None}
    harmed = {home for one, home in written.household.items() if home is not None and written.harm[one]}
    # A household shows harm at a value by the requests that use it, not by its others.
    shown: dict[tuple[str, str], set[str]] = {}
    for use in written.linking:
        home = written.household[use.request]
        if home is not None and written.harm[use.request]:
            shown.setdefault((use.label, use.value), set()).add(home)
    wide = {key: some for key, some in written.users(counting=True).items() if len(some) >= 2}
    rows = run(driver, "analysis/shared-values-harm", least=2)
    assert {(row["kind"], row["key"]): (row["households"], row["harmed"]) for row in rows} == {
        key: (len(some), len(shown.get(key, ()))) for key, some in wide.items()
    }
    share = len(harmed) / len(homes)
    for row in rows:
        assert row["of"] == len(rows)
        assert row["share_of_all"] == pytest.approx(share, abs=1e-4)
        assert row["expected"] == pytest.approx(share * row["households"], abs=0.01)
    assert [row["nats"] for row in rows] == sorted((row["nats"] for row in rows), reverse=True)
    phones = run(driver, "analysis/shared-values-harm", least=2, kind="Phone")
    assert {row["key"] for row in phones} == {value for label, value in wide if label == "Phone"}


def test_what_a_ring_turns_around(driver: Driver) -> None:
    world().write(driver)
    (made,) = run(driver, "analysis/ring-gds-project", ring_id="G1")
    rows = run(driver, "analysis/ring-centrality-gds")
    # The graph of G1: h1, h3 and h4 use ph1, h3, h4 and h5 use ac1.
    graph = nx.Graph([("r1", "ph1"), ("r3", "ph1"), ("r4", "ph1"), ("r3", "ac1"), ("r4", "ac1"), ("r5", "ac1")])
    assert (made["nodes"], made["relationships"]) == (6, 12)
    between = nx.betweenness_centrality(graph)
    assert {row["key"]: row["betweenness"] for row in rows} == {
        name: pytest.approx(share, abs=1e-6) for name, share in between.items()
    }
    assert {row["key"]: row["degree"] for row in rows} == dict(graph.degree())
    assert picked(rows, "key")[:2] == [("ac1",), ("ph1",)]
    (first,) = run(driver, "analysis/ring-centrality-gds", limit=1)
    assert (first["key"], first["of"]) == ("ac1", 6)


def test_projection_of_an_unknown_ring_tells_nothing(driver: Driver) -> None:
    world().write(driver)
    assert run(driver, "analysis/ring-gds-project", ring_id="nobody", graph="empty") == []


def test_component_of_a_ring_leaves_out_what_does_not_count(driver: Driver) -> None:
    world().write(driver)
    rows = run(driver, "analysis/components", ring_id="G1")
    # r7 is reached by the e-mail that counts; r6 by the device of r7; the IP address would have joined all at once.
    assert picked(rows, "round", "household", "requests", "rings", "harmed") == [
        (0, "h1", ["R1", "R2"], ["G1"], True),
        (0, "h3", ["R3"], ["G1"], True),
        (0, "h4", ["R4"], ["G1"], True),
        (0, "h5", ["R5", "R9"], ["G1", "G3"], False),
        (1, "h7", ["R7"], ["G2"], False),
        (2, "h6", ["R6"], ["G2"], False),
    ]
    assert run(driver, "analysis/components", key="nobody") == []
    assert run(driver, "analysis/components") == []


@pytest.mark.parametrize("query", ["components-gds", "communities-gds", "leiden-gds", "ring-centrality-gds"])
def test_without_a_projection_gds_says_so(driver: Driver, query: str) -> None:
    with pytest.raises(Neo4jError, match="does not exist"):
        run(driver, f"analysis/{query}", graph="never made")


def test_parameters_with_a_point_do(driver: Driver) -> None:
    """Browser hands `:param limit => 100` over as 100.0."""
    world().write(driver)
    project(driver)
    run(driver, "analysis/ring-gds-project", ring_id="G1")
    for query in ("components", "communities", "shared-values", "shared-values-harm", "components-gds",
                  "communities-gds", "leiden-gds", "ring-centrality-gds"):  # fmt: skip
        saved = load(f"analysis/{query}")
        floats = {name: float(value) if isinstance(value, int) else value for name, value in saved.parameters.items()}
        with driver.session() as session:
            session.run(statement(saved.statement), floats).consume()
