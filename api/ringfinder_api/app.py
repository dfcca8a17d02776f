"""The FastAPI application: made for one site, it keeps no data of its own and computes nothing at start."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware

from ringfinder import __version__
from ringfinder_api.access.roles import check_declared
from ringfinder_api.http.accounting import Accounting
from ringfinder_api.http.body_limit import BodyLimit
from ringfinder_api.http.failures import Failures
from ringfinder_api.http.logs import Log, open_log
from ringfinder_api.http.metrics import Metrics
from ringfinder_api.http.problems import tell_problems
from ringfinder_api.http.rate_limit import RateLimit
from ringfinder_api.http.request_ids import HEADER, RequestIds
from ringfinder_api.http.security_headers import SecurityHeaders
from ringfinder_api.http.time_limit import TimeLimit
from ringfinder_api.openapi import SUMMARY, describe
from ringfinder_api.routes import (
    contract,
    entities,
    findings,
    health,
    jobs,
    journal,
    me,
    ring,
    rings,
    runs,
    screen,
    statistics,
    uploads,
    webhooks,
    why,
)
from ringfinder_api.site import Site

ROUTERS = (
    health.router,
    contract.router,
    me.router,
    runs.router,
    rings.router,
    ring.router,
    findings.router,
    entities.router,
    why.router,
    screen.router,
    statistics.router,
    uploads.router,
    jobs.router,
    webhooks.router,
    journal.router,
)
"""Every route of the service; each declares who it is for, or the application is not made."""


def create_app(site: Site, log: Log | None = None) -> FastAPI:
    """Make the application.

    Raises
    ------
    TypeError
        If a route does not declare its roles.
    """
    check_declared(ROUTERS)
    log = log or open_log()
    metrics = Metrics(site.workspace.loaded_at, site.workspace.runs.finished_at)
    app = FastAPI(
        title="ringfinder",
        version=__version__,
        summary=SUMMARY,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        middleware=_around(site, log, metrics),
    )
    app.state.site = site
    app.state.metrics = metrics
    app.state.rate_limit = RateLimit(site.settings.limits.requests_per_minute)
    for router in ROUTERS:
        app.include_router(router)
    tell_problems(app)
    describe(app, ROUTERS)
    return app


def _around(site: Site, log: Log, metrics: Metrics) -> list[Middleware]:
    """What every request passes, from the outside inwards."""
    settings = site.settings
    return [
        Middleware(RequestIds),
        Middleware(SecurityHeaders),
        Middleware(Accounting, log=log, metrics=metrics),
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Idempotency-Key", "If-None-Match", "X-Purpose", HEADER],
            expose_headers=["ETag", "Retry-After", HEADER],
        ),
        Middleware(Failures, log=log),
        Middleware(TimeLimit, settings=settings),
        Middleware(BodyLimit, settings=settings),
    ]
