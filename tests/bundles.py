"""A signed bundle made by hand, without a workspace, and the key that signed it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ringfinder.report.bundle.archive import as_zip
from ringfinder.report.bundle.manifest import (
    SCHEMA,
    ApprovalFacts,
    FileSum,
    JournalHead,
    Manifest,
    RunFacts,
    as_bytes,
)
from ringfinder.report.bundle.signing import SigningKey

KEY, FOREIGN = SigningKey(bytes(range(32))), SigningKey(b"\x07" * 32)
FILES: Mapping[str, bytes] = {
    "lead.json": b'{"ring": "RF-AAAAAAAA"}\n',
    "tables/members.csv": "成员,1\r\n".encode(),
    "empty.txt": b"",
}
AT = "2026-07-01T12:00:00+00:00"


def manifest_of(files: Mapping[str, bytes], **changed: Any) -> Manifest:
    """A manifest that says all that one can say."""
    usual = Manifest(
        schema=SCHEMA,
        number="RF-2026-000001",
        kind="lead",
        ring="RF-AAAAAAAA",
        run=RunFacts("run-000001", "0123456789abcdef", "0.1.0", "2026-06-30T18:00:00", None),
        language="zh",
        masked=False,
        recipient="金融监管局",
        purpose="names",
        author="ann",
        issued_at=AT,
        code_version="0.1.0",
        configuration={"lead schema": "1"},
        corrects=None,
        approvals=(ApprovalFacts("A-0", "金融监管局", "names", "ann", AT, "bob", AT, AT),),
        journal=JournalHead("00ff", 7, "ab" * 32, AT),
        files=tuple(FileSum(name, len(one), hashlib.sha256(one).hexdigest()) for name, one in sorted(files.items())),
    )
    return replace(usual, **changed)


def bundle_of(files: Mapping[str, bytes] = FILES, key: SigningKey = KEY, **changed: Any) -> dict[str, bytes]:
    """All files of a signed bundle."""
    manifest = as_bytes(manifest_of(files, **changed))
    return {**files, "manifest.json": manifest, "signature.json": key.sign(manifest)}


def write_folder(files: Mapping[str, bytes], folder: Path) -> Path:
    """A bundle as a folder."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def write_zip(files: Mapping[str, bytes], path: Path) -> Path:
    """A bundle as a ZIP."""
    path.write_bytes(as_zip(files))
    return path
