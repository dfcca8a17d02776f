"""`ringfinder load`: a folder or a database into the workspace."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console

from ringfinder.cli.account import print_account, print_warnings, progress_bar
from ringfinder.errors import InputError
from ringfinder.ingest import HeaderMapping, database_sources, load_mapping
from ringfinder.pipeline.load import LoadResult, load_folder, load_sources
from ringfinder.settings import Settings
from ringfinder.store import DEFAULT_WAIT, Workspace


@click.command("load")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--mapping", "mapping_file", type=click.Path(path_type=Path), help="TOML file that maps own headers.")
@click.option("--from", "url", metavar="URL", help="Read the tables of a database (an SQLAlchemy URL) instead.")
@click.option("--wait", default=DEFAULT_WAIT, show_default=True, help="Seconds to wait for another load to end.")
@click.option("--json", "as_json", is_flag=True, help="Print the account as JSON.")
@click.pass_obj
def command(
    workspace: Path | None,
    folder: Path | None,
    mapping_file: Path | None,
    url: str | None,
    wait: float,
    *,
    as_json: bool,
) -> int:
    """Load all tables of FOLDER, or of a database, as one batch.

    Every row is loaded, rejected with its reason, or merged with an equal one that is there already.
    """
    if (folder is None) == (url is None):
        raise InputError("nothing to load, or two things", remedy="name a folder, or a database with --from URL")
    mapping = load_mapping(mapping_file) if mapping_file else HeaderMapping()
    with Workspace.open(Settings.from_environment(workspace)) as store, progress_bar() as progress:
        if url is not None:
            sources = database_sources(url, mapping)
            result = load_sources(store, sources, sources[0].origin, mapping, progress, wait)
        else:
            result = load_folder(store, folder or Path(), mapping, progress, wait)
    _print_json(result) if as_json else _print(result)
    return _exit_code(result)


def _exit_code(result: LoadResult) -> int:
    """2 where rows were read and not one of them could be used."""
    read = sum(tally.read for tally in result.tallies)
    rejected = sum(tally.rejected for tally in result.tallies)
    return InputError.exit_code if read and read == rejected else 0


def _print(result: LoadResult) -> None:
    console = Console(soft_wrap=True)
    print_account(console, result.tallies)
    print_warnings(console, result.warnings)
    for column, values in result.other_values.items():
        listed = ", ".join(f"{value!r} {count:,}" for value, count in list(values.items())[:5])
        console.print(f"note: {column}: not of the listed set, loaded as other: {listed}", highlight=False)
    if result.rejects_folder:
        console.print(f"rejected rows and reasons: {result.rejects_folder}", highlight=False)
    console.print(f"batch {result.batch_id}" if result.batch_id else "nothing new: every row was there already")


def _print_json(result: LoadResult) -> None:
    click.echo(
        json.dumps(
            {
                "batch": result.batch_id or None,
                "load": result.load_id,
                "files": [asdict(tally) for tally in result.tallies],
                "warnings": result.warnings,
                "other_values": result.other_values,
                "rejects": str(result.rejects_folder) if result.rejects_folder else None,
            },
            ensure_ascii=False,
            indent=2,
        )
    )
