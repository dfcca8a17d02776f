"""`ringfinder jobs ...`: the long work that the service was asked to do."""

from __future__ import annotations

import click

from ringfinder.cli.lazy import LazyGroup

COMMANDS: dict[str, str] = {
    "cancel": "End a job; what it has committed stays.",
    "list": "List the jobs, the newest first.",
    "show": "Show one job: what it does, how far it is, how it ended.",
    "work": "Do the jobs that wait, without the service.",
}
"""Each command lives in `ringfinder.cli.jobs.<name>` as the object `command`."""


@click.group("jobs", cls=LazyGroup, package=__name__, table=COMMANDS)
def command() -> None:
    """Look at jobs (load, detect, sync), end them, or do them."""
