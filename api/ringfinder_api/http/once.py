"""Answers a write once: with an ``Idempotency-Key``, a repetition gets the very same answer.

What is kept are answers of something done. A refusal changed nothing: its key is free again, and the request
may be repeated as if it had never been.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Header, Request, Response
from pydantic import BaseModel

from ringfinder.identity import Principal
from ringfinder.jobs.idempotency import Answer, Reservation, fingerprint
from ringfinder_api.services.long_work import LongWork

Key = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        max_length=128,
        pattern=r"^[!-~]([ -~]*[!-~])?$",
        description="Visible characters; the same key and request, the same answer.",
    ),
]
REPEATED = "Idempotent-Replayed"


@dataclass(frozen=True)
class Done:
    """What a write did, as it is answered."""

    status: int
    body: BaseModel
    headers: dict[str, str] = field(default_factory=dict)


def once(
    request: Request,
    work: LongWork,
    principal: Principal,
    key: str | None,
    said: bytes,
    do: Callable[[Reservation | None], Done],
) -> Response:
    """Do a write, or answer as before.

    Parameters
    ----------
    said
        What tells this request from another with the same method and path.
    do
        Does it; names of what it makes come from the reservation where there is one.
    """
    if key is None:
        return _response(_answer(do(None)))
    held = work.idempotency.begin(principal.user_id, key, fingerprint(request.method, request.url.path, said))
    if isinstance(held, Answer):
        return _response(held, {REPEATED: "true"})
    try:
        answer = _answer(do(held))
        work.idempotency.finish(held, answer)
    except BaseException:
        work.idempotency.give_up(held)
        raise
    return _response(answer)


def _answer(done: Done) -> Answer:
    return Answer(done.status, done.body.model_dump_json(), done.headers)


def _response(answer: Answer, more: dict[str, str] | None = None) -> Response:
    return Response(answer.body, answer.status, {**answer.headers, **(more or {})}, "application/json")
