"""The lists of single refunds, accounts and policies at risk as tables, personal values masked or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ringfinder.records.rings import AttributeKey, RowRef
from ringfinder.report.masking import Masker
from ringfinder.report.words import Words
from ringfinder.statistics.at_risk import PURPOSE, AtRisk, RiskList
from ringfinder.statistics.refunds import Refund, SharedAccount, Supervised
from ringfinder.statistics.summary import refund_tables
from ringfinder.statistics.tables import Column, Kind, StatTable, as_json, outside, table

LISTS_VERSION = 1
"""Of the JSON of both lists."""

_REFUND = (
    Column("record", Kind.NAME),
    Column("record_id", Kind.TEXT, "record"),
    Column("policy_no", Kind.TEXT),
    Column("applicant_id", Kind.TEXT),
    Column("ring_id", Kind.TEXT),
    Column("branch", Kind.TEXT),
    Column("paid_on", Kind.TEXT),
    Column("account", Kind.TEXT),
    Column("payee", Kind.TEXT),
    Column("cash_value", Kind.MONEY),
    Column("paid", Kind.MONEY),
    Column("paid_minus_cash_value", Kind.MONEY),
    Column("findings", Kind.NAME),
    Column("file", Kind.TEXT),
    Column("line", Kind.COUNT),
)
_ACCOUNT = (
    Column("account", Kind.TEXT),
    Column("applicants", Kind.COUNT),
    Column("refunds", Kind.COUNT),
    Column("paid", Kind.MONEY),
    Column("paid_minus_cash_value", Kind.MONEY),
    Column("related", Kind.FLAG),
    Column("rows_behind", Kind.SENTENCE),
)
_RISK = (
    Column("policy_no", Kind.TEXT),
    Column("applicant_id", Kind.TEXT),
    Column("branch", Kind.TEXT),
    Column("agent", Kind.TEXT),
    Column("premium_paid", Kind.MONEY),
    Column("cash_value", Kind.MONEY),
    Column("reasons", Kind.NAME),
    Column("ring_ids", Kind.TEXT),
    Column("reasons_zh", Kind.SENTENCE),
    Column("reasons_en", Kind.SENTENCE),
    Column("rows_behind", Kind.SENTENCE),
)
_MOST_ROWS = 20
"""Rows named in one cell; JSON has all of them."""


def refund_masker(found: Supervised, *, reveal: bool) -> Masker:
    """Names of the accounts and payees of some refunds, the largest first."""
    return Masker(_refund_keys(found), reveal=reveal)


def _refund_keys(found: Supervised) -> Iterable[AttributeKey]:
    for one in found.rows:
        if one.account:
            yield one.account
        if one.payee:
            yield AttributeKey("name", one.payee)


def risk_masker(found: RiskList, *, reveal: bool) -> Masker:
    """Names of the values that the reasons name."""
    return Masker((key for one in found.policies for each in one.reasons for key in each.values), reveal=reveal)


def refund_rows(rows: Iterable[Refund], masker: Masker) -> StatTable:
    """Payments with a finding, one a row."""
    return table("refund_rows", _REFUND, (_refund(one, masker) for one in rows))


def _refund(one: Refund, masker: Masker) -> Mapping[str, Any]:
    return {
        "record": one.row.table,
        "record_id": one.row.key,
        "policy_no": one.policy_no,
        "applicant_id": one.applicant_id,
        "ring_id": one.ring_id,
        "branch": one.branch,
        "paid_on": one.paid_on.isoformat(),
        "account": masker.show(one.account) if one.account else None,
        "payee": masker.show(AttributeKey("name", one.payee)) if one.payee else None,
        "cash_value": one.cash_value,
        "paid": one.paid,
        "paid_minus_cash_value": one.paid_minus_cash_value,
        "findings": " ".join(one.findings),
        "file": one.row.file,
        "line": one.row.line,
    }


def account_rows(found: Supervised, masker: Masker) -> StatTable:
    """Accounts that took the refunds of several people."""
    return table("refund_accounts", _ACCOUNT, (_account(one, masker) for one in found.accounts))


def _account(one: SharedAccount, masker: Masker) -> Mapping[str, Any]:
    return {
        "account": masker.show(one.account),
        "applicants": one.applicants,
        "refunds": one.refunds,
        "paid": one.paid,
        "paid_minus_cash_value": one.paid_minus_cash_value,
        "related": one.related,
        "rows_behind": _places(one.rows),
    }


def risk_rows(policies: Iterable[AtRisk], masker: Masker) -> StatTable:
    """Policies at risk, one a row."""
    return table("at_risk", _RISK, (_risk(one, masker) for one in policies))


def _risk(one: AtRisk, masker: Masker) -> Mapping[str, Any]:
    return {
        "policy_no": one.policy_no,
        "applicant_id": one.applicant_id,
        "branch": one.branch,
        "agent": one.agent,
        "premium_paid": one.premium_paid,
        "cash_value": one.cash_value,
        "reasons": " ".join(dict.fromkeys(each.name for each in one.reasons)),
        "ring_ids": " ".join(dict.fromkeys(ring for each in one.reasons for ring in each.rings)),
        "reasons_zh": " ".join(masker.fill(each.zh, each.values) for each in one.reasons),
        "reasons_en": " ".join(masker.fill(each.en, each.values) for each in one.reasons),
        "rows_behind": _places(tuple(row for each in one.reasons for row in each.rows)),
    }


def risk_as_json(one: AtRisk, masker: Masker) -> dict[str, Any]:
    """A policy with its reasons one by one, each with all rows."""
    said = {name: cell for name, cell in _risk(one, masker).items() if name in ("policy_no", "applicant_id", "branch")}
    return {
        **said,
        "agent": one.agent,
        "premium_paid": outside(Kind.MONEY, one.premium_paid),
        "cash_value": outside(Kind.MONEY, one.cash_value),
        "reasons": [
            {
                "name": each.name,
                "zh": masker.fill(each.zh, each.values),
                "en": masker.fill(each.en, each.values),
                "counts": dict(each.counts),
                "values": [{"kind": key.kind, "value": masker.show(key)} for key in each.values],
                "rings": list(each.rings),
                "rows": [row_as_json(row) for row in each.rows],
            }
            for each in one.reasons
        ],
    }


def row_as_json(row: RowRef) -> dict[str, Any]:
    """Where a row was handed over."""
    return {"table": row.table, "key": row.key, "file": row.file, "line": row.line}


def _places(rows: tuple[RowRef, ...]) -> str:
    named = "; ".join(f"{row.table} {row.key} ({row.file}:{row.line})" for row in rows[:_MOST_ROWS])
    return named + (f"; … {len(rows)}" if len(rows) > _MOST_ROWS else "")


def refunds_as_json(found: Supervised, masker: Masker, of: Mapping[str, str | None]) -> dict[str, Any]:
    """Refunds with findings, accounts and sums; `of` names period or ring, and run."""
    sums, rings = refund_tables(found)
    return {
        "version": LISTS_VERSION,
        "masked": not masker.reveal,
        **of,
        "tables": [as_json(one) for one in (sums, rings, account_rows(found, masker), refund_rows(found.rows, masker))],
    }


def risks_as_json(found: RiskList, masker: Masker, run_id: str) -> dict[str, Any]:
    """Policies at risk with their reasons; the purpose goes with them."""
    return {
        "version": LISTS_VERSION,
        "masked": not masker.reveal,
        "run_id": run_id or None,
        **risks_head(found),
        "policies": [risk_as_json(one, masker) for one in found.policies],
    }


def risks_head(found: RiskList) -> dict[str, Any]:
    """What the list is for, and of what."""
    return {
        "purpose_zh": PURPOSE[0],
        "purpose_en": PURPOSE[1],
        "known": found.known,
        "as_of": found.as_of.isoformat() if found.as_of else None,
        "in_force": found.in_force,
        "total": found.total,
    }


def refunds_about(of: Mapping[str, str | None], masker: Masker) -> list[tuple[Words, Words]]:
    """Lines of the first sheet."""
    heads = {"period": ("期间", "period"), "ring_id": ("线索", "ring"), "run_id": ("检测运行", "run of detection")}
    return [*_masked(masker), *((heads[name], (said, said)) for name, said in of.items() if said)]


def risks_about(found: RiskList, masker: Masker, run_id: str) -> list[tuple[Words, Words]]:
    """Lines of the first sheet: the purpose first."""
    day, shown = str(found.as_of or ""), f"{len(found.policies)} / {found.total}"
    return [
        (("用途", "purpose"), PURPOSE),
        *_masked(masker),
        (("数据截至", "facts as of"), (day, day)),
        (("检测运行", "run of detection"), (run_id, run_id)),
        (("显示", "shown"), (shown, shown)),
    ]


def _masked(masker: Masker) -> list[tuple[Words, Words]]:
    if masker.reveal:
        return [(("个人信息", "personal data"), ("未脱敏，查看目的已记入日志", "unmasked; why is in the journal"))]
    return [(("个人信息", "personal data"), ("已脱敏", "masked"))]
