"""Why a value did or did not link, and what a request lacked for a ring: one small town with a case of each."""

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest
from tests.detection import Row, portfolio, request, town

from ringfinder.detect import DetectSettings
from ringfinder.detect.analysis import Stopwatch, analyse
from ringfinder.detect.indicators import written
from ringfinder.detect.inquiry import Inquiry
from ringfinder.detect.why import KINDS, explain_all, suggestions, why
from ringfinder.detect.why_sentences import PARTS, REASONS
from ringfinder.graph.classes import ValueClass
from ringfinder.records.findings import EpisodeFinding, Findings, HeldValue, Reason

RING, AGENT, LEFT, LISTED, ENDED = "18812345671", "18612345672", "18612345673", "18612345674", "18612345675"
JUNK, MANY, OWN, ELSEWHERE, SPREAD = "13912121212", "15012345676", "15012345677", "15012345688", "15012345679"
HONEST, SMALL, OFFICE, TABLET, COMPANY = "15012345670", "15112345671", "15112345672", "15112345673", "15112345674"
LAWYERS, VILLAGE = "浙江省杭州市西湖区文三路19号正义律师事务所", "浙江省杭州市临安区昌化镇白牛村"
COUNTER, ADDRESS_OF_NET = "counter-device-77", "101.32.45.67"
EMAIL = "banshi88@qq.com"
DELEGATE = "110105198506066912"
LETTER = "本人购买贵公司保险时业务员承诺随时可以全额退还保费，现要求依照保险法第十六条全额退还已交保费并赔偿利息损失。"


PRESSED = {"kind": "negotiated", "requested_amount": "5000"}

SHOWN: tuple[tuple[str, str, tuple[int, ...]], ...] = (
    ("phone", AGENT, (20, 21)),
    ("phone", LEFT, (22, 23)),
    ("phone", LISTED, (24, 25)),
    ("phone", ENDED, (26, 27)),
    ("phone", JUNK, (28, 29)),
    ("phone", MANY, (30, 31)),
    ("phone", OWN, (40, 42, 43)),
    ("phone", ELSEWHERE, (44, 45)),
    ("phone", SPREAD, (50, 51, 52)),
    ("phone", HONEST, (60, 61, 62, 63)),
    ("phone", SMALL, (70, 71)),
    ("phone", "138****0000", (87,)),
    ("phone", "13800000000", (88,)),
    ("applied_at", "2025-08-01T10:00", (22, 26)),
    ("applied_at", "2025-03-01T10:00", (23, 27)),
    ("delegate_phone", COMPANY, (50, 51)),
    ("address", LAWYERS, (80, 81)),
    ("address", VILLAGE, (120, 121, 0, 1, 2)),
    ("device_id", COUNTER, (82, 83, 84)),
    ("channel", "counter", (82, 83, 84)),
    ("ip", ADDRESS_OF_NET, (85, 86)),
    ("email", EMAIL, (5, 130, 131, 132, 133, 134)),
    ("delegate_id_no", DELEGATE, (90, 91)),
    ("applied_at", "2025-06-14T10:00", (100,)),
)
"""Column, value and the requests that show it."""


def _rows() -> list[Row]:
    """Four hundred ordinary requests, of which some have a story."""
    rows: list[dict[str, str | None]] = town(range(12), 400, phone=RING)
    for column, value, users in SHOWN:
        for number in users:
            rows[number][column] = value
    for number in (70, 71, 100, 120, 121):
        rows[number] |= PRESSED
    return [*rows, request(500, applicant_id="C0000", applied_at="2025-06-03T10:00")]


@pytest.fixture(scope="module")
def inquiry() -> Inquiry:
    filed = [{"person_id": f"C{number:04d}", "phone": MANY} for number in range(300, 312)]
    filed += [{"person_id": "C0040", "phone": OWN}, {"person_id": "C0044", "phone": ELSEWHERE}]
    persons: list[Row] = [
        *({**one, "name": "张三"} for one in filed),
        {"person_id": "C0090", "id_no": DELEGATE, "name": "李四"},
        {"person_id": "C0091", "name": "李五"},
    ]
    letters: list[Row] = [
        {
            "complaint_id": f"K{number}",
            "received_at": "2025-06-01T10:00",
            "policy_no": f"L{number:04d}",
            "demand": "full_refund",
            "text": LETTER,
        }
        for number in (*range(6), 100)
    ]
    facts = portfolio(
        surrender_requests=_rows(),
        persons=persons,
        relations=[{"person_id": "C0090", "related_person_id": "C0091", "relation": "parent"}],
        agents=[
            {"agent_no": "A1", "phone": AGENT, "left_on": None},
            {"agent_no": "A2", "phone": LEFT, "left_on": "2025-05-01"},
        ],
        known_attributes=[
            {"kind": "phone", "value": LISTED, "class": "household", "valid_to": None},
            {"kind": "phone", "value": ENDED, "class": "household", "valid_to": "2025-05-01"},
            {"kind": "phone", "value": COMPANY, "class": "employer", "valid_to": None},
        ],
        complaints=letters,
        policies=[
            {"policy_no": f"L{number:04d}", "applicant_id": f"C{number:04d}", "agent_no": f"A{number % 40 + 3}"}
            for number in range(12, 400)
        ]
        + [{"policy_no": f"L{number:04d}", "applicant_id": f"C{number:04d}", "agent_no": "A2"} for number in range(12)],
    )
    settings = DetectSettings()
    return Inquiry(analyse(facts, settings, Stopwatch()), settings)


