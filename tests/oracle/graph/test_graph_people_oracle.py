"""Persons against the components of a graph of equal IDs."""

import random

import networkx as nx
from tests.detection import portfolio, request

from ringfinder.graph.columns import encode
from ringfinder.graph.people import find_people


def test_persons_are_the_components_of_equal_ids() -> None:
    chance = random.Random(1)
    identities = ["110105198506066912", "440305198607232331", "320505198607090840", "33010619940304106X", None]
    rows = [
        {"person_id": f"C{number:04d}", "id_no": chance.choice(identities[:4] if number % 3 else identities)}
        for number in range(60)
    ]
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(str(row["person_id"]) for row in rows)
    valid = portfolio(surrender_requests=[request(1)], persons=rows).table("persons")
    by_id: dict[str, list[str]] = {}
    for person, form in zip(valid["person_id"].to_pylist(), valid["id_no_nf"].to_pylist(), strict=True):
        if form:
            by_id.setdefault(form, []).append(person)
    for same in by_id.values():
        nx.add_path(graph, same)
    expected = {frozenset(part) for part in nx.connected_components(graph)}
    data = portfolio(surrender_requests=[request(number) for number in range(60)], persons=rows)
    requests = data.table("surrender_requests")
    people = find_people(data, requests, encode(data.table("persons")["id_no_nf"])[0][0])
    groups: dict[int, set[str]] = {}
    for person, applicant in zip(people.of_request.tolist(), requests["applicant_id"].to_pylist(), strict=True):
        groups.setdefault(person, set()).add(applicant)
    assert {frozenset(group) for group in groups.values()} == expected
