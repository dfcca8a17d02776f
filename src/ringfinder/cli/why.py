"""`ringfinder why`: why a request, a person, a policy or a value is in a ring, or in none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from ringfinder.cli.account import progress_bar
from ringfinder.cli.options import (
    json_option,
    language_option,
    open_workspace,
    plain_console,
    run_option,
    workspace_option,
)
from ringfinder.cli.speech import Say
from ringfinder.detect.why import KINDS
from ringfinder.identity import acting
from ringfinder.pipeline.why import Answer, answer
from ringfinder.records.findings import AskedRequest, EpisodeFinding, HeldValue, NearRing, Reason, ValueFinding
from ringfinder.records.rings import AttributeKey
from ringfinder.report.masking import Masker
from ringfinder.report.why import CLASSES, SOURCES
from ringfinder.report.why import as_json as findings_as_json
from ringfinder.report.words import TIERS, VALUE_KINDS, words
from ringfinder.report.written import visible

_MOST_HOLDERS = 40


@click.command("why")
@click.argument("asked", metavar="REQUEST|PERSON|POLICY|VALUE")
@click.option("--kind", type=click.Choice(KINDS), help="What it is, where it may be several things.")
@workspace_option
@run_option
@click.option("--reveal", is_flag=True, help="Show personal values unmasked; needs --purpose.")
@click.option("--purpose", default="", help="Why they are shown; written to the journal.")
@language_option
@json_option
def command(
    asked: str,
    kind: str | None,
    workspace: Path | None,
    run_name: str,
    purpose: str,
    say: Say,
    *,
    reveal: bool,
    as_json: bool,
) -> None:
    """Tell why a request, a person or a value is in a ring of a run, or in none.

    Every value held, its class, how many hold it, why it did or did not link; the nearest ring and what was
    missing. A value may be written in any form. The analysis is computed once more, with the settings, the
    batches, the dates (known_at, as_of) and the window of the run.
    """
    with open_workspace(workspace) as store, progress_bar() as progress:
        by = acting(store)
        found = answer(store, run_name, asked, kind, by=by, reveal=reveal, purpose=purpose, progress=progress)
    if as_json:
        said = {
            "run_id": found.run.run_id,
            "settings_hash": found.run.settings_hash,
            "notes": [{"zh": zh, "en": en} for zh, en in found.notes],
            **findings_as_json(found.findings, found.masker),
            "anchor": found.anchor or None,
        }
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _print(found, say)


def _print(found: Answer, say: Say) -> None:
    console = plain_console()
    for person in found.findings.people:
        console.print(visible(f"{say('客户', 'customer')} {', '.join(person.applicant_ids)}"), style="bold")
        _reasons(console, person.household, found.masker, say)
        for episode in person.episodes:
            _episode(console, episode, found.masker, say)
    for value in found.findings.values:
        _value(console, value, found.masker, say)
    console.print()
    for zh, en in found.notes:
        console.print(say(zh, en))
    if found.anchor:
        zh = f"已显示个人信息；日志锚点 {found.anchor}（请另存他处）"
        console.print(say(zh, f"personal values are shown; journalled as {found.anchor} (keep this elsewhere)"))
    console.print(
        say(
            f"以上按 {found.run.run_id} 的数据与参数重新计算；这是供人工核查的线索，不是结论。",
            f"Computed once more with the facts and settings of {found.run.run_id}. "
            "Leads for people to check, never verdicts.",
        )
    )


def _reasons(console: Console, reasons: Sequence[Reason], masker: Masker, say: Say, indent: str = "  ") -> None:
    for one in reasons:
        weight = f"{one.weight:+6.2f}  " if one.weight is not None else ""
        console.print(visible(f"{indent}{weight}{masker.fill(say(one.zh, one.en), one.values)}"))


def _heading(console: Console, text: str) -> None:
    console.print(f"\n{text}", style="bold")


def _episode(console: Console, episode: EpisodeFinding, masker: Masker, say: Say) -> None:
    named = ", ".join(_request(one) for one in episode.requests)
    _heading(console, visible(f"{say('申请', 'request')} {named}"))
    _reasons(console, [episode.verdict], masker, say)
    _heading(console, say("迹象（奈特：正值支持）", "Signs (nats; above zero they speak for a ring)"))
    _reasons(console, episode.signs, masker, say)
    _heading(console, say("信件、业务员、流向", "Letter, agent, flow"))
    _reasons(console, episode.context, masker, say)
    _heading(console, say("留下的各个值", "Every value held"))
    for one in episode.values:
        _held(console, one, masker, say)
    _heading(console, say("最接近的线索与所缺", "The nearest rings and what was missing"))
    for ring in episode.nearest:
        _near(console, ring, masker, say)
    if not episode.nearest:
        console.print(say("  没有可比较的组。", "  There is no group to compare it with."))


def _request(one: AskedRequest) -> str:
    return f"{one.request_id} ({one.applied_at:%Y-%m-%d}, {one.row.file}:{one.row.line})"


def _title(value: HeldValue | ValueFinding, masker: Masker, say: Say) -> str:
    kind, what = say(*words(VALUE_KINDS, value.key.kind)), say(*words(CLASSES, value.value_class))
    return f"{kind} {masker.show(value.key)}  [{what}]"


def _held(console: Console, value: HeldValue, masker: Masker, say: Say) -> None:
    mark = "*" if value.links else "-"
    rings = f"  {' '.join(value.rings)}" if value.rings else ""
    console.print(visible(f"  {mark} {_title(value, masker, say)}{rings}"))
    _reasons(console, [value.reason], masker, say, " " * 6)
    for place in value.places:
        where = f"{place.row.file}:{place.row.line} {place.column}"
        console.print(visible(f"      {say(*words(SOURCES, place.source))}: {where}"))


def _near(console: Console, ring: NearRing, masker: Masker, say: Say) -> None:
    name = ring.ring_id or say("未列出的组", "group, not listed")
    tier = f" [{say(*words(TIERS, ring.tier))}]" if ring.tier else ""
    console.print(f"  {name}{tier}")
    _reasons(console, ring.reasons, masker, say, " " * 4)


def _value(console: Console, value: ValueFinding, masker: Masker, say: Say) -> None:
    links = say("有关联", "links") if value.links else say("不关联", "does not link")
    console.print(visible(f"{_title(value, masker, say)}  {links}  {' '.join(value.rings)}".rstrip()), style="bold")
    _reasons(console, value.reasons, masker, say)
    _heading(console, say("使用者", "Who uses it"))
    for one in value.holders[:_MOST_HOLDERS]:
        name = masker.show(AttributeKey("name", one.name)) if one.name else "-"
        sources = ", ".join(say(*words(SOURCES, source)) for source in one.sources)
        left = f"  ({say('不计', 'not counted')}: {one.left_out})" if one.left_out else ""
        line = (
            f"  {one.request_id}  {one.applied_at:%Y-%m-%d}  {one.applicant_id}  {name}  {sources}  {one.ring_id}{left}"
        )
        console.print(visible(line.rstrip()))
    if len(value.holders) > _MOST_HOLDERS:
        shown, total = _MOST_HOLDERS, len(value.holders)
        console.print(
            say(f"  显示 {shown} / {total}；--json 给出全部", f"  {shown} of {total} shown; --json prints all")
        )
    console.print()
