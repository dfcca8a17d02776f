"""What the service answers, as closed response schemas."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """Base of all answers: nothing that is not declared leaves the service."""

    model_config = ConfigDict(extra="forbid")


class Health(Answer):
    """The process is alive; says nothing about data."""

    status: str
    version: str


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