def episode(inquiry: Inquiry, number: int) -> EpisodeFinding:
    (person,) = explain_all(inquiry, f"R{number:04d}", "request").people
    (found,) = person.episodes
    return found


def held(inquiry: Inquiry, number: int, kind: str) -> HeldValue:
    (found,) = [one for one in episode(inquiry, number).values if one.key.kind == kind]
    return found


@pytest.mark.parametrize(
    ("number", "kind", "name", "value_class"),
    [
        (3, "phone", "linked", "open"),
        (20, "phone", "agent", "agent"),
        (23, "phone", "agent_until", "agent"),
        (22, "phone", "none_left", "agent"),
        (24, "phone", "registry", "registry"),
        (27, "phone", "registry_until", "registry"),
        (26, "phone", "none_left", "registry"),
        (28, "phone", "junk", "junk"),
        (30, "phone", "filed_by_many", "filed"),
        (40, "phone", "own_filed", "open"),
        (42, "phone", "judged_honest", "open"),
        (45, "phone", "own_elsewhere", "open"),
        (52, "phone", "spreads", "institution"),
        (60, "phone", "judged_honest", "open"),
        (80, "address", "names_institution", "institution"),
        (120, "address", "no_door", "no_door"),
        (83, "device", "counter", "counter"),
        (85, "ip", "ip", "open"),
        (87, "phone", "unusable_masked", "unusable"),
        (88, "phone", "unusable_placeholder", "unusable"),
        (91, "delegate", "kin", "open"),
        (200, "phone", "one_household", "open"),
    ],
)
def test_every_reason_is_told(inquiry: Inquiry, number: int, kind: str, name: str, value_class: str) -> None:
    found = held(inquiry, number, kind)
    assert (found.reason.name, found.value_class) == (name, value_class)
    assert found.links == (name == "linked")
    assert (found.probability is not None) == (name in ("linked", "judged_honest") or number == 40)
    assert found.places[0].row.file == "surrender_requests.csv"
    assert found.places[0].row.line == number + 2


def test_a_value_names_its_holders_and_why_some_uses_do_not_count(inquiry: Inquiry) -> None:
    (value,) = why(inquiry.analysis, inquiry.settings, "+86 150-1234-5677").values
    assert value.key.value == OWN
    assert [(one.request_id, one.left_out) for one in sorted(value.holders, key=lambda one: one.request_id)] == [
        ("R0040", "own_filed"),
        ("R0042", ""),
        ("R0043", ""),
    ]
    assert {one.name: one.counts for one in value.reasons}["also_left_out"] == {
        "uses": 1,
        "own": 1,
        "agent": 0,
        "registry": 0,
    }
    assert [one.name for one in value.holders if one.request_id == "R0040"] == ["张三"]


def test_a_ring_s_value_founds_it_and_its_parts_make_its_odds(inquiry: Inquiry) -> None:
    (value,) = explain_all(inquiry, RING).values
    assert value.links
    assert len(value.rings) == 1
    assert {one.ring_id for one in value.holders} == set(value.rings)
    assert value.reasons[0].weight == pytest.approx(sum(value.odds.values()), abs=1e-3)
    assert value.probability is not None
    assert value.probability > 0.9


def test_a_member_is_in_its_ring_by_its_values(inquiry: Inquiry) -> None:
    found = episode(inquiry, 5)
    (near,) = found.nearest
    assert found.verdict.name == "in_ring"
    assert (near.member, near.tier, near.ring_id) == (True, "alert", found.verdict.texts["ring"])
    assert near.reasons[0].name == "by_values"
    assert [key.value for key in near.reasons[0].values] == [RING]


def test_two_households_are_too_few(inquiry: Inquiry) -> None:
    found = episode(inquiry, 70)
    assert found.verdict.name == "in_group"
    named = {one.name: one for one in found.nearest[0].reasons}
    assert (named["too_small"].counts["units"], named["too_small"].counts["least"]) == (2, 3)
    assert not found.nearest[0].ring_id
    assert any(ring.ring_id and not ring.member for ring in found.nearest)


def test_a_loose_request_is_told_how_it_fits_the_nearest_ring(inquiry: Inquiry) -> None:
    found = episode(inquiry, 200)
    assert (found.verdict.name, found.verdict.counts["linking"]) == ("in_none", 0)
    near = found.nearest[0]
    assert near.reasons[0].name == "nearest"
    assert set(near.odds) == {"size", "harm", "agent", "letter", "time", "held"}
    assert near.reasons[0].counts["odds"] == pytest.approx(sum(near.odds.values()), abs=1e-3)
    assert near.reasons[0].counts["odds"] <= 0
    assert "not_looked_at" in [one.name for one in near.reasons]


