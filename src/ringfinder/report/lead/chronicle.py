"""What happened around a ring, one line for each row that tells of it, the earliest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from ringfinder.report.lead.entries import (
    Event,
)
from ringfinder.report.lead.names import Cells
from ringfinder.report.lead.reading import WHEN
from ringfinder.report.lead.statements import Told, amount
from ringfinder.report.words import VALUE_KINDS, Words, words

_ORDER = ("agent_left", "contact_change", "complaint", "request", "callback", "visit", "payment")

REQUEST_KINDS: Mapping[str, Words] = {
    "surrender": ("退保", "surrender"),
    "cooling_off": ("犹豫期退保", "cooling-off"),
    "negotiated": ("协议退保", "negotiated"),
    "partial": ("部分退保", "partial"),
    "other": ("其他", "other"),
}
SOURCES: Mapping[str, Words] = {
    "regulator": ("监管转办", "the regulator"),
    "hotline": ("热线", "hotline"),
    "web": ("网络", "web"),
    "letter": ("信函", "letter"),
    "visit": ("来访", "visit"),
    "media": ("媒体", "media"),
    "other": ("其他", "other"),
}
DEMANDS: Mapping[str, Words] = {
    "full_refund": ("全额退保", "full refund"),
    "partial_refund": ("部分退款", "partial refund"),
    "apology": ("道歉", "apology"),
    "investigation": ("查处", "investigation"),
    "other": ("其他", "other"),
}


def events(told: Told) -> tuple[Event, ...]:
    """Every dated row of the ring."""
    found = [*_requests(told), *_around(told), *_agents(told)]
    return tuple(sorted(found, key=lambda one: (one.at, _ORDER.index(one.kind), one.member or 0, one.row)))


def _requests(told: Told) -> Iterator[Event]:
    for member, cells in zip(told.members, told.facts.requests, strict=True):
        if member.applied_at:
            kind = words(REQUEST_KINDS, member.kind or "surrender")
            asked = None if cells is None else cells["requested_amount"]
            more = ("", "") if asked is None else (f"，要求 {amount(asked)} 元", f", {amount(asked)} yuan asked")
            said = (
                f"退保申请 {member.request_id}（{kind[0]}）{more[0]}",
                f"request {member.request_id} ({kind[1]}){more[1]}",
            )
            yield Event(member.applied_at, "request", *said, member.person, member.number, member.row)
        if cells and cells["paid_at"] and cells["paid_amount"] is not None:
            paid = amount(cells["paid_amount"])
            said = f"申请 {member.request_id} 付款 {paid} 元", f"request {member.request_id} paid, {paid} yuan"
            yield Event(cells["paid_at"], "payment", *said, member.person, member.number, member.row)


def _complaint(cells: Cells) -> Words:
    source, demand = words(SOURCES, cells["source"] or "other"), words(DEMANDS, cells["demand"] or "other")
    return (
        f"投诉 {cells['complaint_id']}（来源 {source[0]}，诉求 {demand[0]}）",
        f"complaint {cells['complaint_id']} (through {source[1]}, demand {demand[1]})",
    )


def _change(cells: Cells) -> Words:
    field = words(VALUE_KINDS, cells["field"])
    return f"变更{field[0]}", f"{field[1]} changed"


def _callback(cells: Cells) -> Words:
    zh, en = [], []
    for column, told_zh, told_en in (
        ("letter_is_own", {"y": "信件为本人所写", "n": "信件非本人所写"}, {"y": "own letter", "n": "letter not own"}),
        ("paid_a_fee", {"y": "曾付费给他人"}, {"y": "paid somebody"}),
    ):
        if cells[column] in told_zh:
            zh.append(told_zh[cells[column]])
            en.append(told_en[cells[column]])
    return f"回访：{'，'.join(zh) or '无相关陈述'}", f"callback: {', '.join(en) or 'nothing said about it'}"


def _visit(cells: Cells) -> Words:
    size = cells["party_size"]
    if size is None:
        return "来访", "visit"
    return f"来访，登记 {size} 人", f"visit, {size} people on record"


_SAID: Mapping[str, tuple[str, Callable[[Cells], Words]]] = {
    "complaints": ("complaint", _complaint),
    "contact_changes": ("contact_change", _change),
    "callbacks": ("callback", _callback),
    "visits": ("visit", _visit),
}


def _around(told: Told) -> Iterator[Event]:
    for table, joined in told.facts.around.items():
        kind, say = _SAID[table]
        for one in joined:
            member = told.members[one.members[0]]
            (row,) = told.book.of(table, [one.cells])
            yield Event(one.cells[WHEN[table]], kind, *say(one.cells), member.person, member.number, row)


def _agents(told: Told) -> Iterator[Event]:
    for agent in told.agents:
        if agent.left_on and agent.row and agent.policies > 1:
            said = f"业务员 {agent.agent_no} 离职", f"agent {agent.agent_no} left"
            yield Event(agent.left_on, "agent_left", *said, None, None, agent.row)
