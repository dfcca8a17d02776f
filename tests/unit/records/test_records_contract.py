"""The declaration of the contract is consistent with itself."""

import pyarrow as pa
import pytest

from ringfinder.records.contract import Table
from ringfinder.records.kinds import SHARED_KINDS, ColumnKind, Remark, remark_names
from ringfinder.records.portfolio import Portfolio, Tally, fact_schema, normal_form, remarks
from ringfinder.records.tables import TABLES


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_no_header_means_two_columns(table: Table) -> None:
    meaning: dict[str, str] = {}
    for column in table.columns:
        for header in (column.name, *column.zh):
            assert meaning.setdefault(header, column.name) == column.name
        assert column.zh, "every column has a Chinese header"


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_no_spelling_means_two_choices(table: Table) -> None:
    for column in table.columns:
        assert bool(column.choices) == (column.kind is ColumnKind.CHOICE)
        meaning: dict[str, str] = {}
        for value, spellings in column.choices.items():
            for spelling in (value, *spellings):
                assert meaning.setdefault(spelling, value) == value


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: table.name)
def test_keys_are_columns_and_a_single_key_is_required(table: Table) -> None:
    assert set(table.key) <= set(table.by_name)
    if len(table.key) == 1:
        assert table.by_name[table.key[0]].required
    assert "updated_at" in table.by_name


def test_table_names_are_distinct_in_both_languages() -> None:
    names = [name for table in TABLES.values() for name in (table.name, *table.zh)]
    assert len(names) == len(set(names))


def test_variant_columns_name_a_choice_of_kinds() -> None:
    kinds = {kind.value for kind in SHARED_KINDS}
    for table in TABLES.values():
        for column in table.columns:
            if column.kind is ColumnKind.VARIANT:
                assert set(table.by_name[column.variant_of].choices) <= kinds


def test_facts_keep_a_normal_form_and_remarks_beside_each_shared_column() -> None:
    schema = fact_schema(TABLES["surrender_requests"])
    assert schema.field("applied_at").type == pa.timestamp("us")
    assert schema.field("cash_value").type == pa.int64()
    assert schema.field(normal_form("phone")).type == pa.string()
    assert schema.field(remarks("phone")).type == pa.uint16()
    assert normal_form("payout_name") not in schema.names


def test_a_table_that_was_not_handed_over_is_empty_with_its_schema() -> None:
    portfolio = Portfolio(tables={}, present={"persons": frozenset({"phone"})})
    assert portfolio.table("agents").num_rows == 0
    assert portfolio.table("agents").schema == fact_schema(TABLES["agents"])
    assert portfolio.has("persons", "phone")
    assert not portfolio.has("persons", "email")


def test_a_tally_tells_whether_a_row_was_lost() -> None:
    assert Tally("persons", "persons.csv", read=3, loaded=1, rejected=1, merged=1).balanced
    assert not Tally("persons", "persons.csv", read=3, loaded=1, rejected=1, merged=0).balanced


def test_remarks_have_names() -> None:
    assert remark_names(int(Remark.CITY_ASSUMED | Remark.NO_DOOR)) == ["city_assumed", "no_door"]
    assert remark_names(0) == []
    assert max(Remark) < 1 << 16