def test_one_with_the_letter_alone_is_attached_or_told_why_not(inquiry: Inquiry) -> None:
    found = episode(inquiry, 100)
    letter = next(one for one in found.context if one.name == "letter")
    assert letter.counts == {"others": 6, "listed": 6}
    near = found.nearest[0]
    assert set(near.odds) == {"size", "harm", "agent", "letter", "time", "held"}
    assert near.reasons[0].name == ("by_fit" if near.member else "nearest")
    assert near.odds["letter"] > 0
    assert "not_looked_at" not in [one.name for one in near.reasons]


def test_what_is_shared_but_does_not_link_brings_a_ring_near(inquiry: Inquiry) -> None:
    found = episode(inquiry, 130)
    shared = [one for ring in found.nearest for one in ring.reasons if one.name == "shares_unlinked"]
    assert [key.value for key in shared[0].values] == [EMAIL]


def test_signs_have_their_category_and_weight(inquiry: Inquiry) -> None:
    harmed = {one.name.split("_")[0]: one for one in episode(inquiry, 1).signs}
    usual = {one.name.split("_")[0]: one for one in episode(inquiry, 200).signs}
    assert harmed["claim"].name == "claim_8"
    assert usual["claim"].name == "claim_0"
    assert harmed["claim"].weight is not None
    assert usual["claim"].weight is not None
    assert harmed["claim"].weight > 0 > usual["claim"].weight


def test_a_person_has_all_episodes_and_a_household(inquiry: Inquiry) -> None:
    (person,) = explain_all(inquiry, "C0091", "person").people
    assert person.household[0].counts == {"persons": 2, "numbers": 2, "requests": 2}
    (both,) = explain_all(inquiry, "C0000").people
    assert sum(len(one.requests) for one in both.episodes) == 2
    (nobody,) = explain_all(inquiry, "C0300", "person").people
    assert nobody.episodes[0].requests[0].request_id == "R0300"


def test_an_identity_card_is_its_person_and_a_delegate(inquiry: Inquiry) -> None:
    found = explain_all(inquiry, DELEGATE)
    assert [(one.asked_as, one.applicant_ids) for one in found.people] == [("id_no", ("C0090",))]
    assert [one.key.kind for one in found.values] == ["delegate"]
    assert not explain_all(inquiry, DELEGATE, "phone")


def test_a_policy_is_its_requests(inquiry: Inquiry) -> None:
    (person,) = explain_all(inquiry, "L0200").people
    assert person.asked_as == "policy"
    assert person.episodes[0].requests[0].request_id == "R0200"


def test_what_cannot_be_used_is_found_as_it_was_written(inquiry: Inquiry) -> None:
    (value,) = explain_all(inquiry, "138****0000").values
    assert value.value_class == "unusable"
    assert [one.request_id for one in value.holders] == ["R0087"]


def test_what_is_unknown_has_near_ones(inquiry: Inquiry) -> None:
    assert not explain_all(inquiry, "R9999")
    assert "R0399" in [one.value for one in suggestions(inquiry, "R03999")]
    assert RING in [one.value for one in suggestions(inquiry, "18812345617")]
    assert not suggestions(inquiry, "x")


def test_one_request_alone_is_answered() -> None:
    facts = portfolio(surrender_requests=[request(1)])
    found = why(analyse(facts, DetectSettings(), Stopwatch()), DetectSettings(), "R0001")
    assert found.people[0].episodes[0].nearest == ()


def reasons_in(found: object) -> Iterator[Reason]:
    """All reasons anywhere in a record."""
    if isinstance(found, Reason):
        yield found
    elif isinstance(found, tuple):
        for one in found:
            yield from reasons_in(one)
    elif is_dataclass(found):
        for field in fields(found):
            yield from reasons_in(getattr(found, field.name))


def test_every_number_in_a_sentence_is_a_field(inquiry: Inquiry) -> None:
    asked = (
        *(f"R{number:04d}" for number in (0, 22, 23, 26, 27, 30, 42, 52, 60, 70, 83, 91, 100, 120, 200)),
        RING,
        OWN,
    )
    told = [one for text in asked for one in reasons_in(explain_all(inquiry, text))]
    assert len({one.name for one in told}) > 25
    for one in told:
        known = {written(number).lstrip("-") for number in one.counts.values()}
        for sentence in (one.zh, one.en):
            text = re.sub(r"\{[0-9]+\}", "", sentence)
            for word in one.texts.values():
                text = text.replace(word, "")
            text = text.replace("一户", "").replace("两户", "")
            assert set(re.findall(r"[0-9]+(?:\.[0-9]+)?", text)) <= known, (one.name, sentence)
        assert re.search("[一-鿿]", one.zh)
        assert not re.search("[一-鿿]", one.en)


def test_every_class_and_kind_has_its_words() -> None:
    assert {f"unusable_{name}" for name in ("masked", "placeholder", "damaged", "check_failed")} <= set(REASONS)
    assert set(PARTS) >= {"size", "harm", "agent", "letter", "time", "held"}
    assert len(ValueClass) == 7
    assert {"request", "person", "policy", "id_no"} <= set(KINDS)


def test_nothing_is_false() -> None:
    assert not Findings()
