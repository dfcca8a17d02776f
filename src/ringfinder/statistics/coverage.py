"""Which columns the figures rest on, whether they were handed over, and how many cells of the period are filled."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from ringfinder.records.portfolio import Portfolio
from ringfinder.statistics.counts import within
from ringfinder.statistics.facts import Facts
from ringfinder.statistics.period import Period

COLUMNS = {
    "surrender_requests": (
        "kind",
        "channel",
        "branch_code",
        "cash_value",
        "requested_amount",
        "agreed_amount",
        "paid_amount",
        "paid_at",
        "reason",
        "payout_account",
        "payout_name",
        "desk_outcome",
        "complaint_id",
    ),
    "complaints": ("received_at", "source", "policy_no", "applicant_id", "paid_extra"),
    "policies": (
        "issued_on",
        "ended_on",
        "status",
        "branch_code",
        "channel",
        "product_code",
        "agent_no",
        "premium_paid",
        "cash_value",
    ),
    "persons": ("name", "bank_account", "phone", "address"),
    "contact_changes": ("new_value",),
    "relations": ("relation",),
    "agents": ("branch_code", "left_on"),
}
"""What is looked at."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A column: whether any file had it, and how many of the rows in question are filled.

    Rows are those of the period for requests and complaints, all rows for other tables.
    """

    table: str
    column: str
    present: bool
    rows: int
    filled: int


def filled(facts: Facts, period: Period) -> list[Filled]:
    """Every column that the statistics use."""
    requests, complaints, policies = facts.requests, facts.complaints, facts.policies
    own = {
        "surrender_requests": requests.rows.filter(pa.array(within(requests.applied, period))),
        "complaints": complaints.rows.filter(pa.array(within(complaints.received, period))),
        "policies": policies.rows.filter(pa.array(policies.own)),
    }
    return [
        _filled(facts.portfolio, table, column, own.get(table))
        for table, columns in COLUMNS.items()
        for column in columns
    ]


def _filled(portfolio: Portfolio, table: str, column: str, rows: pa.Table | None) -> Filled:
    held = portfolio.table(table) if rows is None else rows
    # What was written may have been left on the disk; where a normal form stands for it, that is counted.
    name = column if column in held.column_names else f"{column}_nf"
    there = len(held) - held[name].null_count
    return Filled(table, column, portfolio.has(table, column), len(held), there)
