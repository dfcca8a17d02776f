"""`ringfinder cypher show ID`: a query as it is pasted into Browser."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ringfinder.cli.cypher.options import described, folder_option, param_option
from ringfinder.cli.neo4j.options import home_option
from ringfinder.cli.options import json_option
from ringfinder.neo4j.browser import as_pasted, link
from ringfinder.neo4j.connection import browser_address
from ringfinder.neo4j.library import Library


@click.command("show")
@click.argument("name", metavar="ID")
@param_option
@click.option("--link", "as_link", is_flag=True, help="Print an address that opens it in Browser's editor.")
@folder_option
@home_option
@json_option
def command(
    name: str, given: tuple[str, ...], folder: Path | None, home: Path, *, as_link: bool, as_json: bool
) -> None:
    """Print a query with its parameters; ID may be the end of its name, or its number such as t01."""
    file = Library.open(folder).find(name)
    values = file.values(given)
    if as_json:
        click.echo(json.dumps({**described(file), "statement": file.statement}, ensure_ascii=False, indent=2))
    elif as_link:
        click.echo(link(browser_address(home), file, values))
    else:
        click.echo(as_pasted(file, values) if given else file.text.rstrip("\n"))
