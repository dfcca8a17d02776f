"""What the commands of the registers share: opening them, options, and one line or object for each dispatch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ringfinder.cli.options import open_workspace
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.registers import Dispatch, Report
from ringfinder.report.bundle import Issued, Settled, finish_cut_short
from ringfinder.report.bundle.signing import grouped
from ringfinder.report.words import REPORT_KINDS, words
from ringfinder.report.written import visible
from ringfinder.store import Workspace, run_name

Command = Callable[..., Any]

_MOMENTS = [
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M%z",
    "%Y-%m-%dT%H:%M:%S%z",
]


@contextmanager
def opened(path: Path | None, say: Say) -> Iterator[Workspace]:
    """A workspace whose reports that were cut short are finished, which is told."""
    with open_workspace(path) as store:
        tell_settled(finish_cut_short(store, acting(store)), say)
        yield store


def tell_settled(settled: Sequence[Settled], say: Say) -> None:
    """Say on standard error which bundles were put into their places, or could not be."""
    for one in settled:
        if one.left:
            click.echo(say(f"未能放到位：{one.left}", f"not in its place: {one.left}"), err=True)
        else:
            said = say(f"已补完 {one.number}：{one.place}", f"{one.number} is finished: {one.place}")
            click.echo(said, err=True)


def tell_issued(issued: Issued, say: Say, *, as_json: bool) -> None:
    """Say which number a report has, where its bundle is and who signed it."""
    tell_settled(issued.settled, say)
    report = issued.report
    if as_json:
        click.echo(json.dumps({**report_as_json(report), "bundle": str(issued.path)}, ensure_ascii=False, indent=2))
        return
    click.echo(say(f"{report.number} 已写入 {issued.path}", f"{report.number} is in {issued.path}"))
    click.echo(say(f"签名密钥：{grouped(report.fingerprint)}", f"signed with: {grouped(report.fingerprint)}"))


def at_option(command: Command) -> Command:
    """`--at`, a moment of this machine's zone unless it says its own."""
    return click.option(
        "--at", type=click.DateTime(_MOMENTS), help="When, such as 2026-03-02 or 2026-03-02T09:30 [default: now]."
    )(command)


def dispatch_option(command: Command) -> Command:
    """`--dispatch`, for reports that were sent more than once."""
    said = "Which dispatch, as `ringfinder report show` numbers them [default: the only one]."
    return click.option("--dispatch", type=click.IntRange(1), help=said)(command)


def report_as_json(one: Report) -> dict[str, Any]:
    """A report for `--json`."""
    return {
        "number": one.number,
        "kind": one.kind.value,
        "ring_id": one.ring_id,
        "run": run_name(one.run),
        "recipient": one.recipient,
        "language": one.language,
        "masked": one.masked,
        "purpose": one.purpose,
        "author": one.author_name,
        "at": one.at.isoformat(),
        "manifest_sha256": one.manifest_hash,
        "fingerprint": one.fingerprint,
        "restricted": one.restricted,
        "corrects": one.corrects or None,
        "approval": one.approval_id or None,
    }


def dispatch_as_json(one: Dispatch) -> dict[str, Any]:
    """A dispatch for `--json`; `history` has every row, also those that were put right."""
    return {
        "dispatch": one.number,
        "to": one.sent.recipient,
        "way": one.sent.way,
        "at": one.sent.at.isoformat(),
        "note": one.sent.note,
        "receipt": _answer(one.receipt),
        "reply": _answer(one.reply),
        "history": [
            {
                "step": row.step.value,
                "to": row.recipient or None,
                "way": row.way or None,
                "at": row.at.isoformat(),
                "note": row.note,
                "by": row.user_name,
                "recorded_at": row.recorded_at.isoformat(),
            }
            for row in one.history
        ],
    }


def dispatch_line(one: Dispatch, say: Say) -> str:
    """A dispatch in one line."""
    parts = [f"{one.number}  {day(one.sent.at)}  {one.sent.recipient}  ({one.sent.way})"]
    if one.receipt:
        parts.append(
            say("回执 ", "receipt ") + day(one.receipt.at) + (f" {one.receipt.note}" if one.receipt.note else "")
        )
    if one.reply:
        parts.append(say("回复 ", "reply ") + f"{day(one.reply.at)} {one.reply.note}")
    return visible("  ".join(parts))


def kind_words(one: Report, say: Say) -> str:
    """What a report is."""
    return say(*words(REPORT_KINDS, one.kind.value))


def day(at: datetime) -> str:
    """A day in the zone of this machine."""
    return f"{at.astimezone():%Y-%m-%d}"


def _answer(row: Any) -> dict[str, Any] | None:
    return None if row is None else {"at": row.at.isoformat(), "note": row.note}
