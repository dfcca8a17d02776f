"""`ringfinder report correct`: the correction notice of a report that was sent."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.cli.options import json_option, language_option, workspace_option
from ringfinder.cli.report.registers import opened, tell_issued
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.pipeline.notices import issue_notice
from ringfinder.report.bundle.issuing import LANGUAGES


@click.command("correct")
@click.argument("number")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The bundle: a folder, or NAME.zip.")
@click.option("--text", type=click.Choice(LANGUAGES), default="both", show_default=True, help="Language of the notice.")
@workspace_option
@language_option
@json_option
def command(number: str, out: Path, text: str, workspace: Path | None, say: Say, *, as_json: bool) -> None:
    """Write the correction notice of report NUMBER: what it said, and what the current run finds."""
    with opened(workspace, say) as store:
        issued = issue_notice(store, number, out, acting(store), language=text)
    tell_issued(issued, say, as_json=as_json)
