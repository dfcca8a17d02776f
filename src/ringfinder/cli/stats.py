"""`ringfinder stats`: the statistics of a period, on the terminal and as files."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ringfinder.cli.options import (
    json_option,
    language_option,
    open_workspace,
    plain_console,
    run_option,
    table_console,
    workspace_option,
)
from ringfinder.cli.speech import Say
from ringfinder.cli.stat_tables import print_stat_table
from ringfinder.identity import acting
from ringfinder.identity.principal import STATISTICS_READERS
from ringfinder.pipeline.statistics import Statistician, write_period
from ringfinder.statistics.output import about, statistics_as_json, title
from ringfinder.statistics.summary import PeriodStatistics, tables_of

_MOST = 15
_SHOWN = ("overview", "warnings", "exposure", "refunds")
_LEFT_OUT = frozenset({"p", "low", "high", "cohort", "cohort_numerator", "cohort_denominator"})


@click.command("stats")
@workspace_option
@click.option("--period", metavar="P", help="2026, 2026-Q1, 2026-03 or 2026-01-01..2026-03-31 [default: last quarter].")
@run_option
@click.option("--out", type=click.Path(path_type=Path), help="Write XLSX, HTML, JSON and CSV into this folder.")
@language_option
@json_option
def command(
    workspace: Path | None, period: str | None, run_name: str, out: Path | None, say: Say, *, as_json: bool
) -> None:
    """Count a period, by branch, channel, product, agent and month; each rate stands beside its cohort.

    A request counts by the day it was made. Who is bound to branches gets figures of these alone.
    """
    with open_workspace(workspace) as store:
        by = acting(store)
        by.must(STATISTICS_READERS, "see the statistics")
        found = Statistician(store).period(period, run_name, by.branches)
    if out:
        write_period(found, out)
    if as_json:
        click.echo(json.dumps(statistics_as_json(found), ensure_ascii=False, indent=1))
        return
    _print(found, out, say)


def _print(found: PeriodStatistics, out: Path | None, say: Say) -> None:
    console, tables = plain_console(), table_console()
    console.print(say(*title(found)), style="bold")
    for said, value in about(found):
        console.print(f"  {say(*said)}: {say(*value)}")
    for one in tables_of(found):
        if one.name in _SHOWN:
            leave = _LEFT_OUT if one.name == "warnings" else frozenset()
            print_stat_table(tables, one, say, _MOST, leave)
    console.print(say("\n这是供人工核查的线索，不是结论。", "\nLeads for people to check, never verdicts."))
    if out:
        console.print(say(f"全部表格见 {out / 'statistics.html'}", f"All tables are in {out / 'statistics.html'}"))
