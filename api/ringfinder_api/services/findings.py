"""What changed since somebody looked, and what patterns found."""

from __future__ import annotations

from ringfinder.identity import Principal
from ringfinder.store import Workspace, run_name
from ringfinder.store.leads import Lead
from ringfinder.store.looks import Look
from ringfinder_api.errors import NotFoundError
from ringfinder_api.lists.cursors import Reading, numbered_page, page
from ringfinder_api.schemas.base import PageQuery
from ringfinder_api.schemas.findings import ChangesAnswer, LeadAnswer, LeadPage, LeadQuery, SeenAnswer
from ringfinder_api.schemas.runs import RingChangeAnswer
from ringfinder_api.services.diff import all_new, changes, count
from ringfinder_api.services.views import Views


def changes_answer(workspace: Workspace, views: Views, principal: Principal, query: PageQuery) -> ChangesAnswer:
    """What changed since the run that the caller saw last; all rings are new to who never looked.

    Raises
    ------
    BadCursorError
        If the cursor is of another list: the caller's mark or the current run has moved.
    """
    look = workspace.looks.last(principal.user_id)
    current = workspace.runs.current_number()
    told = [] if current is None else _told(views, principal, look, current)
    reading = Reading("changes", (look.run if look else 0, current or 0))
    shown, following = numbered_page(told, reading, current or 0, query)
    return ChangesAnswer(
        since=run_name(look.run) if look else None,
        looked_at=look.looked_at if look else None,
        run_id=run_name(current) if current is not None else None,
        **count(told),
        new_leads=_new_leads(workspace, principal, look),
        total=len(told),
        items=shown,
        next=following,
    )


def _told(views: Views, principal: Principal, look: Look | None, current: int) -> list[RingChangeAnswer]:
    if look is not None:
        try:
            return changes(views, principal.branches, str(look.run), str(current))[1]
        except NotFoundError:  # the files of that run are gone: nobody can tell what was seen
            pass
    return all_new(views.find(str(current)).scope(principal.branches))


def _new_leads(workspace: Workspace, principal: Principal, look: Look | None) -> int:
    leads = visible_leads(workspace, principal, None, "")
    return sum(look is None or lead.first_run > look.run for lead in leads)


def mark_seen(workspace: Workspace, views: Views, principal: Principal, run: str) -> SeenAnswer:
    """Move the mark of the caller to a run.

    Raises
    ------
    NotFoundError
        If there is no such run.
    """
    number = views.run(run).number
    look = workspace.looks.mark(principal.user_id, number)
    return SeenAnswer(run_id=run_name(number), looked_at=look.looked_at)


def visible_leads(workspace: Workspace, principal: Principal, run: int | None, pattern: str) -> list[Lead]:
    """Leads that a caller sees: none who is bound to branches, for a lead is about requests of any."""
    return [] if principal.branches is not None else workspace.leads.listed(run, pattern)


def list_leads(workspace: Workspace, views: Views, principal: Principal, query: LeadQuery) -> LeadPage:
    """One page of the leads, by pattern.

    Raises
    ------
    NotFoundError
        If there is no such run.
    BadCursorError
        If the cursor is of another list.
    """
    run = views.run(query.run).number if query.run else None
    found = visible_leads(workspace, principal, run, query.pattern or "")
    found.sort(key=_lead_key)
    reading = Reading("leads", (query.pattern, query.run))
    shown, last = page(found, _lead_key, reading.place(query.cursor), query.limit)
    return LeadPage(
        total=len(found),
        items=[_lead(one) for one in shown],
        next=reading.cursor(run or 0, last) if last else None,
    )


def _lead_key(lead: Lead) -> tuple[str, str]:
    return lead.pattern, lead.lead_id


def _lead(lead: Lead) -> LeadAnswer:
    return LeadAnswer(
        lead_id=lead.lead_id,
        pattern=lead.pattern,
        version=lead.version,
        identity=dict(lead.identity),
        run_id=run_name(lead.run),
        first_run=run_name(lead.first_run),
        last_run=run_name(lead.last_run),
        finding=dict(lead.finding),
    )
