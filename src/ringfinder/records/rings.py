"""What a detection run hands on: rings with their members, evidence, shared values and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

HIDDEN = "…"
"""Stands for a value that the reader may not see; masked and revealed it says nothing."""


class Tier(StrEnum):
    """Alert: look at it now. Review: a candidate that did not carry an alarm."""

    ALERT = "alert"
    REVIEW = "review"


class Role(StrEnum):
    """What somebody does in a ring; a member is often a victim, only organisers are suspected."""

    ORGANISER_CANDIDATE = "organiser_candidate"
    AGENT = "agent"
    DELEGATE = "delegate"
    PAYEE = "payee"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class RowRef:
    """One row behind a finding: where it was handed over."""

    table: str
    key: str
    file: str
    line: int


@dataclass(frozen=True, slots=True)
class AttributeKey:
    """A shared attribute: its kind and its normal form (raw personal data: mask before showing)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One term of a ring's score.

    Parameters
    ----------
    indicator
        Stable name of the red flag or of the fact that speaks for the members.
    weight
        What it adds to the score, in nats; negative for what speaks against a ring.
    counts
        The numbers that the sentences use, by name.
    baseline
        What it is compared with: name and number (a share, a rate or an expected count).
    zh, en
        The sentence an investigator reads. Values in it are referred to as ``{0}``, ``{1}`` … and
        filled from `values`, masked or not, when it is shown.
    values
        Shared attributes named in the sentence.
    rows
        The rows behind it.
    """

    indicator: str
    weight: float
    counts: Mapping[str, float]
    baseline: Mapping[str, float]
    zh: str
    en: str
    values: tuple[AttributeKey, ...] = ()
    rows: tuple[RowRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """An honest explanation that was tested: whether it was ruled out, and by what numbers."""

    name: str
    ruled_out: bool
    counts: Mapping[str, float]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Member:
    """A surrender request in a ring; `weight` in [0, 1] tells how strongly it belongs."""

    request_id: str
    applicant_id: str
    role: Role
    weight: float
    row: RowRef
    applied_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Associate:
    """Somebody around a ring who is no applicant in it: a delegate, payee, sender or agent."""

    role: Role
    key: AttributeKey
    requests: int


@dataclass(frozen=True, slots=True)
class SharedValue:
    """A value that links members: users inside the ring and in the whole portfolio.

    `requests` are the members' requests that use it.
    """

    key: AttributeKey
    members: int
    holders: int
    first_at: datetime | None
    last_at: datetime | None
    weight: float
    requests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Money:
    """Exposure of a ring in fen.

    at_risk
        Sum of ``max(premium_paid - cash_value, 0)`` over the members' policies not yet paid, each
        policy once.
    requested, agreed, paid
        Sum of ``max(x - cash_value, 0)`` over the members' requests.
    """

    at_risk: int = 0
    requested: int = 0
    agreed: int = 0
    paid: int = 0


@dataclass(frozen=True, slots=True)
class Without:
    """What remains of a ring without one shared value: its score then, and the units that still hang together."""

    key: AttributeKey
    score: float
    units: int


@dataclass(frozen=True, slots=True)
class Central:
    """Who or what the ring turns around: a shared value, or an applicant (kind ``applicant``).

    `share` is its share of the shortest paths between the ring's members (betweenness, 0 to 1).
    """

    key: AttributeKey
    share: float


@dataclass(frozen=True, slots=True)
class Change:
    """What would change the verdict, with the numbers that its sentences use."""

    name: str
    counts: Mapping[str, float]
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class LinkedRing:
    """Another ring that passes clients, contacts or letters to this one; the two are not melted into one.

    `members` are requests of this ring that show a value of the other one.
    """

    ring_id: str
    shared: tuple[AttributeKey, ...]
    members: int


class LineageStatus(StrEnum):
    """What became of a ring since the run before."""

    BORN = "born"
    CONTINUED = "continued"
    GREW = "grew"
    MERGED = "merged"
    SPLIT = "split"
    FADED = "faded"


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where a ring comes from.

    `before` are rings of the run before, the nearest first; `likeness` to that one is Jaccard's, of persons.
    """

    status: LineageStatus
    before: tuple[str, ...] = ()
    likeness: float = 0.0


@dataclass(frozen=True)
class Ring:
    """A candidate group down to the review tier; `units` counts households, not people."""

    ring_id: str
    score: float
    tier: Tier
    q_value: float | None
    kind: str
    members: tuple[Member, ...]
    applicants: int
    units: int
    first_at: datetime
    last_at: datetime
    money: Money
    evidence: tuple[Evidence, ...]
    shared: tuple[SharedValue, ...] = ()
    associates: tuple[Associate, ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    without: tuple[Without, ...] = ()
    central: tuple[Central, ...] = ()
    changes: tuple[Change, ...] = ()
    linked: tuple[LinkedRing, ...] = ()
    lineage: Lineage | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Whether one kind of evidence was on in a run, and why (not)."""

    evidence: str
    on: bool
    zh: str
    en: str


@dataclass(frozen=True)
class Detection:
    """The outcome of one detection run: rings in falling order of score, and what the data allowed."""

    rings: tuple[Ring, ...]
    coverage: tuple[Coverage, ...]
    settings_hash: str
    requests: int
    timings: Mapping[str, float] = field(default_factory=dict)
