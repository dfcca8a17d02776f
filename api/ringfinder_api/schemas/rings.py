"""Rings in a list."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from ringfinder.records.rings import LineageStatus, Tier
from ringfinder.report.words import RING_KINDS
from ringfinder.store.runs import CURRENT
from ringfinder_api.schemas.base import Answer, Exposure, LocalTime, PageQuery, RunName

Format = Literal["json", "csv", "xlsx"]
Sort = Literal[
    "-score", "score", "-at_risk", "at_risk", "-last_at", "last_at", "-first_at", "first_at", "-requests", "requests"
]
Yuan = Annotated[
    Decimal,
    Field(ge=0, max_digits=15, decimal_places=2),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,13}(\.[0-9]{1,2})?$", "examples": ["21800.00"]}),
]


def _known(kind: str) -> str:
    if kind not in RING_KINDS:
        raise ValueError(kind)
    return kind


Kind = Annotated[str, AfterValidator(_known), Field(json_schema_extra={"enum": sorted(RING_KINDS)})]
Word = Annotated[str, Field(min_length=1, max_length=64)]


class RingQuery(PageQuery):
    """Which rings of a run, in which order, and how many."""

    run: RunName = CURRENT
    tier: Tier | None = None
    kind: Kind | None = None
    branch: Word | None = Field(default=None, description="Rings with a request of this branch.")
    agent: Word | None = Field(default=None, description="Rings with a policy of this agent.")
    lineage: LineageStatus | None = Field(default=None, description="What became of it since the run before.")
    changed_since: RunName | None = Field(default=None, description="Rings that are new or changed since that run.")
    min_score: float | None = Field(default=None, allow_inf_nan=False)
    min_requests: int | None = Field(default=None, ge=1, le=10**9)
    min_at_risk: Yuan | None = None
    max_at_risk: Yuan | None = None
    min_requested: Yuan | None = None
    max_requested: Yuan | None = None
    min_paid: Yuan | None = None
    max_paid: Yuan | None = None
    since: date | None = Field(default=None, description="Active on or after this day.")
    until: date | None = Field(default=None, description="Active on or before this day.")
    sort: Sort = "-score"
    format: Format | None = Field(default=None, description="The whole list as a file; wins over `Accept`.")

    def filters(self) -> dict[str, str]:
        """What is asked for, as words, without order, page and form."""
        said = self.model_dump(mode="json", exclude_none=True, exclude={"sort", "limit", "cursor", "format"})
        return {name: str(value) for name, value in said.items()}


class RingHead(Answer):
    """A ring in a list."""

    ring_id: str = Field(examples=["RF-4K7Q2M6T"])
    score: float
    tier: Tier
    q_value: float | None
    kind: str = Field(examples=["shared_payee"])
    summary_zh: str
    summary_en: str = Field(examples=["17 unrelated people, 3 phones, 1 payee account, 41 days"])
    requests: int
    applicants: int
    units: int
    first_at: LocalTime
    last_at: LocalTime
    money: Exposure
    lineage: LineageStatus | None


class RingPage(Answer):
    """Rings of a run that match, in the order asked for."""

    run_id: str
    total: int = Field(description="Rings that match.")
    of: int = Field(description="Rings of the run that the caller sees.")
    items: list[RingHead]
    next: str | None
