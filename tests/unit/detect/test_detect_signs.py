"""Signs of harm: each category, and that what is not known says nothing."""

from collections.abc import Sequence

import pytest
from tests.detection import Row, analysed, places, portfolio, request

from ringfinder.detect.signs import HELD_UNKNOWN, SIZES

DAY = "2025-06-15T10:00"


def signs(rows: Sequence[Row], **tables: Sequence[Row]) -> dict[str, dict[str, int]]:
    """Category of each sign of each request."""
    analysis = analysed(portfolio(surrender_requests=rows, **tables))
    at = places(analysis)
    return {
        key: {name: int(category[row]) for name, category in analysis.signs.request.items()} for key, row in at.items()
    }


def policy(number: int, **cells: str) -> dict[str, str]:
    return {
        "policy_no": f"L{number:04d}",
        "applicant_id": f"C{number:04d}",
        "premium_paid": "9000",
        "issued_on": "2015-01-01",
        **cells,
    }


@pytest.mark.parametrize(
    ("cells", "money"),
    [
        ({}, 0),
        ({"requested_amount": "1015"}, 0),
        ({"requested_amount": "1500"}, 1),
        ({"requested_amount": "8800"}, 2),
        ({"agreed_amount": "8800"}, 2),
        ({"kind": "negotiated"}, 1),
        ({"kind": "cooling_off", "requested_amount": "9000"}, 0),
        ({"cash_value": None, "requested_amount": None}, 0),
    ],
    ids=["cash value", "rounding", "somewhat more", "most", "agreed", "negotiated", "cooling off", "unknown"],
)
def test_what_is_asked_beyond_the_cash_value(cells: dict[str, str | None], money: int) -> None:
    found = signs([request(1, **cells)], policies=[policy(1)])
    assert found["R0001"]["claim"] // 3 == money


def test_a_negotiated_payment_without_a_known_premium_is_the_graver_kind() -> None:
    assert signs([request(1, kind="negotiated", requested_amount="1500")])["R0001"]["claim"] // 3 == 2


def test_a_complaint_and_one_that_demands_everything() -> None:
    complaints = [
        {"complaint_id": "T1", "policy_no": "L0001", "received_at": DAY, "demand": "explanation"},
        {"complaint_id": "T2", "policy_no": "L0002", "received_at": DAY, "demand": "full_refund"},
    ]
    found = signs([request(number) for number in range(1, 4)], complaints=complaints)
    assert [found[f"R{number:04d}"]["claim"] % 3 for number in range(1, 4)] == [1, 2, 0]


@pytest.mark.parametrize(("day", "taken"), [("2025-06-01", 1), ("2025-02-01", 0), ("2025-07-20", 0)])
def test_contacts_taken_over_shortly_before(day: str, taken: int) -> None:
    changes = [
        {"change_id": "1", "person_id": "C0001", "changed_at": day, "field": "phone", "new_value": "18812345671"}
    ]
    assert signs([request(1, applied_at=DAY)], contact_changes=changes)["R0001"]["takeover"] == taken


def test_a_payee_is_a_strangers_only_where_both_names_are_known() -> None:
    rows = [request(1, payout_name="王五"), request(2, payout_name="张三"), request(3), request(4, payout_name="王五")]
    persons = [{"person_id": f"C{number:04d}", "name": "张三"} for number in range(1, 4)]
    found = signs(rows, persons=persons)
    assert [found[f"R{number:04d}"]["payee"] for number in range(1, 5)] == [1, 0, 0, 0]


def test_a_relatives_account_on_file_is_no_strangers() -> None:
    row = request(1, payout_name="王五")
    persons = [
        {"person_id": "C0001", "name": "张三", "bank_account": row["payout_account"], "contacts_as_of": "2015-01-01"}
    ]
    assert signs([row], persons=persons)["R0001"]["payee"] == 0


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ({"letter_is_own": "y"}, 1),
        ({"letter_is_own": "n"}, 2),
        ({"letter_is_own": "y", "paid_a_fee": "y"}, 2),
        ({"paid_a_fee": "n"}, 0),
    ],
)
def test_what_was_said_on_a_callback(said: dict[str, str], category: int) -> None:
    calls = [{"callback_id": "1", "policy_no": "L0001", "called_at": DAY, **said}]
    assert signs([request(1, applied_at=DAY)], callbacks=calls)["R0001"]["callback"] == category


@pytest.mark.parametrize(
    ("issued", "category"),
    [
        ("2025-06-10", 0),
        ("2025-05-01", 1),
        ("2024-09-01", 2),
        ("2015-01-01", 3),
        ("2025-08-01", HELD_UNKNOWN),
        (None, HELD_UNKNOWN),
    ],
)
def test_how_long_the_policy_was_held(issued: str | None, category: int) -> None:
    rows, policies = [request(1, applied_at=DAY)], [policy(1) | {"issued_on": issued}]
    assert signs(rows, policies=policies)["R0001"]["held"] == category


def test_a_strangers_premium_needs_an_account_on_file_to_differ_from() -> None:
    stranger = "6217000000000099998"
    rows = [request(1), request(2), request(3)]
    persons = [
        {"person_id": "C0001", "bank_account": "6217000000000011116", "contacts_as_of": "2015-01-01"},
        {"person_id": "C0002", "bank_account": stranger, "contacts_as_of": "2015-01-01"},
    ]
    policies = [policy(number, premium_payer_account=stranger) for number in range(1, 4)]
    found = signs(rows, persons=persons, policies=policies)
    assert [found[f"R{number:04d}"]["premium"] for number in range(1, 4)] == [1, 0, 0]


def test_an_episode_takes_the_gravest_of_its_papers_and_the_shortest_holding() -> None:
    rows = [
        request(1, applicant_id="C1", applied_at=DAY, kind="negotiated"),
        request(2, applicant_id="C1", applied_at="2025-06-16T10:00"),
    ]
    complaints = [{"complaint_id": "T", "policy_no": "L0002", "received_at": DAY, "demand": "full_refund"}]
    policies = [policy(1), policy(2, issued_on="2024-09-01")]
    analysis = analysed(portfolio(surrender_requests=rows, complaints=complaints, policies=policies))
    assert {name: category.tolist() for name, category in analysis.signs.episode.items()} == {
        "claim": [1 * 3 + 2], "takeover": [0], "payee": [0], "callback": [0], "held": [2], "premium": [0],
    }  # fmt: skip


def test_without_any_other_table_all_unknown_signs_are_neutral() -> None:
    analysis = analysed(portfolio(surrender_requests=[request(number) for number in range(50)]))
    assert set(analysis.signs.request) == set(SIZES)
    assert analysis.judgement.commission.tolist() == [0.0] * 50
    assert set(analysis.signs.request["held"].tolist()) == {HELD_UNKNOWN}
