"""What is held and by whom: households count once, an IP address is held by nobody."""

import numpy as np
from tests.detection import analysed, portfolio, request

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.holdings import FLOW, IP, KINDS

PHONE = "18812345671"


def test_a_household_counts_once_and_by_its_most_harmed_episode() -> None:
    rows = [
        request(1, phone=PHONE, applicant_id="C1", applied_at="2025-01-01"),
        request(2, phone=PHONE, applicant_id="C1", applied_at="2025-06-01"),
        request(3, phone=PHONE, applicant_id="C3", applied_at="2025-03-01"),
    ]
    holdings = analysed(portfolio(surrender_requests=rows)).holdings
    assert [KINDS[kind] for kind in holdings.kind] == ["phone"]
    assert holdings.households.tolist() == [2]
    assert len(holdings.used) == 3
    look = np.array([{0: 0.2, 2: 0.9, 1: 0.5}[int(episode)] for episode in holdings.used.columns])
    assert holdings.by_household(look).tolist() == [0.9 + 0.5]


def test_an_ip_address_is_held_by_nobody() -> None:
    rows = [request(number, ip="8.8.8.8", phone=PHONE) for number in range(5)]
    holdings = analysed(portfolio(surrender_requests=rows)).holdings
    assert dict(zip((KINDS[kind] for kind in holdings.kind), holdings.households.tolist(), strict=True)) == {
        "phone": 5,
        "ip": 0,
    }


def test_flows_come_after_the_values_and_bring_their_surprise(analysis: Analysis) -> None:
    holdings, values = analysis.holdings, len(analysis.network.values)
    assert (holdings.kind[:values] != FLOW).all()
    assert (holdings.kind[values:] == FLOW).all()
    assert holdings.surprise[values:].tolist() == analysis.flows.surprise.tolist()
    assert not holdings.surprise[:values].any()
    assert not holdings.households[holdings.kind == IP].any()
