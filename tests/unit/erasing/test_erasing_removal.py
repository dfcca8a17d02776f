"""Whose a row is, and which cells of others' rows name somebody."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

from ringfinder.keychain import Keyring
from ringfinder.pipeline.erasing.removal import OWNERS, REFERENCES, TOGETHER, take_out
from ringfinder.pipeline.erasing.subject import ErasedMarks, Subject
from ringfinder.pipeline.intake import understand_rows
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.portfolio import HASH
from ringfinder.records.tables import TABLES
from ringfinder.store.holds import Erased

PHONE, ACCOUNT, ID = "13912345679", "6222021234567890128", "11010119900307109X"
MINE = {"name": {"周某某", "王伟"}, "phone": {PHONE, "13700001111"}, "id_no": {ID}, "bank_account": {ACCOUNT}}
SUBJECT = Subject(
    numbers=frozenset(["C1"]),
    policies=frozenset(["P1"]),
    complaints=frozenset(["K1"]),
    values={kind: frozenset(values) for kind, values in MINE.items()},
    alone={"name": frozenset(["周某某"]), "phone": frozenset([PHONE]), "id_no": frozenset([ID])},
)


def rows(table: str, *given: dict[str, str]) -> pa.Table:
    return understand_rows(table, given).rows


def request(number: int, applicant: str = "C9", **more: str) -> dict[str, str]:
    return {
        "request_id": f"R{number}",
        "policy_no": f"P9{number}",
        "applicant_id": applicant,
        "applied_at": "2025-01-01",
        **more,
    }


def column(table: pa.Table, name: str) -> Sequence[Any]:
    found: Sequence[Any] = table[name].to_pylist()
    return found


def test_every_column_that_points_to_a_customer_is_known() -> None:
    named = {(name, c.name) for name, table in TABLES.items() for c in table.columns if c.kind is ColumnKind.KEY}
    people = {(name, column) for name, column in named if column.endswith(("person_id", "applicant_id", "insured_id"))}
    known = {(name, column) for name, columns in OWNERS.items() for column in columns} | REFERENCES.keys()
    assert people <= known
    names = {(name, c.name) for name, table in TABLES.items() for c in table.columns if c.kind is ColumnKind.NAME}
    told = {(name, column) for name, groups in TOGETHER.items() for group in groups for column in group}
    assert names - told == {("persons", "name")}


def test_own_rows_go_and_rows_of_nobody_go_with_the_policy() -> None:
    assert take_out(
        "surrender_requests", rows("surrender_requests", request(1, "C1"), request(2)), SUBJECT
    ).removed.tolist() == [True, False]
    calls = [{"callback_id": f"B{n}", "policy_no": f"P{n}", "called_at": "2025-01-01"} for n in (1, 2)]
    assert take_out("callbacks", rows("callbacks", *calls), SUBJECT).removed.tolist() == [True, False]
    letter = {"received_at": "2025-01-01", "policy_no": "P1"}
    letters = [
        {"complaint_id": "K7", **letter},
        {"complaint_id": "K8", "applicant_id": "C9", **letter},
        {"complaint_id": "K1", "received_at": "2025-01-01"},
    ]
    taken = take_out("complaints", rows("complaints", *letters), SUBJECT)
    assert taken.removed.tolist() == [True, False, True]
    assert column(taken.rows, "policy_no") == [None]
    kin = [{"person_id": a, "related_person_id": b} for a, b in (("C1", "C2"), ("C2", "C1"), ("C2", "C3"))]
    assert take_out("relations", rows("relations", *kin), SUBJECT).removed.tolist() == [True, True, False]
    listed = [{"kind": "phone", "value": value, "source": "s"} for value in ("139 1234 5679", "13700001111")]
    assert take_out("watchlist", rows("watchlist", *listed), SUBJECT).removed.tolist() == [True, False]


@pytest.mark.parametrize(
    ("cells", "blank"),
    [
        ({"delegate_name": "周某某", "delegate_phone": "13800138001"}, True),
        ({"delegate_name": "谁", "delegate_phone": "139-1234-5679"}, True),
        ({"delegate_name": "谁", "delegate_id_no": ID}, True),
        ({"delegate_name": "王伟", "delegate_phone": "13700001111"}, True),
        ({"delegate_name": "王伟", "delegate_phone": "13800138001"}, False),
        ({"delegate_name": "谁", "delegate_phone": "13700001111"}, False),
    ],
)
def test_a_delegate_who_is_the_person_is_blank_and_a_namesake_is_not(cells: dict[str, str], blank: bool) -> None:  # noqa: FBT001
    before = rows("surrender_requests", request(1, **cells), request(2))
    taken = take_out("surrender_requests", before, SUBJECT)
    assert taken.changed is blank
    assert (column(taken.rows, "delegate_name")[0] is None) is blank
    assert (column(taken.rows, "delegate_phone_nf")[0] is None) is (blank or "delegate_phone" not in cells)
    hashes, formerly = column(taken.rows, HASH), column(before, HASH)
    assert (hashes[0] != formerly[0]) is blank
    assert hashes[1] == formerly[1]
    again = rows("surrender_requests", request(1)) if blank else before
    assert hashes[0] == column(again, HASH)[0]


def test_what_others_filed_as_well_is_theirs() -> None:
    filed = rows("persons", {"person_id": "C9", "name": "王伟", "phone": "13700001111"})
    assert not take_out("persons", filed, SUBJECT).changed
    alone = rows("surrender_requests", request(1, phone=PHONE, email="a@b.cn"))
    taken = take_out("surrender_requests", alone, SUBJECT)
    assert (column(taken.rows, "phone"), column(taken.rows, "email")) == ([None], ["a@b.cn"])


def test_texts_are_searched_where_words_are_given() -> None:
    told = rows("surrender_requests", request(1, reason="周某某代办，139 1234 5679"), request(2, reason="急用钱"))
    taken = take_out("surrender_requests", told, SUBJECT, SUBJECT.words())
    assert column(taken.rows, "reason") == ["(erased)代办，(erased)", "急用钱"]
    assert taken.blanked == 1
    assert not take_out("surrender_requests", told, SUBJECT).changed


def test_keys_tell_what_the_person_told_and_phones_are_forgotten() -> None:
    keyring = Keyring(b"a secret of the site, long enough")
    keys: dict[str, set[str]] = {}
    for kind, key in SUBJECT.keys(keyring):
        keys.setdefault(kind, set()).add(key)
    marks = ErasedMarks(Erased({kind: frozenset(held) for kind, held in keys.items()}), keyring)
    given = [
        request(1, "C1"),
        request(2, delegate_name="周某某", delegate_id_no=ID),
        request(3, delegate_name="周某某", delegate_phone=PHONE),
    ]
    taken = take_out("surrender_requests", rows("surrender_requests", *given), marks)
    assert taken.removed.tolist() == [True, False, False]
    assert column(taken.rows, "delegate_name") == [None, "周某某"]
