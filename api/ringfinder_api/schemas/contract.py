"""The data contract."""

from __future__ import annotations

from ringfinder_api.schemas.base import Answer


class ColumnAnswer(Answer):
    """A column of the data contract."""

    name: str
    headers_zh: list[str]
    kind: str
    required: bool
    personal: bool
    choices: dict[str, list[str]]


class TableAnswer(Answer):
    """A table of the data contract."""

    name: str
    names_zh: list[str]
    key: list[str]
    columns: list[ColumnAnswer]


class ContractAnswer(Answer):
    """The data contract: what an insurer may hand over."""

    version: int
    tables: list[TableAnswer]
