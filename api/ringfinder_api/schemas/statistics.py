"""Statistics of a period, refunds, and policies at risk."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ringfinder.errors import InputError
from ringfinder.statistics.output import TABLES
from ringfinder.statistics.period import parse_period
from ringfinder.statistics.refunds import FINDINGS
from ringfinder.statistics.tables import Kind
from ringfinder.store.runs import CURRENT
from ringfinder_api.access.disclosure import REVEAL
from ringfinder_api.schemas.base import Amount, Answer, PageQuery, Question, RunName
from ringfinder_api.schemas.rings import Format

_PERIOD = (
    r"^[0-9]{4}(-[Qq][1-4]|-(0[1-9]|1[0-2]))?$"
    r"|^[0-9]{4}-[0-9]{2}-[0-9]{2}\.\.[0-9]{4}-[0-9]{2}-[0-9]{2}$"
)


def _period(text: str) -> str:
    try:
        return parse_period(text).name
    except InputError:
        raise ValueError from None


def _table(name: str) -> str:
    if name not in TABLES:
        raise ValueError(name)
    return name


PeriodName = Annotated[
    str,
    Field(
        max_length=22,
        json_schema_extra={"pattern": _PERIOD},
        description="2026, 2026-Q1, 2026-03 or 2026-01-01..2026-03-31; left out: the quarter of the latest event.",
    ),
    AfterValidator(_period),
]
RingId = Annotated[str, Field(min_length=1, max_length=32, description="Refunds to the members of this ring.")]
TableName = Annotated[str, Field(json_schema_extra={"enum": list(TABLES)}), AfterValidator(_table)]
Share = Annotated[float, Field(ge=0, le=1)]


class StatsQuery(Question):
    """Which period, by the rings of which run."""

    period: PeriodName | None = None
    run: RunName = CURRENT
    table: TableName | None = Field(default=None, description="One table alone; as a file `overview` if none is named.")
    format: Format | None = Field(default=None, description="A table as a file; wins over `Accept`.")


class RefundQuery(PageQuery):
    """Refunds of a period or of a ring."""

    period: PeriodName | None = None
    ring: RingId | None = None
    run: RunName = CURRENT
    reveal: bool = Field(default=False, description=REVEAL)
    finding: Literal[FINDINGS] | None = Field(default=None, description="Refunds with this finding.")  # type: ignore[valid-type]
    format: Format | None = Field(default=None, description="The whole list as a file; wins over `Accept`.")


class RiskQuery(PageQuery):
    """Policies at risk by the rings of a run."""

    run: RunName = CURRENT
    reveal: bool = Field(default=False, description=REVEAL)
    format: Format | None = Field(default=None, description="The whole list as a file; wins over `Accept`.")


class Days(Answer):
    """A period, both days in it."""

    name: str = Field(examples=["2026-Q1"])
    first: date
    last: date


class Limits(Answer):
    """What the statistics chose; docs/statistics.md has the sources."""

    confidence: Share
    false_discovery: Share
    least_cohort: int
    mostly: Share
    fewest_alike: int
    new_account_days: int
    complaint_days: int
    fresh_days: int
    left_months: int


class StatColumn(Answer):
    """A column: its stable name, what its cells are, and its heading."""

    name: str = Field(examples=["negotiated"])
    kind: Kind
    zh: str
    en: str


class StatTableAnswer(Answer):
    """A table; null stands for what is unknown, money is in yuan as text."""

    name: str = Field(examples=["rates"])
    title_zh: str
    title_en: str
    note_zh: str
    note_en: str
    columns: list[StatColumn]
    rows: list[list[str | int | float | bool | None]]


class StatsAnswer(Answer):
    """A period counted: to be looked at by people, no verdict about anybody."""

    period: Days
    as_of: date | None = Field(description="The day of the latest event.")
    run_id: str | None = Field(description="The run that the rings are of; null: there is none yet.")
    branches: list[str] | None = Field(description="The branches that all figures are of; null: all.")
    surrender_rate_level: Literal["policy", "request", "unknown"]
    tests: int
    warnings: int
    settings: Limits
    tables: list[StatTableAnswer]


class FindingAnswer(Answer):
    """How often a finding was made; a refund may have several."""

    finding: str = Field(examples=["third_party"])
    zh: str
    en: str
    refunds: int
    applicants: int
    paid: Amount
    paid_minus_cash_value: Amount


class AccountAnswer(Answer):
    """An account that took refunds of several people; masked."""

    account: str = Field(examples=["6217****0042"])
    applicants: int
    refunds: int
    paid: Amount
    paid_minus_cash_value: Amount
    related: bool = Field(description="Whether recorded relations tie all of them together.")


class RowAnswer(Answer):
    """Where a row was handed over."""

    table: str = Field(examples=["surrender_requests"])
    key: str
    file: str
    line: int


class RefundAnswer(Answer):
    """A payment with findings; account and payee are masked."""

    row: RowAnswer
    policy_no: str | None
    applicant_id: str | None
    ring_id: str | None
    branch: str | None
    paid_on: date
    account: str | None
    payee: str | None
    cash_value: Amount | None
    paid: Amount
    paid_minus_cash_value: Amount | None
    findings: list[str] = Field(examples=[["paid_above", "shared_account"]])


class RefundPage(Answer):
    """Refunds with a finding, the largest excess first: leads for people, never verdicts."""

    period: Days | None
    ring_id: str | None
    run_id: str | None
    masked: bool
    refunds: int = Field(description="All refunds, with and without a finding.")
    paid: Amount
    paid_minus_cash_value: Amount
    findings: list[FindingAnswer]
    accounts_total: int
    accounts: list[AccountAnswer] = Field(description="The first 200, the most people first.")
    total: int
    items: list[RefundAnswer]
    next: str | None


class RiskValue(Answer):
    """A value that a reason names; masked."""

    kind: str = Field(examples=["phone"])
    value: str


class RiskReasonAnswer(Answer):
    """Why a policy is listed."""

    name: str = Field(examples=["fresh_value"])
    zh: str
    en: str
    counts: dict[str, float]
    values: list[RiskValue]
    rings: list[str]
    rows: list[RowAnswer]


class RiskAnswer(Answer):
    """A policy in force whose holder should be warned or called back."""

    policy_no: str
    applicant_id: str
    branch: str | None
    agent: str | None
    premium_paid: Amount | None
    cash_value: Amount | None
    reasons: list[RiskReasonAnswer]


class RiskPage(Answer):
    """Policies at risk: for protection and callback, never for refusal."""

    purpose_zh: str
    purpose_en: str
    run_id: str | None
    masked: bool
    known: bool = Field(description="Whether the tables tell which policies are in force.")
    as_of: date | None
    in_force: int
    total: int
    items: list[RiskAnswer]
    next: str | None
