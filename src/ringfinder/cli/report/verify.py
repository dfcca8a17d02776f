"""`ringfinder report verify`: whether a bundle is whole and its sender's."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from ringfinder.cli.options import json_option, language_option
from ringfinder.cli.speech import Say
from ringfinder.errors import InputError
from ringfinder.report.bundle.signing import grouped
from ringfinder.report.bundle.verifying import Verification, verify_bundle
from ringfinder.report.words import REPORT_KINDS, words
from ringfinder.report.written import visible


@click.command("verify")
@click.argument("bundle", type=click.Path(path_type=Path))
@click.option("--key", default="", metavar="FINGERPRINT", help="The sender's [default: of this account's own key].")
@language_option
@json_option
def command(bundle: Path, key: str, say: Say, *, as_json: bool) -> int:
    """Tell whether BUNDLE (a folder or .zip) is as it was signed, and everything that is wrong; exit code 2 then.

    It needs the bundle and the fingerprint alone: no workspace, no connection. The fingerprint must come by another
    way than the bundle.
    """
    found = verify_bundle(bundle, key)
    if as_json:
        click.echo(json.dumps(_json(found), ensure_ascii=False, indent=2))
    else:
        for line in _told(found, say):
            click.echo(visible(line))
    return 0 if found.valid else InputError.exit_code


def _told(found: Verification, say: Say) -> list[str]:
    if not found.valid or found.manifest is None:
        said = say(f"无效：{len(found.faults)} 处不符", f"NOT VALID: {len(found.faults)} thing(s) wrong")
        return [said, *(f"  {say(*fault.words())}" for fault in found.faults)]
    one = found.manifest
    kind = say(*words(REPORT_KINDS, one.kind))
    masked = say("已脱敏", "masked") if one.masked else say("未脱敏", "UNMASKED")
    return [
        say(
            f"有效：{one.number}，{kind}，{one.ring}（{one.run.run}），{masked}，{found.files} 个文件",
            f"valid: {one.number}, {kind}, {one.ring} ({one.run.run}), {masked}, {found.files} files",
        ),
        say(f"致：{one.recipient}，{one.issued_at}", f"to: {one.recipient}, {one.issued_at}"),
        say(f"签名密钥：{grouped(found.fingerprint)}", f"signed with: {grouped(found.fingerprint)}"),
    ]


def _json(found: Verification) -> dict[str, Any]:
    faults = [
        {"flaw": one.flaw.value, "name": one.name, "zh": zh, "en": en}
        for one in found.faults
        for zh, en in [one.words()]
    ]
    return {
        "valid": found.valid,
        "fingerprint": found.fingerprint,
        "files": found.files,
        "faults": faults,
        "manifest": asdict(found.manifest) if found.valid and found.manifest else None,
    }
