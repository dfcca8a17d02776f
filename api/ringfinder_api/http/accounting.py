"""One line in the log and one count for each request, by the template of its route and never by its path."""

from __future__ import annotations

import time
from http import HTTPStatus

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringfinder_api.http.logs import Log
from ringfinder_api.http.metrics import Metrics
from ringfinder_api.http.request_ids import id_of

UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Accounting:
    """Times each request, logs it and counts it."""

    def __init__(self, app: ASGIApp, log: Log, metrics: Metrics) -> None:
        self._app = app
        self._log = log
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = HTTPStatus.INTERNAL_SERVER_ERROR.value

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            seconds = time.perf_counter() - began
            method = scope["method"] if scope["method"] in _METHODS else "OTHER"
            route = route_of(scope)
            self._metrics.count(method, route, status, seconds)
            self._log.info(
                "request",
                method=method,
                route=route,
                status=status,
                ms=round(1000 * seconds, 1),
                request_id=id_of(scope),
                key_id=scope.get("state", {}).get("key_id", ""),
            )


def route_of(scope: Scope) -> str:
    """Template of the route that was matched, such as ``/v1/rings/{ring_id}``."""
    return str(getattr(scope.get("route"), "path_format", UNMATCHED))
