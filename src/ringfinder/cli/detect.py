"""`ringfinder detect`: find rings in the workspace and keep the run."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import click

from ringfinder.cli.account import print_warnings, progress_bar
from ringfinder.cli.options import (
    json_option,
    language_option,
    open_workspace,
    plain_console,
    settings_option,
    workspace_option,
)
from ringfinder.cli.runs import as_json as run_as_json
from ringfinder.cli.speech import Say
from ringfinder.detect.settings_file import read_settings
from ringfinder.pipeline.detection import Asked, Detected, detect_workspace
from ringfinder.report.listing import headline
from ringfinder.report.words import LINEAGES, words
from ringfinder.store import DEFAULT_WAIT, run_name

_SHOWN = 3


@click.command("detect")
@workspace_option
@click.option("--known-at", type=click.DateTime(), help="Leave out what was loaded later.")
@click.option("--as-of", type=click.DateTime(), help="Leave out what happened later.")
@click.option("--window", type=click.IntRange(min=1), metavar="MONTHS", help="Look at the last MONTHS before it alone.")
@settings_option
@click.option("--wait", default=DEFAULT_WAIT, show_default=True, help="Seconds to wait for another detection to end.")
@language_option
@json_option
def command(
    workspace: Path | None,
    known_at: datetime | None,
    as_of: datetime | None,
    window: int | None,
    settings_file: Path | None,
    wait: float,
    say: Say,
    *,
    as_json: bool,
) -> None:
    """Find rings in the workspace; the run is kept, and rings keep their ids from run to run.

    `ringfinder rings` lists them afterwards, `ringfinder ring ID` shows one with its reasons.
    """
    settings = read_settings(settings_file) if settings_file else None
    with open_workspace(workspace) as store, progress_bar() as progress:
        done = detect_workspace(store, Asked(as_of, known_at, window, settings), progress, wait)
    if as_json:
        click.echo(json.dumps(_as_json(done), ensure_ascii=False, indent=2))
    else:
        _print(done, say)


def _counts(done: Detected) -> dict[str, int]:
    """Rings by what became of them, in the order of the listed words."""
    counts = Counter(ring.lineage.status.value for ring in done.detection.rings if ring.lineage)
    counts["faded"] = len(done.faded)
    return {name: counts[name] for name in LINEAGES if counts[name]}


def _print(done: Detected, say: Say) -> None:
    console = plain_console()
    run = done.run
    seconds = sum(run.timings.values())
    console.print(
        say(
            f"{run.run_id}：{run.requests:,} 件申请中有 {run.alert_rings} 个预警线索、"
            f"{run.review_rings} 个待复核线索（{seconds:.1f} 秒）",
            f"{run.run_id}: {run.alert_rings} rings to look at now, {run.review_rings} to review, "
            f"in {run.requests:,} requests ({seconds:.1f} s)",
        )
    )
    if run.compared_with:
        told = say("、", ", ").join(f"{say(*words(LINEAGES, name))} {count}" for name, count in _counts(done).items())
        name = run_name(run.compared_with)
        console.print(say(f"与 {name} 相比：{told}", f"compared with {name}: {told}"))
    for ring in done.detection.rings[:_SHOWN]:
        console.print(say(*headline(ring)))
    print_warnings(console, done.warnings)
    off = sum(not one.on for one in done.detection.coverage)
    if off:
        total = len(done.detection.coverage)
        where = done.folder / "coverage.json"
        console.print(
            say(
                f"{total} 类证据中有 {off} 类未启用，原因见 {where}",
                f"{off} of {total} kinds of evidence were off; {where} says why",
            )
        )
    console.print(
        say(
            "ringfinder rings 列出全部，ringfinder ring ID 说明其中一个。以上是供人工核查的线索，不是结论。",
            "`ringfinder rings` lists all, `ringfinder ring ID` explains one. "
            "These are leads for people to check, never verdicts.",
        )
    )


def _as_json(done: Detected) -> dict[str, object]:
    return {
        **run_as_json(done.run, current=True),
        "lineage": _counts(done),
        "faded": list(done.faded),
        "warnings": list(done.warnings),
        "folder": str(done.folder),
    }
