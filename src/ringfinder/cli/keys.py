"""`ringfinder keys ...`: API keys, each shown once and never again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from ringfinder.cli.listing import print_list
from ringfinder.cli.options import json_option, open_workspace, workspace_option
from ringfinder.cli.users import administrator, branch_option, role_option, workspace_for_users
from ringfinder.identity import ApiKey, ApiKeys, Role, Users
from ringfinder.identity.keys import MOST_DAYS
from ringfinder.report.written import visible


@click.group("keys")
def command() -> None:
    """Make, list and revoke API keys. Every change is journalled."""


@command.command("create")
@workspace_option
@role_option(required=True, help="What the key may do; may be repeated.")
@click.option("--name", required=True, help="What the key is called in lists.")
@click.option("--user", "user_name", help="Whose it is [default: a new service user of the key's name].")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), help="Days after which it expires [default: never].")
@branch_option
def create(
    workspace: Path | None,
    name: str,
    user_name: str | None,
    roles: frozenset[Role],
    days: int | None,
    branches: tuple[str, ...],
) -> None:
    """Make a key and print it, alone, on standard output: KEY=$(ringfinder keys create ...).

    Nobody can show it again. It goes into a request as `Authorization: Bearer KEY`, and into RINGFINDER_KEY.
    """
    if user_name is not None and branches:
        raise click.UsageError("branches belong to a user: ringfinder users change NAME --branch CODE")
    with workspace_for_users(workspace) as store:
        by, users, keys = administrator(store), Users(store), ApiKeys(store)
        with store.journal.writing() as connection:
            if user_name is None:
                user = users.create_in(connection, name, by=by, roles=roles, branches=branches, service=True)
            else:
                user = users.find(user_name)
            key = keys.create_in(connection, user, name, by=by, roles=roles, days=days)
    click.echo(
        f"key of {user.name} with {', '.join(sorted(roles))}; keep it like a password, it is not shown again", err=True
    )
    click.echo(key)


@command.command("revoke")
@click.argument("key_id")
@workspace_option
def revoke(workspace: Path | None, key_id: str) -> None:
    """End the key KEY_ID, which is the part between the underscores of a key."""
    with open_workspace(workspace) as store:
        ApiKeys(store).revoke(key_id, by=administrator(store))


@command.command("list")
@workspace_option
@json_option
def show(workspace: Path | None, *, as_json: bool) -> None:
    """List all keys, the oldest first, without what is secret about them."""
    with open_workspace(workspace) as store:
        administrator(store)
        found = ApiKeys(store).all()
    columns = ("key", "name", "user", "roles", "since", "until", "last used", "")
    print_list(found, columns, _cells, _json if as_json else None)


def _cells(one: ApiKey) -> tuple[str, ...]:
    return (
        one.key_id,
        visible(one.name),
        visible(one.user),
        ", ".join(sorted(one.roles)) if one.roles is not None else "all of the user's",
        *(f"{moment:%Y-%m-%d}" if moment else "" for moment in (one.created_at, one.expires_at, one.last_used_at)),
        f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else "",
    )


def _json(one: ApiKey) -> dict[str, Any]:
    said = {name: part.isoformat() if isinstance(part, datetime) else part for name, part in asdict(one).items()}
    return said | {"roles": None if one.roles is None else sorted(one.roles)}
