"""Parts of detection against independent ways to the same number."""

import math
import random

import networkx as nx
import numpy as np
from scipy import integrate
from tests.detection import portfolio, request

from ringfinder.detect.judge import value_factor
from ringfinder.graph.people import find_people


def test_factor_of_a_value_is_the_integral_it_stands_for() -> None:
    for users, harmed, rate in ((3, 3, 0.2), (10, 4, 0.3), (50, 49, 0.1), (7, 0, 0.4)):

        def density(share: float, users: int = users, harmed: int = harmed) -> float:
            return 6 * share ** (harmed + 1) * (1 - share) ** (users - harmed + 1)

        area, _ = integrate.quad(density, 0, 1)
        expected = math.log(area) - harmed * math.log(rate) - (users - harmed) * math.log(1 - rate)
        found = value_factor(np.array([float(harmed)]), np.array([float(users)]), rate, 2.0)
        assert math.isclose(float(found[0]), expected, rel_tol=1e-6)


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
    people = find_people(data, requests)
    groups: dict[int, set[str]] = {}
    for person, applicant in zip(people.of_request.tolist(), requests["applicant_id"].to_pylist(), strict=True):
        groups.setdefault(person, set()).add(applicant)
    assert {frozenset(group) for group in groups.values()} == expected
