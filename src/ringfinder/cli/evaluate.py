"""`ringfinder evaluate`: compare the rings of a run with known truth."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ringfinder.evaluate import evaluate_folder, lines


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--labels",
    type=click.Path(path_type=Path),
    required=True,
    help="CSV with the truth: request_id, ring_id (empty: honest), and perhaps role and links.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every metric as one JSON object.")
def command(out: Path, labels: Path, *, as_json: bool) -> None:
    """Compare the rings in OUT (what `ringfinder run --out OUT` wrote) with known truth.

    Formulas: docs/evaluation.md.
    """
    result = evaluate_folder(out, labels)
    for warning in result.warnings:
        click.echo(f"warning: {warning}", err=True)
    if as_json:
        click.echo(json.dumps(result.to_dict(), ensure_ascii=False, indent=2))
        return
    for line in lines(result):
        click.echo(line)
