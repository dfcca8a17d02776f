"""Runs of detection, what their data allowed, and two of them side by side."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from ringfinder_api.access.authentication import Here
from ringfinder_api.access.roles import Reader, Watcher
from ringfinder_api.http.links import links
from ringfinder_api.http.tags import TaggedRoute
from ringfinder_api.schemas.base import PageQuery, RunName
from ringfinder_api.schemas.runs import CoverageAnswer, DiffAnswer, RunAnswer, RunPage
from ringfinder_api.services import diff, runs

router = APIRouter(prefix="/v1/runs", tags=["runs"], route_class=TaggedRoute)


@router.get(
    "",
    operation_id="list_runs",
    responses=links(run=("get_run", {"run": "/items/0/run_id"}), next=("list_runs", {"cursor": "/next"})),
)
def list_runs(caller: Watcher, site: Here, query: Annotated[PageQuery, Query()]) -> RunPage:
    """List the runs, the newest first."""
    return runs.list_runs(site.workspace.runs, site.views, caller.branches, query)


@router.get(
    "/{run}",
    operation_id="get_run",
    responses=links(
        coverage=("get_coverage", {"run": "/run_id"}),
        rings=("list_rings", {"run": "/run_id"}),
        diff=("diff_runs", {"run": "/compared_with", "other": "/run_id"}),
    ),
)
def get_run(caller: Watcher, site: Here, run: RunName) -> RunAnswer:
    """Tell what a run looked at, with which settings, and what it found."""
    found = site.views.run(run)
    return runs.run_answer(found, site.workspace.runs, site.views, caller.branches)


@router.get("/{run}/coverage", operation_id="get_coverage")
def get_coverage(caller: Watcher, site: Here, run: RunName) -> CoverageAnswer:
    """Tell which evidence the data of a run allowed, and why not."""
    return runs.coverage_answer(site.workspace.runs, site.views.run(run), caller.branches)


@router.get("/{run}/diff/{other}", operation_id="diff_runs")
def diff_runs(
    caller: Reader, site: Here, run: RunName, other: RunName, query: Annotated[PageQuery, Query()]
) -> DiffAnswer:
    """Compare two runs, the older first: rings that are new, changed or gone, and what did it."""
    return diff.diff_answer(site.views, caller.branches, run, other, query)
