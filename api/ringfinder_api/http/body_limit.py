"""A body may have so many bytes, whatever its headers say of it."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringfinder_api.config import ServiceSettings
from ringfinder_api.errors import BodyTooLargeError


class BodyLimit:
    """Refuses a body by its `Content-Length`, or as soon as more came than it may have."""

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = self._settings.bounds(scope["path"]).body_bytes
        length = Headers(scope=scope).get("content-length", "")
        if length.isdecimal() and int(length) > limit:
            raise BodyTooLargeError(limit)
        came, started, over = 0, False, False

        async def counted() -> Message:
            nonlocal came, over
            message = await receive()
            came += len(message.get("body", b""))
            if came > limit:
                over = True
                raise BodyTooLargeError(limit)
            return message

        async def gated(message: Message) -> None:
            nonlocal started
            if over and not started:  # the framework answers an error while it reads a body by itself
                return
            started = True
            await send(message)

        try:
            await self._app(scope, counted, gated)
        except BodyTooLargeError:
            if started:
                return
        if over and not started:
            raise BodyTooLargeError(limit)
