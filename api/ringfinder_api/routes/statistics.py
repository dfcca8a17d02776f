"""Statistics of a period, supervision of refunds, and policies at risk of surrender."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from ringfinder_api.access.authentication import Here
from ringfinder_api.access.disclosure import Purpose, disclosure_of
from ringfinder_api.access.roles import Reader, StatisticsReader
from ringfinder_api.errors import BadRequestError
from ringfinder_api.http.files import form_of, sheet_answer, sheets
from ringfinder_api.http.links import links
from ringfinder_api.http.tags import TaggedRoute
from ringfinder_api.schemas.statistics import RefundPage, RefundQuery, RiskPage, RiskQuery, StatsAnswer, StatsQuery
from ringfinder_api.services import statistics
from ringfinder_api.services.counting import Asked, run_asked
from ringfinder_api.site import Site

router = APIRouter(prefix="/v1", tags=["statistics"], route_class=TaggedRoute)


def _run(site: Site, name: str, place: int | None) -> tuple[str, int]:
    """The run that a list is of, or goes on in, by name and number; 0 where there is none."""
    run = run_asked(site.workspace.runs, site.views, str(place) if place else name)
    return run, int(run.removeprefix("run-")) if run.startswith("run-") else 0


@router.get("/stats", operation_id="get_stats", response_model=StatsAnswer, responses=sheets({}))
def get_stats(
    request: Request, caller: StatisticsReader, site: Here, query: Annotated[StatsQuery, Query()]
) -> StatsAnswer | Response:
    """Count a period: rates beside their cohorts, warnings, reasons, rings, refunds, coverage; nobody is named.

    Who is bound to branches gets figures of these alone. As CSV or XLSX one table comes, `overview` if none is
    named.
    """
    run, _ = _run(site, query.run, None)
    found = site.counter.period(Asked(run, caller.branches, period=query.period))
    form = form_of(query.format, request)
    if form == "json":
        return statistics.stats_answer(found, query.table)
    return sheet_answer(statistics.stats_sheet(found, query.table or "overview"), form)


@router.get(
    "/refunds",
    operation_id="list_refunds",
    response_model=RefundPage,
    responses=sheets(links(next=("list_refunds", {"cursor": "/next"}))),  # a refund need not be in a ring
)
def list_refunds(
    request: Request, caller: Reader, site: Here, query: Annotated[RefundQuery, Query()], x_purpose: Purpose = ""
) -> RefundPage | Response:
    """List refunds above cash value, to somebody else, into new or shared accounts, or after a complaint.

    Of a period, or to the members of a ring. Leads for people to check, never verdicts.
    """
    if query.period is not None and query.ring is not None:
        raise BadRequestError("`period` and `ring` at once: name one of them")
    show = disclosure_of(site.journal, caller, reveal=query.reveal, x_purpose=x_purpose)
    place = statistics.reading_refunds(query).place(query.cursor)
    run, number = _run(site, query.run, place.run if place else None)
    refunds = site.counter.refunds(Asked(run, caller.branches, query.period, query.ring))
    form = form_of(query.format, request)
    if form == "json":
        return statistics.refunds_page(refunds, query, number, show)
    return sheet_answer(statistics.refunds_sheet(refunds, query, show), form)


@router.get(
    "/at-risk",
    operation_id="list_at_risk",
    response_model=RiskPage,
    responses=sheets(links(next=("list_at_risk", {"cursor": "/next"}))),
)
def list_at_risk(
    request: Request, caller: Reader, site: Here, query: Annotated[RiskQuery, Query()], x_purpose: Purpose = ""
) -> RiskPage | Response:
    """List policies in force that rings may be about to reach: for protection and callback, never for refusal."""
    show = disclosure_of(site.journal, caller, reveal=query.reveal, x_purpose=x_purpose)
    place = statistics.reading_risks(query).place(query.cursor)
    run, number = _run(site, query.run, place.run if place else None)
    risks = site.counter.risks(Asked(run, caller.branches))
    form = form_of(query.format, request)
    if form == "json":
        return statistics.risks_page(risks, query, number, show)
    return sheet_answer(statistics.risks_sheet(risks, show), form)
