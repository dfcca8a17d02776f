"""`ringfinder users ...`: who may use the service, with which roles, for which branches."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ringfinder.cli.listing import print_list
from ringfinder.cli.options import json_option, open_workspace, workspace_option
from ringfinder.identity import Principal, Role, User, Users, acting
from ringfinder.report.written import visible
from ringfinder.settings import Settings
from ringfinder.store import Workspace

ADMINS = frozenset({Role.ADMIN})


@click.group("users")
def command() -> None:
    """Make, list and revoke users, and link them with OIDC subjects. Every change is journalled."""


def role_option(**more: Any) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--role`, which may be repeated, handed on as `roles`."""
    return click.option(
        "--role",
        "roles",
        multiple=True,
        type=click.Choice([role.value for role in Role]),
        callback=lambda _ctx, _param, value: frozenset(Role(one) for one in value),
        **more,
    )


def branch_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--branch`, which may be repeated, handed on as `branches`."""
    said = "Sees data of this branch alone; may be repeated [default: every branch]."
    return click.option("--branch", "branches", multiple=True, metavar="CODE", help=said)(command)


def subject_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--issuer` and `--subject`, which name one subject."""
    of_issuer = click.option("--issuer", required=True, help="As it stands in the tokens' `iss`.")
    of_subject = click.option("--subject", required=True, help="As it stands in the tokens' `sub`.")
    return of_issuer(of_subject(command))


def administrator(store: Workspace) -> Principal:
    """Whoever acts, who must be an administrator."""
    by = acting(store)
    by.must(ADMINS, "manage users and keys")
    return by


def workspace_for_users(path: Path | None) -> Workspace:
    """The workspace, made where there is none: users may be there before the first tables."""
    return Workspace.open(Settings.from_environment(path))


@command.command("create")
@click.argument("name")
@workspace_option
@role_option(help="What the user is there for; may be repeated.")
@branch_option
@click.option("--service", is_flag=True, help="It is a program, not a person.")
def create(
    workspace: Path | None, name: str, roles: frozenset[Role], branches: tuple[str, ...], *, service: bool
) -> None:
    """Make the user NAME, and print its id. A key is made by `ringfinder keys create --user NAME`."""
    with workspace_for_users(workspace) as store:
        by = administrator(store)
        user = Users(store).create(name, by=by, roles=roles, branches=branches, service=service)
    click.echo(user.user_id)


@command.command("change")
@click.argument("name")
@workspace_option
@role_option(help="All roles from now on; may be repeated.")
@click.option("--no-role", is_flag=True, help="No role from now on.")
@branch_option
@click.option("--every-branch", is_flag=True, help="Bound to no branch from now on.")
def change(
    workspace: Path | None,
    name: str,
    roles: frozenset[Role],
    branches: tuple[str, ...],
    *,
    no_role: bool,
    every_branch: bool,
) -> None:
    """Replace the roles or the branches of the user NAME; what is not named stays."""
    if not (roles or no_role or branches or every_branch):
        raise click.UsageError("nothing to change: name roles or branches")
    if (roles and no_role) or (branches and every_branch):
        raise click.UsageError("some, or none: not both")
    with open_workspace(workspace) as store:
        Users(store).change(
            name,
            by=administrator(store),
            roles=roles if roles or no_role else None,
            branches=branches if branches or every_branch else None,
        )


@command.command("revoke")
@click.argument("name")
@workspace_option
def revoke(workspace: Path | None, name: str) -> None:
    """End the user NAME with all keys and subjects; the name stays taken, and what was journalled stays."""
    with open_workspace(workspace) as store:
        Users(store).revoke(name, by=administrator(store))


@command.command("link")
@click.argument("name")
@workspace_option
@subject_options
def link(workspace: Path | None, name: str, issuer: str, subject: str) -> None:
    """Let tokens of an OIDC subject act as the user NAME."""
    with open_workspace(workspace) as store:
        Users(store).link(name, by=administrator(store), issuer=issuer, subject=subject)


@command.command("unlink")
@click.argument("name")
@workspace_option
@subject_options
def unlink(workspace: Path | None, name: str, issuer: str, subject: str) -> None:
    """Let tokens of an OIDC subject no longer act as the user NAME; keys and other subjects stay."""
    with open_workspace(workspace) as store:
        Users(store).unlink(name, by=administrator(store), issuer=issuer, subject=subject)


@command.command("list")
@workspace_option
@json_option
def show(workspace: Path | None, *, as_json: bool) -> None:
    """List all users by name, also those who are revoked."""
    with open_workspace(workspace) as store:
        administrator(store)
        found = Users(store).all()
    print_list(found, ("user", "id", "roles", "branches", "since", ""), _cells, _json if as_json else None)


def _cells(one: User) -> tuple[str, ...]:
    return (
        visible(one.name),
        one.user_id,
        ", ".join(sorted(one.roles)),
        visible(", ".join(sorted(one.branches))) if one.branches is not None else "all",
        f"{one.created_at:%Y-%m-%d}",
        f"revoked {one.revoked_at:%Y-%m-%d}" if one.revoked_at else "service" if one.service else "",
    )


def _json(one: User) -> dict[str, Any]:
    return {
        "user_id": one.user_id,
        "name": one.name,
        "service": one.service,
        "roles": sorted(one.roles),
        "branches": None if one.branches is None else sorted(one.branches),
        "created_at": one.created_at.isoformat(),
        "revoked_at": one.revoked_at.isoformat() if one.revoked_at else None,
    }
