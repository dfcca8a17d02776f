"""`ringfinder journal ...`: who saw and did what, and whether somebody laid hands on it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import click

from ringfinder.cli.options import json_option, open_workspace, plain_console, workspace_option
from ringfinder.errors import InputError
from ringfinder.identity import Role, acting
from ringfinder.report.written import visible
from ringfinder.store import Workspace
from ringfinder.store.journal import Entry, Verification

_LAST = 100


@click.group("journal")
def command() -> None:
    """Look at the journal: who saw and did what, when and why; entries hold keys and ids, never values."""


@command.command("verify")
@workspace_option
@click.option(
    "--anchor",
    "anchor_file",
    type=click.Path(path_type=Path),
    help="Anchors kept elsewhere: a copy of journal-anchors.jsonl, or lines of `ringfinder journal head`.",
)
@json_option
def verify(workspace: Path | None, anchor_file: Path | None, *, as_json: bool) -> int:
    """Tell whether an entry was changed, removed, moved, inserted or cut off, and where; exit code 2 where one was.

    Without an outside anchor nobody can tell whether the end was cut off together with the workspace's own anchors.
    """
    with open_workspace(workspace) as store:
        _auditor(store)
        found = store.journal.verify(anchor_file)
    if as_json:
        click.echo(json.dumps({"whole": found.whole, **asdict(found)}, indent=2))
    else:
        for line in _told(found):
            click.echo(line)
    return 0 if found.whole else InputError.exit_code


def _told(found: Verification) -> list[str]:
    if found.fault is None:
        lines = [f"whole: {found.entries:,} entries of journal {found.journal or '(empty)'}"]
    elif found.fault.sequence:
        lines = [f"NOT WHOLE: entry {found.fault.sequence} {found.fault.reason}"]
        lines.append(f"good before it: {found.entries:,} entries")
    else:
        lines = [f"NOT WHOLE: {found.fault.reason}"]
    lines.append(f"anchored in the workspace: {_range(1, found.anchored)}")
    if found.anchored_outside is not None:
        lines.append(f"anchored outside: {_range(1, found.anchored_outside)}")
    lines.append(f"not anchored: {_range(max(found.anchored, found.anchored_outside or 0) + 1, found.entries)}")
    return lines


def _range(first: int, last: int) -> str:
    return f"entries {first}-{last}" if last >= first else "none"


@command.command("list")
@workspace_option
@click.option("--action", default="", help="Entries of this action alone, such as reveal.")
@click.option("--actor", default="", metavar="NAME", help="Entries of this user, or of operator:ACCOUNT, alone.")
@click.option("--since", type=click.DateTime(), help="Entries from this time on (UTC).")
@click.option("--last", type=click.IntRange(1), default=_LAST, show_default=True, help="The newest so many.")
@json_option
def show(workspace: Path | None, action: str, actor: str, since: datetime | None, last: int, *, as_json: bool) -> None:
    """List entries, the newest last."""
    moment = since.replace(tzinfo=UTC) if since else None
    with open_workspace(workspace) as store:
        _auditor(store)
        found = store.journal.entries(action=action, actor=actor, since=moment, last=last)
        total = store.journal.count(action=action, actor=actor, since=moment)
    if as_json:
        click.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
    else:
        for one in found:
            plain_console().print(visible(_line(one)))
    click.echo(f"{len(found)} of {total}", err=True)


def _line(one: Entry) -> str:
    parts = [str(one.sequence), one.at[:19], one.actor + (f" [{one.key_id}]" if one.key_id else ""), one.action]
    parts += [one.object, one.purpose and f"({one.purpose})", json.dumps(one.details, ensure_ascii=False)]
    return "  ".join(part for part in parts if part and part != "{}")


@command.command("head")
@workspace_option
def head(workspace: Path | None) -> None:
    """Print the last entry as an anchor, to be kept where nobody who can change the journal can write."""
    with open_workspace(workspace) as store:
        _auditor(store)
        found = store.journal.head()
    if found is None:
        raise InputError("the journal has no entry yet", remedy="there is nothing to anchor")
    click.echo(found.line())


def _auditor(store: Workspace) -> None:
    acting(store).must(frozenset({Role.AUDITOR}), "read the journal")
