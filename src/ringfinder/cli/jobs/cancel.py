"""`ringfinder jobs cancel`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ringfinder.cli.jobs.opened import as_json as job_as_json
from ringfinder.cli.jobs.opened import opened_jobs
from ringfinder.cli.options import json_option, language_option, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.jobs.states import State


@click.command("cancel")
@click.argument("job_id", metavar="JOB")
@workspace_option
@language_option
@json_option
def command(job_id: str, workspace: Path | None, say: Say, *, as_json: bool) -> None:
    """End a job: one that waits at once, one that runs within seconds; what it has committed stays."""
    with opened_jobs(workspace) as jobs:
        job = jobs.cancel(job_id)
    if as_json:
        click.echo(json.dumps(job_as_json(job), ensure_ascii=False, indent=2))
    elif job.state is State.CANCELLED:
        click.echo(say(f"{job.job_id} 已取消", f"{job.job_id} is cancelled"))
    else:
        click.echo(say(f"{job.job_id} 正在结束", f"{job.job_id} is told to end"))
