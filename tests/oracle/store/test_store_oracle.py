"""Corrections against an independent model: a dict that is kept by hand."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.store import Workspace

Version = tuple[str, int, int | None]
VERSIONS = st.tuples(st.sampled_from(["R1", "R2", "R3"]), st.integers(1, 3), st.none() | st.integers(1, 3))
LOADS = st.lists(st.lists(VERSIONS, min_size=1, max_size=5), min_size=1, max_size=4)


class Model:
    """What the contract says of corrections, one row at a time."""

    def __init__(self) -> None:
        self.current: dict[str, tuple[int, int | None]] = {}
        self.newest: dict[str, int] = {}
        self.dated: set[Version] = set()
        self.files: set[tuple[Version, ...]] = set()

    def load(self, rows: list[Version]) -> None:
        if tuple(rows) in self.files:  # the same file again says nothing new
            return
        newest = dict(self.newest)
        for key in {row[0] for row in rows}:
            versions = {row[1:] for row in rows if row[0] == key}
            dates = [date for _, date in versions]
            if len(versions) > 1 and (None in dates or len(set(dates)) < len(dates)):
                continue
            for cash, date in sorted(versions, key=lambda one: (one[1] is not None, one[1] or 0)):
                if (key, cash, date) in self.dated:  # was said before, and may have been superseded since
                    continue
                if date is None or date >= newest.get(key, 0):
                    self.current[key] = (cash, date)
                if date is not None:
                    self.newest[key] = max(self.newest.get(key, 0), date)
                    self.dated.add((key, cash, date))
        self.files.add(tuple(rows))


@given(loads=LOADS)
@settings(max_examples=15, deadline=None)
def test_current_versions_are_those_of_the_model(loads: list[list[Version]]) -> None:
    model = Model()
    with TemporaryDirectory() as name, Workspace.open(Settings(Path(name) / "w")) as workspace:
        for number, rows in enumerate(loads):
            folder = Path(name) / f"in{number}"
            folder.mkdir()
            lines = [f"{key},P,C,2025-01-01,{cash},{f'2025-02-0{date}' if date else ''}" for key, cash, date in rows]
            header = "request_id,policy_no,applicant_id,applied_at,cash_value,updated_at"
            (folder / "surrender_requests.csv").write_text("\n".join([header, *lines]) + "\n")
            result = load_folder(workspace, folder)
            assert all(tally.balanced for tally in result.tallies)
            model.load(rows)
        table = workspace.portfolio().table("surrender_requests").to_pylist()
        found = {
            row["request_id"]: (row["cash_value"] // 100, row["updated_at"] and row["updated_at"].day) for row in table
        }
        assert found == model.current
