"""Who is in the rings of a run, with what only the facts know of each request."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.records.portfolio import BATCH, Portfolio
from ringfinder.records.rings import Ring
from ringfinder.store.run_files import MEMBER_SCHEMA


def member_table(rings: Sequence[Ring], portfolio: Portfolio) -> pa.Table:
    """A line for each request in a ring, as `MEMBER_SCHEMA`; ring by ring.

    The branch is the policy's where the request names none; the agent is the policy's.
    """
    members = [(ring.ring_id, member) for ring in rings for member in ring.members]
    requests, policies = portfolio.table("surrender_requests"), portfolio.table("policies")
    wanted = pa.array([member.request_id for _, member in members], pa.string())
    rows = pc.index_in(wanted, value_set=requests["request_id"].combine_chunks())
    policy_no = _taken(requests, "policy_no", rows)
    policy = pc.index_in(policy_no, value_set=policies["policy_no"].combine_chunks(), skip_nulls=True)
    return pa.table(
        {
            "ring_id": pa.array([ring_id for ring_id, _ in members], pa.string()),
            "request_id": wanted,
            "applicant_id": pa.array([member.applicant_id for _, member in members], pa.string()),
            "applied_at": pa.array([member.applied_at for _, member in members], pa.timestamp("us")),
            "role": pa.array([member.role.value for _, member in members], pa.string()),
            "weight": pa.array([float(member.weight) for _, member in members], pa.float64()),
            "policy_no": policy_no,
            "branch_code": pc.coalesce(_taken(requests, "branch_code", rows), _taken(policies, "branch_code", policy)),
            "agent_no": _taken(policies, "agent_no", policy),
            "batch_id": _taken(requests, BATCH, rows),
        },
        schema=MEMBER_SCHEMA,
    )


def _taken(table: pa.Table, column: str, rows: pa.Array) -> pa.Array:
    """Cells of a column as text, null where the row or the column is missing."""
    if column not in table.column_names:
        return pa.nulls(len(rows), pa.string())
    return table[column].cast(pa.string()).combine_chunks().take(rows)
