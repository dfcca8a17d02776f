"""A manifest has one form, which its published schema describes; a signature too."""

import json
from dataclasses import fields, replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.bundles import FILES, FOREIGN, KEY, bundle_of, manifest_of

from ringfinder.errors import InputError
from ringfinder.registers import Kind
from ringfinder.report.bundle.issuing import LANGUAGES
from ringfinder.report.bundle.manifest import (
    SCHEMA,
    ApprovalFacts,
    FileSum,
    JournalHead,
    Manifest,
    ManifestError,
    RunFacts,
    as_bytes,
    canonical,
    manifest_schema,
    read_manifest,
)
from ringfinder.report.bundle.names import is_safe
from ringfinder.report.bundle.signing import fingerprint_of, grouped, read_fingerprint, read_signature

VALIDATOR = Draft202012Validator(manifest_schema())


def valid(said: Any) -> bool:
    return bool(VALIDATOR.is_valid(said))


def test_the_schema_describes_what_is_written() -> None:
    Draft202012Validator.check_schema(manifest_schema())
    assert manifest_schema()["$id"] == SCHEMA
    for manifest in (
        manifest_of(FILES),
        manifest_of(FILES, approvals=(), journal=None, corrects="RF-2026-000001", masked=True, purpose=""),
        manifest_of({}, run=RunFacts("run-1", "", "", None, "2026-07-01T12:00:00+00:00")),
    ):
        VALIDATOR.validate(json.loads(as_bytes(manifest)))
        assert read_manifest(as_bytes(manifest)) == manifest


def test_schema_and_code_name_the_same_fields_and_are_closed() -> None:
    schema = manifest_schema()
    parts = {"run": RunFacts, "approval": ApprovalFacts, "head": JournalHead, "file": FileSum}
    for described, kind in ((schema, Manifest), *((schema["$defs"][name], kind) for name, kind in parts.items())):
        names = {field.name for field in fields(kind)}
        assert set(described["properties"]) == set(described["required"]) == names
        assert described["additionalProperties"] is False
    assert schema["properties"]["kind"]["enum"] == list(Kind)
    assert schema["properties"]["language"]["enum"] == list(LANGUAGES)


@pytest.mark.parametrize("name", [field.name for field in fields(Manifest)])
def test_a_field_that_is_missing_or_of_another_type_is_no_manifest(name: str) -> None:
    said = json.loads(as_bytes(manifest_of(FILES)))
    for wrong in ({key: part for key, part in said.items() if key != name}, {**said, name: 1.5}, {**said, name: [[]]}):
        assert not valid(wrong)
        with pytest.raises(ManifestError):
            read_manifest(canonical(wrong))


def test_other_forms_of_the_same_are_no_manifest() -> None:
    raw = as_bytes(manifest_of(FILES))
    said = json.loads(raw)
    for wrong in (
        json.dumps(said).encode(),
        raw[:-1],
        raw + b"\n",
        b"\xef\xbb\xbf" + raw,
        raw.decode().encode("utf-16"),
        raw.replace(b'"author"', b'"author": "x",\n  "author"', 1),
        raw.replace(b'"names"', b'"\\ud800"'),
        raw.replace(b": 7", b": 7.0"),
        canonical({**said, "more": 1}),
        canonical({**said, "masked": 0}),
        canonical({**said, "files": said["files"][::-1]}),
        canonical({**said, "files": said["files"] + said["files"][-1:]}),
        canonical({**said, "schema": "urn:ringfinder:bundle-manifest:2"}),
        canonical({**said, "run": {**said["run"], "more": ""}}),
    ):
        with pytest.raises(ManifestError):
            read_manifest(wrong)


def test_a_fingerprint_is_read_in_every_way_that_people_write_it() -> None:
    whole = fingerprint_of(KEY.public)
    assert grouped(whole).split()[0] == whole[:4].upper()
    for text in (whole, grouped(whole), grouped(whole).replace(" ", ":"), f" {whole}\n", grouped(whole).lower()):
        assert read_fingerprint(text) == whole
    for text in ("", whole[1:], whole + "0", "z" * 64):
        with pytest.raises(InputError):
            read_fingerprint(text)


def test_a_signature_holds_for_its_manifest_and_key_alone() -> None:
    manifest = bundle_of()["manifest.json"]
    signature = read_signature(KEY.sign(manifest))
    assert signature.fingerprint == KEY.fingerprint
    assert signature.holds_for(manifest)
    assert not signature.holds_for(manifest + b" ")
    assert not replace(signature, public=FOREIGN.public).holds_for(manifest)
    assert not replace(signature, public=b"\xff" * 32).holds_for(manifest)
    assert KEY.sign(manifest) == KEY.sign(manifest)


@pytest.mark.parametrize("name", ["a", "a/b.csv", "线索.json", "a b.txt", "x.tar.gz", "console.txt", "a-b_c"])
def test_names_that_a_file_may_have(name: str) -> None:
    assert is_safe(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", ".", "..", "/a", "a/", "a//b", "a/../b", "./a", "a\\b", "a:b", "a\0", "a\n", "a.", "a ", " a", "nul"),
        *("COM1.x", "lpt¹", "e\u0301", "\u200bx", "\udc80", "a" * 201, "a?", "a*", 'a"', "a|b", "a<b", "\x85"),
    ],
)
def test_names_that_no_file_may_have(name: str) -> None:
    assert not is_safe(name)
