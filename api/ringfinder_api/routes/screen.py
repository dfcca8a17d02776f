"""Screening of one incoming request."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter

from ringfinder.identity import Principal, Role
from ringfinder.identity.principal import READERS
from ringfinder_api.access.authentication import Here
from ringfinder_api.access.roles import roles
from ringfinder_api.http.links import links
from ringfinder_api.schemas.screening import DeskAnswer, ScreenAnswer, ScreenQuestion
from ringfinder_api.services import screening

router = APIRouter(prefix="/v1", tags=["screening"])

Screening = Annotated[Principal, roles(*READERS, Role.DESK)]


@router.post(
    "/screen",
    operation_id="screen",
    responses=links(ring=("get_ring", {"ring_id": "/rings/0", "run": "/run_id"})),
)
def screen(site: Here, caller: Screening, body: ScreenQuestion) -> ScreenAnswer | DeskAnswer:
    """Tell where a request would stand by the last run: provisional, for a person to check, never a reason to block.

    The desk gets questions for the customer and a reference. Nothing is written unless `record` is true.
    """
    return screening.screen(site, caller, body)
