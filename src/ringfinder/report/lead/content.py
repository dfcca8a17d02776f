"""What a lead report (线索报告) says, before it is any file: facts, inferences and doubts, each with its rows.

Every text is there in Chinese and in English, every number beside its sentence. Personal values are names as the
report shows them, masked unless it was made otherwise; ids and numbers of requests, customers, policies and agents
are keys and stay. Money is fen, times are local (those of approvals are UTC), None is what nobody knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ringfinder.records.rings import Money
from ringfinder.report.lead.entries import (
    Agent,
    Associate,
    Event,
    EvidenceRow,
    Letter,
    Member,
    Person,
    PolicyMoney,
    SharedValue,
    Statement,
    Totals,
)

LEAD_VERSION = 1
"""Raised when a reader of the version before could misunderstand a report."""


@dataclass(frozen=True, slots=True)
class Approval:
    """Who allowed an unmasked report, for whom and until when; given from outside.

    Parameters
    ----------
    role
        As which the person approved; empty where it is not told.
    at, expires_at
        With their zone.
    """

    name: str
    role: str
    at: datetime
    recipient: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """What a report is told about itself rather than finds: it stands on the cover.

    Parameters
    ----------
    number
        Of the report; empty in a draft.
    recipient, purpose
        For whom it is, and why; may be empty.
    """

    number: str = ""
    recipient: str = ""
    purpose: str = ""
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The run that found the ring: what it looked at, and by which settings and code."""

    run_id: str
    as_of: datetime | None
    known_at: datetime | None
    window_months: int | None
    settings_hash: str
    code_version: str
    batches: tuple[str, ...]
    requests: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """An honest explanation that was tested: whether it was ruled out, why, and by what numbers."""

    name: str
    ruled_out: bool
    zh: str
    en: str
    counts: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Term:
    """One term of the score with its rows.

    Parameters
    ----------
    number
        In this report, from 1, the weightiest first.
    weight
        In nats; negative for what speaks for the members or is taken off.
    counts, baseline
        Its numbers, and what they are compared with.
    values
        Kind and name of the values in the sentence.
    """

    number: int
    indicator: str
    weight: float
    zh: str
    en: str
    counts: Mapping[str, float]
    baseline: Mapping[str, float]
    values: tuple[tuple[str, str], ...]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class LeadReport:
    """A lead report: a lead for people to check, never a verdict.

    Parameters
    ----------
    given
        Number, recipient, purpose and approvals.
    masked
        Whether personal values are masked.
    tier, kind, score, q_value
        As in `ringfinder.records.rings.Ring`; the score is a sum of evidence in nats, no probability.
    zh, en
        The ring in one sentence.
    requests, households
        Sizes; `people` has one entry for each person.
    exposure
        Sums in fen; requested, agreed and paid count what lies above the cash value.
    periods
        Requests by day, week or month: name and count.
    verified
        What the insurer's own rows say.
    unverified
        What ringfinder infers from them; nobody has checked it.
    for_members
        Terms that speak for the members.
    limits
        What this is not, and what was not known.
    """

    given: Given
    masked: bool
    ring_id: str
    run: RunFacts
    tier: str
    kind: str
    score: float
    q_value: float | None
    zh: str
    en: str
    requests: int
    households: int
    first_at: datetime
    last_at: datetime
    source: tuple[Statement, ...]
    people: tuple[Person, ...]
    members: tuple[Member, ...]
    policies: tuple[PolicyMoney, ...]
    totals: Totals
    exposure: Money
    shared: tuple[SharedValue, ...]
    associates: tuple[Associate, ...]
    timeline: tuple[Event, ...]
    periods: tuple[tuple[str, int], ...]
    letters: tuple[Letter, ...]
    agents: tuple[Agent, ...]
    verified: tuple[Statement, ...]
    unverified: tuple[Statement, ...]
    explanations: tuple[Explanation, ...]
    for_members: tuple[Term, ...]
    evidence: tuple[Term, ...]
    rows: tuple[EvidenceRow, ...]
    limits: tuple[Statement, ...]
