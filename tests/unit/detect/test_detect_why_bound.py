"""Why, for a reader who is bound to a branch: own requests, and of all others their number; a town of two branches."""

import json
import re
from dataclasses import asdict

import pytest
from tests.detection import Row, portfolio, request, town

from ringfinder.detect import DetectSettings
from ringfinder.detect.analysis import Stopwatch, analyse
from ringfinder.detect.inquiry import Inquiry
from ringfinder.detect.why import explain_all
from ringfinder.records.findings import Findings

NORTH, SOUTH = "N1", "S1"
BOTH, THEIRS, EMAIL, HONEST, MASKED = "18812345671", "18812345672", "banshi88@qq.com", "office@qq.com", "138****0000"
ACROSS, FAR, OFFICE = range(12), range(20, 32), range(130, 140, 2)
"""Requests of the ring over both branches, of the ring in the south, and of an office in the north."""


def is_northern(number: int) -> bool:
    return number % 2 == 0 and number not in FAR


def _rows() -> list[Row]:
    rows = town(ACROSS, 400, phone=BOTH)
    for number, one in enumerate(town(FAR, 400, phone=THEIRS)):
        if number in FAR:
            rows[number] = one
    for number, row in enumerate(rows):
        row["branch_code"] = NORTH if is_northern(number) else SOUTH
    for number in (5, 41, 43, 45):
        rows[number]["email"] = EMAIL
    for number in (FAR[0], *OFFICE):
        rows[number]["email"] = HONEST
    for number in (50, 51):
        rows[number]["phone"] = MASKED
    rows[60]["branch_code"] = None  # that of its policy
    rows[62]["branch_code"] = None  # nobody's
    of_both = request(500, applicant_id="C0000", applied_at="2025-06-03T10:00", branch_code=SOUTH, email=EMAIL)
    merged = request(501, applicant_id="C9000", branch_code=SOUTH)
    return [*rows, of_both, merged]


@pytest.fixture(scope="module")
def inquiry() -> Inquiry:
    card = "110105198506066912"
    persons: list[Row] = [{"person_id": f"C{number:04d}", "name": f"name{number}"} for number in range(400)]
    persons[70] = {"person_id": "C0070", "name": "name70", "id_no": card}
    persons.append({"person_id": "C9000", "name": "name9000", "id_no": card})
    persons.append({"person_id": "C9001", "name": "asked nothing"})
    complaint = {"received_at": "2025-06-01T10:00", "demand": "full_refund", "phone": BOTH}
    facts = portfolio(
        surrender_requests=_rows(),
        persons=persons,
        policies=[
            {
                "policy_no": f"L{number:04d}",
                "applicant_id": f"C{number:04d}",
                "agent_no": f"AGENT{number % 40}{'N' if is_northern(number) else 'S'}",
                "branch_code": NORTH if number == 60 else None,
            }
            for number in range(400)
        ],
        complaints=[{"complaint_id": f"K{number}", "policy_no": f"L{number:04d}", **complaint} for number in range(4)],
    )
    settings = DetectSettings()
    return Inquiry(analyse(facts, settings, Stopwatch()), settings)


@pytest.fixture(scope="module")
def north(inquiry: Inquiry) -> Inquiry:
    return inquiry.bound_to({NORTH})


def ring_of(inquiry: Inquiry, number: int) -> str:
    (person,) = explain_all(inquiry, f"R{number:04d}", "request").people
    return person.episodes[0].verdict.texts["ring"]


def words_of(findings: Findings) -> set[str]:
    return set(re.findall(r"[\w@.*-]+", json.dumps(asdict(findings), default=str, ensure_ascii=False)))


