"""Errors as `application/problem+json` (RFC 9457), from one table.

What is not in the table is a fault of ours: 500, without a detail, logged with the id of the request.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import ForbiddenError
from ringfinder.jobs import refusals
from ringfinder_api import errors
from ringfinder_api.http.request_ids import id_of

MEDIA_TYPE = "application/problem+json"
NAMESPACE = "urn:ringfinder:problem:"


@dataclass(frozen=True)
class Kind:
    """One kind of problem: the error that it is made from, its name, its status, and its title in both languages."""

    error: type[Exception]
    slug: str
    status: HTTPStatus
    zh: str
    en: str


class UnhandledError(Exception):
    """Stands in the table for whatever nobody thought of."""


TABLE = (
    Kind(errors.BadRequestError, "bad-request", HTTPStatus.BAD_REQUEST, "请求有误", "The request is wrong"),
    Kind(errors.BadCursorError, "bad-cursor", HTTPStatus.BAD_REQUEST, "游标无效", "The cursor is not of this list"),
    Kind(errors.PurposeMissingError, "purpose-missing", HTTPStatus.BAD_REQUEST, "缺少目的", "There is no purpose"),
    Kind(errors.NotAuthenticatedError, "not-authenticated", HTTPStatus.UNAUTHORIZED, "身份未确认", "Who are you?"),
    Kind(errors.MayNotError, "may-not", HTTPStatus.FORBIDDEN, "无此权限", "Your roles do not allow this"),
    Kind(ForbiddenError, "may-not", HTTPStatus.FORBIDDEN, "无此权限", "Your roles do not allow this"),
    Kind(errors.NotFoundError, "not-found", HTTPStatus.NOT_FOUND, "没有找到", "There is nothing here for you"),
    Kind(refusals.UnknownNameError, "not-found", HTTPStatus.NOT_FOUND, "没有找到", "There is nothing here for you"),
    Kind(
        errors.BodyTooSlowError, "body-too-slow", HTTPStatus.REQUEST_TIMEOUT, "请求体过慢", "The body came too slowly"
    ),
    Kind(refusals.JobEndedError, "job-ended", HTTPStatus.CONFLICT, "任务已结束", "The job has ended"),
    Kind(refusals.UploadInUseError, "upload-in-use", HTTPStatus.CONFLICT, "文件正在使用", "The upload is in use"),
    Kind(refusals.UnderWayError, "under-way", HTTPStatus.CONFLICT, "请求处理中", "The request is under way"),
    Kind(
        errors.BodyTooLargeError,
        "body-too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "请求体过大",
        "The body is too large",
    ),
    Kind(
        refusals.UploadTooLargeError,
        "upload-too-large",
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        "文件过大",
        "The upload is too large",
    ),
    Kind(
        refusals.UploadRefusedError,
        "upload-refused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "文件被拒",
        "The upload is refused",
    ),
    Kind(
        refusals.AddressRefusedError,
        "address-refused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "地址不允许",
        "The address is not allowed",
    ),
    Kind(
        refusals.KeyReusedError,
        "idempotency-key-reused",
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "幂等键已使用",
        "The key was used otherwise",
    ),
    Kind(RequestValidationError, "invalid", HTTPStatus.UNPROCESSABLE_ENTITY, "参数无效", "The request is not valid"),
    Kind(InputError, "input", HTTPStatus.UNPROCESSABLE_ENTITY, "输入有误", "The input is wrong"),
    Kind(errors.TooManyRequestsError, "too-many", HTTPStatus.TOO_MANY_REQUESTS, "请求过多", "Too many requests"),
    Kind(UnhandledError, "fault", HTTPStatus.INTERNAL_SERVER_ERROR, "程序错误", "This is a fault of ours"),
    Kind(errors.TookTooLongError, "took-too-long", HTTPStatus.SERVICE_UNAVAILABLE, "处理超时", "It took too long"),
    Kind(errors.NotReadyError, "not-ready", HTTPStatus.SERVICE_UNAVAILABLE, "服务未就绪", "Not ready"),
    Kind(OperationalError, "database", HTTPStatus.SERVICE_UNAVAILABLE, "数据库无应答", "The database does not answer"),
    Kind(SurroundingsError, "surroundings", HTTPStatus.SERVICE_UNAVAILABLE, "环境故障", "Something is in the way"),
)
"""Every problem that the service tells, by rising status."""

_BY_ERROR = {kind.error: kind for kind in TABLE}
_TITLES_ZH = {405: "不支持此方法", 404: "没有找到", 400: "请求有误"}


def kind_of(error: Exception) -> Kind:
    """The line of the table for an error, or the one of our faults."""
    for base in type(error).__mro__:
        if base in _BY_ERROR:
            return _BY_ERROR[base]
    return _BY_ERROR[UnhandledError]


def answer_to(error: Exception, request_id: str) -> Response:
    """The answer to an error."""
    if isinstance(error, HTTPException):
        return _of_framework(error, request_id)
    kind = kind_of(error)
    detail, headers, more = "", {}, {}
    match error:
        case errors.ServiceError():
            detail, headers = error.detail, error.headers
        case refusals.UnderWayError():
            detail, headers = error.message, {"Retry-After": str(error.retry_after)}
        case InputError():
            detail = error.message
        case SurroundingsError() | OperationalError():  # messages name places on our disks: logged, not told
            headers = {"Retry-After": "30"}
        case RequestValidationError():
            more = {"errors": [_field(one) for one in error.errors()]}
        case _:
            pass
    return _written(kind.slug, kind.status, (kind.zh, kind.en), detail, request_id, headers, more)


def _of_framework(error: HTTPException, request_id: str) -> Response:
    """What the framework refuses by itself: a path or a method that is not there, a body that is no JSON."""
    status = HTTPStatus(error.status_code)
    if status == HTTPStatus.NOT_FOUND:
        return answer_to(errors.NotFoundError("there is no such path"), request_id)
    title = _TITLES_ZH.get(status, "请求有误"), status.phrase
    slug = status.phrase.lower().replace(" ", "-")
    return _written(slug, status, title, "", request_id, dict(error.headers or {}), {})


def _field(one: dict[str, Any]) -> dict[str, str]:
    """What is wrong with one field: where it is and why; never what was sent."""
    place = [str(part) for part in one["loc"]]
    return {"in": place[0], "name": ".".join(place[1:]), "reason": str(one["type"]).replace("_", " ")}


def _written(
    slug: str,
    status: HTTPStatus,
    titles: tuple[str, str],
    detail: str,
    request_id: str,
    headers: dict[str, str],
    more: dict[str, Any],
) -> Response:
    said = {
        "type": f"{NAMESPACE}{slug}",
        "status": status.value,
        "title": titles[1],
        "title_zh": titles[0],
        "detail": detail,
        "request_id": request_id,
        **more,
    }
    return Response(json.dumps(said, ensure_ascii=False), status.value, headers, MEDIA_TYPE)


def tell_problems(app: FastAPI) -> None:
    """Answer the errors of routes by the table; faults of ours go on to `ringfinder_api.http.failures`."""

    async def answer(request: Request, error: Exception) -> Response:
        return answer_to(error, id_of(request.scope))

    for one in (errors.ServiceError, InputError, RequestValidationError, HTTPException):
        app.add_exception_handler(one, answer)
