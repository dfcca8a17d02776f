"""`ringfinder neo4j status`: whether the server runs, and where it is reached."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from ringfinder.cli.neo4j.options import home_option, told
from ringfinder.cli.options import json_option, language_option
from ringfinder.cli.speech import Say
from ringfinder.neo4j.server import Status, status


@click.command("status")
@home_option
@language_option
@json_option
def command(home: Path, say: Say, *, as_json: bool) -> None:
    """Tell whether the server runs: its address, its user, the file of its password, the Browser's address."""
    found = status(home)
    if as_json:
        click.echo(json.dumps(_json(found), ensure_ascii=False, indent=2))
    elif found.running:
        click.echo(told(found.running, say))
    else:
        click.echo(say(f"Neo4j 未在运行（{found.home}）", f"Neo4j is not running in {found.home}"))


def _json(found: Status) -> dict[str, object]:
    running = found.running
    facts: dict[str, object] = {"running": running is not None, "home": str(found.home)}
    if running:
        facts |= {
            "uri": running.uri,
            "user": running.user,
            "password_file": str(running.password_file),
            "browser": running.browser,
            "pid": running.pid,
            "versions": asdict(running.versions),
        }
    return facts
