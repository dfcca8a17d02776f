"""`ringfinder neo4j down`: end the server; its data stay."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.cli.neo4j.options import home_option
from ringfinder.cli.options import language_option
from ringfinder.cli.speech import Say
from ringfinder.neo4j.server import down


@click.command("down")
@home_option
@language_option
def command(home: Path, say: Say) -> None:
    """End the server; its data and its password stay for the next start."""
    ended = down(home)
    click.echo(say("Neo4j 已停止", "Neo4j has ended") if ended else say("Neo4j 未在运行", "Neo4j is not running"))
