"""`ringfinder store hold`: put a person under legal hold."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ringfinder.cli.options import json_option, language_option, open_workspace, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.cli.store.noting import keeper, noted
from ringfinder.pipeline.erase import hold


@click.command("hold")
@workspace_option
@click.argument("person")
@click.option("--reason", required=True, metavar="TEXT", help="Why; do not name the person.")
@language_option
@json_option
def command(workspace: Path | None, person: str, reason: str, say: Say, *, as_json: bool) -> None:
    """Put PERSON (a customer number) under legal hold: nothing of that person is erased, and nothing expires.

    All customer numbers of the same valid ID are held. The number itself is not kept, a key of it is.
    """
    with open_workspace(workspace) as store:
        by = keeper(store, "place a legal hold")
        placed = hold(store, person, reason, by.name)
        noted(store, by)("hold", reason, f"person {placed.subject_key}", {"hold": placed.hold_id})
    if as_json:
        click.echo(json.dumps({"hold": placed.hold_id, "subject": placed.subject_key}))
    else:
        click.echo(say(f"已保全：{placed.hold_id}", f"held: {placed.hold_id}"))
