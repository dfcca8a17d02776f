"""`ringfinder jobs work`: a worker without the service."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.cli.options import open_workspace, workspace_option
from ringfinder.jobs.supervisor import Supervisor
from ringfinder.pipeline.scratch import stopped_cleanly
from ringfinder.settings import Settings


@click.command("work")
@workspace_option
@click.option("--children", default=1, show_default=True, type=click.IntRange(1, 16), help="So many jobs at once.")
@click.option("--drain", is_flag=True, help="End when nothing runs and nothing waits.")
def command(workspace: Path | None, children: int, *, drain: bool) -> None:
    """Do the jobs that wait, until interrupted; jobs that run then go on by themselves.

    Webhooks are queued here and sent by the service.
    """
    settings = Settings.from_environment(workspace)
    open_workspace(workspace).close()
    supervisor = Supervisor(settings, children=children)
    try:
        with stopped_cleanly():
            supervisor.run(until=supervisor.idle if drain else lambda: False)
    finally:
        supervisor.stop()
