"""The data contract, for those who write an extract: public, holds no data."""

from __future__ import annotations

from fastapi import APIRouter

from ringfinder.records.contract import CONTRACT_VERSION, Column
from ringfinder.records.tables import TABLES
from ringfinder_api.access.roles import PUBLIC
from ringfinder_api.schemas.contract import ColumnAnswer, ContractAnswer, TableAnswer

router = APIRouter(prefix="/v1", tags=["contract"])


def _column(column: Column) -> ColumnAnswer:
    return ColumnAnswer(
        name=column.name,
        headers_zh=list(column.zh),
        kind=column.kind.value,
        required=column.required,
        personal=column.personal,
        choices={value: list(spellings) for value, spellings in column.choices.items()},
    )


@router.get("/contract", operation_id="data_contract", dependencies=[PUBLIC])
def data_contract() -> ContractAnswer:
    """List every table and column that may be handed over, with its Chinese headers."""
    tables = [
        TableAnswer(
            name=table.name,
            names_zh=list(table.zh),
            key=list(table.key),
            columns=[_column(column) for column in table.columns],
        )
        for table in TABLES.values()
    ]
    return ContractAnswer(version=CONTRACT_VERSION, tables=tables)
