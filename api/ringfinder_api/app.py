"""The FastAPI application: `uvicorn --factory ringfinder_api.app:create_app`."""

from __future__ import annotations

from fastapi import FastAPI

from ringfinder import __version__
from ringfinder_api.routes import contract, health


def create_app() -> FastAPI:
    """Make the application; it keeps no state of its own and computes nothing at start."""
    app = FastAPI(
        title="ringfinder",
        version=__version__,
        summary="Leads on coordinated surrenders: for people to judge, never verdicts.",
    )
    app.include_router(health.router)
    app.include_router(contract.router, prefix="/v1")
    return app
