"""`ringfinder neo4j up`: a server of one's own, fetched the first time, on the loopback alone."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.cli.neo4j.options import home_option, told
from ringfinder.cli.options import language_option
from ringfinder.cli.speech import Say
from ringfinder.neo4j.server import BOLT_PORT, HEAP, HTTP_PORT, up

_PORT = click.IntRange(0, 65535)


@click.command("up")
@home_option
@click.option(
    "--distribution",
    type=click.Path(path_type=Path),
    help="Folder of the server's jars, which several servers may share [default: server in --home].",
)
@click.option("--bolt-port", type=_PORT, default=BOLT_PORT, show_default=True, help="Port for programs; 0: a free one.")
@click.option("--http-port", type=_PORT, default=HTTP_PORT, show_default=True, help="Port for browsers; 0: a free one.")
@click.option("--heap", default=HEAP, show_default=True, metavar="SIZE", help="Memory for queries and graphs, as 4g.")
@language_option
def command(home: Path, distribution: Path | None, bolt_port: int, http_port: int, heap: str, say: Say) -> None:
    """Start a Neo4j server with GDS and the Browser; it stays when the command ends.

    Needs Java 17 or 21, and Maven the first time. Only this machine reaches the server. Its password is made
    up and kept in a file that only you may read.
    """
    running = up(
        home,
        tell=lambda zh, en: click.echo(say(zh, en), err=True),
        distribution=distribution,
        bolt_port=bolt_port,
        http_port=http_port,
        heap=heap,
    )
    click.echo(told(running, say))
