"""`ringfinder runs`: the runs of the workspace, the newest first."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import click
from rich.table import Table

from ringfinder.cli.options import json_option, language_option, open_workspace, table_console, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.store import Run, run_name


@click.command("runs")
@workspace_option
@language_option
@json_option
def command(workspace: Path | None, say: Say, *, as_json: bool) -> None:
    """List the runs of detection: what each looked at, with which settings, and what it found."""
    with open_workspace(workspace) as store:
        found = store.runs.all()
        current = store.runs.current_number()
        there = {run.number: store.runs.files(run.number).there() for run in found}
    if as_json:
        listed = [{**_json(run, current), "files": there[run.number]} for run in reversed(found)]
        click.echo(json.dumps(listed, ensure_ascii=False, indent=2))
        return
    console = table_console()
    if not found:
        console.print(say("尚无运行：请先执行 ringfinder detect", "no run yet: run `ringfinder detect` first"))
        return
    console.print(_table(found[::-1], current, there, say))
    if current is not None:
        console.print(say("* 为当前运行", "* is the current run"))


def _table(found: list[Run], current: int | None, there: dict[int, bool], say: Say) -> Table:
    table = Table(box=None, pad_edge=False)
    for zh, en, right in (
        ("运行", "run", False),
        ("完成", "finished", False),
        ("截至", "as of", False),
        ("窗口（月）", "window", True),
        ("设置", "settings", False),
        ("批次", "batches", True),
        ("申请", "requests", True),
        ("预警", "alerts", True),
        ("待复核", "review", True),
        ("消退", "faded", True),
        ("", "", False),
    ):
        table.add_column(say(zh, en), justify="right" if right else "left", overflow="fold")
    for run in found:
        table.add_row(
            f"{run.run_id}{' *' if run.number == current else ''}",
            _local(run.finished_at),
            run.as_of.isoformat(sep=" ", timespec="minutes") if run.as_of else "",
            str(run.window_months or ""),
            run.settings_hash[:8],
            str(len(run.batches)),
            *(f"{n:,}" for n in (run.requests, run.alert_rings, run.review_rings, run.faded_rings)),
            "" if there[run.number] else say("文件已不存在", "its files are gone"),
        )
    return table


def _local(moment: datetime) -> str:
    return moment.astimezone().isoformat(sep=" ", timespec="minutes")[:16]


def _json(run: Run, current: int | None) -> dict[str, object]:
    return as_json(run, current=run.number == current)


def as_json(run: Run, *, current: bool) -> dict[str, object]:
    """A run as commands print it."""
    return {
        "run_id": run.run_id,
        "current": current,
        "started_at": run.started_at.isoformat(),
        "finished_at": run.finished_at.isoformat(),
        "as_of": run.as_of.isoformat() if run.as_of else None,
        "known_at": run.known_at.isoformat() if run.known_at else None,
        "window": run.window_months,
        "settings": run.settings_hash,
        "code_version": run.code_version,
        "compared_with": run_name(run.compared_with) if run.compared_with else None,
        "batches": list(run.batches),
        "intake": run.intake,
        "requests": run.requests,
        "rings": {"alert": run.alert_rings, "review": run.review_rings, "faded": run.faded_rings},
        "member_requests": run.member_requests,
        "seconds": dict(run.timings),
    }
