"""Leads of Cypher patterns: what a pattern found, under the run that the graph showed then, one identity over runs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, delete, exists, func, insert, select, update

from ringfinder.store.schema import lead_findings, leads


@dataclass(frozen=True)
class Lead:
    """One lead as a run found it.

    Parameters
    ----------
    lead_id
        The same for the same pattern and identity, whatever the run.
    version
        Of the pattern.
    finding
        The row that the pattern returned; values in it are masked as they were in the graph.
    first_run, last_run
        Numbers of the first and the last run that had it.
    """

    lead_id: str
    pattern: str
    version: int
    identity: Mapping[str, Any]
    run: int
    finding: Mapping[str, Any]
    first_run: int
    last_run: int


def lead_id(pattern: str, identity: Mapping[str, Any]) -> str:
    """Name of a lead from what it is."""
    said = json.dumps([pattern, dict(identity)], sort_keys=True, ensure_ascii=False)
    return f"L-{hashlib.sha256(said.encode()).hexdigest()[:10].upper()}"


def _date(connection: Connection, pattern: str) -> None:
    """Let each lead of a pattern say in which runs it is found; one that is found in none any more is forgotten."""
    found = lead_findings.c.lead_id == leads.c.lead_id
    connection.execute(delete(leads).where(leads.c.pattern == pattern, ~exists().where(found)))
    number = lead_findings.c.number
    connection.execute(
        update(leads)
        .where(leads.c.pattern == pattern)
        .values(
            first_run=select(func.min(number)).where(found).scalar_subquery(),
            last_run=select(func.max(number)).where(found).scalar_subquery(),
        )
    )


class Leads:
    """Leads of a workspace."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(
        self, run: int, pattern: str, version: int, found: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
    ) -> int:
        """Replace what a pattern found in a run; return how many leads are new.

        Parameters
        ----------
        found
            Identity and row of each.
        """
        named = {lead_id(pattern, identity): (identity, row) for identity, row in found}
        with self._engine.begin() as connection:
            ours = select(leads.c.lead_id).where(leads.c.pattern == pattern)
            known = set(connection.execute(ours).scalars())
            connection.execute(
                delete(lead_findings).where(lead_findings.c.number == run, lead_findings.c.lead_id.in_(ours))
            )
            fresh = [name for name in named if name not in known]
            if fresh:
                connection.execute(
                    insert(leads),
                    [
                        {
                            "lead_id": name,
                            "pattern": pattern,
                            "identity": json.dumps(dict(named[name][0]), ensure_ascii=False, sort_keys=True),
                            "first_run": run,
                            "last_run": run,
                        }
                        for name in fresh
                    ],
                )
            if named:
                at = datetime.now(UTC)
                connection.execute(
                    insert(lead_findings),
                    [
                        {
                            "lead_id": name,
                            "number": run,
                            "version": version,
                            "finding": json.dumps(dict(row), ensure_ascii=False),
                            "recorded_at": at,
                        }
                        for name, (_, row) in sorted(named.items())
                    ],
                )
            _date(connection, pattern)
        return len(fresh)

    def listed(self, run: int | None = None, pattern: str = "") -> list[Lead]:
        """Leads of a run (of the last run of each where None), by pattern and id."""
        query = select(leads, lead_findings).join(lead_findings, lead_findings.c.lead_id == leads.c.lead_id)
        query = query.where(lead_findings.c.number == (leads.c.last_run if run is None else run))
        if pattern:
            query = query.where(leads.c.pattern == pattern)
        with self._engine.connect() as connection:
            rows = connection.execute(query.order_by(leads.c.pattern, leads.c.lead_id)).all()
        return [
            Lead(
                row.lead_id,
                row.pattern,
                row.version,
                json.loads(row.identity),
                row.number,
                json.loads(row.finding),
                row.first_run,
                row.last_run,
            )
            for row in rows
        ]
