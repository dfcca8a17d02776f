"""Every query of `cypher/investigate` on the small world, row by row."""

from __future__ import annotations

from datetime import date

import networkx as nx
import pytest
from neo4j import Driver
from tests.neo4j.queries.harness import picked, run
from tests.neo4j.queries.random_graphs import SEEDS, portfolio
from tests.neo4j.queries.world import at, day, world


@pytest.fixture(scope="module")
def graph(driver: Driver) -> Driver:
    world().write(driver)
    return driver


def test_value_says_who_used_it_when_how_and_what_counts(graph: Driver) -> None:
    rows = run(graph, "investigate/value", key="ph1")
    assert picked(rows, "how", "number", "at", "counts", "persons", "household", "rings") == [
        ("CONTACT_BY", "R1", day(1), True, ["P1"], "h1", ["G1"]),
        ("CHANGED_TO", "R3", day(2), True, ["P3"], "h3", ["G1"]),
        ("CONTACT_BY", "R2", day(2), True, ["P2"], "h1", ["G1"]),
        ("CONTACT_BY", "R3", day(3), True, ["P3"], "h3", ["G1"]),
        ("CONTACT_BY", "R4", day(4), True, ["P4"], "h4", ["G1"]),
        ("CONTACT_BY", "R5", day(1), False, ["P5"], "h5", ["G1"]),
        ("CONTACT_BY", "R6", None, False, ["P6"], "h6", ["G2"]),
        ("SPOKEN_FOR_BY", "V1", day(8), None, ["P3"], None, []),
        ("WRITTEN_WITH", "K1", day(9), None, ["P1"], None, []),
        ("FILED", "P4", None, None, ["P4"], "h4", []),
        ("SHARES", "G1", None, None, [], None, ["G1"]),
    ]
    assert {(row["value_class"], row["households"], row["of"]) for row in rows} == {("open", 3, 11)}


def test_person(graph: Driver) -> None:
    rows = run(graph, "investigate/person", key="p1")
    assert picked(rows, "how", "kind", "number", "at", "via", "counts", "rings") == [
        ("THIS", "Person", "P1", None, None, None, []),
        ("APPLIED_FOR", "SurrenderRequest", "R1", day(11), None, None, ["G1"]),
        ("COMPLAINED", "Complaint", "K1", day(9), None, None, []),
        ("MEMBER_OF", "Household", None, None, None, None, []),
        ("OWNS", "Policy", "PO1", day(1), None, None, []),
        ("RELATED_TO", "Person", "P2", None, None, None, []),
        ("CONTACT_BY", "Phone", None, day(1), "R1", True, []),
        ("CONTACT_BY", "Address", None, day(7), "R1", False, []),
        ("CONTACT_BY", "Email", None, day(7), "R1", True, []),
        ("FROM_IP", "IpAddress", None, day(6), "R1", True, []),
    ]
    assert rows[1]["facts"]["requested_amount"] == 300
    assert rows[1]["row"] == "requests.csv:1"


def test_policy(graph: Driver) -> None:
    rows = run(graph, "investigate/policy", key="po1")
    assert picked(rows, "how", "number", "via", "counts", "rings") == [
        ("THIS", "PO1", None, None, []),
        ("ABOUT", "K1", None, None, []),
        ("OWNS", "P1", None, None, []),
        ("REPLACED_BY", "PO6", None, None, []),
        ("SOLD_BY", "A1", None, None, []),
        ("SURRENDERS", "R1", None, None, ["G1"]),
        ("APPLIED_FOR", "P1", "R1", None, []),
    ]
    assert picked(run(graph, "investigate/policy", key="po4")[-2:], "how", "key", "counts") == [
        ("APPLIED_FOR", "p4", None),
        ("PAYS_TO", "ac1", True),
    ]