def test_nothing_of_the_south_is_named(inquiry: Inquiry, north: Inquiry) -> None:
    foreign = [number for number in range(400) if not is_northern(number) or number == 62]
    hidden = {f"{sort}{number:04d}" for number in (*foreign, 500, 501, 9000) for sort in "RLC"}
    hidden |= {f"name{number}" for number in foreign} | {f"AGENT{number}S" for number in range(40)}
    hidden |= {THEIRS, EMAIL, ring_of(inquiry, FAR[0]), *(f"K{number}" for number in range(4))}
    for number in (one for one in range(400) if is_northern(one) and one != 62):
        told = explain_all(north, f"R{number:04d}")
        assert told.people
        assert words_of(told) & hidden == set()
    for value in (BOTH, MASKED):
        assert words_of(explain_all(north, value)) & hidden == set()
    assert words_of(explain_all(inquiry, BOTH)) & hidden, "the unbound are told of them"


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("R0001", "request"),
        ("R0500", "request"),
        ("R0062", "request"),
        ("C0001", "person"),
        ("L0001", "policy"),
        ("L0500", "policy"),
        (THEIRS, "phone"),
        (EMAIL, "email"),
        ("C9001", "person"),
    ],
)
def test_what_only_others_hold_is_not_known(inquiry: Inquiry, north: Inquiry, asked: str, kind: str) -> None:
    assert explain_all(inquiry, asked, kind)
    assert not explain_all(north, asked, kind)
    assert not explain_all(inquiry.bound_to(set()), asked, kind)


def test_a_value_of_both_keeps_its_numbers_and_counts_the_holders_elsewhere(inquiry: Inquiry, north: Inquiry) -> None:
    (whole,), (seen,) = (explain_all(one, BOTH, "phone").values for one in (inquiry, north))
    assert (whole.households, whole.requests, whole.odds) == (seen.households, seen.requests, seen.odds)
    assert {one.request_id for one in seen.holders} == {f"R{number:04d}" for number in ACROSS if is_northern(number)}
    assert (whole.elsewhere, seen.elsewhere) == (0, 6)
    assert seen.rings == whole.rings == (ring_of(inquiry, 0),)
    (written,) = explain_all(north, MASKED, "phone").values
    assert ([one.request_id for one in written.holders], written.elsewhere) == (["R0050"], 1)


def test_requests_of_one_person_in_two_branches_are_told_apart(inquiry: Inquiry, north: Inquiry) -> None:
    (whole,) = explain_all(inquiry, "R0000", "request").people
    (seen,) = explain_all(north, "R0000", "request").people
    (every,), (own,) = whole.episodes, seen.episodes
    assert {one.request_id for one in every.requests} == {"R0000", "R0500"}
    assert [one.request_id for one in own.requests] == ["R0000"]
    assert (every.elsewhere, own.elsewhere) == (0, 1)
    assert EMAIL in {one.key.value for one in every.values}
    assert [one.key.value for one in own.values if one.key.kind == "phone"] == [BOTH]
    (merged,) = explain_all(north, "C0070", "person").people
    assert merged.applicant_ids == ("C0070",)
    assert explain_all(inquiry, "C0070", "person").people[0].applicant_ids == ("C0070", "C9000")


def test_a_ring_of_others_is_near_to_nobody(inquiry: Inquiry, north: Inquiry) -> None:
    across, far = ring_of(inquiry, 0), ring_of(inquiry, FAR[0])
    named = {}
    for who, reader in (("all", inquiry), ("north", north)):
        told = [explain_all(reader, f"R{number:04d}", "request") for number in OFFICE]
        named[who] = {ring.ring_id for one in told for ring in one.people[0].episodes[0].nearest}
    assert far in named["all"]
    assert named["north"] == {across}


def test_a_ring_of_the_stored_run_without_own_members_is_not_named(inquiry: Inquiry) -> None:
    stored = Inquiry(inquiry.analysis, inquiry.settings, {f"R{number:04d}": "RF-STORED" for number in (1, 3, 5)})
    assert explain_all(stored, BOTH, "phone").values[0].rings == ("RF-STORED",)
    bound = stored.bound_to({NORTH})
    assert explain_all(bound, BOTH, "phone").values[0].rings == ()
    (person,) = explain_all(bound, "R0002", "request").people
    assert person.episodes[0].verdict.texts["ring"] == "…"
    assert explain_all(stored.bound_to({SOUTH}), BOTH, "phone").values[0].rings == ("RF-STORED",)


def test_rows_without_a_known_branch_are_left_out_of_places(inquiry: Inquiry, north: Inquiry) -> None:
    tables = {}
    for who, reader in (("all", inquiry), ("north", north)):
        (person,) = explain_all(reader, "R0002", "request").people
        (phone,) = [one for one in person.episodes[0].values if one.key.kind == "phone"]
        tables[who] = {place.row.table for place in phone.places}
    assert tables == {"all": {"surrender_requests", "complaints"}, "north": {"surrender_requests"}}


def test_the_branch_of_the_policy_counts_where_a_request_names_none(north: Inquiry) -> None:
    assert explain_all(north, "R0060", "request")
