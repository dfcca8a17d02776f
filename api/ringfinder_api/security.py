"""Who asks, and whether that one may: every route says which roles it is for."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import HTTPException, Request, status

from ringfinder.identity import Principal, Role


def roles(*allowed: Role) -> Callable[[Request], Principal]:
    """A dependency that lets through whoever has one of these roles, and says who it is.

    The application puts the principal where this looks: ``request.state.principal``.
    """
    wanted = frozenset(allowed)

    def principal(request: Request) -> Principal:
        found = getattr(request.state, "principal", None)
        if not isinstance(found, Principal):
            raise HTTPException(status.HTTP_401_UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
        if not found.may(wanted):
            raise HTTPException(status.HTTP_403_FORBIDDEN)
        return found

    return principal


def everybody() -> Callable[[Request], Principal]:
    """A dependency for whoever is known, whatever the role: what one sees is decided thing by thing."""
    return roles(*Role)
