"""`ringfinder report corrections`: sent reports that no longer say what the current run finds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ringfinder.cli.options import json_option, language_option, plain_console, workspace_option
from ringfinder.cli.report.registers import opened
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.pipeline.compare import MONEY
from ringfinder.pipeline.corrections import Correction, Fate, corrections
from ringfinder.report.words import RING_KINDS, TIERS, words
from ringfinder.report.written import thousands, visible, yuan

_FATES = {
    Fate.CHANGED: ("有变化", "changed"),
    Fate.MERGED: ("并入", "merged into"),
    Fate.FADED: ("已消退或被排除", "faded or dismissed"),
    Fate.RETURNED: ("重新出现", "is back"),
}
_FIGURES = {
    "score": ("评分", "score"),
    "tier": ("级别", "tier"),
    "kind": ("类型", "kind"),
    "at_risk": ("在险", "at risk"),
    "requested": ("索要超额", "asked"),
    "agreed": ("同意超额", "agreed"),
    "paid": ("已付超额", "paid"),
}


@click.command("corrections")
@workspace_option
@language_option
@json_option
def command(workspace: Path | None, say: Say, *, as_json: bool) -> None:
    """List sent reports whose ring changed, was merged, faded or was dismissed since: each needs a correction notice.

    The difference is against the newest run that the recipients were told of.
    """
    with opened(workspace, say) as store:
        found = corrections(store, acting(store))
    if as_json:
        click.echo(json.dumps([correction_as_json(one) for one in found], ensure_ascii=False, indent=2))
        return
    console = plain_console()
    if not found:
        console.print(say("已发出的报告无需更正", "no report that was sent needs a correction"))
    for one in found:
        console.print(visible(_line(one, say)))


def correction_as_json(one: Correction) -> dict[str, Any]:
    """The difference of one report as an object; money in yuan."""
    return {
        "number": one.report.number,
        "recipient": one.report.recipient,
        "ring_id": one.report.ring_id,
        "told": one.told,
        "now": one.now,
        "fate": one.fate.value,
        "into": one.into or None,
        "joined": list(one.joined),
        "left": list(one.left),
        "figures": {name: _pair(name, pair) for name, pair in one.figures.items()},
        "why": one.why.value,
        "kin": [{"ring_id": ring, "people": people} for ring, people in one.kin],
        "notice": one.notice or None,
    }


def _pair(name: str, pair: tuple[Any, Any]) -> dict[str, Any]:
    before, after = (yuan(one) if name in MONEY and one is not None else one for one in pair)
    return {"before": before, "after": after}


def _line(one: Correction, say: Say) -> str:
    parts = [
        f"{one.report.number} → {one.report.recipient}",
        f"{one.report.ring_id} {say(*_FATES[one.fate])}{' ' + one.into if one.into else ''}",
        f"{one.told} → {one.now}",
        say(f"加入 {len(one.joined)}、离开 {len(one.left)}", f"{len(one.joined)} in, {len(one.left)} out"),
        *(_figure(name, pair, say) for name, pair in one.figures.items()),
    ]
    if one.notice:
        parts.append(say(f"更正通知 {one.notice} 未发出", f"correction {one.notice} is not sent yet"))
    return "; ".join(parts)


def _figure(name: str, pair: tuple[Any, Any], say: Say) -> str:
    def shown(value: Any) -> str:
        if value is None:
            return "–"
        if name in MONEY:
            return thousands(value)
        return f"{value:.1f}" if name == "score" else say(*words(TIERS if name == "tier" else RING_KINDS, value))

    return f"{say(*_FIGURES[name])} {shown(pair[0])} → {shown(pair[1])}"
