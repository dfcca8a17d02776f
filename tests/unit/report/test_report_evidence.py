"""`evidence.jsonl` against its published schema, and the schema against what is written."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.results import DELEGATE, PAYEE, PHONE, make_ring

from ringfinder.report.evidence import EVIDENCE_VERSION, evidence_schema, write_evidence
from ringfinder.report.masking import Masker

ADDED = {"without", "central", "changes", "linked", "lineage"}
"""Fields that came later: a line of an earlier version, without them, still follows the schema."""


def lines(path: Path, *, reveal: bool = False) -> list[dict[str, Any]]:
    rings = [make_ring(), make_ring("RF-BBBBBBBB", 3, keys=(PAYEE,), prefix="S")]
    assert write_evidence(path, rings, Masker.of(rings, reveal=reveal)) == 2
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def objects(schema: dict[str, Any], definition: str, value: object) -> Iterator[tuple[str, dict[str, Any], object]]:
    """Every object of a line with the part of the schema that describes it."""
    part = schema["$defs"][definition] if definition else schema
    if not isinstance(value, dict) or "properties" not in part:
        return
    yield definition, part, value
    for name, inner in part["properties"].items():
        items = value[name] if isinstance(value[name], list) else [value[name]]
        reference = inner.get("items", inner).get("$ref", "").removeprefix("#/$defs/")
        for item in items if reference else ():
            yield from objects(schema, reference, item)


def test_the_schema_is_one_and_names_its_version() -> None:
    schema = evidence_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["properties"]["version"] == {"const": EVIDENCE_VERSION}
    assert schema["$id"].endswith(f":{EVIDENCE_VERSION}")


def test_lines_follow_the_schema_and_use_all_of_it(tmp_path: Path) -> None:
    schema = evidence_schema()
    validator = jsonschema.Draft202012Validator(schema)
    seen = set()
    for line in lines(tmp_path / "evidence.jsonl"):
        validator.validate(line)
        for definition, part, value in objects(schema, "", line):
            assert isinstance(value, dict)
            assert set(value) == set(part["properties"]), definition
            assert set(part["properties"]) - set(part["required"]) == (ADDED if not definition else set()), definition
            seen.add(definition)
    assert seen >= {"", "term", "row", "value", "shared", "associate", "hypothesis", "member"}
    assert seen >= {"without", "central", "change", "linked"}


@pytest.mark.parametrize(
    "harm", [{"ring_id": "RF-1"}, {"score": "12"}, {"tier": "high"}, {"extra": 1}, {"q_value": 1.5}, {"members": []}]
)
def test_the_schema_refuses_what_is_wrong(harm: dict[str, object], tmp_path: Path) -> None:
    line = lines(tmp_path / "evidence.jsonl")[0] | harm
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(evidence_schema()).validate(line)


def test_values_are_masked_in_sentences_and_lists_alike(tmp_path: Path) -> None:
    first, second = lines(tmp_path / "evidence.jsonl")
    text = (tmp_path / "evidence.jsonl").read_text(encoding="utf-8")
    for key in (PHONE, PAYEE, DELEGATE):
        assert key.value not in text
    term = first["evidence"][0]
    assert term["zh"] == "4 人共用 138****0000、138****0000#2、6217****4636。"
    assert [value["value"] for value in term["values"]] == ["138****0000", "138****0000#2", "6217****4636"]
    assert second["shared"][0]["value"] == "6217****4636", "a value has one name in the whole output"
    assert first["masked"] is True


def test_reveal_shows_values_as_they_are(tmp_path: Path) -> None:
    first, _ = lines(tmp_path / "evidence.jsonl", reveal=True)
    assert first["masked"] is False
    assert PHONE.value in first["evidence"][0]["en"]
    assert first["shared"][2]["value"] == PAYEE.value


def test_terms_are_in_order_of_weight(tmp_path: Path) -> None:
    first, _ = lines(tmp_path / "evidence.jsonl")
    assert [term["indicator"] for term in first["evidence"]] == ["shared_phone", "kinship"]


def test_fields_that_came_later_stand_at_the_end_and_may_be_missing(tmp_path: Path) -> None:
    first, _ = lines(tmp_path / "evidence.jsonl")
    assert list(first)[-len(ADDED) - 1 :] == ["members", "without", "central", "changes", "linked", "lineage"]
    older = {name: value for name, value in first.items() if name not in ADDED}
    jsonschema.Draft202012Validator(evidence_schema()).validate(older)


def test_what_remains_who_is_central_and_where_it_comes_from(tmp_path: Path) -> None:
    first, _ = lines(tmp_path / "evidence.jsonl")
    assert first["without"][0] == {"kind": "phone", "value": "138****0000", "score": 11.5, "units": 4}
    assert first["central"] == [
        {"kind": "phone", "value": "138****0000", "share": 0.625},
        {"kind": "applicant", "value": "P00000", "share": 0.125},
    ], "a customer number is a key and is not masked"
    assert first["linked"][0]["shared"] == [{"kind": "phone", "value": "138****0000"}]
    assert first["lineage"] == {"status": "grew", "before": ["RF-YYYYYYYY"], "likeness": 0.75}
