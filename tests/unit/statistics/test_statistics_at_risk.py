"""Policies at risk: listed for a reason that can be shown, and not for what is old, over or asked for already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from tests.counted import DAY, ask, facts, policy, ringed

from ringfinder.records.rings import AttributeKey
from ringfinder.statistics.at_risk import PURPOSE, RiskList, surrender_risks
from ringfinder.statistics.books import books_under_attack
from ringfinder.statistics.lists import risk_masker, risk_rows, risks_as_json
from ringfinder.statistics.settings import StatSettings

RING, PHONE = "RF-AAAAAAAA", "13957204816"
KEY = AttributeKey("phone", PHONE)
ELSEWHERE = [ask(90), ask(91)]


def change(number: int, day: str, value: str = PHONE) -> dict[str, str | None]:
    return {
        "change_id": f"X{number}",
        "person_id": f"C{number}",
        "field": "phone",
        "changed_at": day,
        "new_value": value,
    }


def look(asked: Sequence[dict[str, str | None]] = ELSEWHERE, *members: int, **tables: Any) -> RiskList:
    tier = tables.pop("tier", "alert")
    run = replace(ringed(RING, *(members or (90, 91)), tier=tier), values={KEY: [RING]})
    return surrender_risks(facts(as_of=DAY, surrender_requests=asked, **tables), run, StatSettings())


def listed(found: RiskList) -> dict[str, list[str]]:
    return {one.policy_no: [each.name for each in one.reasons] for one in found.policies}


@pytest.mark.parametrize(("day", "fresh"), [("2026-05-02", True), ("2026-04-30", False), ("2026-06-30", True)])
def test_a_ring_s_value_is_fresh_for_sixty_days(day: str, fresh: bool) -> None:  # noqa: FBT001 - a parameter of the test
    found = look(
        policies=[policy(1), policy(2)], contact_changes=[change(1, day), change(2, "2026-06-01", "13800138001")]
    )
    assert listed(found) == ({"L1": ["fresh_value"]} if fresh else {})
    assert (found.in_force, found.total) == (2, len(found.policies))
    if fresh:
        (reason,) = found.policies[0].reasons
        assert (reason.rings, reason.values) == ((RING,), (KEY,))
        assert [(row.table, row.key, row.line) for row in reason.rows] == [("contact_changes", "X1", 2)]
        assert day in reason.zh
        assert day in reason.en


def test_a_value_that_was_with_them_before_is_not_fresh() -> None:
    held = [policy(number) for number in (1, 2, 3, 4)]
    recent = [change(number, "2026-06-01") for number in (1, 2)]
    letters = [
        {"complaint_id": "K1", "received_at": "2026-06-02", "applicant_id": f"C{number}", "phone": PHONE}
        for number in (3,)
    ] + [{"complaint_id": "K4", "received_at": "2026-06-02", "applicant_id": "C4", "phone": PHONE}]
    old = [ask(1, "2024-01-01", kind="partial", phone=PHONE)]
    people = [{"person_id": f"C{number}", "phone": PHONE if number in (2, 3) else None} for number in (1, 2, 3, 4)]
    found = look([*ELSEWHERE, *old], policies=held, contact_changes=recent, complaints=letters, persons=people)
    # 1 wrote it in a request of old, 3 has it on file without a date; 2 has it on file since the change.
    assert listed(found) == {"L2": ["fresh_value"], "L4": ["fresh_value"]}


def test_a_complaint_names_the_holder_by_the_policy() -> None:
    letter = {
        "complaint_id": "K1",
        "received_at": "2026-06-02",
        "applicant_id": None,
        "policy_no": "L1",
        "sender_phone": PHONE,
    }
    assert listed(look(policies=[policy(1)], complaints=[letter])) == {"L1": ["fresh_value"]}


def test_only_policies_in_force_that_nobody_asked_to_surrender_are_listed() -> None:
    held = [
        policy(1),
        policy(2, applicant_id="C1", ended_on="2026-06-30"),
        policy(3, applicant_id="C1", status="退保"),
        policy(4, applicant_id="C1", issued_on="2026-07-09"),
        policy(5, applicant_id="C1"),
        policy(6, applicant_id="C1"),
        policy(7, applicant_id="C1", ended_on="2027-01-01"),
    ]
    asked = [*ELSEWHERE, ask(5, applicant_id="C1"), ask(6, applicant_id="C1", desk_outcome="persuaded")]
    assert set(listed(look(asked, policies=held, contact_changes=[change(1, "2026-06-01")]))) == {"L1", "L6", "L7"}


def test_another_policy_of_somebody_in_an_alert_ring_is_listed() -> None:
    held = [policy(1), policy(2, applicant_id="C1"), policy(3), policy(4, applicant_id="C3")]
    asked = [ask(1, "2026-06-01"), ask(3, "2026-01-01")]
    assert listed(look(asked, 1, 3, policies=held)) == {"L2": ["member"]}
    assert listed(look(asked, 1, 3, policies=held, tier="review")) == {}


def test_without_the_ends_of_policies_no_list_can_be_made() -> None:
    held = [{"policy_no": "L1", "applicant_id": "C1", "issued_on": "2020-01-01"}]
    found = look(policies=held, contact_changes=[change(1, "2026-06-01")])
    assert not found.known
    assert found.policies == ()


def orphaned(attacked: int, usual: int) -> dict[str, Any]:
    """Five agents who left half a year ago with forty policies each; requests about the first one's and the others'."""
    held = [policy(number, agent_no=f"A{number // 40}") for number in range(200)]
    agents = [{"agent_no": f"A{number}", "left_on": "2026-01-01" if number < 5 else None} for number in range(6)]
    asked = [ask(number, "2026-03-01") for number in range(attacked)]
    asked += [ask(40 * book + number, "2026-03-01") for book in range(1, 5) for number in range(usual)]
    return {"surrender_requests": asked, "policies": held, "agents": agents}


def test_a_book_of_somebody_who_left_is_under_attack_when_it_asks_more_than_other_such_books() -> None:
    tables = orphaned(20, 3)
    read = facts(as_of=DAY, **tables)
    (book,) = books_under_attack(read, StatSettings())
    assert (book.agent_no, book.requests, len(book.rows)) == ("A0", 20, 20)
    assert book.expected == pytest.approx(3, rel=0.2)
    found = surrender_risks(read, ringed(RING), StatSettings())
    assert len(found.policies) == 20, "of forty, twenty are asked for already"
    (reason,) = found.policies[0].reasons
    assert (reason.name, reason.counts["requests"], len(reason.rows)) == ("ex_agent_book", 20, 20)
    assert "2026-01-01" in reason.en


def test_orphans_that_all_ask_alike_or_whose_agent_left_long_ago_are_no_attack() -> None:
    assert books_under_attack(facts(as_of=DAY, **orphaned(8, 8)), StatSettings()) == []
    tables = orphaned(20, 3)
    tables["agents"] = [{**one, "left_on": "2023-01-01"} for one in tables["agents"]]
    assert books_under_attack(facts(as_of=DAY, **tables), StatSettings()) == []
    del tables["agents"]
    assert books_under_attack(facts(as_of=DAY, **tables), StatSettings()) == []


def test_the_list_says_what_it_is_for_and_masks_what_it_names() -> None:
    found = look(policies=[policy(1)], contact_changes=[change(1, "2026-06-01")])
    for reveal in (False, True):
        masker = risk_masker(found, reveal=reveal)
        said = risks_as_json(found, masker, "run-000001")
        table = risk_rows(found.policies, masker)
        assert (PHONE in repr(said)) is reveal
        assert (PHONE in repr(table.rows)) is reveal
        assert (said["purpose_zh"], said["purpose_en"]) == PURPOSE
        assert said["masked"] is not reveal
    assert "不得用于拒绝" in PURPOSE[0]
    assert "never to refuse" in PURPOSE[1]
    for word in ("fraud", "欺诈"):
        assert word not in repr(risks_as_json(found, risk_masker(found, reveal=False), ""))
