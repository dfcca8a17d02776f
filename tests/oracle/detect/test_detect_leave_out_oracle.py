"""Leave-one-value-out and centrality against networkx, on small seeded rings."""

import random
from collections import Counter

import networkx as nx
import pytest
from tests.detection import analysed, portfolio, town

from ringfinder.detect import DetectSettings, detect
from ringfinder.detect.analysis import Analysis
from ringfinder.detect.dossier import Archive, Dossier
from ringfinder.detect.leave_out import LeaveOut
from ringfinder.records.portfolio import Portfolio

Node = tuple[str, int]


def patchwork(seed: int) -> Portfolio:
    """A ring of sixteen over five phones and four accounts, drawn at random; some persons come back a year before."""
    chance = random.Random(seed)
    phones = [f"188{(n + 1) * 7919 * 104729 % 10**8:08d}" for n in range(5)]
    accounts = [f"62170000531494146{n}{n}" for n in range(4)]
    rows = town(range(16), 400)
    for row in rows[:16]:
        if chance.random() < 0.8:
            row["phone"] = chance.choice(phones)
        if chance.random() < 0.5:
            row["payout_account"] = chance.choice(accounts)
    again = [
        row | {"request_id": f"Z{row['request_id']}", "applied_at": f"2024-03-{n + 1:02d}", "kind": "surrender",
               "requested_amount": "1000"}
        for n, row in enumerate(rows[:16]) if chance.random() < 0.3
    ]  # fmt: skip
    return portfolio(surrender_requests=rows + again)


def graph_of(analysis: Analysis, dossier: Dossier) -> "nx.Graph[Node]":
    """Episodes of the group and its values, straight from the uses of requests."""
    network = analysis.network
    graph: nx.Graph[Node] = nx.Graph()
    episodes, values = set(dossier.episodes.tolist()), set(dossier.values.tolist())
    graph.add_nodes_from(("episode", one) for one in episodes)
    for request, value in zip(network.uses.request.tolist(), network.uses.code.tolist(), strict=True):
        episode = int(analysis.episodes.of_request[request])
        if episode in episodes and value in values:
            graph.add_edge(("episode", episode), ("value", value))
    return graph


def largest_units(analysis: Analysis, graph: "nx.Graph[Node]") -> int:
    """Most households in one connected part that holds a value."""
    best = 0
    for part in nx.connected_components(graph):
        units = {int(analysis.episodes.unit[number]) for kind, number in part if kind == "episode"}
        if any(kind == "value" for kind, _ in part):
            best = max(best, len(units))
    return best


@pytest.mark.parametrize("seed", range(12))
def test_units_without_a_value_are_those_of_the_largest_part(seed: int) -> None:
    analysis = analysed(patchwork(seed))
    archive = Archive(analysis)
    checked = 0
    for group in range(analysis.groups.count):
        dossier = archive.open(group)
        found = LeaveOut(archive, DetectSettings()).without(dossier)
        for value, without in zip(dossier.values.tolist(), found, strict=False):
            graph = graph_of(analysis, dossier)
            graph.remove_node(("value", value))
            assert without.key == archive.key(value)
            assert without.units == largest_units(analysis, graph)
            checked += 1
    assert checked


@pytest.mark.parametrize("seed", range(12))
def test_central_is_betweenness(seed: int) -> None:
    analysis = analysed(patchwork(seed))
    archive = Archive(analysis)
    for group in range(analysis.groups.count):
        dossier = archive.open(group)
        share = nx.betweenness_centrality(graph_of(analysis, dossier), normalized=True)
        expected = Counter({node: value for node, value in share.items() if value > 0})
        found = LeaveOut(archive, DetectSettings()).central(dossier)
        best = sorted((round(value, 4) for value in expected.values()), reverse=True)[:3]
        assert [one.share for one in found] == pytest.approx(best, abs=1e-4)
        by_key = {archive.key(number): value for (kind, number), value in share.items() if kind == "value"}
        for one in found:
            if one.key.kind != "applicant":
                assert one.share == pytest.approx(by_key[one.key], abs=1e-4)


def test_a_value_that_nothing_hangs_on_leaves_score_and_households_as_they_are() -> None:
    rows = town(range(12), phone="18812345671", payout_account="6217000053149414636")
    calm = [row | {"request_id": f"A{row['request_id']}", "applied_at": "2024-01-05", "kind": "surrender",
                   "requested_amount": "1000"} for row in rows[:6]]  # fmt: skip
    (ring,) = detect(portfolio(surrender_requests=rows + calm)).rings
    for without in ring.without:
        assert without.units == 12
        assert without.score == pytest.approx(ring.score, abs=1e-4)


def test_what_hangs_on_one_phone_is_gone_without_it() -> None:
    (ring,) = detect(portfolio(surrender_requests=town(range(12), phone="18812345671"))).rings
    (without,) = ring.without
    assert (without.units, without.score) == (0, 0.0)
    registered = next(change for change in ring.changes if change.name == "registered")
    assert registered.counts == {"units": 0.0, "score": 0.0}
