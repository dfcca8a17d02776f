"""The service about itself: whether it lives, whether it can answer, and its measures. Public: holds no data."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from ringfinder import __version__
from ringfinder_api.access.authentication import Here
from ringfinder_api.access.roles import PUBLIC
from ringfinder_api.errors import NotReadyError
from ringfinder_api.http.files import file
from ringfinder_api.http.metrics import MEDIA_TYPE
from ringfinder_api.schemas.service import Health, Ready

router = APIRouter(tags=["service"])


@router.get("/healthz", operation_id="health", dependencies=[PUBLIC])
async def health() -> Health:
    """Tell that the process answers."""
    return Health(status="ok", version=__version__)


@router.get("/readyz", operation_id="ready", dependencies=[PUBLIC])
def ready(site: Here) -> Ready:
    """Tell that the database answers and that the files of the current run, if there is one, are there."""
    if not site.workspace.answers():
        raise NotReadyError("the database does not answer")
    runs = site.workspace.runs
    number = runs.current_number()
    if number is None:
        return Ready(status="ready", run=None)
    files = runs.files(number)
    if not files.there():
        raise NotReadyError("the files of the current run are gone")
    return Ready(status="ready", run=files.folder.name)


@router.get(
    "/metrics", operation_id="metrics", dependencies=[PUBLIC], response_class=Response, responses=file("text/plain")
)
def metrics(request: Request) -> Response:
    """Requests by route, and how old the data and the current run are, as Prometheus reads it."""
    return Response(request.app.state.metrics.written(), media_type=MEDIA_TYPE)


@router.get("/v1/openapi.json", operation_id="openapi", dependencies=[PUBLIC])
def openapi(request: Request) -> dict[str, Any]:
    """Give the description of the service."""
    described: dict[str, Any] = request.app.openapi()
    return described
