"""What stands on the cover of a report, in every file of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ringfinder.report.lead.content import LeadReport
from ringfinder.report.lead.statements import amount
from ringfinder.report.words import RING_KINDS, TIERS, Words, words

TITLE: Words = ("线索报告", "Lead report")
NOT_A_VERDICT: Words = (
    "供人工核查的线索，不是结论；成员往往是受害者；退保是投保人的权利。",
    "A lead for people to check, never a verdict; members are often victims; surrender is a right.",
)
MASKED: Words = ("个人信息已脱敏", "personal data masked")
UNMASKED: Words = ("含未脱敏的个人信息", "personal data unmasked")
DRAFT: Words = ("草稿（未编号）", "draft (no number)")


def marking(report: LeadReport) -> Words:
    """Whether the report is masked."""
    return MASKED if report.masked else UNMASKED


def cover(report: LeadReport) -> Iterator[tuple[Words, Words]]:
    """Names and contents of the cover's lines."""
    given, run = report.given, report.run
    tier, kind = words(TIERS, report.tier), words(RING_KINDS, report.kind)
    yield ("报告编号", "Report number"), _same(given.number) if given.number else DRAFT
    yield ("线索编号", "Ring"), _same(report.ring_id)
    if given.recipient:
        yield ("接收方", "Recipient"), _same(given.recipient)
    if given.purpose:
        yield ("目的", "Purpose"), _same(given.purpose)
    yield ("个人信息", "Personal data"), marking(report)
    yield (
        ("级别与类型", "Tier and kind"),
        (f"{tier[0]}，{kind[0]}，评分 {report.score:.1f}", f"{tier[1]}, {kind[1]}, score {report.score:.1f}"),
    )
    yield ("摘要", "Summary"), (report.zh, report.en)
    yield (
        ("规模", "Size"),
        (
            f"申请 {report.requests} 件，投保人 {len(report.people)} 名，{report.households} 户",
            f"{report.requests} requests, {len(report.people)} policyholders, {report.households} households",
        ),
    )
    yield ("期间", "Period"), _same(f"{report.first_at.date()} – {report.last_at.date()}")
    yield ("运行", "Run"), _same(f"{run.run_id} · ringfinder {run.code_version}")
    yield ("数据截至", "Data as of"), _same(f"{run.as_of:%Y-%m-%d %H:%M}" if run.as_of else "–")
    yield ("参数哈希", "Hash of settings"), _same(run.settings_hash)
    yield ("数据批次", "Batches"), _same(", ".join(run.batches) or "–")


def exposure(report: LeadReport) -> Iterator[tuple[Words, str]]:
    """The sums at stake with their names, in yuan."""
    sums = report.exposure
    for name, fen in (
        (("在险（未付保单的已交保费减现金价值）", "at risk (premium minus cash value, not paid yet)"), sums.at_risk),
        (("要求超过现金价值", "requested above cash value"), sums.requested),
        (("同意超过现金价值", "agreed above cash value"), sums.agreed),
        (("已付超过现金价值", "paid above cash value"), sums.paid),
    ):
        yield name, amount(fen)


def fields(report: LeadReport) -> Mapping[str, Words]:
    """What a letter may name that is no table, by name."""
    sums, totals = report.exposure, report.totals
    tier, kind = words(TIERS, report.tier), words(RING_KINDS, report.kind)
    return {
        "number": _same(report.given.number) if report.given.number else DRAFT,
        "ring": _same(report.ring_id),
        "run": _same(report.run.run_id),
        "as_of": _same(f"{report.run.as_of:%Y-%m-%d}" if report.run.as_of else "–"),
        "recipient": _same(report.given.recipient),
        "purpose": _same(report.given.purpose),
        "masked": marking(report),
        "title": TITLE,
        "caution": NOT_A_VERDICT,
        "tier": tier,
        "kind": kind,
        "score": _same(f"{report.score:.1f}"),
        "summary": (report.zh, report.en),
        "requests": _same(f"{report.requests:,}"),
        "policyholders": _same(f"{len(report.people):,}"),
        "households": _same(f"{report.households:,}"),
        "first": _same(report.first_at.date().isoformat()),
        "last": _same(report.last_at.date().isoformat()),
        "at_risk": _same(amount(sums.at_risk)),
        "requested_above": _same(amount(sums.requested)),
        "agreed_above": _same(amount(sums.agreed)),
        "paid_above": _same(amount(sums.paid)),
        "premium_paid": _same(amount(totals.premium_paid)),
        "paid": _same(amount(totals.paid)),
        "difference": _same(amount(totals.difference)),
        "settings": _same(report.run.settings_hash),
        "version": _same(report.run.code_version),
    }


def _same(text: str) -> Words:
    return text, text
