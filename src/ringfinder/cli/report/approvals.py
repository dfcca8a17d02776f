"""`ringfinder report approvals ...`: who allowed an unmasked report, for whom, and until when."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from ringfinder.cli.options import (
    json_option,
    language_option,
    open_workspace,
    run_option,
    table_console,
    workspace_option,
)
from ringfinder.cli.speech import Say
from ringfinder.identity import acting
from ringfinder.registers import Approval, Approvals
from ringfinder.registers.approvals import MOST_DAYS, USUAL_DAYS
from ringfinder.report.words import words
from ringfinder.report.written import visible
from ringfinder.store import run_name

_STATES = {
    "asked": ("待批准", "asked"),
    "valid": ("有效", "valid"),
    "expired": ("已过期", "expired"),
    "withdrawn": ("已撤回", "withdrawn"),
}


@click.group("approvals")
def command() -> None:
    """Ask for, give, withdraw and list approvals of unmasked reports. Every step is journalled."""


@command.command("ask")
@click.argument("ring_id", metavar="RING")
@click.option("--to", required=True, metavar="RECIPIENT", help="The one whom the report is for.")
@click.option("--purpose", required=True, metavar="TEXT", help="Why it has to be unmasked; it is journalled.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=USUAL_DAYS, show_default=True, help="How long.")
@click.option("--restricted", is_flag=True, help="For a report that the AML role alone may know of.")
@run_option
@workspace_option
@language_option
@json_option
def ask(
    ring_id: str,
    to: str,
    purpose: str,
    days: int,
    run_name: str,
    workspace: Path | None,
    say: Say,
    *,
    restricted: bool,
    as_json: bool,
) -> None:
    """Ask that an unmasked report about RING may be made (compliance); another user has to approve."""
    with open_workspace(workspace) as store:
        by, run = acting(store), store.runs.find(run_name)
        asked = Approvals(store).ask(ring_id, run, to, purpose, by=by, days=days, restricted=restricted)
    if as_json:
        click.echo(json.dumps(_json(asked), ensure_ascii=False, indent=2))
    else:
        click.echo(say(f"已申请：{asked.approval_id}", f"asked: {asked.approval_id}"))


@command.command("approve")
@click.argument("approval_id", metavar="APPROVAL")
@workspace_option
@language_option
def approve(approval_id: str, workspace: Path | None, say: Say) -> None:
    """Approve what another user asked for (compliance or reviewer)."""
    with open_workspace(workspace) as store:
        done = Approvals(store).approve(approval_id, by=acting(store))
    until = done.expires_at.isoformat(timespec="seconds") if done.expires_at else ""
    click.echo(say(f"已批准：{done.approval_id}，至 {until}", f"approved: {done.approval_id}, until {until}"))


@command.command("withdraw")
@click.argument("approval_id", metavar="APPROVAL")
@workspace_option
@language_option
def withdraw(approval_id: str, workspace: Path | None, say: Say) -> None:
    """End an approval, or the asking for one (compliance or reviewer); reports that were made stay."""
    with open_workspace(workspace) as store:
        done = Approvals(store).withdraw(approval_id, by=acting(store))
    click.echo(say(f"已撤回：{done.approval_id}", f"withdrawn: {done.approval_id}"))


@command.command("list")
@workspace_option
@language_option
@json_option
def show(workspace: Path | None, say: Say, *, as_json: bool) -> None:
    """List approvals, the oldest first: what they are for, by whom, and whether they hold."""
    with open_workspace(workspace) as store:
        found = Approvals(store).listed(acting(store))
    if as_json:
        click.echo(json.dumps([_json(one) for one in found], ensure_ascii=False, indent=2))
        return
    console = table_console()
    if not found:
        console.print(say("尚无批准", "no approval was asked for yet"))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2))
    for zh, en in (
        ("批准", "approval"),
        ("状态", "state"),
        ("环", "ring"),
        ("运行", "run"),
        ("致", "recipient"),
        ("申请人", "asked by"),
        ("批准人", "approved by"),
        ("至", "until"),
        ("用途", "purpose"),
    ):
        table.add_column(say(zh, en), overflow="fold")
    now = datetime.now(UTC)
    for one in found:
        table.add_row(
            one.approval_id,
            say(*words(_STATES, one.state(now))),
            one.ring_id,
            run_name(one.run),
            visible(one.recipient),
            visible(one.asked_name),
            visible(one.approved_name),
            f"{one.expires_at.astimezone():%Y-%m-%d %H:%M}" if one.expires_at else "",
            visible(one.purpose),
        )
    console.print(table)


def _json(one: Approval) -> dict[str, Any]:
    def moment(at: datetime | None) -> str | None:
        return at.isoformat() if at else None

    return {
        "approval": one.approval_id,
        "state": one.state(datetime.now(UTC)),
        "ring_id": one.ring_id,
        "run": run_name(one.run),
        "recipient": one.recipient,
        "purpose": one.purpose,
        "restricted": one.restricted,
        "days": one.days,
        "asked_by": one.asked_name,
        "asked_at": moment(one.asked_at),
        "approved_by": one.approved_name or None,
        "approved_at": moment(one.approved_at),
        "expires_at": moment(one.expires_at),
        "withdrawn_by": one.withdrawn_name or None,
        "withdrawn_at": moment(one.withdrawn_at),
    }
