"""Workspaces and small folders of tables for the store's tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ringfinder.pipeline.load import LoadResult, load_folder
from ringfinder.settings import Settings
from ringfinder.store import Workspace

HEADER = "request_id,policy_no,applicant_id,applied_at,cash_value,updated_at"
Load = Callable[..., LoadResult]


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(Settings(tmp_path / "workspace")) as workspace:
        yield workspace


@pytest.fixture
def load(workspace: Workspace, tmp_path: Path) -> Load:
    """Load requests given as lines; other tables by name."""
    count = 0

    def load(*lines: str, **tables: str) -> LoadResult:
        nonlocal count
        count += 1
        folder = tmp_path / f"in{count}"
        folder.mkdir()
        if lines:
            (folder / "surrender_requests.csv").write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
        for name, text in tables.items():
            (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        result = load_folder(workspace, folder)
        assert all(tally.balanced for tally in result.tallies)
        return result

    return load
