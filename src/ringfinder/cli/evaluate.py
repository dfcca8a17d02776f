"""`ringfinder evaluate`: compare the rings of a run with known truth."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ringfinder.errors import InputError
from ringfinder.evaluate import Stability, evaluate_folder, lines, read_found, stability


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--labels",
    type=click.Path(path_type=Path),
    help="CSV with the truth: request_id, ring_id (empty: honest), and perhaps role and links.",
)
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    help="Another output: tell how far the two flag the same rings, instead of or beside the truth.",
)
@click.option("--json", "as_json", is_flag=True, help="Print every metric as one JSON object.")
def command(out: Path, labels: Path | None, against: Path | None, *, as_json: bool) -> None:
    """Compare the rings in OUT (what `ringfinder run --out OUT` wrote) with known truth, or with another output.

    Formulas: docs/evaluation.md.
    """
    if labels is None and against is None:
        raise InputError(
            "nothing to compare with", remedy="name the truth with --labels, or another output with --against"
        )
    result = evaluate_folder(out, labels) if labels else None
    steady = stability(read_found(out), read_found(against)) if against else None
    for warning in result.warnings if result else ():
        click.echo(f"warning: {warning}", err=True)
    if as_json:
        figures = (result.to_dict() if result else {}) | ({"stability": steady.to_dict()} if steady else {})
        click.echo(json.dumps(figures, ensure_ascii=False, indent=2))
        return
    for line in lines(result) if result else ():
        click.echo(line)
    if steady:
        click.echo(_told(steady))


def _told(steady: Stability) -> str:
    def share(value: float | None) -> str:
        return "-" if value is None else f"{value:.3f}"

    same = "the same rings" if steady.identical else "not the same rings"
    return (
        f"Against the other output: {steady.rings} and {steady.rings_other} flagged, {same}\n"
        f"  mean best Jaccard {share(steady.jaccard)} (from the other {share(steady.jaccard_other)}), "
        f"found again {share(steady.found_again)}, ids kept {share(steady.ids_kept)}"
    )
