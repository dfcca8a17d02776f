"""`ringfinder run`: from a folder of tables to rings with their reasons."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from ringfinder.cli.account import print_account, print_warnings, progress_bar
from ringfinder.ingest import HeaderMapping, load_mapping
from ringfinder.pipeline.run import RunResult, run
from ringfinder.records.rings import Tier
from ringfinder.report.results import yuan
from ringfinder.report.summary import summary

_SHOWN = 3


@click.command("run")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the results.")
@click.option("--mapping", "mapping_file", type=click.Path(path_type=Path), help="TOML file of own headers.")
@click.option("--as-of", type=click.DateTime(), help="Leave out what happened later.")
@click.option("--reveal", is_flag=True, help="Show personal values unmasked; needs --purpose.")
@click.option("--purpose", default="", help="Why they are shown; written to the journal.")
@click.option("--force", is_flag=True, help="Write into a folder that holds other files.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def command(
    folder: Path,
    out: Path,
    mapping_file: Path | None,
    as_of: datetime | None,
    purpose: str,
    *,
    reveal: bool,
    force: bool,
    as_json: bool,
) -> None:
    """Load FOLDER and find rings, in a workspace that is gone afterwards."""
    mapping = load_mapping(mapping_file) if mapping_file else HeaderMapping()
    with progress_bar() as progress:
        result = run(
            folder,
            out,
            mapping=mapping,
            as_of=as_of,
            reveal=reveal,
            purpose=purpose,
            force=force,
            progress=progress,
        )
    _print_json(result) if as_json else _print(result)


def _print(result: RunResult) -> None:
    console = Console(soft_wrap=True, highlight=False)
    print_account(console, result.load.tallies)
    print_warnings(console, result.load.warnings)
    rings = result.detection.rings
    alerts = [ring for ring in rings if ring.tier is Tier.ALERT]
    console.print(
        f"{len(alerts)} rings to look at now, {len(rings) - len(alerts)} to review, "
        f"in {result.detection.requests:,} requests"
    )
    for ring in rings[:_SHOWN]:
        zh, en = summary(ring)
        console.print(f"{ring.ring_id}  {ring.score:8.1f}  {ring.tier.value}  {ring.kind}")
        console.print(f"  {zh}\n  {en}; {yuan(ring.money.requested)} yuan asked above cash value")
        for term in ring.evidence[:_SHOWN]:
            if not term.values:
                console.print(f"  - {term.en}")
    console.print(f"results: {result.out}; open {result.out / 'index.html'} in a browser")
    console.print("These are leads for people to check, never verdicts.")


def _print_json(result: RunResult) -> None:
    alerts = sum(ring.tier is Tier.ALERT for ring in result.detection.rings)
    click.echo(
        json.dumps(
            {
                "out": str(result.out),
                "batch": result.load.batch_id,
                "settings": result.detection.settings_hash,
                "requests": result.detection.requests,
                "rings": {"alert": alerts, "review": len(result.detection.rings) - alerts},
                "files": [asdict(tally) for tally in result.load.tallies],
                "seconds": dict(result.detection.timings),
            },
            ensure_ascii=False,
            indent=2,
        )
    )
