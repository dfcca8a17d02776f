"""A request may take so long: to send its body, and to be answered."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ringfinder_api.config import ServiceSettings
from ringfinder_api.errors import BodyTooSlowError, TookTooLongError


class TimeLimit:
    """Answers in time what the route does not; an answer that has begun is sent to its end.

    A route that computes in a thread cannot be stopped; it goes on to its end unheard, and its answer is dropped.
    """

    def __init__(self, app: ASGIApp, settings: ServiceSettings) -> None:
        self._app = app
        self._settings = settings
        self._unheard: set[asyncio.Task[None]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        seconds = self._settings.bounds(scope["path"]).seconds
        watch = _Watch(receive, send)
        task = asyncio.ensure_future(self._run(scope, watch))
        try:
            await asyncio.wait({task}, timeout=seconds)
        except asyncio.CancelledError:
            task.cancel()
            raise
        if task.done() or watch.started:
            await task
            return
        watch.closed = True
        task.cancel()
        self._unheard.add(task)
        task.add_done_callback(self._forget)
        raise BodyTooSlowError(seconds) if watch.waits_for_body else TookTooLongError(seconds)

    async def _run(self, scope: Scope, watch: _Watch) -> None:
        await self._app(scope, watch.receive, watch.send)

    def _forget(self, task: asyncio.Task[None]) -> None:
        self._unheard.discard(task)
        with suppress(asyncio.CancelledError):
            task.exception()


class _Watch:
    """What passes between the server and one request."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self.started = False
        self.closed = False
        self.waits_for_body = False

    async def receive(self) -> Message:
        """What comes in."""
        self.waits_for_body = True
        message = await self._receive()
        self.waits_for_body = False
        return message

    async def send(self, message: Message) -> None:
        """What goes out, unless somebody else has answered by now."""
        if not self.closed:
            self.started = True
            await self._send(message)
