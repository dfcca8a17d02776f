"""The demo's portfolio: what is staged in it, and the slips of those who type."""

from __future__ import annotations

from collections import Counter

import pytest
from tests.unit.simulate.conftest import Made

from ringfinder.simulate.slips import SENT_TWICE, TYPED_WRONG

SEEDS = (1, 2, 1001)


def _digits(phone: str) -> str:
    """A phone without the ways in which it is written."""
    return "".join(one for one in phone.removesuffix(".0").removeprefix("+86") if one.isdigit()).removeprefix("0")


@pytest.mark.parametrize("seed", SEEDS)
def test_the_hub_has_more_than_fifty_on_one_phone_and_the_branch_line_more_still(made: Made, seed: int) -> None:
    tables = made("demo", 3000, seed)
    phone = {row["request_id"]: _digits(row["phone"]) for row in tables["surrender_requests"]}
    hub = next(row["ring_id"] for row in tables["staged"] if row["shows"] == "hub")
    clients = Counter(phone[row["request_id"]] for row in tables["labels"] if row["ring_id"] == hub)
    line = Counter(phone[row["request_id"]] for row in tables["honest"] if row["cause"] == "branch_line")
    assert len(line) == 1
    assert 50 < clients.most_common(1)[0][1] < line.total()
    known = {_digits(row["value"]) for row in tables["known_attributes"] if row["kind"] == "phone"}
    filed = Counter(_digits(row["phone"]) for row in tables["persons"])
    assert not known & set(line)
    assert filed[next(iter(line))] == 0, "nobody's number is on file"


@pytest.mark.parametrize("seed", SEEDS)
def test_members_of_the_unseen_ring_share_nothing(made: Made, seed: int) -> None:
    tables = made("demo", 3000, seed)
    unseen = next(row["ring_id"] for row in tables["staged"] if row["shows"] == "unseen")
    rows = [row for row in tables["labels"] if row["ring_id"] == unseen]
    assert 7 <= len(rows) <= 11
    assert {row["links"] for row in rows} == {"0"}


def test_wrong_rows_stand_beside_the_right_ones(made: Made) -> None:
    tables = made("demo", 3000, 1)
    keys = {"surrender_requests": "request_id", "complaints": "complaint_id", "policies": "policy_no"}
    for name, slips in TYPED_WRONG.items():
        wrong = [row for row in tables[name] for column, cell in slips if _slip(row[column], cell)]
        assert len(wrong) == len(slips)
        if name != "surrender_requests":
            counts = Counter(row[keys[name]] for row in tables[name])
            assert all(counts[row[keys[name]]] == 2 for row in wrong)
    requests = Counter(row["request_id"] for row in tables["surrender_requests"])
    assert len(requests) == 3000
    assert sum(count - 1 for count in requests.values()) == SENT_TWICE["surrender_requests"] + 3


def _slip(cell: str, typed: str) -> bool:
    return cell.startswith("-") if "{" in typed else cell == typed


def test_families_that_are_measured_have_no_slips(made: Made) -> None:
    assert "staged" not in made("town", 3000, 11)
    assert len(made("town", 3000, 11)["surrender_requests"]) == 3000
