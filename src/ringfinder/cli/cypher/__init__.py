"""`ringfinder cypher ...`: the library of Cypher queries over the graph in Neo4j."""

from __future__ import annotations

import click

from ringfinder.cli.lazy import LazyGroup

COMMANDS: dict[str, str] = {
    "list": "List the queries.",
    "run": "Run a query that reads, with a time limit.",
    "search": "Find queries by words of their headers.",
    "show": "Print a query as it is pasted into Browser.",
}
"""Each command lives in `ringfinder.cli.cypher.<name>` as the object `command`."""


@click.group("cypher", cls=LazyGroup, package=__name__, table=COMMANDS)
def command() -> None:
    """Ask the graph: patterns of each typology, what investigators ask, analyses."""