def test_request(graph: Driver) -> None:
    rows = run(graph, "investigate/request", key="r1")
    assert picked(rows, "how", "key", "via", "counts") == [
        ("THIS", "r1", None, None),
        ("IN_RING", "G1", None, None),
        ("CONTACT_BY", "ph1", None, True),
        ("CONTACT_BY", "em1", None, True),
        ("FROM_IP", "ip1", None, True),
        ("CONTACT_BY", "ad1", None, False),
        ("APPLIED_FOR", "p1", None, None),
        ("GOES_WITH", "c1", None, None),
        ("SURRENDERS", "po1", None, None),
        ("SOLD_BY", "ag1", "PO1", None),
        ("COPY_OF", "t1", "K1", None),
        ("WRITTEN_WITH", "ph1", "K1", None),
        ("SAME_HOUSEHOLD", "r2", None, None),
    ]
    assert rows[2]["facts"] == {"value_class": "open", "households": 3}


def test_request_whose_use_says_nothing_does_not_count(graph: Driver) -> None:
    rows = run(graph, "investigate/request", key="r6")
    assert ("ph1", False) in picked(rows, "key", "counts")


def test_agent(graph: Driver) -> None:
    rows = run(graph, "investigate/agent", key="ag1")
    assert picked(rows, "how", "key", "at", "via", "counts", "in_post", "rings") == [
        ("THIS", "ag1", date(2020, 1, 1), None, None, None, []),
        ("ACTS_AS", "dl1", None, None, None, None, []),
        ("AGENT_PHONE", "ph2", None, None, None, None, []),
        ("AT_BRANCH", "br1", None, None, None, None, []),
        ("INVOLVES", "G1", None, None, None, None, []),
        ("MANAGED_BY", "ag2", None, None, None, None, []),
        ("CALLED_BACK_ON", "r6", day(18), "<ph2>", False, False, ["G2"]),
        ("DELEGATED_TO", "r3", day(7), "<dl1>", False, True, ["G1"]),
        ("SOLD_AND_SURRENDERED", "r4", day(14), "PO4", None, False, ["G1"]),
        ("SOLD_AND_SURRENDERED", "r3", day(13), "PO3", None, True, ["G1"]),
        ("SOLD_AND_SURRENDERED", "r1", day(11), "PO1", None, True, ["G1"]),
    ]
    assert (rows[0]["facts"]["policies"], rows[0]["facts"]["surrendered"]) == (3, 3)
    assert [row["how"] for row in run(graph, "investigate/agent", key="ag2")][:3] == ["THIS", "AT_BRANCH", "MANAGES"]


def test_ring_members(graph: Driver) -> None:
    rows = run(graph, "investigate/ring-members", ring_id="G1")
    assert picked(rows, "request_id", "role", "weight", "since", "shared", "agents", "vulnerable") == [
        ("R4", "payee", 0.6, 1, ["<ac1>", "<ip1>", "<ph1>"], ["A1"], []),
        ("R1", "member", 0.9, 1, ["<ip1>", "<ph1>"], ["A1"], []),
        ("R2", "member", 0.8, 1, ["<ip1>", "<ph1>"], [], []),
        ("R3", "member", 0.7, 1, ["<ac1>", "<ip1>", "<ph1>"], ["A1"], ["elderly"]),
        ("R5", "member", None, 3, ["<ac1>", "<ip1>", "<ph1>"], ["A2"], []),
    ]
    assert rows[3]["harm"] == ["takeover", "asks_more"]
    assert rows[2]["harm"] == []
    assert run(graph, "investigate/ring-members", ring_id="G4") == []


def test_ring_evidence(graph: Driver) -> None:
    rows = run(graph, "investigate/ring-evidence", ring_id="G1")
    assert picked(rows, "what", "name", "rank", "weight", "ruled_out", "rows") == [
        ("evidence", "i1", 1, 4.5, None, ["requests.csv:1"]),
        ("evidence", "i2", 2, 1.25, None, ["requests.csv:1"]),
        ("hypothesis", "employer", None, None, False, []),
        ("hypothesis", "family", None, None, True, []),
    ]


def test_ring_picture(graph: Driver) -> None:
    rows = run(graph, "investigate/ring-picture", ring_id="G1")
    drawn = {node["key"] for row in rows for node in row["path"].nodes}
    assert drawn == {"G1", "ph1", "ac1", "ip1", *(f"{kind}{n}" for kind in "rp" for n in range(1, 6))}
    assert {(row["drawn"], row["of"]) for row in rows} == {(14, 14)}
    assert sum(len(row["path"].relationships) for row in rows) == 5 + 5 + 3 + 6 + 3 + 5


