"""The tables of who and what: members, policies and money, shared values, timeline, letters, agents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ringfinder.report.lead.chronicle import REQUEST_KINDS
from ringfinder.report.lead.content import LeadReport
from ringfinder.report.lead.parties import VULNERABLE
from ringfinder.report.lead.speech import Cell, Kind
from ringfinder.report.words import ROLES, VALUE_KINDS, Words, words

YES: Words = ("是", "yes")
EXPLOITED: Words = ("疑似被利用", "possibly exploited")
NUMBER: Words = ("序号", "no.")


@dataclass(frozen=True)
class Column:
    """A column: what it is called, what stands in it, and how many characters wide it is.

    A `spare` one repeats what another table has, or tells least; it is left out on paper that is too narrow.
    """

    head: Words
    kind: Kind
    width: int
    spare: bool = False


@dataclass(frozen=True)
class Table:
    """A table under a heading.

    Parameters
    ----------
    name
        Also of the field in a letter.
    rows
        A cell for each column.
    totals
        A last line, empty where there is none.
    note
        What a reader has to know of it; empty words for nothing.
    """

    name: str
    heading: Words
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    totals: Sequence[Cell] = ()
    note: Words = ("", "")


def members(report: LeadReport) -> Table:
    """Who made which request, in which role."""
    person = {one.number: one for one in report.people}
    return Table(
        "members",
        ("成员与申请", "Members and requests"),
        (
            Column(NUMBER, "count", 5),
            Column(("申请", "request"), "text", 14),
            Column(("申请日期", "applied"), "day", 11),
            Column(("类型", "kind"), "words", 12, spare=True),
            Column(("投保人", "policyholder"), "text", 14),
            Column(("客户号", "customer"), "text", 14, spare=True),
            Column(("户", "household"), "count", 7),
            Column(("保单", "policy"), "text", 14),
            Column(("机构", "branch"), "text", 9),
            Column(("角色", "role"), "words", 14),
            Column(EXPLOITED, "words", 11),
            Column(("共用信息", "shared values"), "numbers", 12),
            Column(("依据行", "row"), "count", 7, spare=True),
        ),
        [
            (
                one.number,
                one.request_id,
                one.applied_at,
                words(REQUEST_KINDS, one.kind) if one.kind else None,
                person[one.person].name or f"#{one.person}",
                one.applicant_id,
                person[one.person].household,
                one.policy_no,
                one.branch_code,
                words(ROLES, one.role),
                YES if person[one.person].possibly_exploited else None,
                one.shared,
                one.row,
            )
            for one in report.members
        ],
        note=(
            "成员往往是受害者；角色由 ringfinder 推断，未经核实。共用信息的序号见其表。",
            "Members are often victims; roles are inferred, not checked. Shared values are numbered as in their table.",
        ),
    )


def people(report: LeadReport) -> Table:
    """Who the policyholders are, and what speaks for their being used."""
    return Table(
        "people",
        ("投保人", "Policyholders"),
        (
            Column(NUMBER, "count", 5),
            Column(("姓名", "name"), "text", 12),
            Column(("客户号", "customer"), "text", 14),
            Column(("证件号", "ID number"), "text", 20),
            Column(("出生", "born"), "text", 11),
            Column(("性别", "sex"), "text", 5, spare=True),
            Column(("留存电话", "phone on file"), "text", 14),
            Column(("留存地址", "address on file"), "text", 28),
            Column(("留存账户", "account on file"), "text", 20, spare=True),
            Column(("户", "household"), "count", 7, spare=True),
            Column(("特殊客群", "vulnerable"), "words", 11),
            Column(EXPLOITED, "words", 11),
            Column(("迹象", "signs"), "words", 44),
        ),
        [
            (
                one.number,
                one.name,
                ", ".join(one.applicant_ids),
                one.id_no,
                one.birth_date,
                one.gender,
                one.phone,
                one.address,
                one.bank_account,
                one.household,
                words(VULNERABLE, one.vulnerable) if one.vulnerable else None,
                YES if one.possibly_exploited else None,
                ("；".join(sign.zh for sign in one.signs), "; ".join(sign.en for sign in one.signs)),
            )
            for one in report.people
        ],
    )


def policies(report: LeadReport) -> Table:
    """Policies and money, with totals."""
    sums = report.totals
    return Table(
        "policies",
        ("保单与资金", "Policies and money"),
        (
            Column(NUMBER, "count", 5),
            Column(("申请", "request"), "text", 14, spare=True),
            Column(("保单", "policy"), "text", 14),
            Column(("产品", "product"), "text", 9, spare=True),
            Column(("承保", "issued"), "day", 11),
            Column(("业务员", "agent"), "text", 13),
            Column(("已交保费", "premium paid"), "money", 14),
            Column(("现金价值", "cash value"), "money", 14),
            Column(("要求", "requested"), "money", 14),
            Column(("同意", "agreed"), "money", 14),
            Column(("已付", "paid"), "money", 14),
            Column(("已付减现金价值", "paid minus cash value"), "money", 14),
            Column(("付款日期", "paid on"), "day", 11),
            Column(("收款账户", "payee account"), "text", 20),
            Column(("户名", "account holder"), "text", 12),
        ),
        [
            (
                one.member,
                one.request_id,
                one.policy_no,
                one.product_code,
                one.issued_on,
                one.agent_no,
                one.premium_paid if one.first else None,
                one.cash_value,
                one.requested,
                one.agreed,
                one.paid,
                one.difference,
                one.paid_at,
                one.payout_account,
                one.payout_name,
            )
            for one in report.policies
        ],
        (
            None,
            None,
            ("合计", "total"),
            None,
            None,
            None,
            sums.premium_paid,
            sums.cash_value,
            sums.requested,
            sums.agreed,
            sums.paid,
            sums.difference,
            None,
            None,
            None,
        ),
        (
            "单位：元。合计只含已知金额；同一保单的保费只计一次。",
            "In yuan. Totals are of what is known; the premium of a policy counts once.",
        ),
    )


def shared(report: LeadReport) -> Table:
    """Values that several members use."""
    return Table(
        "shared",
        ("共用信息", "Shared values"),
        (
            Column(NUMBER, "count", 5),
            Column(("类型", "kind"), "words", 14),
            Column(("值", "value"), "text", 30),
            Column(("人数", "people"), "count", 8),
            Column(("户数", "households"), "count", 10),
            Column(("申请数", "requests"), "count", 9),
            Column(("全部申请中的户数", "households in all requests"), "count", 14),
            Column(("首次使用", "first use"), "day", 11),
            Column(("最近使用", "last use"), "day", 11),
        ),
        [
            (
                one.number,
                words(VALUE_KINDS, one.kind),
                one.value,
                one.people,
                one.households,
                one.requests,
                one.holders,
                one.first_at,
                one.last_at,
            )
            for one in report.shared
        ],
    )


def associates(report: LeadReport) -> Table:
    """Who stands around the ring."""
    return Table(
        "associates",
        ("相关人员", "Around the ring"),
        (
            Column(("角色（推断）", "role (inferred)"), "words", 20),
            Column(("类型", "kind"), "words", 14),
            Column(("值", "value"), "text", 30),
            Column(("申请数", "requests"), "count", 9),
        ),
        [(words(ROLES, one.role), words(VALUE_KINDS, one.kind), one.value, one.requests) for one in report.associates],
    )


def timeline(report: LeadReport) -> Table:
    """What happened, the earliest first."""
    name = {one.number: one.name or f"#{one.number}" for one in report.people}
    return Table(
        "timeline",
        ("时间线", "Timeline"),
        (
            Column(("时间", "when"), "moment", 17),
            Column(("事项", "what"), "words", 56),
            Column(("投保人", "policyholder"), "text", 14),
            Column(("成员序号", "member no."), "count", 9),
            Column(("依据行", "row"), "count", 7),
        ),
        [
            (one.at, (one.zh, one.en), name[one.person] if one.person else None, one.member, one.row)
            for one in report.timeline
        ],
    )


def letters(report: LeadReport) -> Table:
    """Near-identical letters."""
    return Table(
        "letters",
        ("雷同投诉信", "Near-identical letters"),
        (
            Column(NUMBER, "count", 5),
            Column(("本组件数", "copies here"), "count", 9),
            Column(("全部件数", "copies in all"), "count", 9),
            Column(("首次", "first"), "day", 11),
            Column(("最近", "last"), "day", 11),
            Column(("投诉编号", "complaints"), "text", 40),
            Column(("其中一件的内容", "one of the texts"), "text", 60),
        ),
        [
            (
                one.number,
                len(one.complaints),
                one.copies,
                one.first_at,
                one.last_at,
                ", ".join(one.complaints),
                one.text if one.text is not None else "****",
            )
            for one in report.letters
        ],
    )


def agents(report: LeadReport) -> Table:
    """Whose policies they are."""
    return Table(
        "agents",
        ("业务员", "Agents"),
        (
            Column(("工号", "agent"), "text", 14),
            Column(("姓名", "name"), "text", 12),
            Column(("机构", "branch"), "text", 9),
            Column(("主管", "manager"), "text", 14),
            Column(("入职", "joined"), "day", 11),
            Column(("离职", "left"), "day", 11),
            Column(("本组保单", "policies here"), "count", 9),
            Column(("离职后仍有申请", "left before the last request"), "words", 15),
        ),
        [
            (
                one.agent_no,
                one.name,
                one.branch_code,
                one.manager_no,
                one.joined_on,
                one.left_on,
                one.policies,
                YES if one.left_first else None,
            )
            for one in report.agents
        ],
        note=(
            "保单出自某业务员本身并不说明其有过错。",
            "That policies are from an agent's book says nothing against the agent by itself.",
        ),
    )
