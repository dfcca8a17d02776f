"""`ringfinder neo4j export DIR`: files for a first load too big for Bolt."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.cli.account import progress_bar
from ringfinder.cli.neo4j.options import print_notes, scope_option, steps
from ringfinder.cli.options import language_option, open_workspace, run_option, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.errors import InputError
from ringfinder.neo4j.export import COMMAND, export
from ringfinder.neo4j.projection import Scope
from ringfinder.pipeline.graph import Asked, projection_of


@click.command("export")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@workspace_option
@scope_option
@run_option
@click.option("--url", default="", metavar="URL", help="Begin of a ring's address in the service, for links.")
@language_option
def command(folder: Path, workspace: Path | None, scope: str, run_name: str, url: str, say: Say) -> None:
    """Write the CSV and header files of `neo4j-admin database import full`, and the command that takes them."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(f"{folder} is not empty", remedy="name a new folder")
    notes: list[tuple[str, str]] = []
    with open_workspace(workspace) as store, progress_bar() as tell:
        projection = projection_of(store, Asked(Scope(scope), run_name, url), notes, steps(tell))
        export(projection, folder)
    print_notes(notes, say)
    size = (projection.node_count, projection.relation_count)
    click.echo(
        say(
            f"{size[0]:,} 个节点，{size[1]:,} 条关系 → {folder}",
            f"{size[0]:,} nodes, {size[1]:,} relationships → {folder}",
        )
    )
    click.echo(
        say(
            f"停止服务器后执行 sh {folder / COMMAND}（将替换库中原有内容），"
            f"再启动并执行 ringfinder neo4j sync --scope {scope}",
            f"stop the server, run `sh {folder / COMMAND}` (it replaces what is in the database), start it, "
            f"then `ringfinder neo4j sync --scope {scope}` makes the constraints",
        )
    )
