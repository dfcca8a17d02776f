"""Why a ring is listed, in sentences: what an investigator, and whoever doubts it, reads first.

The sections and their order are those of `ringfinder ring`, of its page, and of `explain` in Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ringfinder.records.rings import Evidence, LineageStatus, Ring
from ringfinder.report.masking import Masker
from ringfinder.report.summary import summary
from ringfinder.report.words import FIGURES, LINEAGES, RING_KINDS, ROLES, TIERS, VALUE_KINDS, Words, words
from ringfinder.report.written import figures, thousands

SECTIONS: Mapping[str, Words] = {
    "summary": ("摘要", "Summary"),
    "reasons": ("依据（按分量排列）", "Reasons, weightiest first"),
    "for_members": ("对成员有利的情况", "What speaks for the members"),
    "hypotheses": ("正当解释的检验", "Honest explanations"),
    "without": ("去掉某一共用信息之后", "What remains without one value"),
    "changes": ("什么会改变这一判断", "What would change this"),
    "central": ("核心", "Who is central"),
    "around": ("相关人员", "Around the ring"),
    "linked": ("关联线索", "Linked rings"),
    "lineage": ("与上次运行相比", "Since the run before"),
}
"""Headings by name, in the order in which they are shown."""


@dataclass(frozen=True)
class Sentence:
    """One sentence of an explanation, in Chinese and in English; values in it are masked unless revealed.

    Parameters
    ----------
    section
        One of `SECTIONS`.
    weight
        In nats, where it is a term of the score.
    note_zh, note_en
        The numbers behind it, and what they are compared with.
    rows
        How many rows stand behind it.
    """

    section: str
    zh: str
    en: str
    weight: float | None = None
    note_zh: str = ""
    note_en: str = ""
    rows: int = 0


def explain_ring(ring: Ring, masker: Masker) -> tuple[Sentence, ...]:
    """Every sentence about a ring, section by section."""
    return (
        *_summary(ring),
        *_terms("reasons", (term for term in ring.evidence if term.weight >= 0), masker),
        *_terms("for_members", (term for term in ring.evidence if term.weight < 0), masker),
        *_hypotheses(ring),
        *_without(ring, masker),
        *(Sentence("changes", one.zh, one.en, None, *_figures(one.counts)) for one in ring.changes),
        *_central(ring, masker),
        *_around(ring, masker),
        *_linked(ring, masker),
        *_lineage(ring),
    )


def _summary(ring: Ring) -> Iterator[Sentence]:
    yield Sentence("summary", *summary(ring))
    tier, kind = words(TIERS, ring.tier.value), words(RING_KINDS, ring.kind)
    q = "" if ring.q_value is None else f" · q {ring.q_value:.3f}"
    yield Sentence(
        "summary",
        f"{tier[0]} · {kind[0]} · 评分 {ring.score:.1f}{q}",
        f"{tier[1]} · {kind[1]} · score {ring.score:.1f}{q}",
    )
    money = {name: thousands(fen) for name, fen in sums_of(ring).items()}
    yield Sentence(
        "summary",
        f"在险 {money['at_risk']} 元；超过现金价值：索要 {money['requested']}，同意 {money['agreed']}，"
        f"已付 {money['paid']} 元",
        f"at risk {money['at_risk']} yuan; above cash value: asked {money['requested']}, agreed {money['agreed']}, "
        f"paid {money['paid']} yuan",
    )


def sums_of(ring: Ring) -> dict[str, int]:
    """Sums of a ring in fen, by name."""
    money = ring.money
    return {"at_risk": money.at_risk, "requested": money.requested, "agreed": money.agreed, "paid": money.paid}


def _terms(section: str, terms: Iterable[Evidence], masker: Masker) -> Iterator[Sentence]:
    for term in sorted(terms, key=lambda term: -term.weight):
        counts, against = _figures(term.counts), _figures(term.baseline)
        yield Sentence(
            section,
            masker.fill(term.zh, term.values),
            masker.fill(term.en, term.values),
            term.weight,
            counts[0] + (f"；对照：{against[0]}" if term.baseline else ""),
            counts[1] + (f"; compared with: {against[1]}" if term.baseline else ""),
            len(term.rows),
        )


def _figures(numbers: Mapping[str, float]) -> tuple[str, str]:
    """Numbers with their names, in Chinese and in English; a rate as a percentage."""
    parts = [
        (words(FIGURES, name), f"{100 * number:.1f} %" if name == "rate" else f"{number:,}")
        for name, number in figures(numbers).items()
    ]
    return "，".join(f"{name[0]} {number}" for name, number in parts), ", ".join(
        f"{name[1]} {number}" for name, number in parts
    )


def _hypotheses(ring: Ring) -> Iterator[Sentence]:
    if not ring.hypotheses:
        yield Sentence(
            "hypotheses",
            "本次未逐一检验；核查时请先考虑：家庭、单位、同一业务员、代办的亲友、产品本身的问题。",
            "None was tested one by one. Think of these first: family, employer, one agent, a helpful relative, "
            "a product that was really mis-sold.",
        )
    for one in ring.hypotheses:
        zh, en = ("已排除", "ruled out") if one.ruled_out else ("未排除", "not ruled out")
        yield Sentence("hypotheses", f"{zh}：{one.zh}", f"{en}: {one.en}", None, *_figures(one.counts))


def _without(ring: Ring, masker: Masker) -> Iterator[Sentence]:
    for one in ring.without:
        kind, value = words(VALUE_KINDS, one.key.kind), masker.show(one.key)
        yield Sentence(
            "without",
            f"去掉{kind[0]} {value}：评分 {one.score:.1f}（原 {ring.score:.1f}），仍有 {one.units} 户相互关联"
            f"（原 {ring.units} 户）",
            f"without the {kind[1]} {value}: score {one.score:.1f} (was {ring.score:.1f}), {one.units} households "
            f"still hang together (were {ring.units})",
        )


def _central(ring: Ring, masker: Masker) -> Iterator[Sentence]:
    for one in ring.central:
        kind, value = words(VALUE_KINDS, one.key.kind), masker.show(one.key)
        yield Sentence(
            "central",
            f"{kind[0]} {value}：位于成员之间 {one.share:.0%} 的最短路径上",
            f"{kind[1]} {value}: on {one.share:.0%} of the shortest paths between members",
        )


def _around(ring: Ring, masker: Masker) -> Iterator[Sentence]:
    for one in ring.associates:
        role, value = words(ROLES, one.role.value), masker.show(one.key)
        yield Sentence(
            "around", f"{role[0]} {value}：{one.requests} 件申请", f"{role[1]} {value}: {one.requests} requests"
        )


def _linked(ring: Ring, masker: Masker) -> Iterator[Sentence]:
    for one in ring.linked:
        named = [(words(VALUE_KINDS, key.kind), masker.show(key)) for key in one.shared]
        zh = "、".join(f"{kind[0]} {value}" for kind, value in named)
        en = ", ".join(f"{kind[1]} {value}" for kind, value in named)
        yield Sentence(
            "linked",
            f"{one.ring_id}：本线索 {one.members} 件申请使用其{zh or '信息'}",
            f"{one.ring_id}: {one.members} requests of this ring show its {en or 'values'}",
        )


def _lineage(ring: Ring) -> Iterator[Sentence]:
    lineage = ring.lineage
    if lineage is None:
        return
    status = words(LINEAGES, lineage.status.value)
    if lineage.status is LineageStatus.BORN or not lineage.before:
        yield Sentence("lineage", status[0], status[1])
        return
    zh, en = "、".join(lineage.before), ", ".join(lineage.before)
    yield Sentence(
        "lineage",
        f"{status[0]}：来自 {zh}（人员相似度 {lineage.likeness:.2f}）",
        f"{status[1]}: from {en} (likeness of people {lineage.likeness:.2f})",
    )
