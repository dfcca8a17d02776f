"""`ringfinder run`: from a folder of tables to rings with their reasons."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from ringfinder.cli.account import print_account, print_warnings, progress_bar
from ringfinder.errors import InputError
from ringfinder.ingest import HeaderMapping, load_mapping
from ringfinder.pipeline.run import RunResult, run
from ringfinder.records.rings import Ring, Tier
from ringfinder.report.page import money
from ringfinder.report.summary import summary
from ringfinder.report.written import rounded

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
@click.pass_obj
def command(
    workspace: Path | None,
    folder: Path,
    out: Path,
    mapping_file: Path | None,
    as_of: datetime | None,
    purpose: str,
    *,
    reveal: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Load FOLDER and find rings, in a workspace that is gone afterwards.

    What each file in OUT holds: docs/outputs.md. A --workspace that is given is used for its journal alone.
    """
    mapping = load_mapping(mapping_file) if mapping_file else HeaderMapping()
    with progress_bar() as progress:
        result = run(
            folder,
            out,
            mapping=mapping,
            as_of=as_of,
            reveal=reveal,
            purpose=purpose,
            workspace=workspace,
            force=force,
            progress=progress,
        )
    _print_json(result) if as_json else _print(result)
    return InputError.exit_code if result.unusable else 0


def _print(result: RunResult) -> None:
    console = Console(soft_wrap=True, highlight=False, markup=False)
    print_account(console, result.load.tallies)
    print_warnings(console, result.load.warnings)
    if result.unusable:
        console.print("error: every surrender request was rejected; the reasons are in rejects.csv")
    rings = result.detection.rings
    alerts = _alerts(result)
    console.print(
        f"{alerts} rings to look at now, {len(rings) - alerts} to review, "
        f"in {result.detection.requests:,} requests ({sum(result.seconds.values()):.1f} s)"
    )
    for ring in rings[:_SHOWN]:
        zh, en = summary(ring)
        console.print(f"{ring.ring_id}  {ring.score:8.1f}  {ring.tier.value}  {ring.kind}")
        console.print(f"  {zh}\n  {en}; {money(ring.money.requested)} yuan asked above cash value")
    off = sum(not one.on for one in result.detection.coverage)
    if off:
        console.print(f"{off} of {len(result.detection.coverage)} kinds of evidence were off; coverage.json says why")
    if result.anchor:
        console.print(f"personal values are shown; journalled as {result.anchor} (keep this elsewhere)")
    console.print(f"results: {result.out}; open {result.out / 'index.html'} in a browser")
    console.print("These are leads for people to check, never verdicts.")


def _alerts(result: RunResult) -> int:
    return sum(ring.tier is Tier.ALERT for ring in result.detection.rings)


def _print_json(result: RunResult) -> None:
    rings = result.detection.rings
    alerts = _alerts(result)
    said = {
        "out": str(result.out),
        "batch": result.load.batch_id,
        "settings": result.detection.settings_hash,
        "requests": result.detection.requests,
        "rings": {"alert": alerts, "review": len(rings) - alerts},
        "top": [_as_json(ring) for ring in rings[:_SHOWN]],
        "files": [asdict(tally) for tally in result.load.tallies],
        "warnings": list(result.load.warnings),
        "anchor": result.anchor or None,
        "seconds": {**result.seconds, "steps": dict(result.detection.timings)},
    }
    click.echo(json.dumps(said, ensure_ascii=False, indent=2))


def _as_json(ring: Ring) -> dict[str, object]:
    zh, en = summary(ring)
    return {
        "ring_id": ring.ring_id,
        "score": rounded(ring.score),
        "tier": ring.tier.value,
        "summary_zh": zh,
        "summary_en": en,
    }
