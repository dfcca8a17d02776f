"""`ringfinder jobs show`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ringfinder.cli.jobs.opened import as_json as job_as_json
from ringfinder.cli.jobs.opened import opened_jobs
from ringfinder.cli.options import json_option, workspace_option
from ringfinder.report.written import visible


@click.command("show")
@click.argument("job_id", metavar="JOB")
@workspace_option
@json_option
def command(job_id: str, workspace: Path | None, *, as_json: bool) -> None:
    """Show one job: what it does, how far it is, how it ended."""
    with opened_jobs(workspace) as jobs:
        told = job_as_json(jobs.get(job_id))
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return
    width = max(map(len, told))
    for name, value in told.items():
        if value not in (None, {}, ""):
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            click.echo(f"{name:<{width}}  {visible(text)}")
