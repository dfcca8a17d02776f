"""`ringfinder simulate`: a portfolio with planted rings and honest look-alikes."""

from __future__ import annotations

from pathlib import Path

import click

from ringfinder.errors import InputError
from ringfinder.simulate import PORTFOLIOS, simulate


@click.command("simulate")
@click.argument("out", type=click.Path(path_type=Path), required=False)
@click.option("--scenario", help="Which family; --list names them.")
@click.option("--requests", default=5000, show_default=True, help="Number of surrender requests.")
@click.option("--seed", default=1, show_default=True, help="The same seed gives the same files.")
@click.option("--format", "file_format", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option("--headers", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--force", is_flag=True, help="Replace a portfolio that is there.")
@click.option("--list", "listing", is_flag=True, help="List the families and leave.")
def command(
    out: Path | None,
    scenario: str | None,
    requests: int,
    seed: int,
    file_format: str,
    headers: str,
    *,
    force: bool,
    listing: bool,
) -> None:
    """Write a made-up portfolio into OUT and the truth about it into OUT.labels."""
    if listing:
        for one in PORTFOLIOS.values():
            click.echo(f"{one.name:12} {one.difficulty:7} {one.zh}: {one.en}")
        return
    if out is None or scenario is None:
        raise InputError(
            "where to, and which family?", remedy="ringfinder simulate OUT --scenario town; --list names them"
        )
    rows = simulate(scenario, requests, seed, out, file_format=file_format, headers=headers, force=force)
    for name, count in rows.items():
        click.echo(f"{name:20} {count:>10,} rows")
    click.echo(f"truth: {out}.labels/labels.csv")
