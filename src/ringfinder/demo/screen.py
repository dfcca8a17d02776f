"""The one screen of the demo, in Chinese, in English, or in both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ringfinder.demo.facts import CAP, Facts, Hub, three
from ringfinder.demo.page import BOTH, Line, Page
from ringfinder.demo.words import CAUSES, EXPLANATIONS, REASONS
from ringfinder.records.portfolio import Reject, Tally
from ringfinder.records.rings import Hypothesis, Ring
from ringfinder.records.tables import TABLES as CONTRACT
from ringfinder.report.summary import summary
from ringfinder.report.words import RING_KINDS, TABLES, TIERS, VALUE_KINDS, words
from ringfinder.report.written import thousands


def screen(facts: Facts, language: str, command: str = "ringfinder") -> list[Line]:
    """All lines; `command` is how the program is called in the commands to go on with."""
    page = Page(language)
    sections: tuple[Callable[[Page, Facts], None], ...] = (_title, _account, _hubs, _rings, _alike, _missed, _score)
    for section in sections:
        section(page, facts)
    _go_on(page, facts, command)
    return page.lines


def _title(page: Page, facts: Facts) -> None:
    count = facts.work.detected.run.requests
    page.heading(
        f"虚构组合：{count:,} 件退保申请，种子 {facts.work.seed}",
        f"A made-up portfolio: {count:,} surrender requests, seed {facts.work.seed}",
    )


def _account(page: Page, facts: Facts) -> None:
    page.heading("每一行都有交代：读入=载入+退回+合并", "Every row is accounted for: read=loaded+rejected+merged")
    tallies = facts.work.loaded.tallies
    en = ", ".join(_tally(one, one.table) for one in tallies)
    zh = "，".join(_tally(one, words(TABLES, one.table)[0]) for one in tallies)
    page.say(en if page.language == BOTH else zh, en)
    if facts.reject is not None:
        page.say(*_rejected(facts.reject))


def _tally(one: Tally, name: str) -> str:
    return f"{name} {one.read:,}={one.loaded:,}+{one.rejected:,}+{one.merged:,}"


def _rejected(one: Reject) -> tuple[str, str]:
    """One rejected row with its place and reason; the files tell the reason in English, and the remedy with it."""
    column = CONTRACT[Path(one.file).stem].by_name[one.column]
    reason = REASONS.get(column.kind, one.reason) if one.value else "必填而为空"
    return (
        f"退回一例：{one.file} 第 {one.line} 行，{column.zh[0]} “{one.value}”：{reason}",
        f'rejected, for one: {one.file} line {one.line}, {one.column} "{one.value}": {one.reason.partition(":")[0]}',
    )


def _hubs(page: Page, facts: Facts) -> None:
    page.heading("两个枢纽：人数多不说明问题，损害才说明", "Two hubs: it is harm that tells, not numbers")
    if facts.ring_hub is None or facts.honest_hub is None:
        page.say("本次没有可以并列的两部电话。", "This run has no two such telephones.")
        return
    ring, hub = facts.ring_hub
    pair = (hub, facts.honest_hub)
    pick = page.pick
    page.rows(
        [
            (pick("电话", "telephone"), *(facts.masker.show(one.key) for one in pair)),
            (pick("使用的户数", "households that use it"), *(f"{one.households}" for one in pair)),
            (pick("其中像受侵害的", "of them look harmed"), *(f"{one.harmed:.1f} ({one.share:.0%})" for one in pair)),
            (
                pick("照常态应有", "would by the usual share"),
                *(f"{one.expected:.1f} ({one.usual:.0%})" for one in pair),
            ),
            (pick("属于团伙的概率", "probability that it is a ring's"), *(f"{one.probability:.3f}" for one in pair)),
            (pick("连成", "links"), ring.ring_id, pick("无", "nobody")),
        ]
    )
    truth = [_in_truth(facts, one) for one in pair]
    zh, en = (f"实情：{truth[0][0]}；{truth[1][0]}。", f"In truth: {truth[0][1]}; {truth[1][1]}.")
    if all(one.households > CAP for one in pair):
        zh = f"“超过 {CAP} 户即舍弃”的上限会把两者都舍弃，看不见团伙。{zh}"
        en = f"A cap of {CAP} would drop both and hide the ring. {en}"
    page.say(zh, en)


def _in_truth(facts: Facts, hub: Hub) -> tuple[str, str]:
    """What the labels say about most of the requests with a value."""
    ring, cause = facts.behind(hub)
    if ring:
        return f"埋设的团伙 {ring}", f"planted ring {ring}"
    return words(CAUSES, cause) if cause else ("平常的申请", "ordinary requests")


def _rings(page: Page, facts: Facts) -> None:
    page.heading("最突出的三个线索（成员往往是受害者）", "The three strongest leads (members are often victims)")
    for number, ring in enumerate(facts.rings, start=1):
        tier, kind = words(TIERS, ring.tier.value), words(RING_KINDS, ring.kind)
        asked, paid = thousands(ring.money.requested), thousands(ring.money.paid)
        zh = f"{tier[0]}，{kind[0]}，{len(ring.members)} 件；索要超额 {asked} 元，已付 {paid} 元"
        en = f"{tier[1]}, {kind[1]}, {len(ring.members)} requests; {asked} yuan above cash value asked, {paid} paid"
        if page.language == BOTH:
            zh = f"{tier[0]}，{kind[0]}，{len(ring.members)} 件 requests；索要超额 asked above cash value {asked} 元"
            en = zh
        page.say(f"{ring.ring_id} {zh}", f"{ring.ring_id} {en}", 4, f"  {number}")
        told = [tuple(facts.masker.fill(text, term.values) for text in (term.zh, term.en)) for term in three(ring)]
        if page.language == BOTH:
            # One after the other: a line for each in two languages is more than a screen holds.
            numbered = [(f"({place}) {zh}", f"({place}) {en}") for place, (zh, en) in enumerate(told, start=1)]
            page.say("".join(zh for zh, _ in numbered), " ".join(en for _, en in numbered), 4)
            continue
        page.say(*summary(ring), 4)
        for zh, en in told:
            page.say(zh, en, 4, "  -")
    _honest(page, facts.rings)


def _honest(page: Page, rings: tuple[Ring, ...]) -> None:
    """Each honest explanation beside the numbers on which it stands or fails."""
    if not rings:
        page.say("没有线索。", "There is no lead.")
        return
    names = [one.name for one in rings[0].hypotheses]
    found = [{one.name: one for one in ring.hypotheses} for ring in rings]
    head = page.pick("正当解释：✗已排除 ?未排除", "honest explanation: ✗ ruled out ? stands")
    rows = [(head, *(ring.ring_id for ring in rings))]
    for name in names:
        label, numbers = EXPLANATIONS.get(name, ((name, name), ()))
        rows.append((page.pick(*label), *(_verdict(one[name], numbers) for one in found)))
    page.rows(rows)


def _verdict(one: Hypothesis, numbers: tuple[str, ...]) -> str:
    told = " / ".join(f"{one.counts[name]:g}" for name in numbers if name in one.counts)
    return f"{'✗' if one.ruled_out else '?'} {told}".rstrip()


def _alike(page: Page, facts: Facts) -> None:
    page.heading("一个相似而未报的善意群体", "A look-alike that was cleared")
    one = facts.alike
    if one is None:
        page.say("本次没有这样的群体。", "This run has none.")
        return
    cause, kind, hub = words(CAUSES, one.cause), words(VALUE_KINDS, one.hub.key.kind), one.hub
    value, usual = facts.masker.show(hub.key), f"{hub.expected:.1f}"
    page.say(
        f"{cause[0]}：{hub.households} 户共用{kind[0]} {value}（{hub.days} 天）；像受侵害的 {hub.harmed:.1f} 户（常态 {usual}），"
        f"{one.more} 件索要超过现金价值，{one.own} / {one.requests} 件收款账户为本人独用；概率 {hub.probability:.3f}，不连接。",
        f"{cause[1][:1].upper()}{cause[1][1:]}: {hub.households} households share the {kind[1]} {value} "
        f"within {hub.days} days; {hub.harmed:.1f} look harmed ({usual} usual), {one.more} ask above cash value, "
        f"{one.own} of {one.requests} have own accounts; probability {hub.probability:.3f}: no link.",
    )


def _missed(page: Page, facts: Facts) -> None:
    page.heading("一个没有找到的团伙", "A ring that was missed")
    one = facts.missed
    if one is None:
        page.say("本次没有漏掉的团伙。", "This run missed none.")
        return
    ring = one.ring
    page.say(
        f"{ring.ring_id}（{ring.requests} 件{'，专为漏掉而设' if one.built else ''}）：共用信息 {one.shared} 个，雷同信件 "
        f"{one.same_letter} 件；{one.more} 件施压索款，但全部申请的 {one.usual:.0%} 也如此，无从相连。"
        f"能显示它的：回访（现有 {one.called} 件，承认付费 {one.paid_a_fee} 件）、退款去向、背后的聊天群。",
        f"{ring.ring_id} ({ring.requests} requests{', built to be missed' if one.built else ''}): {one.shared} values "
        f"and {one.same_letter} letters shared; {one.more} press for a refund, as do {one.usual:.0%} of all: nothing ties them. "
        f"What would: callbacks ({one.called} so far, {one.paid_a_fee} admit a fee), where refunds go, a chat group.",
    )


def _score(page: Page, facts: Facts) -> None:
    result, outcomes = facts.work.evaluation, facts.work.outcomes
    page.heading("与埋设的真相相比", "Compared with what was planted")
    found = sum(one.found for one in outcomes)
    counts = (
        (page.pick("埋设", "planted"), f"{len(outcomes)}"),
        (page.pick("找到", "found"), f"{found}"),
        (page.pick("漏掉", "missed"), f"{len(outcomes) - found}"),
        (page.pick("误报", "false"), f"{result.false_rings}"),
        (page.pick("召回", "recall"), f"{result.request_recall:.0%}"),
        (page.pick("精确", "precision"), f"{result.request_precision:.0%}"),
    )
    said = ", ".join(f"{name} {count}" for name, count in counts)
    page.say(said.replace(", ", "，"), said.replace(", ", "，") if page.language == BOTH else said)


def _go_on(page: Page, facts: Facts, command: str) -> None:
    places = facts.work.places
    page.heading("接下来", "Go on")
    workspace = f"--workspace {places.workspace}"
    rings = facts.rings
    asked = facts.missed.example if facts.missed else min(facts.work.truth.ring_of)
    rows = [(f"{command} rings {workspace}", page.pick("全部线索", "all leads"))]
    if rings:
        rows.append(
            (f"{command} ring {rings[0].ring_id} {workspace} --html ring.html", page.pick("一个线索", "one of them"))
        )
    rows.append((f"{command} why {asked} {workspace}", page.pick("为何未报", "why not")))
    rows.append(
        (
            f"{command} evaluate {places.rings} --labels {places.labels / 'labels.csv'}",
            page.pick("全部指标", "all figures"),
        )
    )
    width = max(len(row[0]) for row in rows)
    for line, what in rows:
        page.lines.append(Line(f"  {line.ljust(width)}  {what}"))
    page.say(
        f"用浏览器打开 {places.rings / 'index.html'}。以上均为供人工核查的线索，不是结论。",
        f"Open {places.rings / 'index.html'} in a browser. These are leads for people to check, never verdicts.",
    )
