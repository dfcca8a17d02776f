"""The journal, for auditors who are bound to no branch: who saw and did what, and why."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ringfinder_api.access.authentication import Here
from ringfinder_api.access.roles import Auditor
from ringfinder_api.http.links import links
from ringfinder_api.http.tags import TaggedRoute
from ringfinder_api.schemas.base import PageQuery
from ringfinder_api.schemas.journal import HeadAnswer, JournalPage
from ringfinder_api.services import journal

router = APIRouter(prefix="/v1/journal", tags=["journal"], route_class=TaggedRoute)


@router.get("", operation_id="list_journal", responses=links(next=("list_journal", {"cursor": "/next"})))
def list_journal(caller: Auditor, site: Here, query: Annotated[PageQuery, Query()]) -> JournalPage:
    """List the entries, the newest first."""
    return journal.list_entries(site.journal, caller, query)


@router.get("/head", operation_id="get_journal_head")
def get_journal_head(caller: Auditor, site: Here) -> HeadAnswer:
    """Tell the newest entry: kept elsewhere, it shows later whether entries were cut off."""
    return journal.head_answer(site.journal, caller)
