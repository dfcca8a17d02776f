"""One suite for every format: the same rows become the same facts, rejects and account."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from ringfinder.errors import InputError
from ringfinder.ingest import TableSource, read_source
from ringfinder.records.portfolio import HASH, IncomingTable
from ringfinder.records.tables import TABLES

Row = Sequence[str]
Write = Callable[[str, Sequence[Row]], TableSource]

HEADER = ("request_id", "policy_no", "applicant_id", "applied_at", "kind", "cash_value", "phone", "address", "reason")
ZH = ("申请号", "保单号", "投保人客户号", "申请时间", "退保类型", "现金价值", "联系电话", "联系地址", "退保原因")
ROWS = (
    (
        "R1",
        "P1",
        "C1",
        "2025-01-02T09:30:00",
        "协议退保",
        "1000.50",
        "139 1234 5679",
        "江苏省南京市鼓楼区中山路1号",
        "急用",
    ),
    ("R2", "P2", "C2", "2025-01-03T00:00:00", "surrender", "0.00", "+86 13912345680", "", 'said "no"; left, then'),
    ("R3", "P3", "C3", "2025-01-04T23:59:59", "", "", "", "四川省成都市武侯区人民南路四段9号", "one\ntwo"),
)
HASHES_OF_ROWS = [11731024475874573490, 8169797432276426311, 2977378880971700931]


def read(source: TableSource) -> IncomingTable:
    incoming = read_source(source)
    assert incoming.read == incoming.rows.num_rows + incoming.rejected + incoming.merged
    return incoming


@pytest.mark.parametrize("header", [HEADER, ZH], ids=["english", "chinese"])
def test_the_same_facts(write: Write, header: Row) -> None:
    incoming = read(write("surrender_requests", [header, *ROWS]))
    assert incoming.rejects == ()
    assert incoming.present == set(HEADER)
    assert incoming.warnings == ()
    rows = incoming.rows.sort_by("request_id").to_pylist()
    assert [row["cash_value"] for row in rows] == [100050, 0, None]
    assert [row["kind"] for row in rows] == ["negotiated", "surrender", None]
    assert [row["phone_nf"] for row in rows] == ["13912345679", "13912345680", None]
    assert [str(row["applied_at"]) for row in rows] == [
        "2025-01-02 09:30:00",
        "2025-01-03 00:00:00",
        "2025-01-04 23:59:59",
    ]
    assert rows[2]["reason"] == "one\ntwo"
    assert rows[2]["address_nf"]


def test_the_same_hash_on_every_machine_and_in_every_format(write: Write) -> None:
    """The store compares it with rows that were loaded years ago: these numbers must never change."""
    incoming = read(write("surrender_requests", [HEADER, *ROWS]))
    assert incoming.rows.sort_by("request_id")[HASH].to_pylist() == HASHES_OF_ROWS


def test_the_same_rejects(write: Write) -> None:
    rows = [
        HEADER,
        ROWS[0],
        ("R4", "P4", "C4", "1900-01-01", "", "", "", "", ""),
        ("R5", "P5", "C5", "2025-01-01T00:00:00", "", "-1", "", "", ""),
        ("", "P6", "", "2025-01-01T00:00:00", "", "1.234", "", "", ""),
        ROWS[0],
        ("R7", "P7", "C7", "2025-01-01T00:00:00", "", "1", "", "", ""),
        ("R7", "P7", "C7", "2025-01-01T00:00:00", "", "2", "", "", ""),
    ]
    incoming = read(write("surrender_requests", rows))
    assert incoming.rows["request_id"].to_pylist() == ["R1"]
    assert (incoming.read, incoming.rejected, incoming.merged) == (7, 5, 1)
    by_row: dict[int, list[str]] = {}
    for reject in incoming.rejects:
        by_row.setdefault(reject.line, []).append(reject.column)
    assert [sorted(columns) for columns in by_row.values()] == [
        ["applied_at"],
        ["cash_value"],
        ["applicant_id", "cash_value", "request_id"],
        ["request_id"],
        ["request_id"],
    ]
    assert set(by_row) == set(incoming.rejected_rows)


def test_variant_values_are_normalised_by_their_kind(write: Write) -> None:
    rows = [
        ("person_id", "field", "value", "since"),
        ("C1", "phone", "139-1234-5679", "2020-01-01"),
        ("C1", "邮箱", "Some.One@QQ.com", ""),
        ("C1", "地址", "江苏省南京市鼓楼区中山路1号", ""),
        ("C1", "fax", "0755-1", ""),
    ]
    incoming = read(write("contacts", rows))
    assert incoming.rows.num_rows == 4
    forms = dict(zip(incoming.rows["field"].to_pylist(), incoming.rows["value_nf"].to_pylist(), strict=True))
    assert forms == {
        "phone": "13912345679",
        "email": "some.one@qq.com",
        "address": "江苏省南京市鼓楼区中山路1号",
        "other": None,
    }
    assert incoming.other_values == {"field": {"fax": 1}}


def test_a_header_and_no_rows(write: Write) -> None:
    incoming = read(write("surrender_requests", [HEADER]))
    assert incoming.read == 0
    assert any("no rows" in warning for warning in incoming.warnings)


def test_a_missing_required_column(write: Write) -> None:
    source = write(
        "surrender_requests", [("request_id", "policy_no", "applied_on", "x"), ("R1", "P1", "2025-01-01", "y")]
    )
    with pytest.raises(InputError, match="applicant_id") as caught:
        read_source(source)
    assert source.file in caught.value.message
    assert "mapping suggest" in caught.value.remedy


def test_the_content_hash_is_stable_and_follows_the_content(write: Write) -> None:
    source = write("surrender_requests", [HEADER, *ROWS])
    first = source.file_hash
    assert len(first) == 64
    assert first == source.file_hash
    assert read(source).file_hash == first


def test_every_table_can_be_read_with_its_required_columns_alone(write: Write) -> None:
    cells = {"kind": "phone", "field": "phone", "value": "13912345679", "class": "branch"}
    table = TABLES["known_attributes"]
    row = tuple(cells.get(name, "2025-01-01") for name in table.required)
    incoming = read(write("known_attributes", [table.required, row]))
    assert incoming.rows["value_nf"].to_pylist() == ["13912345679"]