@pytest.mark.parametrize("limit", [1, 4, 7, 10, 13])
def test_ring_picture_keeps_its_promise(graph: Driver, limit: int) -> None:
    rows = run(graph, "investigate/ring-picture", ring_id="G1", limit=limit)
    assert len({node["key"] for row in rows for node in row["path"].nodes}) <= limit
    assert {row["of"] for row in rows} <= {14}


def test_ring_timeline(graph: Driver) -> None:
    rows = run(graph, "investigate/ring-timeline", ring_id="G1")
    told = picked(rows, "day", "what", "request_id", "key")
    assert told[:6] == [
        (day(1), "contact_by", "R1", "ph1"),
        (day(1), "contact_by", "R5", "ph1"),
        (day(1), "issued", "R1", "po1"),
        (day(1), "issued", "R3", "po3"),
        (day(1), "issued", "R4", "po4"),
        (day(1), "issued", "R5", "po5"),
    ]
    assert (day(8), "came", "R3", "v1") in told
    assert (day(9), "complained", "R1", "c1") in told
    assert (day(20), "complaint_closed", "R1", "c1") in told
    assert told[-1] == (day(25), "paid", "R1", "r1")
    assert rows[-1]["moment"].to_native() == at(25)
    # The institution's address is no value of the ring's, and what was never paid has no day.
    assert not {"ad1", "em1"} & {row["key"] for row in rows}
    assert len(rows) == 4 + 5 + 1 + 1 + 1 + 1 + (5 + 1 + 3 + 5)


def test_ring_without_its_best_value(graph: Driver) -> None:
    rows = run(graph, "investigate/ring-without-best-value", ring_id="G1")
    assert picked(rows, "part", "households", "requests", "left_out_key", "remaining", "without_units") == [
        (1, 3, ["R3", "R4", "R5"], "ph1", 3, 3),
        (2, 1, ["R1", "R2"], "ph1", 3, 3),
    ]
    assert {(row["of_households"], row["without_score"], row["score"]) for row in rows} == {(4, 2.5, 9.5)}


def test_ring_without_a_chosen_value(graph: Driver) -> None:
    rows = run(graph, "investigate/ring-without-best-value", ring_id="G1", key="ac1")
    assert picked(rows, "households", "requests") == [(3, ["R1", "R2", "R3", "R4"]), (1, ["R5"])]
    # An IP address joins nobody, so it cannot be what a ring hangs on.
    assert run(graph, "investigate/ring-without-best-value", ring_id="G1", key="ip1") == []
    assert run(graph, "investigate/ring-without-best-value", ring_id="G4") == []


