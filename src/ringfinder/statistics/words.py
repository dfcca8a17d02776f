"""How people call what the tables name: headings, measures, findings and reasons, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ringfinder.report.words import RING_KINDS, TIERS, Words
from ringfinder.report.words import TABLES as TABLE_NAMES

UNKNOWN: Words = ("未填", "not filled in")
"""A value that nobody named; it is counted like any other."""

NOT_KNOWN: Words = ("不详", "unknown")
"""A figure that the tables do not tell, which is not 0."""

HEADINGS: Mapping[str, Words] = MappingProxyType(
    {
        "account": ("收款账户", "payee account"),
        "agent": ("业务员", "agent"),
        "agreed": ("同意超额", "agreed above"),
        "agreed_amount": ("同意金额", "agreed"),
        "applicant_id": ("投保人", "applicant"),
        "applicants": ("投保人数", "applicants"),
        "at_risk": ("在险金额", "at risk"),
        "branch": ("机构", "branch"),
        "cash_value": ("现金价值", "cash value"),
        "cohort": ("对照", "cohort"),
        "cohort_denominator": ("对照分母", "of (cohort)"),
        "cohort_numerator": ("对照分子", "count (cohort)"),
        "cohort_rate": ("对照比率", "rate (cohort)"),
        "column": ("列", "column"),
        "complaints": ("投诉", "complaints"),
        "complaints_regulator": ("监管转办", "by regulator"),
        "complaints_repeated": ("重复转办", "repeats"),
        "complaints_source_known": ("来源已填", "source known"),
        "denominator": ("分母", "of"),
        "dimension": ("维度", "by"),
        "file": ("文件", "file"),
        "filled": ("已填", "filled"),
        "filled_share": ("填写率", "share filled"),
        "finding": ("发现", "finding"),
        "findings": ("发现", "findings"),
        "high": ("上限", "high"),
        "kind": ("类型", "kind"),
        "kind_known": ("类型已填", "kind known"),
        "level": ("口径", "level"),
        "line": ("行", "line"),
        "low": ("下限", "low"),
        "measure": ("指标", "measure"),
        "negotiated": ("协议退保", "negotiated"),
        "numerator": ("分子", "count"),
        "p": ("p 值", "p"),
        "paid": ("实付", "paid"),
        "paid_above": ("超现价付款", "paid above"),
        "paid_above_money": ("实付超额", "paid above"),
        "paid_amount": ("实付金额", "paid"),
        "paid_minus_cash_value": ("实付减现价", "paid minus cash value"),
        "paid_on": ("付款日", "paid on"),
        "payee": ("收款人", "payee"),
        "policies_in_force": ("有效保单", "policies in force"),
        "policies_surrendered": ("退保保单", "policies surrendered"),
        "policy_no": ("保单号", "policy"),
        "premium_paid": ("已交保费", "premium paid"),
        "present": ("已提供", "handed over"),
        "q": ("q 值", "q"),
        "rate": ("比率", "rate"),
        "reason": ("退保原因", "reason"),
        "reasons": ("理由", "reasons"),
        "reasons_en": ("说明（英）", "reasons in words"),
        "reasons_zh": ("说明", "reasons in Chinese"),
        "record": ("记录", "record"),
        "refunds": ("退款笔数", "refunds"),
        "related": ("有关系记录", "related on record"),
        "requested": ("索要超额", "requested above"),
        "requested_amount": ("申请金额", "requested"),
        "requests": ("申请", "requests"),
        "ring_id": ("线索", "ring"),
        "rings": ("线索数", "rings"),
        "ring_ids": ("线索", "rings"),
        "rows": ("行数", "rows"),
        "rows_behind": ("出处", "rows behind it"),
        "settled": ("已付且现价已知", "paid, cash value known"),
        "settled_cash_value": ("其现金价值", "their cash value"),
        "settled_paid": ("其实付金额", "their payment"),
        "surrenders": ("整单退保申请", "whole surrenders"),
        "surrenders_paid": ("已付退保", "surrenders paid"),
        "table": ("表", "table"),
        "tier": ("级别", "tier"),
        "value": ("取值", "value"),
    }
)
"""Columns of the tables."""

TITLES: Mapping[str, Words] = MappingProxyType(
    {
        "overview": ("总览", "Overview"),
        "warnings": ("预警名单", "Warnings"),
        "totals": ("数量与金额", "Counts and money"),
        "rates": ("比率与对照", "Rates beside their cohorts"),
        "reasons": ("退保原因", "Reasons of surrender"),
        "rings": ("线索（按级别与类型）", "Rings by tier and kind"),
        "exposure": ("风险敞口", "Exposure"),
        "refunds": ("退款资金监督", "Supervision of refunds"),
        "refund_rings": ("退款资金监督（按线索）", "Supervision of refunds by ring"),
        "refund_rows": ("退款明细", "Refunds with a finding"),
        "refund_accounts": ("多人共用收款账户", "Accounts of several people's refunds"),
        "at_risk": ("退保风险名单", "Policies at risk of surrender"),
        "coverage": ("数据覆盖", "Data coverage"),
    }
)

NOTES: Mapping[str, Words] = MappingProxyType(
    {
        "warnings": (
            "比对照高、且在本期全部检验中按错误发现率控制后仍显著者；供核查，不是结论。",
            (
                "Higher than the cohort, with the false-discovery rate held over all tests of the period; to be looked at,"
                " no verdict."
            ),
        ),
        "totals": (
            "每个维度各行之和等于本期合计；未填者单列。各月有效保单不可相加（同一保单每月计一次）。",
            (
                "The rows of a dimension add up to the period; what is not filled in has a row of its own. Policies in force"
                " do not add up over months: a policy counts in each."
            ),
        ),
        "rates": (
            "区间为 Wilson 区间；业务员的对照为同机构其他业务员（人数不足时为全体其他人）。",
            (
                "Intervals are Wilson's; the cohort of an agent are the others of the branch, where these are enough, else"
                " all others."
            ),
        ),
        "rings": (
            "金额只含本期申请；与整条线索的金额不同。",
            "Sums are those of the period's requests, not of whole rings.",
        ),
        "exposure": (
            "各行的申请数与金额相加等于本期全部申请；在险金额为已交保费超过现金价值且尚未付款的部分，每张保单计一次。",
            (
                "Requests and sums add up to all requests of the period; at risk is premium above cash value not paid out yet, each"
                " policy once."
            ),
        ),
        "refunds": (
            "一笔退款可有多项发现，各行不可相加。",
            "A refund may have several findings: rows do not add up.",
        ),
        "coverage": (
            "申请与投诉只计本期的行，其他表计全部的行。",
            "Of requests and complaints the rows of the period, of other tables all rows.",
        ),
    }
)

_MEASURES = {
    "surrender_rate": ("退保率", "surrender rate"),
    "negotiated_share": ("协议退保占比", "negotiated share"),
    "paid_above_share": ("超现价付款占比", "share paid above cash value"),
    "complaint_ratio": ("投诉与退保申请之比", "complaints per surrender request"),
    "regulator_share": ("监管转办占比", "share forwarded by the regulator"),
}
_LEVELS = {
    "policy": ("保单口径", "policies in force"),
    "request": ("申请口径，有效保单不详", "request-level, policies in force unknown"),
}
_DIMENSIONS = {
    "period": ("本期合计", "period"),
    "branch": ("机构", "branch"),
    "sales_channel": ("销售渠道", "sales channel"),
    "request_channel": ("申请渠道", "channel of the request"),
    "product": ("产品", "product"),
    "agent": ("业务员", "agent"),
    "month": ("月份", "month"),
}
_FINDINGS = {
    "paid_above": ("付款超过现金价值", "paid above cash value"),
    "third_party": ("收款人非本人", "payee is somebody else"),
    "new_account": ("账户新登记（30 天内）", "account new (within 30 days)"),
    "not_on_file": ("账户未登记", "account not on file"),
    "shared_account": ("多人退款入同一账户", "several people's refunds into one account"),
    "after_complaint": ("投诉后付款", "paid after a complaint"),
    "extra_paid": ("投诉额外赔付", "extra payment with a complaint"),
}
_RISKS = {
    "fresh_value": ("新出现的共用信息", "fresh shared value"),
    "member": ("另有申请在线索中", "another request in a ring"),
    "ex_agent_book": ("离职业务员客户异常", "ex-agent's book under attack"),
}
_OTHERS = {
    "others": ("其他全部", "all others"),
    "same_branch": ("同机构其他业务员", "others of the branch"),
    "none": ("不在线索中", "in no ring"),
    "no_run": ("不详（尚无检测运行）", "unknown (no run yet)"),
    "rare": ("其他（各少于 5 件）", "others (under 5 each)"),
    "true": ("是", "yes"),
    "false": ("否", "no"),
    "any": ("全部退款", "all refunds"),
}
NAMES: Mapping[str, Words] = MappingProxyType(
    {
        **TABLE_NAMES,
        **RING_KINDS,
        **TIERS,
        **_MEASURES,
        **_LEVELS,
        **_DIMENSIONS,
        **_FINDINGS,
        **_RISKS,
        **_OTHERS,
    }
)
"""Names that stand in cells; a name that is not here is shown as it is."""
