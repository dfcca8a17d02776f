"""`ringfinder store retention`: take out rows whose period is over."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ringfinder.cli.options import json_option, language_option, open_workspace, plain_console, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.cli.store.indexing import index_anew
from ringfinder.cli.store.noting import keeper, noted
from ringfinder.pipeline.erasing.periods import read_periods
from ringfinder.pipeline.retention import Expired, expire
from ringfinder.store import DEFAULT_WAIT


@click.command("retention")
@workspace_option
@click.option("--config", required=True, type=click.Path(path_type=Path), help="TOML file: [months], table = number.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@click.option(
    "--wait", default=DEFAULT_WAIT, show_default=True, help="Seconds to wait for loads, runs and syncs to end."
)
@language_option
@json_option
def command(workspace: Path | None, config: Path, wait: float, say: Say, *, dry_run: bool, as_json: bool) -> None:
    """Take out rows that are older than the period of their table; a table without a period keeps everything.

    A legal hold on a person keeps all rows of that person and of the policies.
    """
    periods = read_periods(config)
    with open_workspace(workspace) as store:
        by = keeper(store, "take out what is past its period")
        gone = expire(store, periods, by.name, dry_run=dry_run, note=noted(store, by), wait=wait)
        if not dry_run and not gone.nothing:
            index_anew(store, say, wait)
    if as_json:
        said = {"rows": gone.rows, "protected": gone.protected, "undated": gone.undated, "files": gone.files}
        click.echo(json.dumps({"erasure": gone.erasure_id or None, **said}, indent=2))
        return
    _print(gone, say, dry_run=dry_run)


def _print(gone: Expired, say: Say, *, dry_run: bool) -> None:
    console = plain_console()
    if gone.nothing:
        console.print(say("没有到期的数据", "nothing has expired"))
    verb = say("将删除", "would go") if dry_run else say("已删除", "gone")
    for name, count in {**gone.rows, **gone.files}.items():
        console.print(f"{verb}: {name} {count:,}")
    for name, count in gone.protected.items():
        console.print(say(f"受保全或案件保护：{name} {count:,}", f"kept by a hold or a case: {name} {count:,}"))
    for name, count in gone.undated.items():
        console.print(say(f"无日期、不到期：{name} {count:,}", f"without a date, kept: {name} {count:,}"))
