"""Runs of detection."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from ringfinder.pipeline.compare import Why
from ringfinder_api.schemas.base import Answer, LocalTime

Setting = str | int | float | bool | list[Any] | dict[str, Any] | None


class RingCounts(Answer):
    """Rings of a run that the caller sees."""

    alert: int
    review: int
    faded: int | None = Field(description="Gone since the run before; null for who is bound to branches.")


class RunAnswer(Answer):
    """One run: what it looked at, with which settings, and what it found."""

    run_id: str = Field(examples=["run-000003"])
    current: bool
    started_at: datetime
    finished_at: datetime
    as_of: LocalTime | None = Field(description="Later events were left out; local time.")
    known_at: datetime | None = Field(description="Batches loaded later were left out.")
    window_months: int | None
    settings_hash: str
    code_version: str
    compared_with: str | None = Field(description="The run that identities were matched to.")
    batches: list[str]
    requests: int | None = Field(description="Requests looked at; null for who is bound to branches.")
    rings: RingCounts
    member_requests: int
    files: bool = Field(description="Whether its files are there: if not, its rings cannot be shown.")


class RunPage(Answer):
    """Runs, the newest first."""

    items: list[RunAnswer]
    next: str | None


class FileAccount(Answer):
    """What became of the rows of one file."""

    table: str
    file: str
    read: int
    loaded: int
    rejected: int
    merged: int


class EvidenceCoverage(Answer):
    """Whether one kind of evidence was on in a run, and why (not)."""

    evidence: str = Field(examples=["shared_phone"])
    on: bool
    zh: str
    en: str


class CoverageAnswer(Answer):
    """What the data of a run allowed, and what was read for it."""

    run_id: str
    evidence: list[EvidenceCoverage]
    files: list[FileAccount] = Field(description="Empty for who is bound to branches, and so are the rest.")
    warnings: list[str]
    other_values: dict[str, dict[str, int]]


class Pair(Answer):
    """Something before and after."""

    old: Setting
    new: Setting


class Kin(Answer):
    """A ring of the other run that holds people of this one."""

    ring_id: str
    people: int


class RingChangeAnswer(Answer):
    """One ring that differs between two runs."""

    ring_id: str
    change: Literal["born", "changed", "gone"]
    requests: int
    why: Why = Field(description="What did it, as far as two runs can show.")
    unseen: int = Field(description="Of its requests, those that the other run could not see as they are.")
    joined: list[str] = Field(description="Requests that came into it: at most 200, of those that the caller sees.")
    left: list[str] = Field(description="Requests that went: at most 200, of those that the caller sees.")
    joined_total: int
    left_total: int
    figures: dict[str, Pair]
    kin: list[Kin]


class DiffAnswer(Answer):
    """Two runs side by side."""

    old: str
    new: str
    data: dict[str, Pair]
    batches_added: list[str]
    batches_removed: list[str]
    settings: dict[str, Pair]
    version: Pair | None
    born: int
    changed: int
    gone: int
    unchanged: int
    total: int
    items: list[RingChangeAnswer] = Field(description="New rings, changed ones, then those that are gone.")
    next: str | None
