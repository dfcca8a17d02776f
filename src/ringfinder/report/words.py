"""How people call what the result files name: Chinese and English for tiers, roles, kinds and figures.

The files keep the stable English names. A name that is not listed here is shown as it is, so that a
new indicator needs no change of the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ringfinder.records.tables import TABLES as CONTRACT

Words = tuple[str, str]

TIERS: Mapping[str, Words] = MappingProxyType({"alert": ("预警", "alert"), "review": ("待复核", "review")})

ROLES: Mapping[str, Words] = MappingProxyType(
    {
        "organiser_candidate": ("疑似组织者", "possible organiser"),
        "agent": ("业务员", "agent"),
        "delegate": ("代办人", "delegate"),
        "payee": ("收款人", "payee"),
        "member": ("成员", "member"),
    }
)

VALUE_KINDS: Mapping[str, Words] = MappingProxyType(
    {
        "phone": ("电话", "phone"),
        "address": ("地址", "address"),
        "email": ("邮箱", "e-mail"),
        "bank_account": ("收款账户", "payee account"),
        "delegate": ("代办人", "delegate"),
        "device": ("设备", "device"),
        "ip": ("IP", "IP address"),
        "waybill": ("运单", "waybill"),
        "id_no": ("证件号", "ID number"),
        "name": ("姓名", "name"),
        "applicant": ("投保人", "applicant"),
        "agent": ("业务员", "agent"),
        "branch": ("机构", "branch"),
    }
)

RING_KINDS: Mapping[str, Words] = MappingProxyType(
    {
        "shared_contact": ("共用联系方式", "shared contact"),
        "shared_payee": ("共用收款账户", "shared payee"),
        "shared_device": ("共用设备", "shared device"),
        "delegate_hub": ("同一代办人", "delegate hub"),
        "contact_takeover": ("联系方式被接管", "contact takeover"),
        "template_letter": ("雷同投诉信", "template letter"),
        "common_origin": ("同一寄件来源", "common mailing origin"),
        "ex_agent": ("离职业务员客户", "ex-agent's book"),
        "poach": ("退旧保新", "poach and hang"),
        "arbitrage": ("套取佣金", "commission arbitrage"),
    }
)

LINEAGES: Mapping[str, Words] = MappingProxyType(
    {
        "born": ("新出现", "born"),
        "continued": ("延续", "continued"),
        "grew": ("扩大", "grew"),
        "merged": ("合并", "merged"),
        "split": ("拆分", "split"),
        "faded": ("消退", "faded"),
    }
)

REPORT_KINDS: Mapping[str, Words] = MappingProxyType(
    {
        "lead": ("线索报告", "lead report"),
        "police": ("移送材料", "police hand-over"),
        "goaml": ("可疑交易报告", "suspicious transaction report"),
        "stix": ("行业共享包", "package for the industry"),
        "correction": ("更正通知", "correction notice"),
    }
)

FIGURES: Mapping[str, Words] = MappingProxyType(
    {
        "members": ("投保人", "applicants"),
        "values": ("共用值", "values"),
        "holders": ("全库使用户数", "households in all"),
        "requests": ("申请", "requests"),
        "shown": ("符合", "of which"),
        "days": ("天数", "days"),
        "rate": ("平常比例", "usual share"),
        "expected": ("预期", "expected"),
        "units": ("户", "households"),
        "harmed": ("有迹象", "with signs"),
        "households": ("户", "households"),
        "groups": ("候选组", "candidate groups"),
        "letters": ("模板", "letters"),
        "least": ("最少天数", "least days"),
        "most": ("最多天数", "most days"),
        "people": ("人数", "people"),
        "applicants": ("投保人", "applicants"),
    }
)

FATES: Mapping[str, Words] = MappingProxyType(
    {
        "changed": ("有变化", "changed"),
        "merged": ("并入", "merged into"),
        "faded": ("已消退或被排除", "faded or dismissed"),
        "returned": ("重新出现", "is back"),
    }
)
"""What became of the ring of a report."""

DIFFERENCES: Mapping[str, Words] = MappingProxyType(
    {
        "score": ("评分", "score"),
        "tier": ("级别", "tier"),
        "kind": ("类型", "kind"),
        "at_risk": ("在险", "at risk"),
        "requested": ("索要超额", "asked"),
        "agreed": ("同意超额", "agreed"),
        "paid": ("已付超额", "paid"),
    }
)
"""Figures of a ring that two runs may differ in."""

TABLES: Mapping[str, Words] = MappingProxyType({table.name: (table.zh[0], table.name) for table in CONTRACT.values()})


def words(table: Mapping[str, Words], name: str) -> Words:
    """Chinese and English of `name`; the name itself where it is not listed."""
    return table.get(name) or (name, name)
