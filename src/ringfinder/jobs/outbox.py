"""What is to be told to other systems about a run: written once for each webhook, event, run and ring.

A delivery has its name from these four, so announcing a run twice, or by two processes at once, queues
nothing twice. The pointer `announced` says up to which run that was done, whoever made the runs.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Engine, Table, select, update
from sqlalchemy.dialects import postgresql, sqlite

from ringfinder.detect.lineage import GREW
from ringfinder.jobs.names import DELIVERY, name_from
from ringfinder.store import Run, Workspace, run_name
from ringfinder.store.manifest import as_utc
from ringfinder.store.schema import deliveries, pointers, webhooks

PUBLIC_URL_VARIABLE = "RINGFINDER_PUBLIC_URL"
ANNOUNCED = "announced"


class Event(StrEnum):
    """What a webhook may be told."""

    RING_NEW = "ring.new"
    RING_CHANGED = "ring.changed"
    RUN_FINISHED = "run.finished"


class Delivered(StrEnum):
    """Where a delivery stands."""

    WAITING = "waiting"
    SENT = "sent"
    GIVEN_UP = "given_up"


@dataclass(frozen=True)
class Occasion:
    """One thing to tell, without personal data."""

    event: Event
    ring_id: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def public_url() -> str:
    """Begin of the service's addresses as others reach it; empty where nobody said."""
    return os.environ.get(PUBLIC_URL_VARIABLE, "").rstrip("/")


def announce(workspace: Workspace, engine: Engine) -> int:
    """Queue what is to be told about runs that were not announced yet; return how many deliveries came of it."""
    with engine.connect() as connection:
        last = connection.execute(select(pointers.c.number).where(pointers.c.name == ANNOUNCED)).scalar() or 0
    queued = 0
    for run in workspace.runs.all():
        if run.number > last:
            queued += enqueue_for_run(workspace, engine, run)
    return queued


def enqueue_for_run(workspace: Workspace, engine: Engine, run: Run) -> int:
    """Queue what is to be told about one run, to the webhooks that were there when it was made.

    Returns
    -------
    int
        How many deliveries were new.
    """
    with engine.connect() as connection:
        rows = connection.execute(select(webhooks).where(webhooks.c.revoked_at.is_(None))).all()
    hooks = [row for row in rows if as_utc(row.created_at) <= run.finished_at]
    occasions = list(occasions_of(workspace, run)) if hooks else []
    fresh = [
        _delivery(hook.webhook_id, one, run)
        for hook in hooks
        for one in occasions
        if one.event in json.loads(hook.events)
    ]
    with engine.begin() as connection:
        _move_pointer(connection, run.number)
        return sum(_insert_missing(connection, deliveries, row) for row in fresh)


def occasions_of(workspace: Workspace, run: Run) -> Iterator[Occasion]:
    """What is worth telling about a run, beside the run that its rings were matched to."""
    yield Occasion(
        Event.RUN_FINISHED,
        facts={
            "requests": run.requests,
            "alert_rings": run.alert_rings,
            "review_rings": run.review_rings,
            "faded_rings": run.faded_rings,
        },
    )
    now = _heads(workspace, run.number)
    before = _heads(workspace, run.compared_with)
    first_runs = workspace.runs.first_runs()
    for ring_id, head in now.items():
        facts = {name: head[name] for name in ("tier", "requests", "applicants")}
        if first_runs.get(ring_id, run.number) == run.number:
            yield Occasion(Event.RING_NEW, ring_id, facts)
        elif changes := material_changes(before.get(ring_id), head):
            yield Occasion(Event.RING_CHANGED, ring_id, {**facts, "changes": changes})


def material_changes(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> list[str]:
    """What makes a ring worth another look; nothing where it is as it was.

    A ring that is not in the run before, and yet is not new, has come back. Shrinking is none of these: a
    ring that loses members because a window moved on asks nothing of anybody.
    """
    if before is None:
        return ["returned"]
    grown = [
        name for name in ("requests", "at_risk") if now[name] > before[name] and now[name] >= (1 + GREW) * before[name]
    ]
    return [*(["tier"] if now["tier"] != before["tier"] else []), *grown]


def _heads(workspace: Workspace, number: int | None) -> dict[str, dict[str, Any]]:
    files = workspace.runs.files(number) if number is not None else None
    if files is None or not files.there():
        return {}
    return {row["ring_id"]: row for row in files.heads().to_pylist()}


def _delivery(webhook_id: str, one: Occasion, run: Run) -> dict[str, Any]:
    name = name_from(DELIVERY, webhook_id, one.event.value, str(run.number), one.ring_id)
    now = datetime.now(UTC)
    path = f"/v1/rings/{one.ring_id}" if one.ring_id else f"/v1/runs/{run_name(run.number)}"
    body = {
        "delivery_id": name,
        "event": one.event.value,
        "run": run.run_id,
        "finished_at": run.finished_at.astimezone(UTC).isoformat(timespec="seconds"),
        **({"ring_id": one.ring_id} if one.ring_id else {}),
        **one.facts,
        "url": public_url() + path,
    }
    return {
        "delivery_id": name,
        "webhook_id": webhook_id,
        "event": one.event.value,
        "number": run.number,
        "ring_id": one.ring_id,
        "body": json.dumps(body, ensure_ascii=False),
        "state": Delivered.WAITING,
        "attempts": 0,
        "next_at": now,
        "last_status": None,
        "last_error": "",
        "created_at": now,
        "finished_at": None,
    }


def _insert_missing(connection: Connection, table: Table, row: Mapping[str, Any]) -> int:
    into = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    # What comes back is counted: a driver may not know how many rows an insertion made.
    made = into(table).values(row).on_conflict_do_nothing().returning(*table.primary_key)
    return len(connection.execute(made).all())


def _move_pointer(connection: Connection, number: int) -> None:
    """Say that a run is announced; a pointer never goes back."""
    _insert_missing(connection, pointers, {"name": ANNOUNCED, "number": number})
    moved = update(pointers).where(pointers.c.name == ANNOUNCED, pointers.c.number < number)
    connection.execute(moved.values(number=number))
