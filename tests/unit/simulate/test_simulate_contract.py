"""The tables that are made keep to the contract, and contradict neither themselves nor the calendar."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

import pyarrow as pa
import pytest

from ringfinder.normalize import normalize_array
from ringfinder.records.contract import Column
from ringfinder.records.kinds import ColumnKind, Remark
from ringfinder.records.tables import TABLES

Rows = list[dict[str, str]]
Made = Callable[..., dict[str, Rows]]
TRUTH = {"labels", "roles", "honest", "typologies"}
LAST = "2026-07-02"


def _bad_cells(column: Column, cells: list[str]) -> list[str]:
    match column.kind:
        case ColumnKind.CHOICE:
            return [cell for cell in cells if cell not in column.choices]
        case ColumnKind.DATE:
            return [cell for cell in cells if datetime.fromisoformat(cell).year not in range(1930, 2027)]
        case ColumnKind.MONEY:
            return [cell for cell in cells if len(cell.partition(".")[2]) != 2 or float(cell) < 0]
        case ColumnKind.INTEGER:
            return [cell for cell in cells if int(cell) < 0]
        case ColumnKind.ID_NO:
            remarks = normalize_array(ColumnKind.ID_NO, pa.array(cells)).remarks
            return [cell for cell, bits in zip(cells, remarks, strict=True) if bits & Remark.CHECK_FAILED]
        case _:
            return []


@pytest.mark.parametrize("scenario", ["mixed", "today", "poach", "typologies"])
def test_every_cell_is_one_that_the_contract_allows(made: Made, scenario: str) -> None:
    for name, rows in made(scenario).items():
        if name in TRUTH:
            continue
        declared = TABLES[name].by_name
        for column in rows[0] if rows else ():
            assert column in declared, f"{name}.{column}"
            cells = [row[column] for row in rows if row[column]]
            assert _bad_cells(declared[column], cells) == [], f"{name}.{column}"
            assert not declared[column].required or len(cells) == len(rows), f"{name}.{column} is missing somewhere"


def test_every_table_and_nearly_every_column_of_the_contract_is_there(made: Made) -> None:
    tables = made("mixed")
    assert set(tables) - TRUTH == set(TABLES)
    left_out = {"updated_at", "note", "valid_to"}
    for name, table in TABLES.items():
        assert {column.name for column in table.columns} - left_out <= set(tables[name][0]), name


@pytest.mark.parametrize("scenario", ["mixed", "arbitrage", "typologies"])
def test_keys_are_unique_and_what_refers_to_them_finds_them(made: Made, scenario: str) -> None:
    tables = made(scenario)
    for name in set(tables) - TRUTH:
        keys = Counter(tuple(row[column] for column in TABLES[name].key) for row in tables[name])
        assert max(keys.values(), default=1) == 1, name
    known = {
        "policy_no": {row["policy_no"] for row in tables["policies"]},
        "person_id": {row["person_id"] for row in tables["persons"]},
        "agent_no": {row["agent_no"] for row in tables["agents"]},
        "complaint_id": {row["complaint_id"] for row in tables["complaints"]},
    }
    same = {"applicant_id": "person_id", "insured_id": "person_id", "related_person_id": "person_id",
            "manager_no": "agent_no", "replaces_policy_no": "policy_no"}  # fmt: skip
    for name in set(tables) - TRUTH:
        for column in tables[name][0] if tables[name] else ():
            there = known.get(same.get(column, column))
            if there is not None:
                assert {row[column] for row in tables[name]} - {""} <= there, f"{name}.{column}"


@pytest.mark.parametrize("scenario", ["mixed", "typologies"])
def test_money_and_dates_hang_together(made: Made, scenario: str) -> None:
    tables = made(scenario)
    policies = {row["policy_no"]: row for row in tables["policies"]}
    agents = {row["agent_no"]: row for row in tables["agents"]}
    for row in tables["surrender_requests"]:
        policy = policies[row["policy_no"]]
        assert policy["applicant_id"] == row["applicant_id"]
        assert policy["issued_on"] < row["applied_at"][:10]
        assert float(row["requested_amount"]) <= float(policy["premium_paid"]) + 0.01 or row["kind"] != "negotiated"
        assert not row["paid_at"] or row["paid_at"] > row["applied_at"]
    for policy in tables["policies"]:
        assert float(policy["cash_value"]) <= float(policy["premium_paid"])
        agent = agents.get(policy["agent_no"])
        assert agent is None or policy["status"] == "ended" or agent["hired_on"] <= LAST
    assert all(not row["left_on"] or row["left_on"] > row["hired_on"] for row in tables["agents"])


def test_nothing_happens_after_the_extract(made: Made) -> None:
    for scenario in ("mixed", "second_bite", "poach"):
        for name, rows in made(scenario).items():
            if name in TRUTH:
                continue
            dated = [column.name for column in TABLES[name].columns if column.kind is ColumnKind.DATE]
            for column in set(dated) & set(rows[0] if rows else ()):
                assert max(row[column] for row in rows) < LAST, f"{scenario} {name}.{column}"


def test_three_to_eight_in_a_hundred_customers_have_two_numbers(made: Made) -> None:
    for scenario in ("town", "hard_mixed"):
        persons = made(scenario)["persons"]
        numbers = Counter(row["id_no"] for row in persons)
        twice = sum(1 for count in numbers.values() if count > 1)
        assert 0.03 <= twice / len(numbers) <= 0.08
        names = {(row["id_no"], row["name"], row["birth_date"]) for row in persons}
        assert len(names) == len(numbers)


def test_contacts_are_of_issue_of_today_or_with_their_history(made: Made) -> None:
    issue, today, history = (made(name) for name in ("town", "today", "mixed"))
    assert len({row["contacts_as_of"] for row in today["persons"]}) == 1
    assert len({row["contacts_as_of"] for row in issue["persons"]}) > 1000
    assert "contacts" not in issue
    assert "contacts" not in today
    for tables, column in ((issue, "old_value"), (today, "new_value")):
        filed = {row["person_id"]: row["phone"] for row in tables["persons"]}
        changes = [row for row in tables["contact_changes"] if row["field"] == "phone" and filed[row["person_id"]]]
        same = [_digits(filed[row["person_id"]]) == _digits(row[column]) for row in changes]
        assert sum(same) / len(same) > 0.97
    open_phones = Counter(r["person_id"] for r in history["contacts"] if r["field"] == "phone" and not r["until"])
    assert set(open_phones.values()) == {1}


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone.removeprefix("+86 ").removesuffix(".0")))
