"""Loose episodes are attached where book, letter and harm speak for one group, and nowhere else."""

import numpy as np
from tests.detection import Row, analysed, places, portfolio, request

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.settings import DetectSettings

PHONE = "18812345671"
RING, LOOSE, CALM = range(10), range(10, 14), range(14, 18)


def book(**settings: float) -> Analysis:
    """A ring from one agent's book; four of the same book press alike with phones of their own, four do not press."""
    rows: list[Row] = []
    for number in range(600):
        cells: dict[str, str] = {}
        if number in (*RING, *LOOSE):
            cells = {"applied_at": f"2025-06-{number + 1:02d}", "kind": "negotiated", "requested_amount": "8800"}
        if number in RING:
            cells["phone"] = PHONE
        rows.append(request(number, **cells))
    policies = [
        {
            "policy_no": f"L{number:04d}",
            "applicant_id": f"C{number:04d}",
            "premium_paid": "9000",
            "issued_on": "2015-01-01",
            "agent_no": "A0" if number < CALM.stop else f"A{1 + number % 60}",
        }
        for number in range(600)
    ]
    complaints = [
        {
            "complaint_id": f"T{number}",
            "policy_no": f"L{number:04d}",
            "received_at": f"2025-06-{number + 1:02d}",
            "demand": "full_refund",
        }
        for number in (*RING, *LOOSE)
    ]
    return analysed(
        portfolio(surrender_requests=rows, policies=policies, complaints=complaints),
        DetectSettings(**settings),  # type: ignore[arg-type]
    )


def test_who_presses_alike_from_the_same_book_is_attached_and_who_does_not_press_is_not() -> None:
    analysis = book()
    at = places(analysis)
    group = {key: int(analysis.groups.of_episode[analysis.episodes.of_request[row]]) for key, row in at.items()}
    assert {group[f"R{number:04d}"] for number in (*RING, *LOOSE)} == {0}
    assert {group[f"R{number:04d}"] for number in CALM} == {-1}
    assert sum(one >= 0 for one in group.values()) == len(RING) + len(LOOSE)


def test_only_the_attached_have_odds_and_these_pay() -> None:
    analysis = book()
    odds = {
        key: float(analysis.groups.odds[analysis.episodes.of_request[row]]) for key, row in places(analysis).items()
    }
    assert all(odds[f"R{number:04d}"] > 0 for number in LOOSE)
    assert all(np.isnan(value) for key, value in odds.items() if int(key[1:]) not in LOOSE)


def test_nobody_is_attached_to_a_group_that_is_too_small() -> None:
    analysis = book(least_units=11)
    assert int((analysis.groups.of_episode >= 0).sum()) == len(RING)


def test_attaching_adds_no_founding_value(analysis: Analysis) -> None:
    groups = analysis.groups
    attached = ~np.isnan(groups.odds)
    assert attached.any()
    held = analysis.holdings.used.only(analysis.founds[analysis.holdings.used.rows])
    assert not np.isin(np.flatnonzero(attached), held.columns).any(), "whoever holds a founding value is no loose one"
