"""`ringfinder settings show`: the settings of detection with the source of each."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.cli.options import settings_option
from ringfinder.detect import DetectSettings
from ringfinder.detect.settings_file import read_settings, settings_text
from ringfinder.errors import InputError, SurroundingsError


@click.group("settings")
def command() -> None:
    """Show the settings of detection, to change them in a file of one's own."""


@command.command("show")
@click.option("--out", type=click.Path(path_type=Path), help="Write them here instead of printing them.")
@settings_option
def show(out: Path | None, settings_file: Path | None) -> None:
    """Print every constant with its comment and source, as a file for --settings.

    With --settings FILE: the values that this file stands for.
    """
    settings = read_settings(settings_file) if settings_file else DetectSettings()
    text = settings_text(settings)
    if out is None:
        click.echo(text, nl=False)
        return
    if out.exists():
        raise InputError(f"{out} is there already", remedy="name another file: it may hold somebody's work")
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SurroundingsError(
            f"{out} cannot be written: {error.strerror}", remedy="name a file in a folder that is there"
        ) from None
    click.echo(f"written: {out} (settings {settings.hash})")
