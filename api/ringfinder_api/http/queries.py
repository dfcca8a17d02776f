"""Parameters of a query that a route does not know: refused, so that a mistyped filter is not passed over."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel


def refuse_unknown(request: Request) -> None:
    """Refuse a request whose query names something that its route, which takes a query, does not know.

    Raises
    ------
    RequestValidationError
        With the names that are not known.
    """
    if not request.query_params:
        return
    route: APIRoute = request.scope["route"]
    known = set(_names(route.dependant))
    unknown = sorted(request.query_params.keys() - known) if known else []
    if unknown:
        raise RequestValidationError([{"loc": ("query", name), "type": "extra_forbidden"} for name in unknown])


def _names(dependant: Dependant) -> Iterator[str]:
    """Names that a route takes in its query, those of dependencies and of models with them."""
    for one in dependant.query_params:
        kind = one.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (field.alias or name for name, field in kind.model_fields.items())
        else:
            yield one.alias
    for needed in dependant.dependencies:
        yield from _names(needed)
