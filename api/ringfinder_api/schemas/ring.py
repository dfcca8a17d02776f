"""One ring and everything its score is made of; values are masked unless revealed."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ringfinder.records.rings import LineageStatus, Role, Tier
from ringfinder.store.runs import CURRENT
from ringfinder_api.schemas.base import Answer, Exposure, LocalTime, PageQuery, RunName
from ringfinder_api.schemas.rings import Format

Figures = dict[str, float]
RingId = Annotated[str, Field(min_length=1, max_length=32, examples=["RF-4K7Q2M6T"])]


class Row(Answer):
    """Where a row was handed over; the header of a file is line 1."""

    table: str
    key: str
    file: str
    line: int


class Value(Answer):
    """A shared attribute; one of another branch alone is shown as ``…****``."""

    kind: str = Field(examples=["phone"])
    value: str = Field(examples=["139****0001"])


class Term(Answer):
    """One term of the score."""

    indicator: str = Field(examples=["shared_phone"])
    weight: float = Field(description="Nats; negative speaks against a ring.")
    counts: Figures
    baseline: Figures = Field(description="What it is compared with.")
    zh: str
    en: str
    values: list[Value]
    rows: list[Row] = Field(description="The first rows behind it, of those that the caller sees.")
    rows_total: int = Field(description="Rows behind it in all.")


class Terms(Answer):
    """The terms of a ring's score, weightiest first, with their rows."""

    run_id: str
    ring_id: str
    masked: bool
    items: list[Term]


class Member(Answer):
    """A request in a ring; whoever made it is often a victim."""

    request_id: str
    applicant_id: str
    role: Role
    weight: float = Field(description="How strongly it belongs, 0 to 1.")
    applied_at: LocalTime | None
    policy_no: str | None
    branch_code: str | None
    agent_no: str | None


class MemberPage(Answer):
    """Members in the order of the ring."""

    run_id: str
    ring_id: str
    total: int = Field(description="Members that the caller sees.")
    of: int = Field(description="Members in all; the rest are of other branches.")
    items: list[Member]
    next: str | None


class MemberQuery(PageQuery):
    """Which members of a ring."""

    run: RunName = CURRENT
    format: Format | None = Field(default=None, description="All of them as a file; wins over `Accept`.")


class Shared(Answer):
    """A value that links members."""

    kind: str
    value: str
    members: int = Field(description="Users inside the ring.")
    holders: int = Field(description="Users in the whole portfolio.")
    first_at: LocalTime | None
    last_at: LocalTime | None
    weight: float
    requests: list[str] = Field(description="Members that use it, of those that the caller sees.")


class SomeShared(Answer):
    """Shared values, the strongest first."""

    total: int
    items: list[Shared]


class Associate(Answer):
    """Somebody around a ring who is no applicant in it."""

    role: Role
    kind: str
    value: str
    requests: int


class Hypothesis(Answer):
    """An honest explanation that was tested, and why it failed or did not."""

    name: str
    ruled_out: bool
    counts: Figures
    zh: str
    en: str


class Without(Answer):
    """What remains without one shared value."""

    kind: str
    value: str
    score: float
    units: int


class Central(Answer):
    """Who or what the ring turns around."""

    kind: str
    value: str
    share: float


class Change(Answer):
    """What would change the verdict."""

    name: str
    counts: Figures
    zh: str
    en: str


class Linked(Answer):
    """Another ring that passes clients, contacts or letters to this one."""

    ring_id: str
    shared: list[Value]
    members: int


class Lineage(Answer):
    """Where a ring comes from."""

    status: LineageStatus
    before: list[str]
    likeness: float


class SentenceAnswer(Answer):
    """One sentence of the explanation."""

    zh: str
    en: str
    weight: float | None
    note_zh: str
    note_en: str
    rows: int


class Section(Answer):
    """A part of the explanation."""

    name: str = Field(examples=["reasons"])
    heading_zh: str
    heading_en: str
    sentences: list[SentenceAnswer]


class RingAnswer(Answer):
    """One ring: a lead for people to check, never a verdict."""

    run_id: str
    masked: bool
    ring_id: RingId
    score: float = Field(description="Unbounded sum of evidence; higher is worse.")
    tier: Tier
    q_value: float | None
    kind: str
    summary_zh: str
    summary_en: str
    requests: int
    applicants: int
    units: int = Field(description="Households: kin count once.")
    elsewhere: int = Field(description="Its members in branches that the caller does not see.")
    first_at: LocalTime
    last_at: LocalTime
    money: Exposure
    explanation: list[Section]
    evidence: list[Term]
    members: MemberPage
    shared: SomeShared
    associates: list[Associate]
    hypotheses: list[Hypothesis]
    without: list[Without]
    central: list[Central]
    changes: list[Change]
    linked: list[Linked]
    lineage: Lineage | None


class Period(Answer):
    """Requests of a day, of a week (by its Monday) or of a month."""

    period: str = Field(examples=["2025-06-02", "2025-06"])
    requests: int


class TimelineAnswer(Answer):
    """When the requests of a ring came."""

    run_id: str
    ring_id: str
    total: int = Field(description="Requests in it: those that the caller sees.")
    of: int
    items: list[Period]


class Node(Answer):
    """A node of the graph: an applicant, a request, a value or an associate."""

    id: str = Field(examples=["value:1"])
    type: str = Field(examples=["value"])
    label: str = Field(examples=["139****0001"])
    kind: str | None = None
    role: str | None = None
    weight: float | None = None
    applied_at: str | None = None
    members: int | None = None
    holders: int | None = None
    requests: int | None = None


class Edge(Answer):
    """An edge: ``made``, ``uses`` or ``is``."""

    source: str
    target: str
    type: str


class GraphAnswer(Answer):
    """The graph of a ring: N of M nodes and edges."""

    run_id: str
    ring_id: str
    masked: bool
    nodes: list[Node]
    nodes_total: int
    edges: list[Edge]
    edges_total: int
    elsewhere: int = Field(description="Members in branches that the caller does not see; not in the graph.")
