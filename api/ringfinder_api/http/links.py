"""Links of OpenAPI: what to ask next, with which parts of this answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def links(status: int = 200, **named: tuple[str, Mapping[str, str]]) -> dict[int | str, dict[str, Any]]:
    """What a route declares that leads on.

    Parameters
    ----------
    status
        Of the answer that does.
    named
        Operation that follows, and for each of its parameters the place in this answer, by the name of the link.
    """
    return {
        status: {
            "links": {
                name: {
                    "operationId": operation,
                    "parameters": {parameter: f"$response.body#{place}" for parameter, place in places.items()},
                }
                for name, (operation, places) in named.items()
            }
        }
    }


def made(status: int, description: str, **named: tuple[str, Mapping[str, str]]) -> dict[int | str, dict[str, Any]]:
    """What a route declares that makes something: its answer, where to look at it, and that it may be refused.

    Parameters
    ----------
    status, description
        Of the answer.
    named
        As for `links`.
    """
    found = links(status, **named)
    found[status]["description"] = description
    return {**CONFLICT, **found}


CONFLICT: dict[int | str, dict[str, Any]] = {409: {"$ref": "#/components/responses/409"}}
"""Declares that a route may find its object in another state than it needs."""
