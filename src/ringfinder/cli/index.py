"""`ringfinder index`: make the index of a run again."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.cli.options import language_option, open_workspace, run_option, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.errors import InputError
from ringfinder.pipeline.reindex import rebuild_index


@click.command("index")
@workspace_option
@run_option
@language_option
def command(workspace: Path | None, run_name: str, say: Say) -> None:
    """Make the index of a run again: what screening and the service look things up in.

    `ringfinder detect` writes it with the run, and an erasure makes it anew; this is for an older run, or where it
    was removed. Where rows were erased since, it holds the scores that are found without them.
    """
    with open_workspace(workspace) as store:
        run = store.runs.find(run_name)
        folder = rebuild_index(store, run)
    if folder is None:
        raise InputError(f"{run.run_id} has no request left to look up", remedy="load tables, then detect again")
    click.echo(say(f"{run.run_id} 的索引已写入 {folder}", f"the index of {run.run_id} is in {folder}"))
