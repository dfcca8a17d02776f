"""Rows recorded one by one, folded at any time or not, give the facts that loads of one row each give."""

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.pipeline.intake import record
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.store import Workspace

ROW = st.fixed_dictionaries(
    {"person_id": st.sampled_from(["C1", "C2", "C3"]), "updated_at": st.sampled_from(["", "2025-01-01", "2025-01-02"])}
)
STEP = st.tuples(st.sampled_from(["record", "load", "record, fold"]), ROW)


def load_one(workspace: Workspace, row: dict[str, str], folder: Path) -> None:
    folder.mkdir()
    (folder / "persons.csv").write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    load_folder(workspace, folder)


def facts(workspace: Workspace) -> tuple[list[dict[str, Any]], dict[str, frozenset[str]]]:
    """All facts but where they came from."""
    portfolio = workspace.portfolio()
    rows = portfolio.table("persons").to_pylist()
    kept = [{name: cell for name, cell in row.items() if name not in ("_batch", "_file", "_line")} for row in rows]
    return sorted(kept, key=lambda row: str(row["person_id"])), dict(portfolio.present)


@settings(max_examples=20, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=7))
def test_one_by_one_or_by_loads_it_is_the_same(steps: list[tuple[str, dict[str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as place:
        mixed, loaded = (Workspace.open(Settings(Path(place) / name)) for name in ("mixed", "loaded"))
        with mixed, loaded:
            requests = {"request_id": "R1", "policy_no": "P1", "applicant_id": "C1", "applied_at": "2025-01-01"}
            record(mixed, {"surrender_requests": [requests]}, "me")  # a load wants requests to be there
            record(loaded, {"surrender_requests": [requests]}, "me")
            for number, (way, row) in enumerate(steps):
                told = {**row, "name": f"N{number}", "phone": f"1391234567{number}"}
                load_one(loaded, told, Path(place) / f"loaded{number}")
                if way == "load":
                    load_one(mixed, told, Path(place) / f"mixed{number}")
                else:
                    record(mixed, {"persons": [told]}, "me")
                if way.endswith("fold"):
                    mixed.compact()
            assert facts(mixed) == facts(loaded)
            mixed.compact()
            assert facts(mixed) == facts(loaded)
