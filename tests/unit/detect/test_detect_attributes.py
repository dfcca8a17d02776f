"""What a ring may have in common: categories, bins, and what is unknown."""

import numpy as np
from tests.detection import analysed, places, portfolio, request

from ringfinder.detect.attributes import HELD_BINS, TIME_BINS, _bins
from ringfinder.detect.settings import DetectSettings


def policies(agents: dict[int, str]) -> list[dict[str, str]]:
    return [
        {"policy_no": f"L{number:04d}", "applicant_id": f"C{number:04d}", "agent_no": agent}
        for number, agent in agents.items()
    ]


def test_an_agent_is_a_category_and_a_request_without_one_is_none() -> None:
    rows = [request(number) for number in range(4)]
    analysis = analysed(portfolio(surrender_requests=rows, policies=policies({0: "A", 1: "B", 2: "A"})))
    (agent,) = analysis.attributes["agent"]
    of = {key: agent.of[analysis.episodes.of_request[row]] for key, row in places(analysis).items()}
    assert of["R0000"] == of["R0002"] != of["R0001"]
    assert of["R0003"] == -1
    assert sorted(agent.background.tolist()) == [1 / 3, 2 / 3]


def test_an_episode_of_two_books_does_not_hang_on_the_order_of_the_policies() -> None:
    rows = [
        request(number, applicant_id=f"C{number // 2}", applied_at=f"2025-06-{number + 1:02d}") for number in range(4)
    ]
    sold = policies({0: "A", 1: "B", 2: "A", 3: "C"})
    one, other = (
        analysed(portfolio(surrender_requests=rows, policies=table)).attributes["agent"][0]
        for table in (sold, sold[::-1])
    )
    assert one.of.tolist() == other.of.tolist()


def test_families_that_nothing_is_known_of_are_not_there() -> None:
    analysis = analysed(portfolio(surrender_requests=[request(number) for number in range(9)]))
    assert analysis.attributes["agent"] == analysis.attributes["letter"] == ()
    assert len(analysis.attributes["time"]) == len(TIME_BINS)
    assert len(analysis.attributes["held"]) == len(HELD_BINS)
    assert (analysis.attributes["held"][0].of == -1).all()
    groups = np.zeros(len(analysis.episodes), int)
    assert analysis.attributes.factor("agent", groups, 1).tolist() == [0.0]


def test_time_can_be_switched_off() -> None:
    data = portfolio(surrender_requests=[request(number) for number in range(9)])
    assert analysed(data, DetectSettings(use_time=0)).attributes["time"] == ()


def test_bins_are_equally_filled_and_ties_weigh_what_they_hold() -> None:
    even = _bins(np.arange(60, dtype=float), 6)
    assert np.bincount(even.of).tolist() == [10] * 6
    tied = _bins(np.full(60, 5.0), 6)
    assert set(tied.of.tolist()) == {0}
    assert tied.background.tolist() == [1.0, 0, 0, 0, 0, 0], "all at one time is no concentration"
    assert _bins(np.array([np.nan, 1.0]), 6).of.tolist() == [-1, 0]
    assert _bins(np.array([np.nan]), 6).of.tolist() == [-1]


def test_where_all_requests_are_of_one_day_time_says_nothing() -> None:
    rows = [request(number, applied_at="2025-06-01") for number in range(60)]
    analysis = analysed(portfolio(surrender_requests=rows))
    groups = np.where(np.arange(60) < 20, 0, -1)
    assert analysis.attributes.factor("time", groups, 1)[0] == 0.0
