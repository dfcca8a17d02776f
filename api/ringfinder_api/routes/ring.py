"""One ring: why it is listed, who is in it, what they share, and its graph and page as files."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from ringfinder.neo4j.connection import browser_address
from ringfinder.neo4j.server import default_home
from ringfinder.report.cypher import ring_as_cypher
from ringfinder.report.graphml import as_graphml
from ringfinder.store.runs import CURRENT
from ringfinder_api.access.authentication import Here
from ringfinder_api.access.disclosure import Shown
from ringfinder_api.access.roles import Reader
from ringfinder_api.http.files import download, file, form_of, sheet_answer, sheets
from ringfinder_api.http.links import links
from ringfinder_api.http.tags import TaggedRoute
from ringfinder_api.schemas.base import RunName
from ringfinder_api.schemas.ring import (
    GraphAnswer,
    MemberPage,
    MemberQuery,
    RingAnswer,
    RingId,
    Terms,
    TimelineAnswer,
)
from ringfinder_api.services import dossier, graph
from ringfinder_api.services.dossier import Dossier

router = APIRouter(prefix="/v1/rings/{ring_id}", tags=["ring"], route_class=TaggedRoute)

_THIS = {"ring_id": "/ring_id", "run": "/run_id"}


def _dossier(site: Here, caller: Reader, ring_id: RingId, run: Annotated[RunName, Query()] = CURRENT) -> Dossier:
    """The ring that the path names, as the caller sees it."""
    return dossier.open_dossier(site.views, caller.branches, run, ring_id)


Opened = Annotated[Dossier, Depends(_dossier)]


@router.get(
    "",
    operation_id="get_ring",
    responses=links(
        members=("list_members", _THIS),
        evidence=("get_evidence", _THIS),
        timeline=("get_timeline", _THIS),
        graph=("get_graph", _THIS),
        graphml=("get_graphml", _THIS),
        cypher=("get_cypher", _THIS),
        page=("get_page", _THIS),
    ),
)
def get_ring(ring: Opened, show: Shown) -> RingAnswer:
    """Tell everything about a ring: reasons, members, shared values, money, what else it may be."""
    return dossier.ring_answer(ring, show.masker([ring.ring], ring.subject, ring.seen("ring")))


@router.get(
    "/members",
    operation_id="list_members",
    response_model=MemberPage,
    responses=sheets(links(next=("list_members", {**_THIS, "cursor": "/next"}))),
)
def list_members(
    request: Request, caller: Reader, site: Here, ring_id: RingId, query: Annotated[MemberQuery, Query()]
) -> MemberPage | Response:
    """List the members of a ring; often they are victims."""
    form = form_of(query.format, request)
    ring = dossier.open_dossier(site.views, caller.branches, query.run, ring_id, query.cursor)
    return dossier.member_page(ring, query) if form == "json" else sheet_answer(dossier.member_sheet(ring), form)


@router.get("/evidence", operation_id="get_evidence")
def get_evidence(ring: Opened, show: Shown, rows: Annotated[int, Query(ge=0, le=5000)] = 1000) -> Terms:
    """Tell the terms of the score, each with the rows behind it, file and line."""
    return dossier.terms_answer(ring, show.masker([ring.ring], ring.subject, ring.seen("evidence")), rows)


@router.get("/timeline", operation_id="get_timeline")
def get_timeline(ring: Opened) -> TimelineAnswer:
    """Tell when the requests came, by day, week or month."""
    return dossier.timeline_answer(ring)


@router.get("/graph", operation_id="get_graph")
def get_graph(ring: Opened, show: Shown, max_nodes: Annotated[int, Query(ge=3, le=2000)] = 300) -> GraphAnswer:
    """Give the graph of a ring: applicants, requests, values, and who stands around it."""
    masker = show.masker([ring.ring], ring.subject, ring.seen("graph"))
    return graph.graph_answer(ring, masker, max_nodes)


@router.get("/graphml", operation_id="get_graphml", response_class=Response, responses=file("application/xml"))
def get_graphml(ring: Opened, show: Shown) -> Response:
    """Give the graph as GraphML, whole."""
    masker = show.masker([ring.ring], ring.subject, ring.seen("graphml"))
    text = as_graphml(graph.shown_part(ring.ring), masker)
    return download(text.encode(), f"{ring.ring_id}.graphml", "application/xml")


@router.get("/cypher", operation_id="get_cypher", response_class=Response, responses=file("text/plain"))
def get_cypher(ring: Opened) -> Response:
    """Give the query that draws the ring in Neo4j Browser, as `ringfinder ring ID --cypher` prints it."""
    text = ring_as_cypher(ring.ring, browser_address(default_home()))
    return Response(f"{text}\n", media_type="text/plain")


@router.get("/page", operation_id="get_page", response_class=Response, responses=file("text/html"))
def get_page(ring: Opened, show: Shown) -> Response:
    """Give the ring as one page that needs no network, to be saved."""
    masker = show.masker([ring.ring], ring.subject, ring.seen("page"))
    return download(dossier.page_of(ring, masker).encode(), f"{ring.ring_id}.html", "text/html")
