"""The caller."""

from __future__ import annotations

from fastapi import APIRouter

from ringfinder.identity.principal import REVEALERS
from ringfinder_api.access.roles import Anyone
from ringfinder_api.http.tags import TaggedRoute
from ringfinder_api.schemas.service import Me

router = APIRouter(prefix="/v1", tags=["me"], route_class=TaggedRoute)


@router.get("/me", operation_id="me")
async def me(caller: Anyone) -> Me:
    """Tell who the caller is, and what it may do."""
    return Me(
        user_id=caller.user_id,
        name=caller.name,
        roles=sorted(caller.roles),
        branches=None if caller.branches is None else sorted(caller.branches),
        key_id=caller.key_id,
        may_reveal=caller.may(REVEALERS),
    )
