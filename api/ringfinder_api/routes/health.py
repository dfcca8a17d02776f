"""Liveness."""

from __future__ import annotations

from fastapi import APIRouter

from ringfinder import __version__
from ringfinder_api.schemas import Health

router = APIRouter(tags=["service"])


@router.get("/healthz", operation_id="health")
def health() -> Health:
    """Tell that the process answers."""
    return Health(status="ok", version=__version__)
