"""What changed since the caller looked, and what patterns found."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ringfinder_api.access.authentication import Here
from ringfinder_api.access.roles import Reader
from ringfinder_api.http.links import links
from ringfinder_api.http.tags import TaggedRoute
from ringfinder_api.schemas.base import PageQuery
from ringfinder_api.schemas.findings import ChangesAnswer, LeadPage, LeadQuery, SeenAnswer, SeenQuestion
from ringfinder_api.services import findings

router = APIRouter(prefix="/v1", tags=["findings"], route_class=TaggedRoute)


@router.get(
    "/changes",
    operation_id="list_changes",
    responses=links(
        ring=("get_ring", {"ring_id": "/items/0/ring_id"}),
        next=("list_changes", {"cursor": "/next"}),
    ),
)
def list_changes(caller: Reader, site: Here, query: Annotated[PageQuery, Query()]) -> ChangesAnswer:
    """Tell what changed since the run that the caller saw last; looking does not move the mark."""
    return findings.changes_answer(site.workspace, site.views, caller, query)


@router.post("/changes/seen", operation_id="mark_seen")
def mark_seen(caller: Reader, site: Here, question: SeenQuestion) -> SeenAnswer:
    """Remember that the caller has seen what changed up to a run."""
    return findings.mark_seen(site.workspace, site.views, caller, question.run)


@router.get("/leads", operation_id="list_leads")
def list_leads(caller: Reader, site: Here, query: Annotated[LeadQuery, Query()]) -> LeadPage:
    """List the leads of the patterns; who is bound to branches sees none, for a lead is about requests of any."""
    return findings.list_leads(site.workspace, site.views, caller, query)
