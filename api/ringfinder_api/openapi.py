"""The description of the service: what the framework knows of the routes, and what holds for all of them.

Problems that any route may answer stand once among the components and are referred to; who a route is for
stands in `x-roles`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from ringfinder_api.access.roles import declared
from ringfinder_api.http.problems import MEDIA_TYPE, TABLE
from ringfinder_api.schemas.base import Problem

SUMMARY = "Leads on coordinated surrenders: for people to judge, never verdicts."
_SCHEME = "bearer"
_VALIDATION = ("HTTPValidationError", "ValidationError")
_PUBLIC, _KEYED = (413, 422), (400, 401, 403, 404, 408, 413, 422, 429)
"""Statuses of problems that routes for everybody, and routes for some, may answer."""


def describe(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Let `app` describe itself as this module says."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _described(app, routers)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # the framework's own way to do it


def _described(app: FastAPI, routers: Sequence[APIRouter]) -> dict[str, Any]:
    said: dict[str, Any] = get_openapi(
        title=app.title, version=app.version, summary=app.summary, routes=app.routes, openapi_version="3.1.0"
    )
    components = said.setdefault("components", {})
    schemas = components["schemas"]
    for name in _VALIDATION:
        schemas.pop(name, None)
    schemas |= _problem_schemas()
    components["schemas"] = dict(sorted(schemas.items()))
    components["securitySchemes"] = {
        _SCHEME: {"type": "http", "scheme": "bearer", "description": "A key of ours, or a token of a known issuer."}
    }
    components["responses"] = {str(status): _problem_response(status) for status in sorted({*_KEYED, 409})}
    for route, operation in _operations(said, routers):
        _complete(operation, route)
    return said


def _operations(said: dict[str, Any], routers: Sequence[APIRouter]) -> Iterator[tuple[APIRoute, dict[str, Any]]]:
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                for method in route.methods or ():
                    yield route, said["paths"][route.path_format][method.lower()]


def _complete(operation: dict[str, Any], route: APIRoute) -> None:
    """Say who a route is for, and which problems it may answer."""
    roles = declared(route)
    operation["x-roles"] = "public" if roles is None else sorted(roles)
    if roles is not None:
        operation["security"] = [{_SCHEME: []}]
    for parameter in operation.get("parameters", ()):
        parameter["schema"] = _without_null(parameter["schema"])
    answers = operation["responses"]
    takes = "422" in answers
    for status in _PUBLIC if roles is None else _KEYED:
        if status != 422 or takes:  # noqa: PLR2004 - a route without parameters has none to refuse
            answers[str(status)] = {"$ref": f"#/components/responses/{status}"}
    operation["responses"] = dict(sorted(answers.items()))


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter: one that may be left out is never null, for a query has no such thing."""
    some = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if len(some) != 1:
        return schema
    return {**{name: said for name, said in schema.items() if name != "anyOf"}, **some[0]}


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**schema.pop("$defs"), "Problem": schema}


def _problem_response(status: int) -> dict[str, Any]:
    said = " / ".join(dict.fromkeys(f"{kind.en} ({kind.zh})" for kind in TABLE if kind.status == status))
    return {
        "description": said,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
