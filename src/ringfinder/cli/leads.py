"""`ringfinder leads`: what the patterns of the Cypher library found, run by run."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from ringfinder.cli.cypher.options import folder_option
from ringfinder.cli.neo4j.options import home_option
from ringfinder.cli.options import json_option, language_option, open_workspace, table_console, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.errors import InputError
from ringfinder.neo4j.browser import link
from ringfinder.neo4j.connection import browser_address, connected, find_address
from ringfinder.neo4j.library import CypherFile, Library
from ringfinder.pipeline.graph import collect
from ringfinder.report.written import visible
from ringfinder.store import run_name as named
from ringfinder.store.leads import Lead

_MOST = 50


@click.command("leads")
@workspace_option
@click.option(
    "--collect", "collects", is_flag=True, help="First run the patterns on the graph, and record their leads."
)
@click.option("--pattern", default="", metavar="ID", help="Leads of one pattern alone.")
@click.option("--run", "run_name", default="", metavar="RUN", help="As a run had them [default: the last of each].")
@folder_option
@home_option
@language_option
@json_option
def command(
    workspace: Path | None,
    pattern: str,
    run_name: str,
    folder: Path | None,
    home: Path,
    say: Say,
    *,
    collects: bool,
    as_json: bool,
) -> None:
    """List leads: a pattern, whom or what it is about, since which run, and the rows behind it.

    A lead keeps its name over runs. Leads are for people to check, never verdicts.
    """
    library = Library.open(folder)
    wanted = library.find(pattern) if pattern else None
    with open_workspace(workspace) as store:
        if collects:
            with connected(find_address(home)) as driver:
                run_id, done = collect(store, driver, library, [wanted] if wanted else None)
            for one in done:
                said = say(
                    f"{run_id} {one.file.id}：{one.found} 条，新 {one.fresh} 条",
                    f"{run_id} {one.file.id}: {one.found}, {one.fresh} of them new",
                )
                click.echo(said, err=True)
        number = store.runs.find(run_name).number if run_name else None
        found = store.leads.listed(number, wanted.id if wanted else "")
    files = {one.id: one for one in library.files}
    if as_json:
        browser = browser_address(home)
        click.echo(json.dumps([_json(one, files, browser) for one in found], ensure_ascii=False, indent=2))
        return
    _print(found, say)


def _json(one: Lead, files: dict[str, CypherFile], browser: str) -> dict[str, object]:
    return {
        "lead_id": one.lead_id,
        "pattern": one.pattern,
        "version": one.version,
        "identity": dict(one.identity),
        "run": named(one.run),
        "first_run": named(one.first_run),
        "last_run": named(one.last_run),
        "finding": dict(one.finding),
        "browser": lead_link(one, files, browser),
    }


def lead_link(one: Lead, files: dict[str, CypherFile], browser: str) -> str:
    """Address that draws the lead in Browser; empty where its pattern is gone."""
    picture = files.get(f"{one.pattern}.picture") or files.get(one.pattern)
    if picture is None:
        return ""
    values = picture.values()
    if "key" in values and isinstance(one.identity.get("key"), str):
        values["key"] = one.identity["key"]
    return link(browser, picture, values)


def _print(found: list[Lead], say: Say) -> None:
    console = table_console()
    if not found:
        raise InputError("no lead is recorded", remedy="sync the graph, then `ringfinder leads --collect`")
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for zh, en in (
        ("线索", "lead"),
        ("模式", "pattern"),
        ("对象", "what"),
        ("首次", "first run"),
        ("最近", "last run"),
        ("出处", "rows"),
    ):
        table.add_column(say(zh, en), overflow="fold")
    for one in found[:_MOST]:
        rows = one.finding.get("rows") or []
        what = one.finding.get("caption") or ", ".join(str(part) for part in one.identity.values())
        table.add_row(
            one.lead_id,
            one.pattern.partition("/")[2],
            visible(str(what)),
            named(one.first_run),
            named(one.last_run),
            visible("; ".join(rows[:3]) + (" …" if len(rows) > 3 else "")),  # noqa: PLR2004 - what fits a line
        )
    console.print(table)
    console.print(say(f"{min(len(found), _MOST)} 条，共 {len(found)} 条", f"{min(len(found), _MOST)} of {len(found)}"))
    console.print(say("这是供人工核查的线索，不是结论。", "Leads for people to check, never verdicts."))
