"""`ringfinder rings`: the rings of a run, filtered and sorted."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import click
from rich.table import Table

from ringfinder.cli.options import (
    json_option,
    language_option,
    open_workspace,
    run_option,
    table_console,
    workspace_option,
)
from ringfinder.cli.speech import Say
from ringfinder.errors import InputError
from ringfinder.pipeline.compare import compare_runs
from ringfinder.pipeline.stored import rings_of
from ringfinder.report.listing import SORTS, Head, Wanted, exposure, head_as_json, heads_as_csv, select
from ringfinder.report.words import LINEAGES, RING_KINDS, TIERS, words
from ringfinder.report.written import thousands
from ringfinder.store import Run, Workspace

_LISTED = 50
_ROOMY = 130  # columns of a terminal from which a line has room for everything


@click.command("rings")
@workspace_option
@run_option
@click.option("--tier", type=click.Choice(list(TIERS)))
@click.option("--kind", help="Such as shared_payee.")
@click.option("--branch", help="Rings with a request of this branch.")
@click.option("--agent", help="Rings with a policy of this agent.")
@click.option("--min-score", type=float)
@click.option("--min-requests", type=click.IntRange(min=1))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Rings active on or after this day.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="Rings active on or before this day.")
@click.option("--changed-since", metavar="RUN", help="Rings that are new or changed since that run.")
@click.option("--sort", type=click.Choice(list(SORTS)), default="score", show_default=True)
@click.option(
    "--limit", type=click.IntRange(min=1), help=f"At most so many [default: {_LISTED} in the table, else all]."
)
@language_option
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print the columns of rings.csv.")
def command(
    workspace: Path | None, run_name: str, limit: int | None, say: Say, *, as_json: bool, as_csv: bool, **asked: Any
) -> None:
    """List the rings of the current run: leads for people to check, never verdicts."""
    if as_json and as_csv:
        raise InputError("--json and --csv at once", remedy="choose one of them")
    with open_workspace(workspace) as store:
        run = store.runs.find(run_name)
        heads = store.runs.files(run.number).heads().to_pylist()
        found = select(heads, _wanted(store, run, asked))
    shown = found[: limit or (len(found) if as_json or as_csv else _LISTED)]
    if as_csv:
        sys.stdout.write(heads_as_csv(shown))
    elif as_json:
        said = {
            "run_id": run.run_id,
            "rings_in_run": len(heads),
            "matching": len(found),
            "shown": len(shown),
            "rings": [head_as_json(head) for head in shown],
        }
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _print(run, shown, len(found), len(heads), say)


def _wanted(store: Workspace, run: Run, asked: Mapping[str, Any]) -> Wanted:
    """What the options ask for."""
    since, until = asked["since"], asked["until"]
    return Wanted(
        tier=asked["tier"],
        kind=asked["kind"],
        min_score=asked["min_score"],
        min_requests=asked["min_requests"],
        since=since.date() if since else None,
        until=until.date() if until else None,
        among=_among(store, run, asked["branch"], asked["agent"], asked["changed_since"]),
        sort=asked["sort"],
    )


def _among(
    store: Workspace, run: Run, branch: str | None, agent: str | None, changed_since: str | None
) -> frozenset[str] | None:
    """Ids that the filters leave, as far as they need more than the heads; None for all."""
    files = store.runs.files(run.number)
    left: frozenset[str] | None = None
    for column, value in (("branch_code", branch), ("agent_no", agent)):
        if value is not None:
            found = rings_of(files, column, value)
            left = found if left is None else left & found
    if changed_since is not None:
        comparison = compare_runs(store.runs.find(changed_since), run, store.runs.files)
        found = frozenset(change.ring_id for change in (*comparison.born, *comparison.changed))
        left = found if left is None else left & found
    return left


def _print(run: Run, shown: Sequence[Head], matching: int, total: int, say: Say) -> None:
    console = table_console()
    if shown:
        console.print(_table(shown, say, narrow=console.width < _ROOMY))
    if not total:
        where = f"runs/{run.run_id}/coverage.json"
        console.print(
            say(
                f"{run.run_id} 没有达到复核级别的线索；数据支持哪些证据见 {where}",
                f"{run.run_id} has no ring down to the review tier; {where} says which evidence the data allowed",
            )
        )
        return
    console.print(
        say(
            f"{run.run_id}：显示 {len(shown)} / {matching} 个（全部 {total} 个）",
            f"{run.run_id}: {len(shown)} of {matching} shown"
            + (f" ({total} rings in all)" if total != matching else ""),
        )
    )


def _table(shown: Sequence[Head], say: Say, *, narrow: bool) -> Table:
    """The list; on a narrow terminal without the columns that can best be spared."""
    table = Table(box=None, pad_edge=False)
    columns = [column for column in _COLUMNS if not (narrow and column.spare)]
    for column in columns:
        table.add_column(
            say(*column.title), justify=column.justify, no_wrap=column.title[1] != "summary", overflow="fold"
        )
    for head in shown:
        table.add_row(*(column.cell(head, say) for column in columns))
    return table


@dataclass(frozen=True)
class _Column:
    """A column of the list: its title, what stands in it, and whether a narrow terminal does without."""

    title: tuple[str, str]
    cell: Callable[[Head, Say], str]
    justify: Literal["left", "right"] = "left"
    spare: bool = False


_COLUMNS = (
    _Column(("线索", "ring"), lambda head, _: head["ring_id"]),
    _Column(("评分", "score"), lambda head, _: f"{head['score']:.1f}", "right"),
    _Column(("级别", "tier"), lambda head, say: say(*words(TIERS, head["tier"]))),
    _Column(("类型", "kind"), lambda head, say: say(*words(RING_KINDS, head["kind"])), spare=True),
    _Column(("申请", "requests"), lambda head, _: f"{head['requests']:,}", "right"),
    _Column(("户", "households"), lambda head, _: f"{head['units']:,}", "right", spare=True),
    _Column(("起", "first"), lambda head, _: head["first_at"].date().isoformat(), spare=True),
    _Column(("止", "last"), lambda head, _: head["last_at"].date().isoformat()),
    _Column(("金额（元）", "money (yuan)"), lambda head, _: thousands(exposure(head)), "right"),
    _Column(
        ("变化", "since before"),
        lambda head, say: say(*words(LINEAGES, head["lineage"])) if head["lineage"] else "",
        spare=True,
    ),
    _Column(("摘要", "summary"), lambda head, say: say(head["summary_zh"], head["summary_en"])),
)
