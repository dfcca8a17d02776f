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
from ringfinder.pipeline.corrections import Correction, corrections, difference_as_json
from ringfinder.report.words import DIFFERENCES, FATES, RING_KINDS, TIERS, words
from ringfinder.report.written import thousands, visible


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
        click.echo(json.dumps([difference_as_json(one) for one in found], ensure_ascii=False, indent=2))
        return
    console = plain_console()
    if not found:
        console.print(say("已发出的报告无需更正", "no report that was sent needs a correction"))
    for one in found:
        console.print(visible(_line(one, say)))


def _line(one: Correction, say: Say) -> str:
    parts = [
        f"{one.report.number} → {one.report.recipient}",
        f"{one.report.ring_id} {say(*words(FATES, one.fate.value))}{' ' + one.into if one.into else ''}",
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

    return f"{say(*words(DIFFERENCES, name))} {shown(pair[0])} → {shown(pair[1])}"
