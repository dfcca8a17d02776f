"""Screening against the current run of a workspace."""

from __future__ import annotations

from collections.abc import Mapping

from ringfinder.errors import InputError
from ringfinder.pipeline.index import open_index
from ringfinder.screen.incoming import Incoming
from ringfinder.screen.screener import Screener, Screening
from ringfinder.store import Workspace

PARTS = ("request", "person", "policy")
"""What may be sent: columns of `surrender_requests`, `persons` and `policies`."""


def open_screener(workspace: Workspace, run_name: str = "current") -> Screener:
    """A screener for a run; opening computes nothing.

    Raises
    ------
    InputError
        If there is no such run.
    SurroundingsError
        If the run has no index.
    """
    return Screener(open_index(workspace, workspace.runs.find(run_name)))


def read_body(body: object) -> Incoming:
    """What was sent, as ``{"request": {...}, "person": {...}, "policy": {...}}`` or the columns of the request alone.

    Raises
    ------
    InputError
        If it is something else, or a column is unknown or cannot be read.
    """
    if not isinstance(body, Mapping):
        raise InputError("a request to screen is a JSON object", remedy='such as {"request": {"request_id": ...}}')
    parts = body if "request" in body else {"request": body}
    if unknown := parts.keys() - set(PARTS):
        raise InputError(f"unknown part {min(unknown)!r}", remedy=f"one of {', '.join(PARTS)}")
    return Incoming.of(*(_cells(name, parts.get(name, {})) for name in PARTS))


def _cells(name: str, part: object) -> dict[str, str]:
    if not isinstance(part, Mapping):
        raise InputError(f"{name} is no JSON object", remedy="name columns and their values")
    found = {}
    for column, value in part.items():
        if value is None:
            continue
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise InputError(f"{name}.{column} is neither text nor number", remedy="write it as text")
        found[str(column)] = str(value)
    return found


def screen(workspace: Workspace, body: object) -> Screening:
    """Screen one request against the current run."""
    return open_screener(workspace).screen(read_body(body))
