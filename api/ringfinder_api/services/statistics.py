"""Statistics, refunds and policies at risk as the service answers them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any

from ringfinder.pipeline.statistics import Refunds, Risks
from ringfinder.records.rings import AttributeKey
from ringfinder.report.masking import Masker
from ringfinder.report.written import yuan
from ringfinder.statistics.at_risk import PURPOSE, AtRisk
from ringfinder.statistics.lists import refund_masker, refund_rows, risk_as_json, risk_masker, risk_rows, risks_head
from ringfinder.statistics.output import head_as_json
from ringfinder.statistics.period import Period
from ringfinder.statistics.refunds import Refund
from ringfinder.statistics.summary import PeriodStatistics, tables_of
from ringfinder.statistics.tables import StatTable, as_json
from ringfinder.statistics.words import NAMES
from ringfinder_api.access.disclosure import Disclosure
from ringfinder_api.lists.cursors import Key, Reading, page
from ringfinder_api.lists.sheets import Sheet
from ringfinder_api.schemas.base import Amount
from ringfinder_api.schemas.statistics import (
    AccountAnswer,
    Days,
    FindingAnswer,
    RefundAnswer,
    RefundPage,
    RefundQuery,
    RiskAnswer,
    RiskPage,
    RiskQuery,
    RowAnswer,
    StatsAnswer,
    StatTableAnswer,
)

_MOST_ACCOUNTS = 200
_UNDATED = datetime(2000, 1, 1, tzinfo=UTC)


def stats_answer(found: PeriodStatistics, table: str | None) -> StatsAnswer:
    """A period with all tables, or with one of them."""
    tables = [StatTableAnswer(**as_json(one)) for one in tables_of(found) if table in (None, one.name)]
    return StatsAnswer(**{**head_as_json(found), "tables": tables})


def stats_sheet(found: PeriodStatistics, table: str) -> Sheet:
    """One table of a period as a file."""
    (one,) = (each for each in tables_of(found) if each.name == table)
    about = {
        "period": found.period.name,
        "run": found.run_id or "-",
        "branches": "-" if found.branches is None else " ".join(found.branches),
        "surrender_rate_level": found.level or "unknown",
    }
    return _sheet(one, f"stats-{found.period.name}-{table}", ("行", "rows"), found.as_of, about)


def refunds_page(refunds: Refunds, query: RefundQuery, run: int, show: Disclosure) -> RefundPage:
    """One page of the refunds with a finding.

    Raises
    ------
    BadCursorError
        If the cursor is of another list.
    """
    found, masker = refunds.found, _shown_refunds(refunds, show)
    rows = _chosen(refunds, query.finding)
    reading = reading_refunds(query)
    shown, last = page(rows, _refund_key, reading.place(query.cursor), query.limit)
    return RefundPage(
        period=_days(refunds.period) if refunds.period else None,
        ring_id=refunds.ring_id,
        run_id=refunds.run_id or None,
        masked=not masker.reveal,
        refunds=found.refunds,
        paid=_amount(found.paid),
        paid_minus_cash_value=_amount(found.paid_minus_cash_value),
        findings=[_finding(asdict(one)) for one in found.sums],
        accounts_total=len(found.accounts),
        accounts=[
            AccountAnswer(
                account=masker.show(one.account),
                applicants=one.applicants,
                refunds=one.refunds,
                paid=_amount(one.paid),
                paid_minus_cash_value=_amount(one.paid_minus_cash_value),
                related=one.related,
            )
            for one in found.accounts[:_MOST_ACCOUNTS]
        ],
        total=len(rows),
        items=[_refund(one, masker) for one in shown],
        next=reading.cursor(run, last) if last else None,
    )


def refunds_sheet(refunds: Refunds, query: RefundQuery, show: Disclosure) -> Sheet:
    """All refunds with a finding as a file."""
    masker, rows = _shown_refunds(refunds, show), _chosen(refunds, query.finding)
    one = refund_rows(rows, masker)
    name = refunds.ring_id or (refunds.period.name if refunds.period else "")
    about = {"run": refunds.run_id or "-", "of": name, "finding": query.finding or "any"}
    return _sheet(one, f"refunds-{name}", ("笔退款", "refunds"), None, about, len(refunds.found.rows))


def risks_page(risks: Risks, query: RiskQuery, run: int, show: Disclosure) -> RiskPage:
    """One page of the policies at risk.

    Raises
    ------
    BadCursorError
        If the cursor is of another list.
    """
    masker, reading = _shown_risks(risks, show), reading_risks(query)
    shown, last = page(risks.found.policies, _risk_key, reading.place(query.cursor), query.limit)
    return RiskPage(
        **risks_head(risks.found),
        run_id=risks.run_id or None,
        masked=not masker.reveal,
        items=[_risk(one, masker) for one in shown],
        next=reading.cursor(run, last) if last else None,
    )


def risks_sheet(risks: Risks, show: Disclosure) -> Sheet:
    """All policies at risk as a file; the purpose is in it."""
    one = risk_rows(risks.found.policies, _shown_risks(risks, show))
    about = {"run": risks.run_id or "-", "purpose": " ".join(PURPOSE)}
    return _sheet(one, f"at-risk-{risks.run_id or 'no-run'}", ("张保单", "policies"), risks.found.as_of, about)


def reading_risks(query: RiskQuery) -> Reading:
    """The list of the policies at risk."""
    return Reading("at-risk", (query.run,))


def reading_refunds(query: RefundQuery) -> Reading:
    """The list of some refunds."""
    return Reading("refunds", (query.period, query.ring, query.finding, query.run))


def _shown_refunds(refunds: Refunds, show: Disclosure) -> Masker:
    name = refunds.ring_id or (refunds.period.name if refunds.period else "")
    seen = {"refunds": len(refunds.found.rows), "accounts": len(refunds.found.accounts)}
    show.tell(f"refunds of {name}", seen)
    return refund_masker(refunds.found, reveal=show.reveal)


def _shown_risks(risks: Risks, show: Disclosure) -> Masker:
    show.tell(f"policies at risk by {risks.run_id or 'no run'}", {"policies": len(risks.found.policies)})
    return risk_masker(risks.found, reveal=show.reveal)


def _chosen(refunds: Refunds, finding: str | None) -> list[Refund]:
    return [one for one in refunds.found.rows if finding is None or finding in one.findings]


def _refund_key(one: Refund) -> Key:
    return -(one.paid_minus_cash_value or 0), -one.paid, one.row.table, one.row.key


def _risk_key(one: AtRisk) -> Key:
    return (*one.order, one.policy_no)


def _refund(one: Refund, masker: Masker) -> RefundAnswer:
    return RefundAnswer(
        row=RowAnswer(**asdict(one.row)),
        policy_no=one.policy_no,
        applicant_id=one.applicant_id,
        ring_id=one.ring_id or None,
        branch=one.branch,
        paid_on=one.paid_on,
        account=masker.show(one.account) if one.account else None,
        payee=masker.show(AttributeKey("name", one.payee)) if one.payee else None,
        cash_value=_known(one.cash_value),
        paid=_amount(one.paid),
        paid_minus_cash_value=_known(one.paid_minus_cash_value),
        findings=list(one.findings),
    )


def _risk(one: AtRisk, masker: Masker) -> RiskAnswer:
    money = {"premium_paid": _known(one.premium_paid), "cash_value": _known(one.cash_value)}
    return RiskAnswer(**{**risk_as_json(one, masker), **money})


def _finding(said: dict[str, Any]) -> FindingAnswer:
    zh, en = NAMES[said["finding"]]
    return FindingAnswer(
        finding=said["finding"],
        zh=zh,
        en=en,
        refunds=said["refunds"],
        applicants=said["applicants"],
        paid=_amount(said["paid"]),
        paid_minus_cash_value=_amount(said["paid_minus_cash_value"]),
    )


def _days(period: Period) -> Days:
    return Days(name=period.name, first=period.first, last=period.last)


def _amount(fen: int) -> Amount:
    return Amount(yuan=yuan(fen), fen=fen)


def _known(fen: int | None) -> Amount | None:
    return None if fen is None else _amount(fen)


def _sheet(
    one: StatTable, name: str, what: tuple[str, str], made: date | None, about: dict[str, str], of: int | None = None
) -> Sheet:
    rows = list(one.written())
    return Sheet(
        name=name.replace("..", "-"),
        columns=one.header,
        rows=rows,
        total=len(rows),
        of=len(rows) if of is None else of,
        what=what,
        made_at=datetime.combine(made, time(), UTC) if made else _UNDATED,
        about=about,
    )
