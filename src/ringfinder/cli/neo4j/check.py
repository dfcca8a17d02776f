"""`ringfinder neo4j check`: whether the graph holds what the workspace says."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from ringfinder.cli.account import progress_bar
from ringfinder.cli.neo4j.options import home_option, print_notes, steps
from ringfinder.cli.options import (
    json_option,
    language_option,
    open_workspace,
    run_option,
    table_console,
    workspace_option,
)
from ringfinder.cli.speech import Say
from ringfinder.neo4j.connection import connected, find_address
from ringfinder.neo4j.projection import Scope
from ringfinder.neo4j.sync import compare, read_held
from ringfinder.pipeline.graph import Asked, projection_of


@click.command("check")
@workspace_option
@home_option
@run_option
@language_option
@json_option
def command(workspace: Path | None, home: Path, run_name: str, say: Say, *, as_json: bool) -> int:
    """Compare counts, keys and the members of every ring; leaves with 2 where something differs."""
    notes: list[tuple[str, str]] = []
    with open_workspace(workspace) as store, connected(find_address(home)) as driver, progress_bar() as tell:
        held = read_held(driver)
        scope = Scope(held.scope) if held is not None and held.scope else Scope.LINKED
        projection = projection_of(store, Asked(scope, run_name), notes, steps(tell))
        found = compare(driver, projection, held)
    print_notes(notes, say)
    if as_json:
        said = {"run": projection.run_id, "scope": scope.value, "differences": [asdict(one) for one in found]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
        return 2 if found else 0
    size = (projection.node_count, projection.relation_count)
    if not found:
        click.echo(
            say(
                f"一致：{projection.run_id}（{scope}），{size[0]:,} 个节点，{size[1]:,} 条关系，各线索成员相同",
                f"they agree: {projection.run_id} ({scope}), {size[0]:,} nodes, {size[1]:,} relationships, "
                "the members of every ring",
            )
        )
        return 0
    console = table_console()
    for one in found:
        console.print(
            say(
                f"{one.what}：应为 {one.wanted}，图中为 {one.found}",
                f"{one.what}: {one.wanted} wanted, {one.found} found",
            )
        )
    console.print(say("修复：ringfinder neo4j sync --full", "to mend it: ringfinder neo4j sync --full"))
    return 2
