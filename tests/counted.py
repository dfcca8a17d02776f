"""Small portfolios for the tests of the statistics, with the day of their latest event."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tests.detection import Row, portfolio

from ringfinder.statistics.facts import Facts, gather
from ringfinder.statistics.rings import RunRings
from ringfinder.store import dates

DAY = datetime(2026, 6, 30, 12)  # of the latest event


def facts(branches: set[str] | None = None, as_of: datetime | None = None, **tables: Sequence[Row]) -> Facts:
    """The facts of the given rows; tables without rows were not handed over."""
    return facts_of(tables, branches, as_of)


def facts_of(
    tables: Mapping[str, Sequence[Row]], branches: set[str] | None = None, as_of: datetime | None = None
) -> Facts:
    """The same of tables by name."""
    given = portfolio(**{name: rows for name, rows in tables.items() if rows})
    return gather(replace(given, as_of=as_of or dates.latest_event(given.tables)), branches)


def ask(number: int, day: str = "2026-02-10", **cells: str | None) -> dict[str, str | None]:
    """A surrender request that was paid its cash value."""
    usual = {
        "request_id": f"R{number}",
        "policy_no": f"L{number}",
        "applicant_id": f"C{number}",
        "applied_at": f"{day}T10:00",
        "kind": "surrender",
        "branch_code": "B1",
        "cash_value": "100.00",
        "requested_amount": "100.00",
        "agreed_amount": None,
        "paid_amount": "100.00",
        "paid_at": f"{day}T18:00",
    }
    return {**usual, **cells}


def policy(number: int, **cells: str | None) -> dict[str, str | None]:
    """A policy in force."""
    usual = {
        "policy_no": f"L{number}",
        "applicant_id": f"C{number}",
        "product_code": "P1",
        "channel": "agency",
        "branch_code": "B1",
        "agent_no": "A1",
        "issued_on": "2020-01-01",
        "ended_on": None,
        "premium_paid": "300.00",
        "cash_value": "100.00",
        "status": "active",
    }
    return {**usual, **cells}


def ringed(ring: str = "RF-AAAAAAAA", *numbers: int, tier: str = "alert", kind: str = "shared_payee") -> RunRings:
    """A run with one ring of these requests."""
    return RunRings("run-000001", {ring: tier}, {ring: kind}, {f"R{number}": ring for number in numbers})
