"""`ringfinder report receipt`: that a report arrived."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ringfinder.cli.options import language_option, workspace_option
from ringfinder.cli.report.registers import at_option, dispatch_line, dispatch_option, opened
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.registers import Dispatches


@click.command("receipt")
@click.argument("number")
@dispatch_option
@at_option
@click.option("--note", default="", metavar="TEXT", help="Such as the mark of the receipt; name nobody.")
@workspace_option
@language_option
def command(
    number: str, dispatch: int | None, at: datetime | None, note: str, workspace: Path | None, say: Say
) -> None:
    """Record that the report NUMBER arrived. Recorded again, the newer one holds; both stay."""
    with opened(workspace, say) as store:
        done = Dispatches(store).receipt(number, by=acting(store), dispatch=dispatch, at=at, note=note)
    click.echo(dispatch_line(done, say))
