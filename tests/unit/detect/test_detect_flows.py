"""Flows of clients: a planted one is found, upgrades and purchases from old hands are none."""

from collections.abc import Callable

import numpy as np
import pytest
from tests.detection import analysed, portfolio, request

from ringfinder.detect.analysis import Analysis
from ringfinder.graph.columns import days

FLOCK = range(14)


def market(new_agent: Callable[[int], str], hired: str = "2025-05-01", issued: str = "2025-07-01") -> Analysis:
    """400 requests from eight books; the flock leaves book 0 in June and buys from `new_agent`."""
    rows = [request(number, **({"applied_at": "2025-06-15T10:00"} if number in FLOCK else {})) for number in range(400)]
    policies = [
        {
            "policy_no": f"L{number:04d}",
            "applicant_id": f"C{number:04d}",
            "agent_no": f"A{number % 8 if number not in FLOCK else 0}",
            "issued_on": "2018-01-01",
        }
        for number in range(400)
    ]
    policies += [
        {
            "policy_no": f"N{number:04d}",
            "applicant_id": f"C{number:04d}",
            "agent_no": new_agent(number),
            "issued_on": issued,
        }
        for number in FLOCK
    ]
    agents = [{"agent_no": f"A{number}", "hired_on": "2010-01-01", "manager_no": "M1"} for number in range(8)]
    agents += [{"agent_no": f"B{number}", "hired_on": hired, "manager_no": "M2"} for number in range(3)]
    return analysed(portfolio(surrender_requests=rows, policies=policies, agents=agents))


def test_clients_who_leave_one_book_for_the_newcomers_of_one_manager_are_a_flow() -> None:
    analysis = market(lambda number: f"B{number % 3}")
    assert len(analysis.flows) == 1
    assert analysis.flows.households.tolist() == [len(FLOCK)]
    assert analysis.flows.expected[0] < 2
    assert analysis.flows.surprise[0] > 10
    requests = analysis.network.requests["request_id"].to_pylist()
    held = set(analysis.flows.used.columns.tolist())
    found = {key for row, key in enumerate(requests) if int(analysis.episodes.of_request[row]) in held}
    assert found == {f"R{number:04d}" for number in FLOCK}
    assert {analysis.groups.of_episode[episode] for episode in held} == {0}, (
        "they found a group without any shared value"
    )


@pytest.mark.parametrize(
    "honest",
    [
        lambda: market(lambda _: "A0"),
        lambda: market(lambda number: f"A{1 + number % 7}"),
        lambda: market(lambda _: "B0", hired="2020-01-01"),
        lambda: market(lambda _: "B0", issued="2026-03-01"),
        lambda: market(lambda _: "B0", issued="2025-05-01"),
        lambda: market(lambda _: "B0", hired="2025-12-01"),
    ],
    ids=["same agent", "long-serving agents", "long in post", "too late", "long before", "sold before being hired"],
)
def test_honest_moves_are_no_flow(honest: Callable[[], Analysis]) -> None:
    assert len(honest().flows) == 0


def test_surprise_is_that_of_the_formula() -> None:
    analysis = market(lambda _: "B0")
    n, e = len(FLOCK), float(analysis.flows.expected[0])
    book = sum(number not in FLOCK and number % 8 == 0 for number in range(400)) + n
    assert e == pytest.approx(n / 400 * max(book * 0.5 / n, (book + 5) / 50))
    assert analysis.flows.surprise[0] == pytest.approx(n * np.log(n / e) - (n - e) - np.log(1) - 4)


def test_without_agents_or_policies_there_is_no_flow() -> None:
    analysis = analysed(portfolio(surrender_requests=[request(1)]))
    assert len(analysis.flows) == 0
    assert days(analysis.network.requests["applied_at"]).shape == (1,)
