"""Correction notices: what differs from a report that was sent, issued as a bundle of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from ringfinder.errors import InputError
from ringfinder.identity import Principal
from ringfinder.pipeline.compare import MONEY
from ringfinder.pipeline.corrections import Correction, corrections, difference_as_json
from ringfinder.registers import Kind
from ringfinder.report.bundle import Asked, Cover, Issued, issue_report
from ringfinder.report.lead.notice import notice_docx
from ringfinder.report.lead.speech import Language
from ringfinder.report.words import DIFFERENCES, FATES, RING_KINDS, TIERS, Words, words
from ringfinder.report.written import thousands
from ringfinder.store import Workspace

DOCX, JSON = "correction.docx", "correction.json"
_NOT_SAID = {"recipient", "notice"}


def issue_notice(workspace: Workspace, number: str, out: Path, by: Principal, *, language: str = "both") -> Issued:
    """Make the correction of a sent report by the current run, to the same recipient, and write its bundle.

    Raises
    ------
    InputError
        If there is no such report, or nothing in it has to be corrected.
    SurroundingsError
        If files of a run, the extra `reports`, the signing key or space are missing; no number is lost then.
    """
    found = [one for one in corrections(workspace, by) if one.report.number == number.strip().upper()]
    if not found:
        raise InputError(
            f"{number} needs no correction: it was not sent, or the current run finds what it says",
            remedy="`ringfinder report corrections` lists what does",
        )
    wanted, run = found[0], workspace.runs.find()
    made = (run.as_of or datetime(1980, 1, 1)).replace(tzinfo=None)  # noqa: DTZ001 - local by contract

    def files(cover: Cover) -> Mapping[str, bytes]:
        said = {name: part for name, part in difference_as_json(wanted).items() if name not in _NOT_SAID}
        return {
            DOCX: notice_docx(list(_lines(wanted)), made, cast("Language", cover.asked.language)),
            JSON: (json.dumps(said, ensure_ascii=False, indent=2) + "\n").encode(),
        }

    report = wanted.report
    asked = Asked(Kind.CORRECTION, report.ring_id, run, report.recipient, language, corrects=report.number)
    return issue_report(workspace, asked, files, out, by)


def _lines(one: Correction) -> Iterator[tuple[Words, Words]]:
    yield ("更正的报告", "Report corrected"), _same(one.report.number)
    yield ("报告日期", "Of"), _same(one.report.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"))
    yield ("线索", "Ring"), _same(one.report.ring_id)
    yield ("比较", "Compared"), _same(f"{one.told} → {one.now}")
    zh, en = words(FATES, one.fate.value)
    yield ("现状", "What became of it"), (f"{zh} {one.into}".strip(), f"{en} {one.into}".strip())
    for name, (before, after) in one.figures.items():
        old, new = _shown(name, before), _shown(name, after)
        yield words(DIFFERENCES, name), (f"{old[0]} → {new[0]}", f"{old[1]} → {new[1]}")
    yield ("加入的申请", "Requests that joined"), _listed(one.joined)
    yield ("离开的申请", "Requests that left"), _listed(one.left)
    for ring, people in one.kin:
        yield ("其人员现在", "Its people are now in"), (f"{ring}（{people} 人）", f"{ring} ({people} people)")


def _shown(name: str, value: Any) -> Words:
    if value is None:
        return "–", "–"
    if name in MONEY:
        return _same(thousands(value))
    return _same(f"{value:.1f}") if name == "score" else words(TIERS if name == "tier" else RING_KINDS, value)


def _listed(requests: tuple[str, ...]) -> Words:
    return _same(", ".join(requests)) if requests else ("无", "none")


def _same(text: str) -> Words:
    return text, text
