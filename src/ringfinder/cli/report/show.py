"""`ringfinder report show`: one report, and to whom it went."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ringfinder.cli.options import json_option, language_option, plain_console, workspace_option
from ringfinder.cli.report.registers import dispatch_as_json, dispatch_line, kind_words, opened, report_as_json
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.registers import Dispatches, Report, Reports
from ringfinder.report.bundle.signing import grouped
from ringfinder.report.written import visible
from ringfinder.store import run_name


@click.command("show")
@click.argument("number")
@workspace_option
@language_option
@json_option
def command(number: str, workspace: Path | None, say: Say, *, as_json: bool) -> None:
    """Show the report NUMBER: what it is about, who allowed it, the hash of its manifest, its dispatches."""
    with opened(workspace, say) as store:
        by = acting(store)
        report = Reports(store).find(number, by)
        sent = Dispatches(store).of(report.number, by)
        later = [one.number for one in Reports(store).listed(by) if one.corrects == report.number]
    if as_json:
        said = {**report_as_json(report), "dispatches": [*map(dispatch_as_json, sent)], "corrected_by": later}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    console = plain_console()
    for line in _lines(report, say):
        console.print(visible(line))
    if later:
        console.print(say(f"已由 {'、'.join(later)} 更正", f"corrected by {', '.join(later)}"))
    console.print(say("发出记录：", "dispatches:") if sent else say("尚未发出", "not sent yet"))
    for one in sent:
        console.print(f"  {dispatch_line(one, say)}")


def _lines(one: Report, say: Say) -> list[str]:
    masked = say("已脱敏", "masked") if one.masked else say("未脱敏", "UNMASKED")
    lines = [
        f"{one.number}  {kind_words(one, say)}  {one.ring_id}  {run_name(one.run)}  {masked}",
        say(f"致：{one.recipient}", f"to: {one.recipient}"),
        say(f"制作：{one.author_name}，{one.at.isoformat()}", f"made by: {one.author_name}, {one.at.isoformat()}"),
        f"manifest SHA-256: {one.manifest_hash}",
        say(f"签名密钥：{grouped(one.fingerprint)}", f"signed with: {grouped(one.fingerprint)}"),
    ]
    for label, said in (
        (say("用途", "purpose"), one.purpose),
        (say("批准", "approval"), one.approval_id),
        (say("更正", "corrects"), one.corrects),
    ):
        if said:
            lines.append(f"{label}: {said}")
    return lines
