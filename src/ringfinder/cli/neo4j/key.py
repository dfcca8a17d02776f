"""`ringfinder neo4j key KIND VALUE`: the key of a value in a graph of keys."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ringfinder.cli.options import json_option, language_option, open_workspace, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.neo4j.keys import ID_KINDS, VALUE_KINDS
from ringfinder.pipeline.graph import key_of


@click.command("key")
@click.argument("kind", type=click.Choice((*VALUE_KINDS, *ID_KINDS)))
@click.argument("value")
@workspace_option
@click.option("--purpose", default="", help="Why it is looked up; written to the journal.")
@language_option
@json_option
def command(kind: str, value: str, workspace: Path | None, purpose: str, say: Say, *, as_json: bool) -> None:
    """Print the key under which a value stands in Neo4j; give it to a query as `$key`. The value is not kept.

    VALUE of `-` is read from standard input, so that it stands in no list of processes and no history.
    """
    written = sys.stdin.readline() if value == "-" else value
    with open_workspace(workspace) as store:
        key, keyring = key_of(store, kind, written, purpose, acting(store))
    if as_json:
        click.echo(f'{{"kind": "{kind}", "key": "{key}", "key_id": "{keyring.key_id}"}}')
    else:
        click.echo(key)
        click.echo(say(f"密钥编号 {keyring.key_id}", f"made with secret {keyring.key_id}"), err=True)
