"""Rings as they are handed on: names, members, money, shared values, kinds."""

import re
from datetime import datetime

import pytest
from tests.detection import Row, portfolio, request, town

from ringfinder.detect import detect
from ringfinder.detect.assemble import ring_id
from ringfinder.records.rings import Detection, Tier

PHONE, ACCOUNT, IDENTITY = "18812345671", "6217000053149414636", "110105198506066912"


def test_a_name_is_made_of_the_requests_in_whatever_order() -> None:
    assert ring_id(["R2", "R1"]) == ring_id(["R1", "R2"]) != ring_id(["R1", "R3"])
    assert re.fullmatch("RF-[A-Z2-7]{8}", ring_id(["R1"]))


def test_rings_are_whole_and_in_order(detection: Detection) -> None:
    assert len(detection.rings) > 5
    assert [ring.score for ring in detection.rings] == sorted((ring.score for ring in detection.rings), reverse=True)
    seen: set[str] = set()
    for ring in detection.rings:
        requests = {one.request_id for one in ring.members}
        assert len(requests) == len(ring.members)
        assert not requests & seen, "a request is in one ring at most"
        seen |= requests
        assert 3 <= ring.units <= ring.applicants <= len(requests)
        assert all(0 <= one.weight <= 1 for one in ring.members)
        assert ring.first_at == min(one.applied_at for one in ring.members if one.applied_at)
        assert ring.q_value is not None
        assert (ring.tier is Tier.ALERT) == (ring.score > 0 and ring.q_value <= 0.2)
        assert len(ring.hypotheses) == 5
        for shared in ring.shared:
            assert 2 <= shared.members <= min(shared.holders, ring.units)
            assert set(shared.requests) <= requests


def test_money_and_times_of_a_plain_ring() -> None:
    rows = town(range(12), phone=PHONE)
    policies = [{"policy_no": f"L{n:04d}", "applicant_id": f"C{n:04d}", "premium_paid": "9000"} for n in range(12)]
    (ring,) = detect(portfolio(surrender_requests=rows, policies=policies)).rings
    assert ring.money.requested == 12 * 400_000
    assert ring.money.at_risk == 12 * 800_000
    assert ring.money.agreed == ring.money.paid == 0
    (shared,) = ring.shared
    assert shared.key.value == PHONE
    assert (shared.members, shared.holders, len(shared.requests)) == (12, 12, 12)
    assert (shared.first_at, shared.last_at) == (datetime(2025, 6, 1, 10), datetime(2025, 6, 12, 10))


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        ({"phone": PHONE}, "shared_contact"),
        ({"payout_account": ACCOUNT}, "shared_payee"),
        ({"delegate_id_no": IDENTITY}, "delegate_hub"),
        ({"device_id": "f3a9c27be8d14065"}, "shared_device"),
    ],
)
def test_a_ring_is_called_after_what_it_shares(cells: dict[str, str], kind: str) -> None:
    rows = town(range(12))
    for row in rows[:12]:
        row.update(cells)
    (ring,) = detect(portfolio(surrender_requests=rows)).rings
    assert ring.kind == kind


def test_contacts_that_were_taken_over_give_their_name() -> None:
    rows = town(range(12), phone=PHONE)
    changes = [
        {
            "change_id": f"{n}",
            "person_id": f"C{n:04d}",
            "field": "phone",
            "changed_at": "2025-05-28",
            "new_value": PHONE,
        }
        for n in range(12)
    ]
    assert detect(portfolio(surrender_requests=rows, contact_changes=changes)).rings[0].kind == "contact_takeover"


@pytest.mark.parametrize(("left", "kind"), [("2025-01-01", "ex_agent"), ("2025-12-31", "shared_contact")])
def test_the_book_of_an_agent_who_has_left_gives_its_name(left: str, kind: str) -> None:
    policies: list[Row] = [
        {"policy_no": f"L{n:04d}", "applicant_id": f"C{n:04d}", "agent_no": "A0" if n < 12 else f"B{n % 40}"}
        for n in range(400)
    ]
    agents = [{"agent_no": "A0", "hired_on": "2010-01-01", "left_on": left}]
    rows = town(range(12), phone=PHONE)
    assert detect(portfolio(surrender_requests=rows, policies=policies, agents=agents)).rings[0].kind == kind


def test_progress_is_told_step_by_step_and_timed() -> None:
    told: list[str] = []
    found = detect(portfolio(surrender_requests=[request(1)]), None, told.append)
    assert told == list(found.timings) == [
        "network", "letters", "signs", "judge", "groups", "score", "false discoveries", "rings",
    ]  # fmt: skip
