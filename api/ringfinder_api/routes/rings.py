"""Rings of a run, filtered and sorted."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ringfinder_api.access.authentication import Here
from ringfinder_api.access.roles import Reader
from ringfinder_api.http.files import form_of, sheet_answer, sheets
from ringfinder_api.http.links import links
from ringfinder_api.http.tags import TaggedRoute
from ringfinder_api.schemas.rings import RingPage, RingQuery
from ringfinder_api.services import rings

router = APIRouter(prefix="/v1/rings", tags=["rings"], route_class=TaggedRoute)

_RING = {"ring_id": "/items/0/ring_id", "run": "/run_id"}


@router.get(
    "",
    operation_id="list_rings",
    response_model=RingPage,
    responses=sheets(links(ring=("get_ring", _RING), next=("list_rings", {"cursor": "/next"}))),
)
def list_rings(
    request: Request, caller: Reader, site: Here, query: Annotated[RingQuery, Query()]
) -> RingPage | Response:
    """List the rings of a run that the caller sees: leads for people to check, never verdicts.

    With `format=csv` or `format=xlsx`, or by `Accept`, all that match come as a file, whatever `limit` and
    `cursor` say.
    """
    form = form_of(query.format, request)
    if form == "json":
        return rings.list_rings(site.views, caller.branches, query)
    return sheet_answer(rings.ring_sheet(site.views, caller.branches, query), form)
