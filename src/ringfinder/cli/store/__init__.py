"""`ringfinder store ...`: look after what the workspace holds."""

from __future__ import annotations

import click

from ringfinder.cli.lazy import LazyGroup

COMMANDS: dict[str, str] = {
    "compact": "Fold rows that arrived one by one into a batch.",
    "hold": "Put a person under legal hold: neither erased nor expired.",
    "holds": "List legal holds.",
    "intake": "Count the rows that arrived one by one.",
    "release": "End a legal hold.",
    "retention": "Take out rows whose period is over.",
}
"""Each command lives in `ringfinder.cli.store.<name>` as the object `command`."""


@click.group("store", cls=LazyGroup, package=__name__, table=COMMANDS)
def command() -> None:
    """Look after what the workspace holds: intake, legal holds, retention."""
