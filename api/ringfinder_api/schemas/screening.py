"""Screening: what is sent, and the two answers to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from ringfinder_api.schemas.base import Answer, Question

Cell = Annotated[str, StringConstraints(max_length=4000)] | int | float | None
Cells = Annotated[dict[Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}$")], Cell], Field(max_length=60)]


class ScreenQuestion(Question):
    """An incoming request: columns of `surrender_requests`, and if wanted of its person and policy."""

    request: Cells = Field(
        examples=[{"request_id": "R1", "policy_no": "P1", "applicant_id": "C1", "applied_at": "2026-01-05T09:30"}]
    )
    person: Cells | None = None
    policy: Cells | None = None
    record: bool = Field(default=False, description="Whether to keep it: the next request will see it.")


class BothLanguages(Answer):
    """A sentence in both languages."""

    zh: str
    en: str


class AskAnswer(BothLanguages):
    """A question for the customer."""

    name: str = Field(examples=["callback"])


class DeskAnswer(Answer):
    """What the desk sees: questions; nothing of a score, a ring or anybody else."""

    reference: str = Field(description="Of this screening in the journal.")
    request_id: str
    provisional: bool
    recorded: bool
    caution: BothLanguages
    questions: list[AskAnswer]


class ReasonAnswer(BothLanguages):
    """One reason with its counts; weights are nats, positive for a ring."""

    name: str
    weight: float | None
    counts: dict[str, float]
    texts: dict[str, str]


class ScreenAnswer(DeskAnswer):
    """Where the request would stand by the last run; never a reason to block."""

    run_id: str
    way: str = Field(description="`joins`, `merges`, `founds`, `fits`, `goes_on` or `alone`.", examples=["joins"])
    rings: list[str] = Field(description="Rings that it would join or tie together, those that the caller sees.")
    rings_elsewhere: int = Field(description="Rings that the caller does not see.")
    score: float | None
    score_before: float | None
    tier: str | None
    tier_before: str | None
    q_value: float | None
    households: int
    reasons: list[ReasonAnswer]
    unknown: list[str]
    looked: int = Field(description="Episodes that were looked at, of `of` that could be.")
    of: int
    rescored_at: datetime | None = Field(
        description="When scores were worked out anew from what an erasure left; null where they are those of the run."
    )
