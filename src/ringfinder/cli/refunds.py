"""`ringfinder refunds`: supervision of the refunds of a period or of a ring."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ringfinder.cli.options import (
    json_option,
    language_option,
    open_workspace,
    plain_console,
    reveal_options,
    run_option,
    table_console,
    workspace_option,
)
from ringfinder.cli.speech import Say
from ringfinder.cli.stat_tables import print_stat_table
from ringfinder.identity import acting
from ringfinder.identity.principal import READERS
from ringfinder.pipeline.statistics import Refunds, Statistician, refunds_shown
from ringfinder.report.masking import Masker
from ringfinder.statistics.list_files import check_list_file, write_list
from ringfinder.statistics.lists import account_rows, refund_rows, refunds_about, refunds_as_json
from ringfinder.statistics.summary import refund_tables

_MOST = 30
_LEFT_OUT = frozenset({"record", "cash_value", "file", "line", "branch", "rows_behind"})


@click.command("refunds")
@workspace_option
@click.option("--period", metavar="P", help="2026, 2026-Q1, 2026-03 or 2026-01-01..2026-03-31 [default: last quarter].")
@click.option("--ring", metavar="ID", help="Refunds to the members of a ring, whenever they were paid.")
@run_option
@click.option("--out", type=click.Path(path_type=Path), help="Write the list into this file: .csv, .xlsx or .json.")
@reveal_options
@language_option
@json_option
def command(
    workspace: Path | None,
    period: str | None,
    ring: str | None,
    run_name: str,
    out: Path | None,
    purpose: str,
    say: Say,
    *,
    reveal: bool,
    as_json: bool,
) -> None:
    """Look at refunds: paid above cash value, to somebody else, into new or shared accounts, after complaints.

    Each finding is a lead for people to check, never a verdict, and names the rows behind it.
    """
    if out:
        check_list_file(out)
    with open_workspace(workspace) as store:
        by = acting(store)
        by.must(READERS, "see refunds")
        refunds = Statistician(store).refunds(period, ring, run_name, by.branches)
        masker, anchor = refunds_shown(store, refunds, by, reveal=reveal, purpose=purpose)
    said = {**refunds_as_json(refunds.found, masker, _of(refunds)), "anchor": anchor or None}
    if out:
        tables = [
            refund_rows(refunds.found.rows, masker),
            account_rows(refunds.found, masker),
            *refund_tables(refunds.found),
        ]
        write_list(out, tables, lambda: said, refunds_about(_of(refunds), masker), None)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    _print(refunds, masker, say)
    _print_end(out, anchor, say)


def _of(refunds: Refunds) -> dict[str, str | None]:
    """What the list is of."""
    return {
        "period": refunds.period.name if refunds.period else None,
        "ring_id": refunds.ring_id,
        "run_id": refunds.run_id or None,
    }


def _print(refunds: Refunds, masker: Masker, say: Say) -> None:
    tables = table_console()
    for one in refund_tables(refunds.found)[:1]:
        print_stat_table(tables, one, say, _MOST)
    print_stat_table(tables, account_rows(refunds.found, masker), say, _MOST, _LEFT_OUT)
    print_stat_table(tables, refund_rows(refunds.found.rows, masker), say, _MOST, _LEFT_OUT)


def _print_end(out: Path | None, anchor: str, say: Say) -> None:
    console = plain_console()
    console.print(say("这是供人工核查的线索，不是结论。", "Leads for people to check, never verdicts."))
    if out:
        console.print(say(f"清单见 {out}", f"the list is in {out}"))
    if anchor:
        console.print(say(f"查看目的已记入日志：{anchor}", f"why they were shown is in the journal: {anchor}"))
