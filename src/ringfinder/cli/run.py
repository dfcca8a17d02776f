"""`ringfinder run`: from a folder of tables to rings with their reasons."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console

from ringfinder.cli.account import print_account, print_warnings, progress_bar
from ringfinder.cli.options import json_option, language_option, plain_console, settings_option
from ringfinder.cli.speech import Say
from ringfinder.detect.settings_file import read_settings
from ringfinder.errors import InputError
from ringfinder.ingest import HeaderMapping, load_mapping
from ringfinder.pipeline.run import RunResult, run
from ringfinder.records.rings import Ring, Tier
from ringfinder.report.listing import headline
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
@settings_option
@language_option
@json_option
@click.pass_obj
def command(
    workspace: Path | None,
    folder: Path,
    out: Path,
    mapping_file: Path | None,
    as_of: datetime | None,
    purpose: str,
    settings_file: Path | None,
    say: Say,
    *,
    reveal: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Load FOLDER and find rings, in a workspace that is gone afterwards.

    What each file in OUT holds: docs/outputs.md. A --workspace that is given is used for its journal alone.
    """
    mapping = load_mapping(mapping_file) if mapping_file else HeaderMapping()
    settings = read_settings(settings_file) if settings_file else None
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
            settings=settings,
            progress=progress,
        )
    _print_json(result) if as_json else _print(result, say)
    return InputError.exit_code if result.unusable else 0


def _print(result: RunResult, say: Say) -> None:
    console = plain_console()
    print_account(console, result.load.tallies, say)
    print_warnings(console, result.load.warnings, say)
    if result.unusable:
        console.print(
            say(
                "错误：退保申请全部被退回，原因见 rejects.csv",
                "error: every surrender request was rejected; the reasons are in rejects.csv",
            )
        )
    rings = result.detection.rings
    alerts, requests, seconds = _alerts(result), result.detection.requests, sum(result.seconds.values())
    console.print(
        say(
            f"{requests:,} 件申请中有 {alerts} 个预警线索、{len(rings) - alerts} 个待复核线索（{seconds:.1f} 秒）",
            f"{alerts} rings to look at now, {len(rings) - alerts} to review, "
            f"in {requests:,} requests ({seconds:.1f} s)",
        )
    )
    for ring in rings[:_SHOWN]:
        console.print(say(*headline(ring)))
    _print_end(console, result, say)


def _print_end(console: Console, result: RunResult, say: Say) -> None:
    """What was off, what was revealed, and where to look."""
    kinds = len(result.detection.coverage)
    off = sum(not one.on for one in result.detection.coverage)
    if off:
        console.print(
            say(
                f"{kinds} 类证据中有 {off} 类未启用，原因见 coverage.json",
                f"{off} of {kinds} kinds of evidence were off; coverage.json says why",
            )
        )
    if result.anchor:
        console.print(
            say(
                f"已显示个人信息；日志锚点 {result.anchor}（请另存他处）",
                f"personal values are shown; journalled as {result.anchor} (keep this elsewhere)",
            )
        )
    page = result.out / "index.html"
    console.print(say(f"结果：{result.out}；用浏览器打开 {page}", f"results: {result.out}; open {page} in a browser"))
    console.print(say("以上是供人工核查的线索，不是结论。", "These are leads for people to check, never verdicts."))


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
