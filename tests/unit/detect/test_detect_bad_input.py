"""Odd portfolios: an honest empty result that says why, or the rings that are there, never a crash or a false ring."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
import pytest
from tests.detection import Row, analysed, members, portfolio, request, town

from ringfinder.detect import DetectSettings, detect
from ringfinder.detect.settings import MEANS, POSITIVE, SHARES
from ringfinder.errors import InputError
from ringfinder.graph.classes import ValueClass
from ringfinder.records.portfolio import Portfolio, fact_schema
from ringfinder.records.rings import Detection, Tier
from ringfinder.records.tables import TABLES

RING = range(12)
PHONE, ACCOUNT = "18812345671", "6217000053149414636"
REQUIRED = ("request_id", "policy_no", "applicant_id", "applied_at")
HELD = ("cooling_off_days", "first_vest_days", "vest_to_days")
PRESSING: Row = {"kind": "negotiated", "requested_amount": "5000"}


def alerts(detection: Detection) -> list[set[str]]:
    return members([ring for ring in detection.rings if ring.tier is Tier.ALERT])


def planted() -> list[set[str]]:
    return [{f"R{number:04d}" for number in RING}]


@pytest.mark.parametrize(
    "rows",
    [
        [request(1)],
        [request(1, **PRESSING)],
        [request(1, **PRESSING) | {"request_id": f"R{number}"} for number in range(50)],
        [
            request(1, **PRESSING) | {"request_id": f"R{n}", "applicant_id": f"C{n}", "policy_no": f"L{n}"}
            for n in range(50)
        ],
        [{name: request(number)[name] for name in REQUIRED} for number in range(50)],
        [request(number, phone=PHONE) for number in range(200)],
        [request(number, phone=PHONE, **PRESSING) for number in range(200)],
    ],
    ids=[
        "one request",
        "one request that presses",
        "one paper fifty times",
        "all equal but their keys",
        "required columns alone",
        "one phone for all",
        "one phone for all, who all press",
    ],
)
def test_where_nothing_stands_out_nothing_is_alarmed(rows: list[Row]) -> None:
    found = detect(portfolio(surrender_requests=rows))
    assert alerts(found) == []
    assert found.requests == len(rows)
    for ring in found.rings:
        assert np.isfinite(ring.score)


def test_no_request_at_all_is_an_empty_result() -> None:
    table = fact_schema(TABLES["surrender_requests"]).empty_table()
    found = detect(Portfolio({"surrender_requests": table}, {"surrender_requests": frozenset(REQUIRED)}))
    assert found.rings == ()


def test_the_coverage_says_why_required_columns_alone_find_nothing() -> None:
    rows = [{name: request(number)[name] for name in REQUIRED} for number in range(50)]
    found = detect(portfolio(surrender_requests=rows))
    assert found.rings == ()
    assert found.coverage
    for one in found.coverage:
        assert not one.on
        assert "was not handed over" in one.en
        assert "缺少" in one.zh


@pytest.mark.parametrize("relation", ["other", "sibling", "employer"])
def test_somebody_related_to_everybody_ties_nobody(relation: str) -> None:
    rows = town(RING, phone=PHONE, payout_account=ACCOUNT)
    relations = [
        {"person_id": "C0399", "related_person_id": f"C{number:04d}", "relation": relation} for number in range(399)
    ]
    assert alerts(detect(portfolio(surrender_requests=rows, relations=relations))) == planted()


def test_somebody_related_to_himself_is_no_household() -> None:
    relations = [{"person_id": f"C{n:04d}", "related_person_id": f"C{n:04d}", "relation": "other"} for n in range(20)]
    rows = town(RING, phone=PHONE, payout_account=ACCOUNT)
    assert alerts(detect(portfolio(surrender_requests=rows, relations=relations))) == planted()


@pytest.mark.slow
def test_a_million_relations_neither_tie_a_town_nor_take_long() -> None:
    chance = np.random.default_rng(1)
    pairs = chance.integers(0, 40_000, (1_000_000, 2))
    rows = town(RING, phone=PHONE, payout_account=ACCOUNT)
    small = portfolio(
        surrender_requests=rows,
        relations=[{"person_id": "C0001", "related_person_id": "C0002", "relation": "other"}],
    )
    one = small.tables["relations"]
    many = one.take(np.zeros(len(pairs), np.int64))
    for place, column in enumerate(("person_id", "related_person_id")):
        names = [f"C{number:04d}" for number in pairs[:, place].tolist()]
        many = many.set_column(many.column_names.index(column), column, [names])
    found = detect(replace(small, tables={**small.tables, "relations": many}))
    assert alerts(found) == planted(), "fifty relations each are more than a family has"
    assert sum(found.timings.values()) < 60


CONTRADICTIONS: dict[str, dict[str, Sequence[Row]]] = {
    "paid before it was asked for": {},
    "issued after the surrender": {
        "policies": [
            {"policy_no": f"L{n:04d}", "applicant_id": f"C{n:04d}", "issued_on": "2026-12-31"} for n in range(400)
        ]
    },
    "closed before it was received": {
        "complaints": [
            {"complaint_id": f"T{n}", "policy_no": f"L{n:04d}", "received_at": "2025-06-20", "closed_at": "2019-01-01"}
            for n in range(400)
        ]
    },
    "left before being hired": {
        "agents": [{"agent_no": f"A{n}", "hired_on": "2024-01-01", "left_on": "2003-01-01"} for n in range(9)],
        "policies": [
            {"policy_no": f"L{n:04d}", "applicant_id": f"C{n:04d}", "agent_no": f"A{n % 9}", "issued_on": "2010-01-01"}
            for n in range(400)
        ],
    },
    "contacts of the future": {
        "persons": [{"person_id": f"C{n:04d}", "phone": PHONE, "contacts_as_of": "2031-01-01"} for n in (500, 501)],
        "contact_changes": [
            {"change_id": f"{n}", "person_id": f"C{n:04d}", "field": "phone", "changed_at": "2031-01-01",
             "new_value": PHONE}
            for n in range(20, 40)
        ],
    },
    "a callback long ago": {
        "callbacks": [
            {"callback_id": f"{n}", "policy_no": f"L{n:04d}", "called_at": "2001-06-01", "letter_is_own": "n"}
            for n in range(20, 40)
        ]
    },
}  # fmt: skip


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_dates_that_cannot_be_neither_make_nor_hide_a_ring(name: str) -> None:
    tables = CONTRADICTIONS[name]
    ring, calm = town(RING, phone=PHONE, payout_account=ACCOUNT), [request(number) for number in range(400)]
    if name == "paid before it was asked for":
        for row in (*ring, *calm):
            row["paid_at"] = "1999-01-01"
    assert alerts(detect(portfolio(surrender_requests=ring, **tables))) == planted()
    assert alerts(detect(portfolio(surrender_requests=calm, **tables))) == []


def test_a_registry_that_calls_everything_public_leaves_nothing_and_every_value_says_why() -> None:
    rows = town(RING, phone=PHONE, payout_account=ACCOUNT)
    known = [
        {"kind": kind, "value": row[column], "class": "public"}
        for row in rows
        for kind, column in (("phone", "phone"), ("bank_account", "payout_account"))
        if row[column] not in (PHONE, ACCOUNT)
    ]
    known += [
        {"kind": "phone", "value": PHONE, "class": "public"},
        {"kind": "bank_account", "value": ACCOUNT, "class": "public"},
    ]
    data = portfolio(surrender_requests=rows, known_attributes=known)
    assert detect(data).rings == ()
    network = analysed(data).network
    assert len(network.values) == 0
    assert network.shows_institution.all()
    assert ValueClass.REGISTRY > ValueClass.OPEN


def test_a_registry_entry_that_has_run_out_hides_nothing() -> None:
    rows = town(RING, phone=PHONE, payout_account=ACCOUNT)
    known = [{"kind": "phone", "value": PHONE, "class": "public", "valid_to": "2020-01-01"}]
    assert alerts(detect(portfolio(surrender_requests=rows, known_attributes=known))) == planted()


def test_requests_at_a_branchs_registered_counter_are_not_the_branchs_own() -> None:
    """Nine of the ring's requests were filed at counters whose devices and gateway the insurer has listed."""
    rows = town(RING, phone=PHONE, payout_account=ACCOUNT)
    for number, row in enumerate(rows[:300]):
        if number % 4:
            row.update(device_id=f"desk-{number % 5}-a7c3", ip=f"203.0.113.{number % 3}", channel="counter")
    known = [{"kind": "device", "value": f"desk-{n}-a7c3", "class": "branch"} for n in range(5)]
    known += [{"kind": "ip", "value": f"203.0.113.{n}", "class": "branch"} for n in range(3)]
    assert alerts(detect(portfolio(surrender_requests=rows, known_attributes=known))) == planted()


