"""The last place where an error is caught: nothing that fails leaves a bare 500 or a traceback with values."""

from __future__ import annotations

import traceback

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringfinder.errors import RingfinderError
from ringfinder_api.errors import ServiceError
from ringfinder_api.http.logs import Log
from ringfinder_api.http.problems import answer_to
from ringfinder_api.http.request_ids import id_of


class Failures:
    """Answers what no route answered: limits of middleware by the table, everything else as a fault of ours.

    A fault is logged by its type and the places in our code, without its message: that may hold values.
    """

    def __init__(self, app: ASGIApp, log: Log) -> None:
        self._app = app
        self._log = log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def watched(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # noqa: BLE001 - the last place
            request_id = id_of(scope)
            if not isinstance(error, ServiceError):
                self._tell(error, request_id)
            if not started:
                await answer_to(error, request_id)(scope, receive, send)

    def _tell(self, error: Exception, request_id: str) -> None:
        said = error.message if isinstance(error, RingfinderError) else ""
        places = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)]
        self._log.error("fault", request_id=request_id, error=type(error).__name__, said=said, places=places[-12:])
