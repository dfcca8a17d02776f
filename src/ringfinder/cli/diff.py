"""`ringfinder diff RUN RUN`: what changed between two runs, and why."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ringfinder.cli.options import json_option, language_option, open_workspace, plain_console, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.pipeline.compare import MONEY, Comparison, RingChange, Why, compare_runs
from ringfinder.report.words import RING_KINDS, TIERS, words
from ringfinder.report.written import thousands, yuan

_MOST = 20
_WHY = {
    Why.DATA: ("数据", "data"),
    Why.SETTINGS: ("设置", "settings"),
    Why.BOTH: ("数据和设置", "data and settings"),
    Why.EITHER: ("设置或其他申请的变化", "settings or the rest of the portfolio"),
    Why.VERSION: ("程序版本", "version of the program"),
    Why.CONTEXT: ("其他申请的变化", "the rest of the portfolio"),
}
_MONEY = {
    "at_risk": ("在险", "at risk"),
    "requested": ("索要超额", "asked"),
    "agreed": ("同意超额", "agreed"),
    "paid": ("已付超额", "paid"),
}


@click.command("diff")
@click.argument("old", metavar="RUN")
@click.argument("new", metavar="RUN")
@workspace_option
@language_option
@json_option
def command(old: str, new: str, workspace: Path | None, say: Say, *, as_json: bool) -> None:
    """Compare two runs, the older first: rings that are new, changed or gone, and what did it.

    A RUN is run-000001, 1, current or previous.
    """
    with open_workspace(workspace) as store:
        comparison = compare_runs(store.runs.find(old), store.runs.find(new), store.runs.files)
    if as_json:
        click.echo(json.dumps(_as_json(comparison), ensure_ascii=False, indent=2))
        return
    console = plain_console()
    for line in _lines(comparison, say):
        console.print(line)


def _lines(found: Comparison, say: Say) -> Iterator[str]:
    names = f"{found.old.run_id} → {found.new.run_id}"
    yield say(
        f"{names}：新增 {len(found.born)}，变化 {len(found.changed)}，消失 {len(found.gone)}，未变 {found.unchanged}",
        f"{names}: {len(found.born)} born, {len(found.changed)} changed, {len(found.gone)} gone, "
        f"{found.unchanged} unchanged",
    )
    yield from _causes(found, say)
    for title, changes in (
        (say("新增", "born"), found.born),
        (say("变化", "changed"), sorted(found.changed, key=_weight)),
        (say("消失", "gone"), found.gone),
    ):
        if changes:
            yield f"\n{title}"
        for change in changes[:_MOST]:
            yield f"  {_line(change, say)}"
        if len(changes) > _MOST:
            yield say(
                f"  显示 {_MOST} / {len(changes)}；--json 给出全部",
                f"  {_MOST} of {len(changes)} shown; --json prints all",
            )


def _weight(change: RingChange) -> tuple[int, int]:
    """Other tiers first, then those whose members changed most."""
    return -("tier" in (change.figures or {})), -len(change.joined) - len(change.left)


def _causes(found: Comparison, say: Say) -> Iterator[str]:
    """What differs between the two runs themselves."""
    told = 0
    labels = {
        "batches_added": ("新增批次", "batches added"),
        "batches_removed": ("减少批次", "batches left out"),
        "as_of": ("截至", "as of"),
        "intake": ("逐条录入至第", "intake up to row"),
        "known_at": ("载入时点", "known at"),
        "window": ("窗口（月）", "window (months)"),
    }
    for name, value in found.data.items():
        said = ", ".join(value) if isinstance(value, list) else " → ".join(_cell(one) for one in value)
        yield f"  {say('数据', 'data')}: {say(*labels[name])} {said}"
        told += 1
    for name, (before, after) in found.settings.items():
        yield f"  {say('设置', 'settings')}: {name} {_cell(before)} → {_cell(after)}"
        told += 1
    if found.version:
        yield f"  {say('程序版本', 'version')}: {' → '.join(found.version)}"
    elif not told:
        yield say("  两次运行的数据、设置和版本相同", "  the same data, settings and version")


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return "–" if value is None else str(value)


def _line(change: RingChange, say: Say) -> str:
    parts = [change.ring_id, say(f"{change.requests} 件申请", f"{change.requests} requests")]
    if change.joined or change.left:
        parts.append(
            say(
                f"加入 {len(change.joined)}、离开 {len(change.left)}",
                f"{len(change.joined)} in, {len(change.left)} out",
            )
        )
    parts += [_figure(name, pair, say) for name, pair in (change.figures or {}).items()]
    if change.kin:
        ring, people = change.kin[0]
        parts.append(say(f"其中 {people} 人在 {ring}", f"{people} of its people in {ring}"))
    why = say(*_WHY[change.why])
    if change.unseen:
        why += say(
            f"，{change.unseen} 件申请为另一次运行所未见", f", {change.unseen} requests that the other run did not see"
        )
    return f"{say('，', ', ').join(parts)} {say('（原因：', '(by ')}{why}{say('）', ')')}"


def _figure(name: str, pair: tuple[Any, Any], say: Say) -> str:
    before, after = pair
    if name == "score":
        return f"{say('评分', 'score')} {before:.1f} → {after:.1f}"
    if name in MONEY:
        return f"{say(*_MONEY[name])} {thousands(before)} → {thousands(after)}"
    table = TIERS if name == "tier" else RING_KINDS
    return f"{say(*words(table, before))} → {say(*words(table, after))}"


def _as_json(found: Comparison) -> dict[str, Any]:
    return {
        "old": found.old.run_id,
        "new": found.new.run_id,
        "data": {name: value if isinstance(value, list) else _pair(value) for name, value in found.data.items()},
        "settings": {name: _pair(pair) for name, pair in found.settings.items()},
        "version": _pair(found.version) if found.version else None,
        "born": _changes(found.born),
        "changed": _changes(found.changed),
        "gone": _changes(found.gone),
        "unchanged": found.unchanged,
    }


def _pair(pair: tuple[Any, Any]) -> dict[str, Any]:
    old, new = (one.isoformat() if isinstance(one, datetime) else one for one in pair)
    return {"old": old, "new": new}


def _changes(changes: Sequence[RingChange]) -> list[dict[str, Any]]:
    return [
        {
            "ring_id": one.ring_id,
            "requests": one.requests,
            "why": one.why.value,
            "unseen": one.unseen,
            "joined": list(one.joined),
            "left": list(one.left),
            "figures": {
                name: _pair((yuan(pair[0]), yuan(pair[1])) if name in MONEY else pair)
                for name, pair in (one.figures or {}).items()
            },
            "kin": [{"ring_id": ring, "people": people} for ring, people in one.kin],
        }
        for one in changes
    ]
