"""Walks over the index against networkx on the same ties, and look-ups against the tables."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from ringfinder.index.entities import Entities, Entity, Sort
from ringfinder.index.explore import neighbourhood, shortest_path
from ringfinder.index.files import Files
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.load import load_folder
from ringfinder.records.portfolio import Portfolio, normal_form
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

HUB = 6


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Entities, Portfolio, dict[str, str]]:
    folder = tmp_path_factory.mktemp("explore")
    simulate("mixed", 1500, 4, folder / "t")
    with Workspace.open(Settings(folder / "w")) as workspace:
        load_folder(workspace, folder / "t")
        done = detect_workspace(workspace)
        members = {m.request_id: ring.ring_id for ring in done.detection.rings for m in ring.members}
        return Entities(Files(Path(done.folder) / "index")), workspace.portfolio(), members


def _graph(entities: Entities, requests: int) -> nx.Graph[Entity]:
    graph: nx.Graph[Entity] = nx.Graph()
    for number in range(requests):
        graph.add_edges_from((Entity(Sort.REQUEST.value, number), tie.to) for tie in entities.ties(number))
    return graph


def _blocked(entities: Entities, one: Entity) -> bool:
    if one.sort == Sort.REQUEST:
        return False
    return len(entities.requests(one)) > HUB or (one.is_value and not entities.links(one))


def test_ties_are_the_same_from_both_ends(made: tuple[Entities, Portfolio, dict[str, str]]) -> None:
    entities, portfolio, _ = made
    count = portfolio.table("surrender_requests").num_rows
    forward = {(tie.request, tie.to, tie.role) for number in range(count) for tie in entities.ties(number)}
    ends = {to for _, to, _ in forward if to.is_value}
    assert len(ends) > count
    backward = {(tie.request, tie.to, tie.role) for end in ends for tie in entities.requests(end)}
    assert {one for one in forward if one[1].is_value} == backward


def test_every_request_person_policy_and_value_is_found(made: tuple[Entities, Portfolio, dict[str, str]]) -> None:
    entities, portfolio, members = made
    table = portfolio.table("surrender_requests")
    for row in table.slice(0, 200).to_pylist():
        (request,) = entities.find(row["request_id"], Sort.REQUEST)
        assert entities.text(request) == row["request_id"]
        assert entities.ring_of(request.number) == members.get(row["request_id"], "")
        where = entities.row_of(request.number)
        assert (where.key, where.file, where.line) == (row["request_id"], row["_file"], row["_line"])
        ties = {(tie.to.sort, entities.text(tie.to)) for tie in entities.ties(request.number)}
        (person,) = entities.find(row["applicant_id"], Sort.PERSON)
        assert row["applicant_id"] in entities.customers(person)
        assert ("person", entities.text(person)) in ties
        for column in ("phone", "address", "email"):
            if form := row[normal_form(column)]:
                assert (column, form) in ties
                (value,) = entities.find(row[column], column)
                assert entities.text(value) == form
                assert request.number in {tie.request for tie in entities.requests(value)}
    assert entities.find("nobody-knows-this") == []


def test_a_customer_is_found_by_id_and_by_name(made: tuple[Entities, Portfolio, dict[str, str]]) -> None:
    entities, portfolio, _ = made
    people = [row for row in portfolio.table("persons").slice(0, 300).to_pylist() if row["id_no"] and row["name"]]
    assert people
    for row in people:
        for text, sort in ((row["id_no"], "id_no"), (row["name"], "name")):
            assert row["person_id"] in {name for one in entities.find(text, sort) for name in entities.customers(one)}


def test_steps_are_the_distances_of_networkx(made: tuple[Entities, Portfolio, dict[str, str]]) -> None:
    entities, portfolio, members = made
    count = portfolio.table("surrender_requests").num_rows
    graph = _graph(entities, count)
    chance = np.random.default_rng(2)
    starts = [entities.find(one, Sort.REQUEST)[0] for one in chance.choice(sorted(members), 12, replace=False)]
    for start in starts:
        found = neighbourhood(entities, start, 4, 10**6, hub=10**6)
        expected = nx.single_source_shortest_path_length(graph, start, cutoff=4)
        assert found.steps == expected
        assert (found.left_out, found.hubs) == (0, {})
        few = neighbourhood(entities, start, 4, 20, hub=HUB)
        assert len(few.steps) <= 20
        assert all(size > HUB for size in few.hubs.values())
        assert few.left_out > 0 or len(few.steps) < 20 or len(expected) == 20


def test_paths_are_as_short_as_those_of_networkx(made: tuple[Entities, Portfolio, dict[str, str]]) -> None:
    entities, portfolio, members = made
    count = portfolio.table("surrender_requests").num_rows
    whole = _graph(entities, count)
    chance = np.random.default_rng(3)
    names = sorted(members)
    lengths = set()
    graph = nx.restricted_view(whole, [one for one in whole if _blocked(entities, one)], [])
    for _ in range(60):
        first, second = (entities.find(str(one), Sort.REQUEST)[0] for one in chance.choice(names, 2, replace=False))
        path = shortest_path(entities, first, second, 8, hub=HUB)
        try:
            length = nx.shortest_path_length(graph, first, second)
        except nx.NetworkXNoPath:
            length = None
        if length is None or length > 8:
            assert path is None
            continue
        assert path is not None
        assert len(path.ties) == length
        assert (path.entities[0], path.entities[-1]) == (first, second)
        for tie, (here, there) in zip(path.ties, zip(path.entities, path.entities[1:], strict=False), strict=True):
            assert {here, there} == {Entity(Sort.REQUEST.value, tie.request), tie.to}
        lengths.add(length)
    assert len(lengths) > 1


def test_what_is_not_visible_is_not_walked(made: tuple[Entities, Portfolio, dict[str, str]]) -> None:
    entities, _, members = made
    start = entities.find(min(members), Sort.REQUEST)[0]
    mine = {start.number}
    found = neighbourhood(entities, start, 6, 10**6, mine.__contains__)
    assert {one.number for one in found.steps if one.sort == Sort.REQUEST} == mine
    assert {tie.request for tie in found.ties} == mine
