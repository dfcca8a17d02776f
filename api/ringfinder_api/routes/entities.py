"""Search by any value, and walks from what was found."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from ringfinder.store.runs import CURRENT
from ringfinder_api.access.authentication import Here
from ringfinder_api.access.disclosure import Shown
from ringfinder_api.access.roles import Reader
from ringfinder_api.http.links import links
from ringfinder_api.schemas.base import RunName
from ringfinder_api.schemas.entities import (
    EntityAnswer,
    Handle,
    NeighbourhoodAnswer,
    PathAnswer,
    SearchAnswer,
    SearchQuestion,
)
from ringfinder_api.services.entities import Surroundings

router = APIRouter(prefix="/v1", tags=["entities"])

_FIRST = {"handle": "/items/0/handle", "run": "/run_id"}


def _surroundings(site: Here, caller: Reader, show: Shown, run: Annotated[RunName, Query()] = CURRENT) -> Surroundings:
    """The graph of the run, as the caller sees it."""
    return Surroundings(site.atlases.of(site.views.run(run)), caller.branches, show)


Graph = Annotated[Surroundings, Depends(_surroundings)]


@router.post(
    "/search",
    operation_id="search",
    responses=links(entity=("get_entity", _FIRST), neighbourhood=("get_neighbourhood", _FIRST)),
)
def search(site: Here, caller: Reader, show: Shown, body: SearchQuestion) -> SearchAnswer:
    """Find requests, people, policies, agents and values by any way to write them."""
    graph = Surroundings(site.atlases.of(site.views.run(body.run)), caller.branches, show)
    return graph.search(body.text, body.sort)


@router.get(
    "/entities/{handle}",
    operation_id="get_entity",
    responses=links(
        neighbourhood=("get_neighbourhood", {"handle": "/handle"}), ring=("get_ring", {"ring_id": "/rings/0"})
    ),
)
def get_entity(graph: Graph, handle: Handle) -> EntityAnswer:
    """Tell of one entity: how many requests and households, whether it links, which rings."""
    return graph.entity(graph.open(handle))


@router.get(
    "/entities/{handle}/neighbourhood",
    operation_id="get_neighbourhood",
    responses=links(
        entity=("get_entity", {"handle": "/nodes/1/handle", "run": "/run_id"}),
        path=("get_path", {"handle": "/start", "end": "/nodes/1/handle", "run": "/run_id"}),
    ),
)
def get_neighbourhood(
    graph: Graph,
    handle: Handle,
    steps: Annotated[int, Query(ge=1, le=6)] = 2,
    max_nodes: Annotated[int, Query(ge=2, le=1000)] = 200,
) -> NeighbourhoodAnswer:
    """Give what lies within some steps; hubs are named and not walked through."""
    return graph.around(graph.open(handle), steps, max_nodes)


@router.get("/entities/{handle}/path/{end}", operation_id="get_path")
def get_path(graph: Graph, handle: Handle, end: Handle) -> PathAnswer:
    """Give the shortest way between two entities, with the row behind each step."""
    return graph.path(graph.open(handle), graph.open(end))
