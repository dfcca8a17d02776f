"""`ringfinder store compact`: fold rows that arrived one by one into a batch."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from ringfinder.cli.account import print_account
from ringfinder.cli.options import json_option, language_option, open_workspace, plain_console, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.store import DEFAULT_WAIT


@click.command("compact")
@workspace_option
@click.option("--wait", default=DEFAULT_WAIT, show_default=True, help="Seconds to wait for a load to end.")
@language_option
@json_option
def command(workspace: Path | None, wait: float, say: Say, *, as_json: bool) -> None:
    """Fold rows that arrived one by one into an immutable batch: all of them, or none if it is stopped.

    What counts does not change by it, nor do their numbers; reading becomes quicker.
    """
    with open_workspace(workspace) as store:
        folded = store.compact(wait)
    if as_json:
        tallies = [{**asdict(tally), "file": None} for tally in folded.tallies] if folded else []
        said = {"batch": folded.batch.batch_id if folded else None, "load": folded.load_id if folded else None}
        click.echo(json.dumps({**said, "tables": tallies}, indent=2))
        return
    console = plain_console()
    if folded is None:
        console.print(say("没有待归并的记录", "nothing waits to be folded"))
        return
    print_account(console, folded.tallies, say, by_table=True)
    console.print(say(f"批次 {folded.batch.batch_id}", f"batch {folded.batch.batch_id}"))
