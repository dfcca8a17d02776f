"""Each route declares who it is for; one that does not is refused when the application is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from ringfinder.identity import Principal, Role
from ringfinder.identity.principal import READERS, STATISTICS_READERS
from ringfinder_api.access.authentication import authenticated
from ringfinder_api.errors import MayNotError
from ringfinder_api.http.queries import refuse_unknown


class Allowed:
    """Lets the named roles pass."""

    def __init__(self, roles: frozenset[Role]) -> None:
        self.roles = roles

    async def __call__(self, request: Request, principal: Annotated[Principal, Depends(authenticated)]) -> Principal:
        """The caller, if one of its roles is among them."""
        if not principal.may(self.roles):
            raise MayNotError("this is for " + ", ".join(sorted(self.roles)))
        refuse_unknown(request)
        return principal


class Public:
    """Lets everybody pass, without a key."""

    roles: frozenset[Role] | None = None

    async def __call__(self) -> None:
        """Ask nothing."""


def roles(*allowed: Role) -> Any:
    """Declare the roles that a route is for, and get the caller."""
    return Depends(Allowed(frozenset(allowed)))


PUBLIC = Depends(Public())
"""Declares a route for everybody: it holds no data of anybody."""

Anyone = Annotated[Principal, roles(*Role)]
Reader = Annotated[Principal, roles(*READERS)]
StatisticsReader = Annotated[Principal, roles(*STATISTICS_READERS)]
Watcher = Annotated[Principal, roles(*READERS, Role.OPERATOR, Role.ADMIN, Role.AUDITOR)]
Auditor = Annotated[Principal, roles(Role.AUDITOR)]


def declarations(route: APIRoute) -> list[Allowed | Public]:
    """Everything that a route declares."""
    return [one for one in _calls(route.dependant) if isinstance(one, Allowed | Public)]


def declared(route: APIRoute) -> frozenset[Role] | None:
    """The roles that a route is for; None for everybody."""
    (one,) = declarations(route)
    return one.roles


def _calls(dependant: Dependant) -> Iterator[object]:
    for one in dependant.dependencies:
        yield one.call
        yield from _calls(one)


def check_declared(routers: Iterable[APIRouter]) -> None:
    """Refuse routes that do not declare once who they are for.

    Raises
    ------
    TypeError
        With the first such route.
    """
    for router in routers:
        for route in router.routes:
            if not isinstance(route, APIRoute) or len(declarations(route)) != 1:
                raise TypeError(f"{getattr(route, 'path', route)} does not declare who it is for")
