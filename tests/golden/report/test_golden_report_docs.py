"""docs/outputs.md names every file, column and field that is written, and no other."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.bundles import bundle_of

from ringfinder import journal_file
from ringfinder.normalize.masking import mask
from ringfinder.report.bundle.manifest import manifest_schema
from ringfinder.report.bundle.names import OWN
from ringfinder.report.evidence import evidence_schema
from ringfinder.report.output import REJECTS, RESULT_FILES
from ringfinder.report.rejects import REASONS
from ringfinder.report.results import MEMBER_COLUMNS, RING_COLUMNS

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "outputs.md").read_text(encoding="utf-8")
GOLDEN = Path(__file__).parent / "files"


def section(title: str) -> str:
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, title
    return found.group(1)


def first_cells(text: str) -> list[str]:
    """Names in backquotes in the first cell of each line of the section's table."""
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    return [name for line in lines for name in re.findall("`([^`]+)`", line.split("|")[1])]


def named(text: str) -> set[str]:
    return set(re.findall("`([a-z_]+)`", text))


def test_every_file_is_listed() -> None:
    listed = re.findall(r"^\| `([^`]+)`", PAGE.partition("\n## ")[0], re.MULTILINE)
    assert set(listed) == {*RESULT_FILES, f"{REJECTS}/", "journal.jsonl"}


@pytest.mark.parametrize(("title", "columns"), [("rings.csv", RING_COLUMNS), ("ring_members.csv", MEMBER_COLUMNS)])
def test_columns_are_described_in_their_order(title: str, columns: tuple[str, ...]) -> None:
    assert tuple(first_cells(section(title))) == columns


def test_every_field_of_the_evidence_is_described() -> None:
    text = section("evidence.jsonl")
    schema = evidence_schema()
    assert set(first_cells(text)) == set(schema["properties"])
    inner: set[str] = set(schema["properties"]["money"]["properties"])
    for name, definition in schema["$defs"].items():
        if name != "value":
            inner |= set(definition.get("properties", {}))
    assert inner <= named(text)
    assert schema["$id"] in text


def test_every_field_of_the_account_is_described() -> None:
    said: dict[str, Any] = json.loads((GOLDEN / "coverage.json").read_text(encoding="utf-8"))
    text = section("coverage.json")
    assert set(first_cells(text)) == set(said)
    assert set(said["files"][0]) | set(said["evidence"][0]) <= named(text)


def test_every_field_of_a_bundle_is_described() -> None:
    text = section("Bundles of reports")
    schema = manifest_schema()
    inner = {name for part in schema["$defs"].values() for name in part.get("properties", {})}
    told = set(re.findall("`([^`]+)`", text))
    assert set(schema["properties"]) | inner | set(json.loads(bundle_of()["signature.json"])) <= told
    assert {*OWN, schema["$id"]} <= told
    assert set(schema["properties"]["kind"]["enum"]) <= named(text)


def test_rejects_and_the_journal_are_described(tmp_path: Path) -> None:
    assert set(REASONS) <= named(section("rejects.csv and rejects/"))
    journal_file.append(tmp_path / "journal.jsonl", actor="operator:me", action="reveal", purpose="", subject="")
    entry = json.loads((tmp_path / "journal.jsonl").read_text(encoding="utf-8"))
    assert set(entry) <= named(section("journal.jsonl"))


def test_the_examples_of_masking_are_real() -> None:
    text = section("Masked values")
    for kind, value in (
        ("phone", "13812340000"),
        ("id_no", "44030519860723233X"),
        ("bank_account", "6217000053149414636"),
        ("email", "c35723706@qq.com"),
        ("email", "boss@zhangsan.cn"),
        ("address", "上海市浦东新区和平路334号"),
        ("ip", "114.22.3.4"),
        ("device", "d3380729271"),
        ("name", "张三"),
    ):
        assert f"`{mask(kind, value)}`" in text, (kind, mask(kind, value))