def test_an_employers_listed_phone_beside_a_value_still_clears_it() -> None:
    rows = town(RING, payout_account=ACCOUNT)
    for row in rows[:12]:
        row["phone"] = PHONE
    known = [{"kind": "phone", "value": PHONE, "class": "employer"}]
    assert detect(portfolio(surrender_requests=rows, known_attributes=known)).rings == ()


@pytest.mark.parametrize("name", [name for name in asdict(DetectSettings()) if name != "version"])
@pytest.mark.parametrize("factor", [0.0, 1e-9, 0.5, 2.0, 1e6])
def test_any_constant_is_refused_or_gives_finite_scores(name: str, factor: float) -> None:
    value = getattr(DetectSettings(), name) * factor
    value = int(value) if isinstance(getattr(DetectSettings(), name), int) else value
    if name in ("rounds", "most_decoys", "full_pairs", "most_partners") and factor > 10:
        value = 64
    if (name in POSITIVE and not value) or (name in SHARES and value > 1) or (name in MEANS and not 0 < value < 1):
        with pytest.raises(InputError, match=name):
            DetectSettings(**{name: value})
        return
    if name in HELD and not 20 <= value <= 450 and (name, factor) != ("cooling_off_days", 0.0):
        value = 75.0
    settings = DetectSettings(**{name: value})
    found = detect(portfolio(surrender_requests=town(RING, 120, phone=PHONE, payout_account=ACCOUNT)), settings)
    for ring in found.rings:
        assert np.isfinite(ring.score)
        assert ring.q_value is not None
        assert 0 <= ring.q_value <= 1


@pytest.mark.parametrize(
    ("name", "value"), [("first_vest_days", 10.0), ("vest_to_days", 60.0), ("cooling_off_days", 90.0)]
)
def test_spans_of_holding_that_are_out_of_order_are_refused(name: str, value: float) -> None:
    with pytest.raises(InputError, match="out of order") as caught:
        DetectSettings(**{name: value})  # type: ignore[arg-type]
    assert caught.value.remedy


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "3", True, -1.0])
def test_what_is_no_number_of_zero_or_more_is_refused(value: object) -> None:
    with pytest.raises(InputError, match="fresh_days"):
        DetectSettings(fresh_days=value)  # type: ignore[arg-type]
