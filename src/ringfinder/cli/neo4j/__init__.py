"""`ringfinder neo4j ...`: the rings in Neo4j, for people who want to look at them there."""

from __future__ import annotations

import click

from ringfinder.cli.lazy import LazyGroup

COMMANDS: dict[str, str] = {
    "check": "Compare the graph with the workspace, and say what differs.",
    "down": "End the server.",
    "drop": "Take our nodes out of the graph.",
    "export": "Write files for a first load too big for Bolt.",
    "key": "Print the key of a value, to look it up in the graph.",
    "rotate": "Replace the secret that keys are made with.",
    "status": "Tell whether the server runs, and where it is reached.",
    "sync": "Bring the graph to the current run.",
    "up": "Start a Neo4j server of one's own, without Docker.",
}
"""Each command lives in `ringfinder.cli.neo4j.<name>` as the object `command`."""


@click.group("neo4j", cls=LazyGroup, package=__name__, table=COMMANDS)
def command() -> None:
    """Look at the rings in Neo4j: a server of one's own, and the graph of a run in it."""
