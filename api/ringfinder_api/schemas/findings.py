"""What changed since somebody looked, and what patterns found."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from ringfinder_api.schemas.base import Answer, Cell, PageQuery, Question, RunName
from ringfinder_api.schemas.runs import RingChangeAnswer


class ChangesAnswer(Answer):
    """What changed between the run that the caller saw last and the current one."""

    since: str | None = Field(description="The run that was seen last; null: none yet, so every ring is new.")
    looked_at: datetime | None
    run_id: str | None = Field(description="The current run; null: there is none yet.")
    born: int
    changed: int
    gone: int
    new_leads: int
    total: int
    items: list[RingChangeAnswer] = Field(description="New rings, changed ones, then those that are gone.")
    next: str | None


class SeenQuestion(Question):
    """Up to which run the caller has seen what changed."""

    run: RunName = Field(examples=["run-000003"])


class SeenAnswer(Answer):
    """Where the mark stands now."""

    run_id: str
    looked_at: datetime


class LeadQuery(PageQuery):
    """Which leads."""

    pattern: str | None = Field(default=None, max_length=128, examples=["patterns/t01-shared-contact"])
    run: RunName | None = Field(default=None, description="As a run had them; else as the last run of each.")


class LeadAnswer(Answer):
    """What a pattern found: for people to check, never a verdict. Values are masked as they are in the graph."""

    lead_id: str
    pattern: str
    version: int
    identity: dict[str, Cell]
    run_id: str
    first_run: str
    last_run: str
    finding: dict[str, Cell]


class LeadPage(Answer):
    """Leads by pattern."""

    total: int
    items: list[LeadAnswer]
    next: str | None
