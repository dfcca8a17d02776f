"""Strong entity tags: whoever has an answer already gets 304 instead of the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute


class TaggedRoute(APIRoute):
    """A route whose answers carry the hash of their bytes as `ETag`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the framework, and the tag after it."""
        handle = super().get_route_handler()

        async def tagged(request: Request) -> Response:
            answer = await handle(request)
            if request.method != "GET" or answer.status_code != HTTPStatus.OK or not hasattr(answer, "body"):
                return answer
            tag = f'"{hashlib.sha256(answer.body).hexdigest()[:32]}"'
            if _named(tag, request.headers.get("if-none-match", "")):
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": tag, "Vary": _VARY})
            answer.headers["ETag"] = tag
            answer.headers["Vary"] = _VARY
            return answer

        return tagged


_VARY = "Accept, Authorization"


def _named(tag: str, header: str) -> bool:
    """Whether `If-None-Match` names a tag."""
    named = [one.strip().removeprefix("W/") for one in header.split(",")]
    return tag in named or "*" in named
