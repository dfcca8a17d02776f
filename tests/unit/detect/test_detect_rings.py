"""Rings that are found, honest sharing that is not, and what is said of each."""

import math
import re

import pytest
from tests.detection import members, portfolio, request, town

from ringfinder.detect import DetectSettings, detect
from ringfinder.errors import InputError
from ringfinder.records.rings import Detection, Tier

RING = range(12)
PHONE, ACCOUNT = "18812345671", "6217000053149414636"


@pytest.fixture(scope="module")
def found() -> Detection:
    return detect(portfolio(surrender_requests=town(RING, phone=PHONE, payout_account=ACCOUNT)))


def test_a_harmed_group_on_one_phone_and_account_is_an_alert(found: Detection) -> None:
    alerts = [ring for ring in found.rings if ring.tier is Tier.ALERT]
    assert members(alerts) == [{f"R{number:04d}" for number in RING}]
    (ring,) = alerts
    assert ring.applicants == ring.units == 12
    assert math.isfinite(ring.score)
    assert re.fullmatch("RF-[A-Z2-7]{8}", ring.ring_id)
    assert {shared.key.kind for shared in ring.shared} == {"phone", "bank_account"}
    assert ring.money.requested == 12 * 400_000


def test_the_same_sharing_without_harm_is_no_alert() -> None:
    rows = town((), 400)
    for row in rows[:12]:
        row |= {"phone": PHONE, "payout_account": ACCOUNT}
    assert [ring for ring in detect(portfolio(surrender_requests=rows)).rings if ring.tier is Tier.ALERT] == []


def test_a_registered_value_does_not_link() -> None:
    rows = town(RING, phone=PHONE)
    known = [{"kind": "phone", "value": PHONE, "class": "employer"}]
    assert detect(portfolio(surrender_requests=rows, known_attributes=known)).rings == ()


def test_an_agents_own_phone_does_not_link() -> None:
    rows = town(RING, phone=PHONE)
    agents = [{"agent_no": "A1", "phone": PHONE, "hired_on": "2010-01-01"}]
    assert detect(portfolio(surrender_requests=rows, agents=agents)).rings == ()


def test_a_family_on_its_own_filed_phone_is_no_ring() -> None:
    rows = town(range(4), phone=PHONE)
    persons = [{"person_id": f"C{number:04d}", "phone": PHONE, "contacts_as_of": "2020-01-01"} for number in range(4)]
    assert detect(portfolio(surrender_requests=rows, persons=persons)).rings == ()


def test_two_customer_numbers_of_one_id_are_one_person() -> None:
    identity = "110105198506066912"
    rows = town(range(3), phone=PHONE)
    persons = [{"person_id": f"C{number:04d}", "id_no": identity} for number in range(3)]
    assert detect(portfolio(surrender_requests=rows, persons=persons)).rings == ()


def test_an_ip_address_never_founds_a_ring() -> None:
    assert detect(portfolio(surrender_requests=town(RING, ip="8.8.8.8"))).rings == ()


def test_evidence_points_to_the_rows_that_were_handed_over(found: Detection) -> None:
    (ring,) = found.rings
    lines = {member.row.key: member.row.line for member in ring.members}
    for term in ring.evidence:
        assert term.rows or term.indicator in {"search", "one_shared_thing", "recorded_kin"}, term.indicator
        for row in term.rows:
            assert row.file == "surrender_requests.csv"
            assert row.line == lines[row.key] == int(row.key[1:]) + 2


def test_a_changed_count_changes_the_sentence(found: Detection) -> None:
    fewer = detect(portfolio(surrender_requests=town(range(9), phone=PHONE, payout_account=ACCOUNT)))
    more = {term.indicator: term.en for term in found.rings[0].evidence}
    less = {term.indicator: term.en for term in fewer.rings[0].evidence}
    assert more["shared_phone"] != less["shared_phone"]


def test_missing_tables_switch_evidence_off_and_say_so(found: Detection) -> None:
    off = {one.evidence for one in found.coverage if not one.on}
    assert off
    assert all(one.zh and one.en for one in found.coverage)


@pytest.mark.parametrize(
    "rows",
    [
        [request(1)],
        [request(1) | {"request_id": f"R{number}"} for number in range(50)],
        [
            {name: request(number)[name] for name in ("request_id", "policy_no", "applicant_id", "applied_at")}
            for number in range(50)
        ],
        [request(number, phone=PHONE) for number in range(200)],
    ],
    ids=["one request", "all equal", "required columns alone", "one phone for all"],
)
def test_degenerate_portfolios_give_an_honest_nothing(rows: list[dict[str, str | None]]) -> None:
    assert [ring for ring in detect(portfolio(surrender_requests=rows)).rings if ring.tier is Tier.ALERT] == []


def test_somebody_related_to_everybody_ties_nobody() -> None:
    rows = town(RING, phone=PHONE, payout_account=ACCOUNT)
    relations = [
        {"person_id": "C0399", "related_person_id": f"C{number:04d}", "relation": "other"} for number in range(300)
    ]
    rings = detect(portfolio(surrender_requests=rows, relations=relations)).rings
    assert any(ring.tier is Tier.ALERT for ring in rings)


def test_settings_are_hashed_and_checked() -> None:
    assert DetectSettings().hash == DetectSettings().hash
    assert DetectSettings(fresh_days=90).hash != DetectSettings().hash
    with pytest.raises(InputError):
        DetectSettings(fresh_days=-1)
