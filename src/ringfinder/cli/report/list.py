"""`ringfinder report list`: the reports that were made."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from ringfinder.cli.options import json_option, language_option, table_console, workspace_option
from ringfinder.cli.report.registers import day, dispatch_as_json, kind_words, opened, report_as_json
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.registers import Dispatches, Reports
from ringfinder.report.written import visible
from ringfinder.store import run_name


@click.command("list")
@workspace_option
@language_option
@json_option
def command(workspace: Path | None, say: Say, *, as_json: bool) -> None:
    """List the reports that were made, the oldest first: number, kind, ring, recipient, and whether they were sent."""
    with opened(workspace, say) as store:
        found = Reports(store).listed(acting(store))
        went = Dispatches(store).all(found)
    if as_json:
        said = [
            {**report_as_json(one), "dispatches": [dispatch_as_json(sent) for sent in went[one.number]]}
            for one in found
        ]
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return
    console = table_console()
    if not found:
        console.print(say("尚无报告", "no report was made yet"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for zh, en in (
        ("编号", "number"),
        ("种类", "kind"),
        ("环", "ring"),
        ("运行", "run"),
        ("致", "recipient"),
        ("日期", "made"),
        ("脱敏", "masked"),
        ("发出", "sent"),
        ("回执", "receipt"),
        ("回复", "reply"),
    ):
        table.add_column(say(zh, en), overflow="fold")
    for one in found:
        sent = went[one.number]
        table.add_row(
            one.number,
            kind_words(one, say) + (f" → {one.corrects}" if one.corrects else ""),
            one.ring_id,
            run_name(one.run),
            visible(one.recipient),
            day(one.at),
            say("是", "yes") if one.masked else say("否", "NO"),
            ", ".join(day(each.sent.at) for each in sent),
            ", ".join(day(each.receipt.at) for each in sent if each.receipt),
            ", ".join(day(each.reply.at) for each in sent if each.reply),
        )
    console.print(table)