def test_ring_that_falls_apart_hangs_together_with_nobody(graph: Driver) -> None:
    rows = run(graph, "investigate/ring-without-best-value", ring_id="G2")
    assert picked(rows, "households", "requests", "remaining", "without_units") == [
        (1, ["R6"], 0, None),
        (1, ["R7"], 0, None),
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_ring_without_a_value_against_networkx(driver: Driver, seed: int) -> None:
    some = portfolio(seed)
    some.write(driver)
    best = max({use.value for use in some.linking}, key=lambda one: (some.graph().degree(("value", one)), one))
    members = [one for one in some.household if int(one[1:]) % 3]  # the others are outside the ring, and join nothing
    try:
        with driver.session() as session:
            session.run(
                """
                CREATE (g:Ring {key: 'R', ring_id: 'R'})
                WITH g
                MATCH (v:Phone|Address|BankAccount|Device|Delegate {key: $best}) CREATE (g)-[:SHARES {members: 2}]->(v)
                WITH g
                MATCH (r:SurrenderRequest) WHERE r.key IN $members CREATE (r)-[:IN_RING]->(g)
                """,
                best=best,
                members=members,
            ).consume()
        rows = run(driver, "investigate/ring-without-best-value", ring_id="R", limit=1000)
    finally:
        world().write(driver)
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(some.unit(one) for one in members)
    graph.add_edges_from(
        (some.unit(use.request), f"value {use.value}")
        for use in some.linking
        if use.request in members and use.value != best
    )
    parts = [{one for one in part if not one.startswith("value ")} for part in nx.connected_components(graph)]
    assert {frozenset(row["requests"]) for row in rows} == {
        frozenset(one for one in members if some.unit(one) in part) for part in parts
    }
    assert sorted(row["households"] for row in rows) == sorted(len(part) for part in parts)
    assert {(row["left_out_key"], row["remaining"], row["of"]) for row in rows} == {
        (best, max(map(len, parts)), len(parts))
    }


def test_ring_neighbours(graph: Driver) -> None:
    rows = run(graph, "investigate/ring-neighbours", ring_id="G1")
    assert picked(rows, "ring_id", "linked", "shows_theirs", "shows_ours", "values", "persons") == [
        ("G2", True, 2, None, [], []),
        ("G3", False, None, None, ["<ac1>"], ["P5"]),
    ]
    back = run(graph, "investigate/ring-neighbours", ring_id="G2")
    assert picked(back, "ring_id", "shows_theirs", "shows_ours") == [("G1", None, 2)]


def test_paths_between(graph: Driver) -> None:
    rows = run(graph, "investigate/paths-between", key="p1", other="p3")
    routes = [[node["key"] for node in row["path"].nodes] for row in rows]
    assert routes == [["p1", "r1", "G1", "r3", "p3"], *[["p1", "r1", "ph1", "r3", "p3"]] * 2]
    assert rows[1]["through"] == ["APPLIED_FOR <r1>", "CONTACT_BY <ph1>", "CHANGED_TO <r3>", "APPLIED_FOR <p3>"]


@pytest.mark.parametrize(
    ("key", "other", "most"),
    [
        ("p1", "p7", 12),  # only through hubs, an IP address, and a use that says nothing
        ("p1", "p3", 3),
        ("p1", "p1", 8),
    ],
)
def test_no_path(graph: Driver, key: str, other: str, most: int) -> None:
    assert run(graph, "investigate/paths-between", key=key, other=other, most=most) == []


def test_neighbourhood(graph: Driver) -> None:
    near = run(graph, "investigate/neighbourhood", key="r7", hops=1)
    assert {(row["link"].type, row["to"]["key"], row["away"], *row["not_expanded"]) for row in near} == {
        ("APPLIED_FOR", "r7", 1),
        ("IN_RING", "G2", 1),
        ("FROM_DEVICE", "dv1", 1),
        ("SURRENDERS", "po9", 1),
        ("FROM_IP", "ip1", 1),
        ("CONTACT_BY", "ad1", 1, "<ad1>"),
        ("CONTACT_BY", "em1", 1, "<em1>"),
    }
    further = run(graph, "investigate/neighbourhood", key="r7", hops=2)
    # Hubs are not expanded: r1 is met through the IP address alone.
    assert ("r1", "em1") not in {(row["from"]["key"], row["to"]["key"]) for row in further}
    assert ("r1", "ip1") in {(row["from"]["key"], row["to"]["key"]) for row in further}
    assert {row["left_out"] for row in further} == {0}
    links = [row["link"].element_id for row in run(graph, "investigate/neighbourhood", key="r7", hops=3)]
    assert len(links) == len(set(links))


def test_neighbourhood_says_what_it_left_out(graph: Driver) -> None:
    rows = run(graph, "investigate/neighbourhood", key="r7", hops=1, each=2)
    assert [row["to"]["key"] for row in rows] == ["dv1", "G2"]
    assert {(row["left_out"], row["of"]) for row in rows} == {(5, 2)}


def test_hub_is_expanded_where_it_is_the_start(graph: Driver) -> None:
    rows = run(graph, "investigate/neighbourhood", key="em1", hops=1)
    assert [row["from"]["key"] for row in rows] == ["r1", "r7"]


def test_changed_since(graph: Driver) -> None:
    rows = run(graph, "investigate/changed-since", since=2)
    assert picked(rows, "what", "ring_id", "in_run", "requests", "added", "of") == [
        ("grew", "G1", 3, ["R5"], 1, 3),
        ("born", "G2", 3, ["R6", "R7"], 2, 3),
        ("faded", "OLDER", 3, [], 0, 3),
    ]
    assert run(graph, "investigate/changed-since", since=3) == []
    assert [row["ring_id"] for row in run(graph, "investigate/changed-since", since=1)] == [
        "G1",
        "G3",
        "G2",
        "OLD",
        "OLDER",
    ]


def test_agents_over_represented(graph: Driver) -> None:
    rows = run(graph, "investigate/agents-over-represented")
    assert picked(rows, "measure", "agent_no", "observed", "base", "expected", "ratio", "others", "others_base") == [
        ("surrendered", "A1", 3, 3, 0.75, 4.0, 1, 4)
    ]
    assert picked(rows, "households", "rings", "scope", "branch_code") == [(3, ["G1"], "all", "B1")]
    assert run(graph, "investigate/agents-over-represented", ratio=4.1) == []
    assert run(graph, "investigate/agents-over-represented", least=4) == []


def test_money_by_ring(graph: Driver) -> None:
    columns = ("ring_id", "at_risk", "requested_here", "agreed_here", "paid_here", "paid_to_others", "premium")
    rows = run(graph, "investigate/money-by-ring")
    assert picked(rows, *columns) == [
        ("G1", 900, 200, 80, 150, 80, 4000),
        ("G2", 10, 0, 0, 0, 0, 1000),
        ("G3", None, 0, 0, 0, 0, 0),
        ("G4", None, 0, 0, 0, 0, 0),
    ]
    assert [row["not_yet_paid"] for row in rows] == [3, 2, 1, 0]
    assert [row["ring_id"] for row in run(graph, "investigate/money-by-ring", ring_id="G3")] == ["G3"]
    assert [row["ring_id"] for row in run(graph, "investigate/money-by-ring", tier="alert")] == ["G1"]


def test_rings(graph: Driver) -> None:
    rows = run(graph, "investigate/rings")
    assert picked(rows, "ring_id", "tier", "score", "best", "best_kind") == [
        ("G1", "alert", 9.5, "<ph1>", "Phone"),
        ("G3", "review", 2.5, "<ac1>", "BankAccount"),
        ("G2", "review", 1.5, "<dv1>", "Device"),
        ("G4", "review", None, None, None),
    ]
    assert [row["ring_id"] for row in run(graph, "investigate/rings", tier="review")] == ["G3", "G2", "G4"]
    assert [row["ring_id"] for row in run(graph, "investigate/rings", kind="pressure")] == ["G1"]


def test_hubs(graph: Driver) -> None:
    rows = run(graph, "investigate/hubs", least=2)
    assert picked(rows, "key", "requests", "counted", "links", "hub", "why_en") == [
        ("ip1", 7, 7, False, False, "an IP address never links"),
        ("ph1", 6, 5, True, False, "may link"),
        ("ac1", 3, 3, True, False, "may link"),
        ("ad1", 3, 0, False, True, "of an institution, or goes with one"),
        ("dv1", 2, 2, True, False, "may link"),
        ("em1", 2, 2, True, True, "may link"),
    ]
    assert run(graph, "investigate/hubs") == []


@pytest.mark.parametrize(
    ("number", "kind", "key"),
    [
        ("R1", "SurrenderRequest", "r1"),
        (" PO3 ", "Policy", "po3"),
        ("P2", "Person", "p2"),
        ("K1", "Complaint", "c1"),
        ("V1", "Visit", "v1"),
        ("A2", "Agent", "ag2"),
        ("B1", "Branch", "br1"),
        ("G2", "Ring", "G2"),
        ("ph1", "Phone", "ph1"),
    ],
)
def test_look_up(graph: Driver, number: str, kind: str, key: str) -> None:
    rows = run(graph, "investigate/look-up", id=number)
    assert picked(rows, "kind", "key", "of") == [(kind, key, 1)]
    assert rows[0]["node"]["key"] == key
