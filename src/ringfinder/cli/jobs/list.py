"""`ringfinder jobs list`."""

from __future__ import annotations

import json
from pathlib import Path

import click
from rich.table import Table

from ringfinder.cli.jobs.opened import as_json as job_as_json
from ringfinder.cli.jobs.opened import opened_jobs
from ringfinder.cli.options import json_option, language_option, table_console, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.jobs.queue import Job
from ringfinder.jobs.states import State
from ringfinder.report.written import visible


@click.command("list")
@workspace_option
@click.option("--state", type=click.Choice([state.value for state in State]), help="Jobs of one state alone.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 10_000), help="So many at most.")
@language_option
@json_option
def command(workspace: Path | None, state: str | None, limit: int, say: Say, *, as_json: bool) -> None:
    """List the jobs, the newest first."""
    with opened_jobs(workspace) as jobs:
        found = jobs.listed(state=state or "", limit=limit).items
    if as_json:
        click.echo(json.dumps([job_as_json(job) for job in found], ensure_ascii=False, indent=2))
        return
    console = table_console()
    if not found:
        console.print(say("没有任务", "no jobs"))
        return
    table = Table(box=None, pad_edge=False)
    for zh, en in (("任务", "job"), ("种类", "kind"), ("状态", "state"), ("进度", "progress"), ("提交", "submitted")):
        table.add_column(say(zh, en), overflow="fold")
    for job in found:
        at = job.created_at.astimezone().isoformat(sep=" ", timespec="seconds")[:19]
        table.add_row(job.job_id, job.kind, job.state.value, visible(_progress(job)), at)
    console.print(table)


def _progress(job: Job) -> str:
    if job.error:
        return job.error.message
    done, total, step = (job.progress.get(name, "") for name in ("done", "total", "step"))
    return f"{done}/{total} {step}" if total else str(step)
