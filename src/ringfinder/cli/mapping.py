"""`ringfinder mapping suggest`: a first mapping for a file with headers of its own."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.errors import InputError
from ringfinder.ingest.suggest import suggest_mapping


@click.group("mapping")
def command() -> None:
    """Map an insurer's own headers to the contract."""


@command.command("suggest")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--table", help="The table that the file holds, if its name does not tell.")
@click.option("--out", type=click.Path(path_type=Path), help="Write the mapping here instead of printing it.")
def suggest(file: Path, table: str | None, out: Path | None) -> None:
    """Write a first mapping for FILE: by similar headers, and by what the values look like."""
    text = suggest_mapping(file, table)
    if out is None:
        click.echo(text, nl=False)
        return
    if out.exists():
        raise InputError(f"{out} is there already", remedy="name another file: a mapping may hold somebody's work")
    out.write_text(text, encoding="utf-8")
    click.echo(f"written: {out}")
