"""`ringfinder neo4j sync`: bring the graph to the current run."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from ringfinder.cli.account import progress_bar
from ringfinder.cli.neo4j.options import home_option, print_notes, scope_option, steps, wait_option
from ringfinder.cli.options import json_option, language_option, open_workspace, run_option, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.neo4j.connection import connected, find_address
from ringfinder.neo4j.projection import Scope
from ringfinder.neo4j.sync import Report, check_scope, read_held, synchronise
from ringfinder.pipeline.graph import Asked, check_purpose, projection_of, syncing


@click.command("sync")
@workspace_option
@home_option
@scope_option
@run_option
@click.option("--full", is_flag=True, help="Write everything anew, whatever is remembered of the last sync.")
@click.option("--yes", is_flag=True, help="Yes to what would be asked: a narrower scope, raw values.")
@click.option("--unmasked", is_flag=True, help="Write raw phones, accounts and IDs too; needs --purpose.")
@click.option("--purpose", default="", help="Why they are written; journalled.")
@click.option("--url", default="", metavar="URL", help="Begin of a ring's address in the service, for links.")
@wait_option
@language_option
@json_option
def command(
    workspace: Path | None,
    home: Path,
    scope: str,
    run_name: str,
    purpose: str,
    url: str,
    wait: float,
    say: Say,
    *,
    full: bool,
    yes: bool,
    unmasked: bool,
    as_json: bool,
) -> None:
    """Write a run's graph into Neo4j: constraints, nodes, relationships, then the clean-up.

    What did not change since the last sync is not sent again; a sync that was cut goes on where it was.
    """
    if unmasked:
        check_purpose(purpose)
    if unmasked and not yes:
        click.confirm(
            say(
                "将把未遮蔽的电话、账号和证件号写入 Neo4j，任何能登录者都可看到。继续？",
                "Raw phones, accounts and IDs will stand in Neo4j for everybody who can log in. Go on?",
            ),
            abort=True,
            err=True,
        )
    notes: list[tuple[str, str]] = []
    with open_workspace(workspace) as store, syncing(store, wait) as folder, connected(find_address(home)) as driver:
        check_scope(Scope(scope), read_held(driver), narrow=yes)  # before the tables are made, which takes long
        with progress_bar() as tell:
            asked = Asked(Scope(scope), run_name, url, unmasked, purpose, acting(store) if unmasked else None)
            projection = projection_of(store, asked, notes, steps(tell))
            report = synchronise(driver, projection, folder, tell, full=full, narrow=yes)
    print_notes(notes, say)
    if as_json:
        click.echo(json.dumps({**asdict(report), "run": projection.run_id, "scope": scope}))
    else:
        click.echo(_told(report, projection.run_id, scope, say))


def _told(report: Report, run_id: str, scope: str, say: Say) -> str:
    size_zh = f"{report.nodes:,} 个节点，{report.relations:,} 条关系"
    size_en = f"{report.nodes:,} nodes, {report.relations:,} relationships"
    if report.mode == "nothing":
        return say(
            f"{run_id}（{scope}）已在图中，无需改动：{size_zh}", f"{run_id} ({scope}) is there already: {size_en}"
        )
    resumed_zh = f"，接续上次写好的 {report.resumed} 批" if report.resumed else ""
    resumed_en = f", {report.resumed} parts were there from a cut sync" if report.resumed else ""
    return say(
        f"{run_id}（{scope}）：{size_zh}；写入 {report.written:,}，移除 {report.removed:,}{resumed_zh}",
        f"{run_id} ({scope}): {size_en}; {report.written:,} written, {report.removed:,} removed{resumed_en}",
    )
