"""`ringfinder report sent`: to whom a report went, when and by what way."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from ringfinder.cli.options import language_option, workspace_option
from ringfinder.cli.report.registers import at_option, dispatch_line, opened
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.registers import Dispatches


@click.command("sent")
@click.argument("number")
@click.option("--to", default="", metavar="WHOM", help="To whom [default: the recipient that the report names].")
@click.option("--way", required=True, metavar="WAY", help="By what way, such as courier or registered mail.")
@at_option
@click.option("--note", default="", metavar="TEXT", help="Such as the number of the consignment; name nobody.")
@click.option("--replaces", type=click.IntRange(1), metavar="N", help="Put the dispatch N right.")
@workspace_option
@language_option
def command(
    number: str,
    to: str,
    way: str,
    at: datetime | None,
    note: str,
    replaces: int | None,
    workspace: Path | None,
    say: Say,
) -> None:
    """Record that the report NUMBER was sent; an unmasked one goes to its recipient alone. Nothing is sent by this."""
    with opened(workspace, say) as store:
        by = acting(store)
        done = Dispatches(store).sent(number, way=way, by=by, to=to, at=at, note=note, replaces=replaces)
    click.echo(dispatch_line(done, say))
