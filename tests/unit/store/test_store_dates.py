"""As of a date: later rows drop out, later and undated cells are blank, filed contacts are rolled back."""

from collections.abc import Callable
from datetime import datetime

import pyarrow as pa
import pytest

from ringfinder.pipeline.load import LoadResult
from ringfinder.store import Workspace

Load = Callable[..., LoadResult]
HEADER = (
    "request_id,policy_no,applicant_id,applied_at,agreed_amount,paid_amount,paid_at,desk_outcome,desk_outcome_at,status"
)
ROWS = (
    "R1,P1,C1,2025-01-01,900,800,2025-02-01,insisted,2025-01-03,closed",
    "R2,P2,C2,2025-03-01,900,800,2025-04-01,insisted,2025-03-03,closed",
    "R3,P3,C3,2025-01-02,900,800,,,,open",
)
PERSONS = "person_id,phone,contacts_as_of\nC1,13912345679,\nC2,13712345679,2024-01-01\n"
CHANGES = (
    "change_id,person_id,field,changed_at,old_value,new_value\n"
    "X1,C1,phone,2025-05-01,13812345679,13912345679\n"
    "X2,C1,phone,2025-04-01,13612345679,13812345679\n"
    "X3,C2,phone,2025-05-01,13512345679,13712345679\n"
)
COMPLAINTS = "complaint_id,received_at,closed_at,outcome\nK1,2025-01-05,2025-06-01,upheld\nK2,2025-07-01,,\n"
AGENTS = "agent_no,hired_on,left_on\nA1,2020-01-01,2025-06-01\n"


@pytest.fixture
def tables(load: Load, workspace: Workspace) -> Callable[[datetime | None], dict[str, pa.Table]]:
    load(
        surrender_requests="\n".join([HEADER, *ROWS]) + "\n",
        persons=PERSONS,
        contact_changes=CHANGES,
        complaints=COMPLAINTS,
        agents=AGENTS,
    )
    return lambda moment: dict(workspace.portfolio(moment).tables)


def test_as_of_a_past_date(tables: Callable[[datetime | None], dict[str, pa.Table]]) -> None:
    known = tables(datetime(2025, 2, 15))
    requests = {row["request_id"]: row for row in known["surrender_requests"].to_pylist()}
    assert set(requests) == {"R1", "R3"}
    assert requests["R1"]["paid_amount"] == 80000
    assert requests["R1"]["status"] == "closed"
    for cell in ("paid_amount", "agreed_amount", "status"):
        assert requests["R3"][cell] is None, "its date is unknown"
    assert known["complaints"]["outcome"].to_pylist() == [None]
    assert known["agents"]["left_on"].to_pylist() == [None]


def test_filed_contacts_are_rolled_back_where_the_extract_knew_the_change(
    tables: Callable[[datetime | None], dict[str, pa.Table]],
) -> None:
    persons = {row["person_id"]: row for row in tables(datetime(2025, 2, 15))["persons"].to_pylist()}
    assert persons["C1"]["phone"] == "13612345679"
    assert persons["C1"]["phone_nf"] == "13612345679"
    assert persons["C2"]["phone"] == "13712345679", "filed before the change"


def test_by_default_everything_is_known(
    tables: Callable[[datetime | None], dict[str, pa.Table]], workspace: Workspace
) -> None:
    assert workspace.portfolio().as_of == datetime(2025, 7, 1)
    known = tables(None)
    assert known["surrender_requests"].num_rows == 3
    assert known["surrender_requests"]["paid_amount"].null_count == 0
