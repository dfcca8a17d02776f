"""`ringfinder neo4j rotate`: a new secret for the keys."""

from __future__ import annotations

import click

from ringfinder.cli.options import language_option
from ringfinder.cli.speech import Say
from ringfinder.neo4j.keys import rotate


@click.command("rotate")
@click.option("--yes", is_flag=True, help="Do not ask.")
@language_option
def command(say: Say, *, yes: bool) -> None:
    """Replace the secret that keys are made with; the next sync writes the whole graph anew."""
    if not yes:
        click.confirm(
            say(
                "更换密钥后，已记下的键全部失效。继续？", "Every key that somebody noted will be worth nothing. Go on?"
            ),
            abort=True,
            err=True,
        )
    kept = rotate()
    click.echo(say(f"已更换；旧密钥保存在 {kept}", f"replaced; the old one is kept in {kept}"))
    click.echo(say("请执行：ringfinder neo4j sync", "now: ringfinder neo4j sync"))
