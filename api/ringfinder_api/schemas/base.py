"""What all answers have in common."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, WithJsonSchema

Cursor = Annotated[str, StringConstraints(max_length=512, pattern=r"^[A-Za-z0-9_-]*$")]
RunName = Annotated[str, StringConstraints(max_length=16, pattern=r"^[a-z0-9-]+$")]
"""``run-000003``, ``3``, ``current`` or ``previous``."""

LOCAL = WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$"})
LocalTime = Annotated[datetime, LOCAL]
"""A time without a zone, as it stands in the tables; times of the service itself are in UTC and say so."""

Cell = str | int | float | bool | list[Any] | dict[str, Any] | None
"""Whatever JSON can hold, where others decide what stands there."""

MOST, USUAL = 200, 50
"""Lines of a page: at most, and where nothing is said."""


class Answer(BaseModel):
    """Base of all answers: nothing that is not declared leaves the service."""

    model_config = ConfigDict(extra="forbid")


class Question(BaseModel):
    """Base of all questions: what is not declared is refused, so that a mistyped filter is not passed over."""

    model_config = ConfigDict(extra="forbid")


class PageQuery(Question):
    """Which page of a list."""

    limit: int = Field(default=USUAL, ge=1, le=MOST)
    cursor: Cursor | None = Field(default=None, description="`next` of the page before.")


class FieldProblem(Answer):
    """What is wrong with one field; never what was sent."""

    place: str = Field(alias="in", examples=["query"])
    name: str = Field(examples=["limit"])
    reason: str = Field(examples=["less than equal"])


class Problem(Answer):
    """A problem (RFC 9457)."""

    type: str = Field(examples=["urn:ringfinder:problem:not-found"])
    status: int = Field(examples=[404])
    title: str = Field(examples=["There is nothing here for you"])
    title_zh: str = Field(examples=["没有找到"])
    detail: str = Field(examples=["there is no such ring in this run"])
    request_id: str = Field(examples=["5f2c9f0d1a7be0c3d4e5f6a7"])
    errors: list[FieldProblem] = []


class Amount(Answer):
    """Money."""

    yuan: str = Field(examples=["21800.00"])
    fen: int = Field(examples=[2180000])


class Exposure(Answer):
    """Sums of a ring: not paid yet, and above cash value asked, agreed and paid."""

    at_risk: Amount
    requested: Amount
    agreed: Amount
    paid: Amount
