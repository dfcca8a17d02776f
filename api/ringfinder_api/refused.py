"""How refusals of jobs, uploads and webhooks are told over HTTP: one table, most special first."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from ringfinder.errors import InputError, RingfinderError, SurroundingsError
from ringfinder.jobs import refusals
from ringfinder_api.schemas_jobs import JobProblem

STATUSES: Mapping[type[RingfinderError], tuple[HTTPStatus, str]] = {
    refusals.UnknownNameError: (HTTPStatus.NOT_FOUND, "not-found"),
    refusals.JobEndedError: (HTTPStatus.CONFLICT, "job-ended"),
    refusals.UploadInUseError: (HTTPStatus.CONFLICT, "upload-in-use"),
    refusals.UploadTooLargeError: (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "upload-too-large"),
    refusals.UploadRefusedError: (HTTPStatus.UNPROCESSABLE_ENTITY, "upload-refused"),
    refusals.AddressRefusedError: (HTTPStatus.UNPROCESSABLE_ENTITY, "address-refused"),
    refusals.KeyReusedError: (HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency-key-reused"),
    refusals.UnderWayError: (HTTPStatus.CONFLICT, "request-under-way"),
    InputError: (HTTPStatus.UNPROCESSABLE_ENTITY, "input"),
    SurroundingsError: (HTTPStatus.SERVICE_UNAVAILABLE, "surroundings"),
}
PROBLEM = "application/problem+json"


def problems(*statuses: HTTPStatus) -> dict[int | str, dict[str, Any]]:
    """What a route declares of its refusals, beside those that every route has."""
    said = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.SERVICE_UNAVAILABLE, *statuses)
    content = {PROBLEM: {"schema": JobProblem.model_json_schema()}}
    return {int(one): {"content": content, "description": one.phrase} for one in said}


def refused(_: Request, error: Exception) -> JSONResponse:
    """An error as problem+json; it says nothing of the server."""
    known = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), None)
    if known is None or not isinstance(error, RingfinderError):
        raise error
    status, name = known
    body = JobProblem(
        type=f"urn:ringfinder:{name}", title=status.phrase, status=status, detail=error.message, remedy=error.remedy
    )
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, refusals.UnderWayError) else {}
    return JSONResponse(body.model_dump(), status, headers, PROBLEM)


def tell_refusals(app: FastAPI) -> None:
    """Have an application answer refusals by this table."""
    for kind in STATUSES:
        app.add_exception_handler(kind, refused)
