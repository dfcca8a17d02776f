"""Who is in the rings, with branch, agent and batch from the facts."""

from dataclasses import replace

import pyarrow as pa
from tests.detection import portfolio, request
from tests.results import make_member, make_ring

from ringfinder.pipeline.members import member_table
from ringfinder.records.portfolio import BATCH, Portfolio
from ringfinder.store.run_files import MEMBER_SCHEMA


def test_the_branch_is_the_policys_where_the_request_names_none() -> None:
    facts = portfolio(
        surrender_requests=[
            request(0, request_id="R00000", policy_no="L0", branch_code="B1"),
            request(1, request_id="R00001", policy_no="L1", branch_code=None),
            request(2, request_id="R00002", policy_no="unknown", branch_code=None),
        ],
        policies=[
            {"policy_no": "L1", "applicant_id": "C1", "branch_code": "B2", "agent_no": "A1"},
            {"policy_no": "L0", "applicant_id": "C0", "branch_code": "B9", "agent_no": "A0"},
        ],
    )
    requests = facts.table("surrender_requests")
    tables = {**facts.tables, "surrender_requests": requests.append_column(BATCH, pa.array(["b1", "b1", "b2"]))}
    ring = replace(make_ring(), members=tuple(make_member(number) for number in (2, 0, 1)))
    table = member_table([ring], Portfolio(tables, facts.present))
    assert table.schema == MEMBER_SCHEMA
    rows = table.select(["request_id", "policy_no", "branch_code", "agent_no", "batch_id"]).to_pylist()
    assert [tuple(row.values()) for row in rows] == [
        ("R00002", "unknown", None, None, "b2"),
        ("R00000", "L0", "B1", "A0", "b1"),
        ("R00001", "L1", "B2", "A1", "b1"),
    ]


def test_requests_alone_are_enough() -> None:
    facts = portfolio(surrender_requests=[request(0, request_id="R00000")])
    ring = replace(make_ring(), members=(make_member(0),))
    (row,) = member_table([ring], facts).to_pylist()
    assert row["agent_no"] is None
    assert row["branch_code"] is None
    assert member_table([], facts).num_rows == 0
