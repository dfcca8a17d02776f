"""`ringfinder cypher search WORDS`: queries by words of their headers."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.cli.cypher.options import folder_option, print_files
from ringfinder.cli.options import json_option, language_option
from ringfinder.cli.speech import Say
from ringfinder.neo4j.library import Library


@click.command("search")
@click.argument("words", nargs=-1, required=True)
@folder_option
@language_option
@json_option
def command(words: tuple[str, ...], folder: Path | None, say: Say, *, as_json: bool) -> None:
    """Find queries whose header holds all WORDS, Chinese or English."""
    found = Library.open(folder).search(words)
    if not found and not as_json:
        click.echo(say("没有这样的查询", "no query says so"))
        return
    print_files(found, say, as_json=as_json)
