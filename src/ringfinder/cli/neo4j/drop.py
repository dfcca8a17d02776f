"""`ringfinder neo4j drop`: take our nodes out of the graph."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from ringfinder.cli.neo4j.options import home_option, wait_option
from ringfinder.cli.options import language_option, open_workspace, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.neo4j.connection import connected, find_address
from ringfinder.neo4j.sync import drop
from ringfinder.pipeline.graph import syncing


@click.command("drop")
@workspace_option
@home_option
@click.option("--yes", is_flag=True, help="Do not ask.")
@wait_option
@language_option
def command(workspace: Path | None, home: Path, wait: float, say: Say, *, yes: bool) -> None:
    """Remove every node of ours with its relationships, constraints and indexes; the workspace stays as it is."""
    address = find_address(home)
    if not yes:
        click.confirm(
            say(f"从 {address.uri} 移除本系统的全部节点？", f"Remove all our nodes from {address.uri}?"),
            abort=True,
            err=True,
        )
    with open_workspace(workspace) as store, syncing(store, wait) as folder, connected(address) as driver:
        shutil.rmtree(folder / "snapshot", ignore_errors=True)
        removed = drop(driver)
    click.echo(say(f"已移除 {removed:,} 个节点", f"{removed:,} nodes removed"))
