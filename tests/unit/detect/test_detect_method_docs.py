"""docs/method.md: its tables are those of the code and the results, and what moves F1 has a decision."""

from __future__ import annotations

import importlib.util
import re
from dataclasses import asdict
from pathlib import Path
from types import ModuleType

import pytest

from ringfinder.detect import DetectSettings
from ringfinder.detect.hypotheses import TESTS
from ringfinder.detect.signs import COMMISSION, PRESSURE

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")


@pytest.fixture
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("method_tables", ROOT / "docs" / "method_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_tables_are_as_the_script_writes_them(tables: ModuleType) -> None:
    assert tables.filled(TEXT) == TEXT, "stale: python docs/method_tables.py --write"


def test_a_page_without_its_markers_is_told(tables: ModuleType) -> None:
    with pytest.raises(SystemExit, match="families"):
        tables.filled("# The method")


@pytest.mark.parametrize("name", asdict(DetectSettings()))
def test_every_constant_stands_in_the_table_with_its_value_and_source(name: str) -> None:
    (row,) = re.findall(rf"^\| `{name}` \| (\S+) \| (.*?) \|", TEXT, re.MULTILINE)
    assert float(row[0]) == getattr(DetectSettings(), name)
    assert name == "version" or re.search(r"\[(law|published|principle|measured)", row[1])


def test_constants_that_move_f1_have_a_decision_each(tables: ModuleType) -> None:
    measured = tables.read("settings.csv")
    assert {row["setting"] for row in measured} == set(asdict(DetectSettings())) - {"version", "leiden_seed"}
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "decisions").glob("00*.md")]
    for row in measured:
        assert (float(row["moved"]) > tables.DECIDED) == (row["decide"] == "yes")
        if row["decide"]:
            titles = [page.splitlines()[0] for page in pages if f"`{row['setting']}`" in page.splitlines()[0]]
            assert len(titles) == 1, f"{row['setting']} moves F1 by {row['moved']} and has no page of its own"


def test_a_figure_around_another_value_is_not_shown(tables: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [row | {"value": "77"} if row["setting"] == "ring_mean" else row for row in tables.read("settings.csv")]
    monkeypatch.setattr(tables, "read", lambda name: rows if name == "settings.csv" else [])
    (line,) = [line for line in tables.constants().splitlines() if line.startswith("| `ring_mean`")]
    assert line.endswith("| - | - | - | - | - |")
    assert tables.families() == tables.ablations() == "Not measured yet."


def test_the_page_says_what_it_must_not_be_used_for_and_names_every_sign() -> None:
    limits = TEXT.split("## 2.")[0]
    assert "no surrender may be refused, delayed or blocked" in limits
    for name in (*PRESSURE, *COMMISSION):
        assert re.search(rf"^\| (\w+ )?\| {name} \||^\| \w+ \| {name} \|", TEXT, re.MULTILINE), name
    assert "five honest explanations" in TEXT
    assert len(TESTS) == 5


def test_the_change_log_has_the_version_in_force() -> None:
    log = TEXT.split("## 9.")[1]
    assert re.search(rf"^\| {DetectSettings().version} \|", log, re.MULTILINE)
