"""Options that several commands share: the workspace, the language, and settings of detection."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from ringfinder.cli.speech import LANGUAGE_VARIABLE, LANGUAGES, default_language, speaker
from ringfinder.errors import InputError
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder.store.runs import CURRENT

_WIDE = 1000

Command = Callable[..., Any]


def workspace_option(command: Command) -> Command:
    """`--workspace`, also behind the command; the one before it holds where none is given here."""
    return click.option(
        "--workspace",
        type=click.Path(path_type=Path),
        callback=lambda ctx, _, value: value or ctx.obj,
        help="Folder of the data [default: $RINGFINDER_WORKSPACE, else ringfinder-data].",
    )(command)


def language_option(command: Command) -> Command:
    """`--lang`, handed on as `say`, which picks a sentence's language."""
    return click.option(
        "--lang",
        "say",
        type=click.Choice(LANGUAGES),
        callback=lambda _ctx, _param, value: speaker(value or default_language()),
        help=f"Language of what people read [default: ${LANGUAGE_VARIABLE}, else the locale].",
    )(command)


def json_option(command: Command) -> Command:
    """`--json`, handed on as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")(command)


def run_option(command: Command) -> Command:
    """`--run`, handed on as `run_name`."""
    return click.option(
        "--run",
        "run_name",
        default=CURRENT,
        show_default=True,
        metavar="RUN",
        help="Another run: run-000003, 3 or previous.",
    )(command)


def reveal_options(command: Command) -> Command:
    """`--reveal` and `--purpose`."""
    command = click.option("--purpose", default="", help="Why they are shown; written to the journal.")(command)
    return click.option("--reveal", is_flag=True, help="Show personal values unmasked; needs --purpose.")(command)


def settings_option(command: Command) -> Command:
    """`--settings`, handed on as `settings_file`."""
    return click.option(
        "--settings",
        "settings_file",
        type=click.Path(path_type=Path),
        help="TOML file of settings of detection (see `ringfinder settings show`).",
    )(command)


def open_workspace(path: Path | None) -> Workspace:
    """A workspace that is there; unlike loading, looking makes none.

    Raises
    ------
    InputError
        If there is no workspace at that place.
    """
    settings = Settings.from_environment(path)
    if not settings.workspace.is_file() and not (settings.workspace / "facts").is_dir():
        raise InputError(
            f"there is no workspace at {settings.workspace}",
            remedy="name it with --workspace DIR, or make it: ringfinder load FOLDER",
        )
    return Workspace.open(settings)


def plain_console() -> Console:
    """A console that prints text as it is and leaves breaking lines to the terminal."""
    return Console(soft_wrap=True, highlight=False, markup=False)


def table_console() -> Console:
    """A console for tables: as wide as the terminal; where the output goes elsewhere, as wide as they are."""
    console = Console(highlight=False, markup=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, width=_WIDE)
