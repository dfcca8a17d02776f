"""Screening against the current run of a workspace."""

from __future__ import annotations

from collections.abc import Mapping

from ringfinder.errors import InputError
from ringfinder.pipeline.index import open_index
from ringfinder.pipeline.intake import understand_all
from ringfinder.records.portfolio import IncomingTable
from ringfinder.screen.incoming import Incoming
from ringfinder.screen.screener import Screener, Screening
from ringfinder.store import Run, Workspace

PARTS = ("request", "person", "policy")
"""What may be sent: columns of `surrender_requests`, `persons` and `policies`."""

_TABLES = {"persons": "person", "policies": "policy", "surrender_requests": "request"}
"""Which part is of which table; the order is that of recording."""


def catch_up(workspace: Workspace, run: Run, screener: Screener) -> None:
    """Let a screener see requests, persons and policies that were recorded since its run."""
    since = max(screener.recent.seen, run.intake)
    screener.catch_up(workspace.intake.since(since, *_TABLES))


def rows_of(body: Mapping[str, object]) -> list[IncomingTable]:
    """A request, after its person and policy where they were sent, as rows to be recorded.

    In this order whoever reads them later one by one knows the person when the request comes, as its screening did.

    Raises
    ------
    InputError
        If a row cannot be used.
    """
    return understand_all({table: [_cells(part, body[part])] for table, part in _TABLES.items() if body.get(part)})


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
    """Screen one request against the current run, and what was recorded since."""
    incoming = read_body(body)
    run = workspace.runs.find()
    screener = Screener(open_index(workspace, run))
    catch_up(workspace, run, screener)
    return screener.screen(incoming)
