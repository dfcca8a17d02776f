"""`ringfinder screen FILE`: where one incoming request would stand, by the last run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TextIO

import click

from ringfinder.cli.options import json_option, language_option, open_workspace, plain_console, workspace_option
from ringfinder.cli.speech import Say
from ringfinder.errors import InputError
from ringfinder.pipeline.screening import screen
from ringfinder.report.masking import Masker
from ringfinder.report.screening import CAUTION, desk_as_json, masker_of, screening_as_json
from ringfinder.screen.screener import Screening

_WAYS = {
    "joins": ("将加入已有团组", "would join a group that is there"),
    "merges": ("将使几个团组合而为一", "would tie groups together"),
    "founds": ("将与他人形成新团组", "would form a new group with others"),
    "fits": ("未共用信息，但与一个团组相符", "shares nothing, but fits a group"),
    "goes_on": ("是团组中已有申请的延续", "goes on with an earlier request of a group"),
    "alone": ("不属于任何团组", "stands alone"),
}


@click.command("screen")
@click.argument("file", type=click.File(encoding="utf-8"))
@workspace_option
@click.option("--desk", is_flag=True, help="Questions for the customer alone, without score, ring or other people.")
@language_option
@json_option
def command(file: TextIO, workspace: Path | None, say: Say, *, desk: bool, as_json: bool) -> None:
    """Screen one request: FILE (or - for standard input) is JSON with columns of surrender_requests.

    Nothing is written. The answer is provisional, made with the last run's figures; it never blocks a surrender.
    """
    try:
        body = json.load(file)
    except ValueError as error:
        raise InputError(f"{file.name} is no JSON: {error}", remedy="write one object in curly brackets") from None
    with open_workspace(workspace) as store:
        found = screen(store, body)
    masker = masker_of(found)
    if as_json:
        said = desk_as_json(found) if desk else screening_as_json(found, masker)
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _print(found, masker, say, desk=desk)


def _print(found: Screening, masker: Masker, say: Say, *, desk: bool) -> None:
    console = plain_console()
    if not desk:
        rings = say("、", ", ").join(found.rings)
        console.print(f"{found.request_id}: {say(*_WAYS[found.way])} {rings}".rstrip())
        if found.score is not None:
            before = "" if found.score_before is None else f"{found.score_before:.1f} → "
            tier = found.tier.value if found.tier else say("未列入", "not listed")
            console.print(say("得分 ", "score ") + f"{before}{found.score:.1f}  {tier}")
        for reason in found.reasons:
            console.print("  " + masker.fill(say(reason.zh, reason.en), reason.values))
        if found.rescored_at:
            since = f"{found.rescored_at:.16}Z"
            console.print(say(f"得分按删除后的数据于 {since} 重新计算", f"scores of what an erasure left, {since}"))
    console.print(say("请向客户询问：", "to be asked:"))
    for one in found.questions:
        console.print("  " + say(one.zh, one.en))
    console.print(say(*CAUTION))
