"""`ringfinder at-risk`: policies in force that rings may be about to reach, for protection and callback."""

from __future__ import annotations

import json
from dataclasses import replace
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
from ringfinder.pipeline.statistics import Statistician, risks_shown
from ringfinder.statistics.at_risk import PURPOSE
from ringfinder.statistics.list_files import check_list_file, write_list
from ringfinder.statistics.lists import risk_rows, risks_about, risks_as_json

_MOST = 30
_LEFT_OUT = frozenset({"rows_behind", "ring_ids", "reasons"})


@click.command("at-risk")
@workspace_option
@run_option
@click.option("--limit", type=click.IntRange(min=1), help=f"At most so many [default: {_MOST} in the table, else all].")
@click.option("--out", type=click.Path(path_type=Path), help="Write the list into this file: .csv, .xlsx or .json.")
@reveal_options
@language_option
@json_option
def command(
    workspace: Path | None,
    run_name: str,
    limit: int | None,
    out: Path | None,
    purpose: str,
    say: Say,
    *,
    reveal: bool,
    as_json: bool,
) -> None:
    """List policies in force whose holders share fresh values with alert rings, or whose agent left and is missed.

    For protection and callback alone: never a reason to refuse or delay a surrender.
    """
    if out:
        check_list_file(out)
    with open_workspace(workspace) as store:
        by = acting(store)
        by.must(READERS, "see policies at risk")
        risks = Statistician(store).risks(run_name, by.branches)
        shown = risks.found.policies[: limit or None]
        risks = replace(risks, found=replace(risks.found, policies=shown, total=len(risks.found.policies)))
        masker, anchor = risks_shown(store, risks, by, reveal=reveal, purpose=purpose)
    said = {**risks_as_json(risks.found, masker, risks.run_id), "anchor": anchor or None}
    table = risk_rows(shown, masker)
    if out:
        write_list(out, [table], lambda: said, risks_about(risks.found, masker, risks.run_id), risks.found.as_of)
    if as_json:
        click.echo(json.dumps(said, ensure_ascii=False, indent=1))
        return
    console = plain_console()
    console.print(say(*PURPOSE), style="bold")
    if not risks.found.known:
        console.print(say("有效保单不详，无法列出。", "Which policies are in force is not known: no list can be made."))
        return
    wanted = {"reasons_en"} if say("zh", "en") == "zh" else {"reasons_zh"}
    print_stat_table(table_console(), table, say, limit or _MOST, _LEFT_OUT | wanted)
    total, in_force = risks.found.total, risks.found.in_force
    console.print(say(f"{total} / {in_force:,} 张有效保单", f"{total} of {in_force:,} policies in force"))
    if out:
        console.print(say(f"清单见 {out}", f"the list is in {out}"))
    if anchor:
        console.print(say(f"查看目的已记入日志：{anchor}", f"why they were shown is in the journal: {anchor}"))
