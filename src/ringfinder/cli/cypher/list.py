"""`ringfinder cypher list`: every query of the library."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.cli.cypher.options import folder_option, print_files
from ringfinder.cli.options import json_option, language_option
from ringfinder.cli.speech import Say
from ringfinder.neo4j.library import Library


@click.command("list")
@click.option("--all", "everything", is_flag=True, help="Also the pictures and counts that go with the patterns.")
@click.option("--category", type=click.Choice(("patterns", "investigate", "analysis")), help="One category alone.")
@folder_option
@language_option
@json_option
def command(folder: Path | None, category: str | None, say: Say, *, everything: bool, as_json: bool) -> None:
    """List the queries with what each is for."""
    files = [
        one
        for one in Library.open(folder).files
        if (everything or one.part in ("", "rows")) and category in (None, one.category)
    ]
    print_files(files, say, as_json=as_json)
