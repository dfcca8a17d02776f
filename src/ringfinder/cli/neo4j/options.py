"""Options of several commands of `ringfinder neo4j`, and what they tell alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ringfinder.cli.speech import Say
from ringfinder.neo4j.server import HOME_VARIABLE, Running, default_home

Command = Callable[..., Any]
SCOPES = ("flagged", "linked", "all")


def home_option(command: Command) -> Command:
    """`--home`: which server of one's own."""
    return click.option(
        "--home",
        type=click.Path(path_type=Path),
        callback=lambda _ctx, _param, value: value or default_home(),
        help=f"Home of the server of one's own [default: ${HOME_VARIABLE}, else ringfinder-neo4j].",
    )(command)


def scope_option(command: Command) -> Command:
    """`--scope`: how much is projected."""
    return click.option(
        "--scope",
        type=click.Choice(SCOPES),
        default="linked",
        show_default=True,
        help="flagged: rings and what they touch; linked: all that share something; all: everything.",
    )(command)


def wait_option(command: Command) -> Command:
    """`--wait`: patience with another sync."""
    return click.option(
        "--wait", default=0.0, show_default=True, metavar="SECONDS", help="Wait so long for another sync to end."
    )(command)


def told(running: Running, say: Say) -> str:
    """What somebody needs to reach a running server."""
    versions = running.versions
    return say(
        f"Neo4j {versions.neo4j}（GDS {versions.gds}）运行中，进程 {running.pid}\n"
        f"地址      {running.uri}\n用户      {running.user}\n"
        f"密码文件  {running.password_file}\n浏览器    {running.browser}",
        f"Neo4j {versions.neo4j} with GDS {versions.gds} runs as process {running.pid}\n"
        f"address   {running.uri}\nuser      {running.user}\npassword  in {running.password_file}\n"
        f"browser   {running.browser}",
    )


def print_notes(notes: list[tuple[str, str]], say: Say) -> None:
    """Remarks, on standard error."""
    for zh, en in notes:
        click.echo(say(zh, en), err=True)


def steps(report: Callable[[int, int, str], None] | None) -> Callable[[str], None]:
    """Tells the names of steps whose number is not known."""
    return (lambda step: report(0, 0, step)) if report else (lambda _: None)
