"""`ringfinder store release`: end a legal hold."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.cli.options import language_option, open_workspace, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.cli.store.noting import keeper, noted


@click.command("release")
@workspace_option
@click.argument("hold_id")
@language_option
def command(workspace: Path | None, hold_id: str, say: Say) -> None:
    """End the legal hold HOLD_ID; other holds of the same person last on."""
    with open_workspace(workspace) as store:
        by = keeper(store, "end a legal hold")
        ended = store.holds.release(hold_id.strip().upper())
        noted(store, by)("release", "", f"person {ended.subject_key}", {"hold": ended.hold_id})
    click.echo(say(f"已解除：{ended.hold_id}", f"released: {ended.hold_id}"))
