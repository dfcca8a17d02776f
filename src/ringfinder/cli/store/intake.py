"""`ringfinder store intake`: how many rows arrived one by one."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from ringfinder.cli.options import json_option, language_option, open_workspace, table_console, workspace_option
from ringfinder.cli.speech import Say


@click.command("intake")
@workspace_option
@language_option
@json_option
def command(workspace: Path | None, say: Say, *, as_json: bool) -> None:
    """Count the rows that arrived one by one: those that wait to be folded, and those that were."""
    with open_workspace(workspace) as store:
        counts = store.intake.counts()
        mark = store.intake.mark()
    if as_json:
        tables = {name: {"waiting": waiting, "folded": folded} for name, (waiting, folded) in counts.items()}
        click.echo(json.dumps({"last": mark, "tables": tables}, indent=2))
        return
    console = table_console()
    if not counts:
        console.print(say("尚无逐条录入的记录", "no row has arrived by itself"))
        return
    table = Table(box=None, pad_edge=False)
    table.add_column(say("表", "table"))
    table.add_column(say("待归并", "waiting"), justify="right")
    table.add_column(say("已归并", "folded"), justify="right")
    for name, (waiting, folded) in counts.items():
        table.add_row(name, f"{waiting:,}", f"{folded:,}")
    console.print(table)
    console.print(say("归并：ringfinder store compact", "fold them: ringfinder store compact"))
