"""`ringfinder store holds`: list legal holds."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from ringfinder.cli.options import json_option, language_option, open_workspace, table_console, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.pipeline.erase import is_held
from ringfinder.report.written import visible
from ringfinder.store.holds import Hold


@click.command("holds")
@workspace_option
@click.option("--person", metavar="PERSON", help="Holds that last on one person alone.")
@click.option("--all", "everything", is_flag=True, help="Also those that were released.")
@language_option
@json_option
def command(workspace: Path | None, person: str | None, say: Say, *, everything: bool, as_json: bool) -> None:
    """List legal holds: since when, why, by whom, and the key of the person, never the number."""
    with open_workspace(workspace) as store:
        if person is not None:
            found = is_held(store, person)
        else:
            found = store.holds.listed() if everything else store.holds.lasting()
    if as_json:
        click.echo(json.dumps([_json(hold) for hold in found], ensure_ascii=False, indent=2))
        return
    console = table_console()
    if not found:
        console.print(say("没有法律保全", "no legal hold lasts"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for zh, en in (
        ("保全", "hold"),
        ("对象", "person"),
        ("自", "since"),
        ("至", "until"),
        ("由", "by"),
        ("原因", "why"),
    ):
        table.add_column(say(zh, en), overflow="fold")
    for hold in found:
        until = hold.released_at.date().isoformat() if hold.released_at else ""
        since = hold.placed_at.date().isoformat()
        table.add_row(hold.hold_id, hold.subject_key, since, until, visible(hold.actor), visible(hold.reason))
    console.print(table)


def _json(hold: Hold) -> dict[str, object]:
    return {
        "hold": hold.hold_id,
        "subject": hold.subject_key,
        "reason": hold.reason,
        "actor": hold.actor,
        "placed_at": hold.placed_at.isoformat(),
        "released_at": hold.released_at.isoformat() if hold.released_at else None,
    }
