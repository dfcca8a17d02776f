"""Supervision of refunds: each finding made where it is due, and not made on its honest look-alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from tests.counted import ask, facts, policy, ringed

from ringfinder.records.rings import AttributeKey
from ringfinder.statistics.lists import account_rows, refund_masker, refund_rows
from ringfinder.statistics.period import parse_period
from ringfinder.statistics.refunds import Supervised, supervise
from ringfinder.statistics.rings import RunRings
from ringfinder.statistics.settings import StatSettings

Q1 = parse_period("2026-Q1")
OWN, OTHER = "6217004030448900578", "6217003732093210812"


def person(number: int, **cells: str | None) -> dict[str, str | None]:
    return {"person_id": f"C{number}", "name": f"李{number}", "bank_account": OWN, "id_no": None, **cells}


def look(asked: Sequence[dict[str, str | None]], ring: str | None = None, **tables: Any) -> Supervised:
    run = tables.pop("run", RunRings())
    read = facts(surrender_requests=asked, **tables)
    return supervise(read, StatSettings(), run, None if ring else Q1, ring)


def findings(found: Supervised) -> dict[str, tuple[str, ...]]:
    return {one.row.key: one.findings for one in found.rows}


def test_above_cash_value_is_counted_with_its_money_and_unknown_is_unknown() -> None:
    asked = [
        ask(1, paid_amount="250.50"),
        ask(2),
        ask(3, cash_value=None, paid_amount="9.00"),
        ask(4, paid_amount="80"),
    ]
    found = look(asked)
    assert findings(found) == {"R1": ("paid_above",)}
    assert (found.refunds, found.applicants, found.paid) == (4, 4, 25050 + 10000 + 900 + 8000)
    assert found.paid_minus_cash_value == 15050 - 2000
    (row,) = found.rows
    assert (row.row.file, row.row.line, row.paid_minus_cash_value) == ("surrender_requests.csv", 2, 15050)


def test_money_counts_on_the_day_it_was_paid() -> None:
    asked = [
        ask(1, "2025-12-30", paid_at="2026-01-03", paid_amount="101"),
        ask(2, "2026-03-30", paid_at="2026-04-02", paid_amount="101"),
        ask(3, "2026-03-30", paid_at=None, paid_amount="101"),
        ask(4, paid_amount="0"),
        ask(5, paid_amount=None, paid_at=None),
    ]
    assert set(findings(look(asked))) == {"R1", "R3"}


def test_somebody_else_is_a_payee_whom_no_record_relates() -> None:
    asked = [
        ask(1, payout_name="李1"),
        ask(2, payout_name="王二"),
        ask(3, payout_name="李9"),  # the recorded spouse
        ask(4, payout_name="王*"),
        ask(5, payout_name=None),
        ask(6, payout_name="王二"),  # who is in no table of persons
    ]
    people = [person(number) for number in (1, 2, 3, 4, 5, 9)]
    related = [{"person_id": "C9", "related_person_id": "C3", "relation": "spouse"}]
    assert findings(look(asked, persons=people, relations=related)) == {"R2": ("third_party",)}


@pytest.mark.parametrize(("changed", "new"), [("2026-01-11", True), ("2026-01-10", False), ("2026-02-10", True)])
def test_an_account_is_new_for_thirty_days(changed: str, new: bool) -> None:  # noqa: FBT001 - a parameter of the test
    asked = [ask(1, payout_account=OTHER)]
    moved = [
        {
            "change_id": "X1",
            "person_id": "C1",
            "field": "bank_account",
            "changed_at": f"{changed}T18:00",
            "new_value": OTHER,
        }
    ]
    found = findings(look(asked, persons=[person(1, bank_account=OTHER)], contact_changes=moved))
    assert found == ({"R1": ("new_account",)} if new else {})


def test_an_account_that_was_there_before_is_not_new_when_it_comes_back() -> None:
    asked = [ask(1, payout_account=OWN)]
    there_and_back = (("2026-02-01", OWN, OTHER), ("2026-02-03", OTHER, OWN))
    moved = [
        {
            "change_id": f"X{number}",
            "person_id": "C1",
            "field": "bank_account",
            "changed_at": day,
            "old_value": old,
            "new_value": new,
        }
        for number, (day, old, new) in enumerate(there_and_back)
    ]
    assert findings(look(asked, persons=[person(1)], contact_changes=moved)) == {}


def test_the_history_of_contacts_dates_an_account() -> None:
    asked = [ask(1, payout_account=OTHER), ask(2, payout_account=OTHER, applicant_id="C1")]
    held = [{"person_id": "C1", "field": "bank_account", "value": OTHER, "since": "2026-02-01", "until": None}]
    found = findings(look(asked, persons=[person(1)], contacts=held))
    assert found == {"R1": ("new_account",), "R2": ("new_account",)}


def test_an_account_not_on_file_is_told_only_where_accounts_are_on_file() -> None:
    asked = [ask(1, payout_account=OTHER), ask(2, payout_account=OTHER, applicant_id="C2", paid_at="2026-05-01")]
    asked += [ask(3, payout_account=OWN)]
    people = [person(1), person(2, bank_account=None), person(3)]
    assert findings(look(asked, persons=people)) == {"R1": ("not_on_file",)}


def test_one_account_of_several_people_is_told_with_whether_they_are_related() -> None:
    asked = [ask(n, payout_account=OTHER) for n in (1, 2)] + [ask(n, payout_account=OWN) for n in (3, 4, 5)]
    people = [person(n, bank_account=None) for n in (1, 2, 3, 4, 5)]
    related = [{"person_id": "C1", "related_person_id": "C2", "relation": "spouse"}]
    found = look(asked, persons=people, relations=related)
    assert {one.account.value: (one.applicants, one.refunds, one.related) for one in found.accounts} == {
        OTHER: (2, 2, True),
        OWN: (3, 3, False),
    }
    assert found.accounts[0].paid == 30000
    assert all(one.findings == ("shared_account",) for one in found.rows)


def test_customer_numbers_of_one_person_share_nothing() -> None:
    number = "11010519491231002X"
    asked = [ask(1, payout_account=OTHER), ask(2, payout_account=OTHER)]
    people = [person(n, bank_account=None, id_no=number) for n in (1, 2)]
    assert findings(look(asked, persons=people)) == {}


def test_after_a_complaint_is_a_named_one_or_a_near_one_about_the_policy() -> None:
    asked = [ask(1, complaint_id="K1"), ask(2), ask(3), ask(4), ask(5, complaint_id="K5")]
    came = {
        "K1": ("2020-01-01", None),
        "K2": ("2025-12-01", "L2"),
        "K3": ("2025-06-01", "L3"),
        "K4": ("2026-03-01", "L4"),
    }
    complaints = [
        {"complaint_id": name, "received_at": day, "policy_no": about, "applicant_id": "C0"}
        for name, (day, about) in {**came, "K5": ("2026-02-11", None)}.items()
    ]
    assert findings(look(asked, complaints=complaints)) == {"R1": ("after_complaint",), "R2": ("after_complaint",)}


def test_extra_payments_with_complaints_are_rows_of_their_own_and_of_their_ring() -> None:
    complaints = [
        {
            "complaint_id": "K1",
            "received_at": "2025-01-01",
            "closed_at": "2026-02-01",
            "policy_no": "L1",
            "paid_extra": "700",
        },
        {
            "complaint_id": "K2",
            "received_at": "2026-01-01",
            "closed_at": "2026-09-01",
            "policy_no": "L2",
            "paid_extra": "9",
        },
        {"complaint_id": "K3", "received_at": "2026-01-01", "closed_at": None, "policy_no": "L3", "paid_extra": "5"},
    ]
    held = [policy(n) for n in (1, 2, 3)]
    asked = [ask(n, "2025-02-01") for n in (1, 2, 3)]
    run = ringed("RF-AAAAAAAA", 1)
    found = look(asked, complaints=complaints, policies=held, run=run)
    assert {one.row.key: (one.paid, one.ring_id) for one in found.rows} == {
        "K1": (70000, "RF-AAAAAAAA"),
        "K3": (500, ""),
    }
    alone = look(asked, "RF-AAAAAAAA", complaints=complaints, policies=held, run=run)
    assert {one.row.key: one.findings for one in alone.rows} == {"K1": ("extra_paid",), "R1": ("after_complaint",)}
    assert alone.refunds == 1
    of_ring = next(one for one in alone.of_rings if one.finding == "extra_paid")
    assert (of_ring.finding, of_ring.refunds, of_ring.paid) == ("extra_paid", 1, 70000)


def test_no_personal_value_leaves_masked_lists() -> None:
    asked = [ask(n, payout_account=OTHER, payout_name="欧阳中兴", paid_amount="500") for n in (1, 2)]
    found = look(asked, persons=[person(1), person(2)])
    for reveal in (False, True):
        masker = refund_masker(found, reveal=reveal)
        said = repr([*refund_rows(found.rows, masker).rows, *account_rows(found, masker).rows])
        assert (OTHER in said) is reveal
        assert ("欧阳中兴" in said) is reveal
    assert found.rows[0].account == AttributeKey("bank_account", OTHER)
