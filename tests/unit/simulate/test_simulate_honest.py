"""Honest bulk life is there, and it shares as it does at an insurer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

import pytest

from ringfinder.simulate.honest import PER_10_000

Rows = list[dict[str, str]]
Made = Callable[..., dict[str, Rows]]


@pytest.fixture
def groups(made: Made) -> dict[str, Rows]:
    """Requests of each honest cause in a quiet portfolio full of look-alikes."""
    tables = made("quiet_hard", 5000, 31)
    cause = {row["request_id"]: row["cause"] for row in tables["honest"]}
    found: dict[str, Rows] = defaultdict(list)
    for row in tables["surrender_requests"]:
        found[cause.get(row["request_id"], "")].append(row)
    return found


def _most(rows: Rows, column: str) -> int:
    """How many requests show the commonest value."""
    return max(Counter(row[column] for row in rows if row[column]).values(), default=0)


def test_every_kind_of_honest_group_is_there(groups: dict[str, Rows]) -> None:
    assert {group.__name__ for group, _ in PER_10_000} == set(groups) - {""}
    assert len(groups[""]) > 5000 * 0.3


@pytest.mark.parametrize(
    ("cause", "column", "least"),
    [
        ("layoff", "phone", 6),
        ("village_clerk", "delegate_id_no", 5),
        ("agent_day", "device_id", 4),
        ("successor", "delegate_id_no", 3),
        ("relative", "phone", 3),
        ("dormitory", "address", 5),
        ("default_values", "phone", 6),
        ("carrier_address", "address", 6),
        ("group_payer", "payout_account", 4),
        ("family", "phone", 3),
        ("web_default", "email", 5),
    ],
)
def test_an_honest_group_shares_what_it_is_named_for(
    groups: dict[str, Rows], cause: str, column: str, least: int
) -> None:
    assert _most(groups[cause], column) >= least


def test_letters_of_a_law_office_and_of_the_internet_stand_in_several_complaints(made: Made) -> None:
    tables = made("quiet_hard", 5000, 31)
    cause = {row["request_id"]: row["cause"] for row in tables["honest"]}
    applicant = {row["applicant_id"]: cause.get(row["request_id"], "") for row in tables["surrender_requests"]}
    for kind in ("law_office", "public_letter"):
        tails = [
            row["text"].rpartition("案由")[2] for row in tables["complaints"] if applicant[row["applicant_id"]] == kind
        ]
        assert max(Counter(tails).values()) >= 4


def test_a_really_mis_sold_product_brings_one_branch_one_product_and_own_contacts(made: Made) -> None:
    tables = made("quiet", 5000, 31)
    cause = {row["request_id"]: row["cause"] for row in tables["honest"]}
    rows = [row for row in tables["surrender_requests"] if cause.get(row["request_id"]) == "mis_selling"]
    products = {row["policy_no"]: row["product_code"] for row in tables["policies"]}
    assert _most(rows, "branch_code") >= 5
    assert max(Counter(products[row["policy_no"]] for row in rows).values()) >= 5
    assert _most(rows, "payout_account") <= 2
    assert sum(row["kind"] == "negotiated" for row in rows) / len(rows) > 0.3
    assert len(tables["visits"]) >= 3


def test_counters_and_gateways_are_used_by_many_and_mostly_registered(made: Made) -> None:
    tables = made("quiet", 5000, 31)
    desks = Counter(row["device_id"] for row in tables["surrender_requests"] if row["device_id"].startswith("POS"))
    assert min(desks.values()) > 20
    listed = {row["value"] for row in tables["known_attributes"] if row["kind"] == "device"}
    assert 0.2 < len(set(desks) & listed) / len(desks) < 1
    public = Counter(
        row["ip"] for row in tables["surrender_requests"] if row["ip"] and not row["ip"].startswith("10.8.")
    )
    assert max(public.values()) > 10  # carrier gateways


def test_about_six_in_ten_honestly_shared_values_are_registered(made: Made) -> None:
    """By institutions: the numbers that most people of one honest group give."""
    known, there = 0, 0
    for seed in (31, 32, 33, 34):
        tables = made("quiet_hard", 5000, seed)
        registered = {row["value"] for row in tables["known_attributes"]}
        cause = {row["request_id"]: row["cause"] for row in tables["honest"]}
        phones = Counter(
            row["phone"]
            for row in tables["surrender_requests"]
            if row["phone"] and cause.get(row["request_id"]) in ("layoff", "village_clerk", "dormitory")
        )
        shared = [phone for phone, count in phones.items() if count >= 4]
        known += sum(phone in registered for phone in shared)
        there += len(shared)
    assert 0.35 < known / there < 0.85


def test_recycled_numbers_and_changes_of_a_clean_up_are_there(made: Made) -> None:
    tables = made("quiet", 5000, 31)
    days = Counter(
        (row["operator"], row["changed_at"][:10]) for row in tables["contact_changes"] if row["field"] == "phone"
    )
    (clerk, day), count = days.most_common(1)[0]
    assert count >= 20
    mended = [
        r["new_value"] for r in tables["contact_changes"] if r["operator"] == clerk and r["changed_at"][:10] == day
    ]
    assert len(set(mended)) > 0.9 * len(mended)
    filed = {row["phone"]: row["person_id"] for row in tables["persons"] if row["phone"]}
    household = {frozenset((row["person_id"], row["related_person_id"])) for row in tables["relations"]}
    strange = [
        row
        for row in tables["surrender_requests"]
        if filed.get(row["phone"], row["applicant_id"]) != row["applicant_id"]
        and frozenset((filed[row["phone"]], row["applicant_id"])) not in household
    ]
    assert len(strange) > 15


def test_every_registered_value_is_one_of_its_kind_and_in_use(made: Made) -> None:
    """Written as in the requests, so that a detector can find it there."""
    column = {"phone": "phone", "address": "address", "email": "email", "bank_account": "payout_account",
              "device": "device_id", "ip": "ip"}  # fmt: skip
    listed: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for seed in range(31, 37):
        tables = made("quiet", 5000, seed)
        senders = {row["sender_phone"] for row in tables["complaints"]}
        senders |= {row["sender_address"] for row in tables["complaints"]}
        for row in tables["known_attributes"]:
            listed[row["kind"]] += 1
            used = {one[column[row["kind"]]] for one in tables["surrender_requests"]} | senders
            found[row["kind"]] += row["value"] in used
    assert set(listed) == set(column)
    assert all(found[kind] >= 0.7 * count for kind, count in listed.items()), (listed, found)
