"""`ringfinder report reply`: what the recipient replied."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ringfinder.cli.options import language_option, workspace_option
from ringfinder.cli.report.registers import at_option, dispatch_line, dispatch_option, opened
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.registers import Dispatches


@click.command("reply")
@click.argument("number")
@dispatch_option
@at_option
@click.option("--note", required=True, metavar="TEXT", help="What was replied: accepted, rejected, more is wanted.")
@workspace_option
@language_option
def command(
    number: str, dispatch: int | None, at: datetime | None, note: str, workspace: Path | None, say: Say
) -> None:
    """Record what the recipient of the report NUMBER replied. Recorded again, the newer one holds; both stay."""
    with opened(workspace, say) as store:
        done = Dispatches(store).reply(number, by=acting(store), note=note, dispatch=dispatch, at=at)
    click.echo(dispatch_line(done, say))
