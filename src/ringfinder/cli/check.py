"""`ringfinder check`: the pre-flight of a folder of tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ringfinder.ingest import HeaderMapping, load_mapping
from ringfinder.pipeline.check import CheckResult, TableCheck, check
from ringfinder.settings import Settings

_MOST = 20


@click.command("check")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--mapping", "mapping_file", type=click.Path(path_type=Path), help="TOML file of own headers.")
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@click.pass_obj
def command(workspace: Path | None, folder: Path, mapping_file: Path | None, *, as_json: bool) -> None:
    """Tell what FOLDER holds, what is missing or odd, and which evidence it allows. Writes nothing."""
    mapping = load_mapping(mapping_file) if mapping_file else HeaderMapping()
    result = check(folder, mapping, Settings.from_environment(workspace))
    if as_json:
        click.echo(json.dumps(asdict(result), ensure_ascii=False, indent=2))
    else:
        _print(Console(soft_wrap=True, highlight=False), result)


def _print(console: Console, result: CheckResult) -> None:
    for one in result.tables:
        _print_table(console, one)
    for line in _lines(result):
        console.print(line, markup=False)
    _print_shared(console, result)
    for line in _notes(result):
        console.print(line, markup=False)
    console.print("[bold]evidence that these tables allow[/bold]")
    for evidence, on, why in result.evidence:
        console.print(f"  {'on ' if on else 'off'} {evidence}{'' if on else f': {why}'}", markup=False)


def _print_table(console: Console, one: TableCheck) -> None:
    console.print(f"[bold]{one.table}[/bold]: {one.read:,} rows, {one.rejected:,} to be rejected")
    thin = [f"{column} {share:.0%}" for column, share in one.fill.items() if share < 1]
    if thin:
        console.print(f"  filled: {', '.join(thin)}")
    if one.remarks:
        console.print(f"  remarks: {', '.join(f'{what} {count:,}' for what, count in one.remarks.items())}")


def _lines(result: CheckResult) -> Iterator[str]:
    for what, share in result.known.items():
        yield f"requests with a known {what}: {share:.1%}"
    for what, count in result.doubles.items():
        yield f"customers with several numbers ({what}): {count:,}"
    for what, count in result.oddities.items():
        yield f"odd, but no error: {what}: {count:,}"


def _notes(result: CheckResult) -> Iterator[str]:
    for name, counts in result.changes.items():
        yield f"against the workspace: {name}: {', '.join(f'{count:,} {what}' for what, count in counts.items())}"
    for reject in result.rejects[:_MOST]:
        yield f"rejected: {reject.file} line {reject.line} {reject.column}: {reject.reason}"
    if len(result.rejects) > _MOST:
        yield f"{_MOST} of {len(result.rejects):,} reasons shown"
    for warning in result.warnings[:_MOST]:
        yield f"note: {warning}"


def _print_shared(console: Console, result: CheckResult) -> None:
    if not result.shared:
        return
    table = Table(title="most shared values in requests", box=None, pad_edge=False, title_justify="left")
    for name in ("kind", "value", "requests", ""):
        table.add_column(name, justify="right" if name == "requests" else "left")
    for one in result.shared:
        hint = "typed to fill the field? then enter it in known_attributes" if one.suspect else ""
        table.add_row(one.kind, one.value, f"{one.requests:,}", hint)
    console.print(table)
