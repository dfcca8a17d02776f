"""All result files of a run, written into one folder."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from ringfinder.records.portfolio import Reject
from ringfinder.records.rings import Detection
from ringfinder.report.evidence import write_evidence
from ringfinder.report.masking import Masker
from ringfinder.report.page import write_page
from ringfinder.report.rejects import write_reasons
from ringfinder.report.results import Account, write_coverage, write_members, write_rings
from ringfinder.report.sheets import FILE_MODE

RESULT_FILES = ("coverage.json", "rejects.csv", "evidence.jsonl", "ring_members.csv", "rings.csv", "index.html")
"""What a run writes, in the order in which it is published: the account first, the page last."""

REJECTS = "rejects"
"""Folder of the original rows that were rejected."""


def write_results(
    folder: Path,
    detection: Detection,
    account: Account,
    rejects: Sequence[Reject] = (),
    originals: Path | None = None,
    *,
    title: str,
    reveal: bool = False,
) -> None:
    """Write every result file into `folder`, which only its owner may enter.

    Parameters
    ----------
    rejects, originals
        Reasons, and the folder with the rows as they were handed over.
    title
        Heading of the page.
    reveal
        Show personal values as they are; the caller has journalled why.
    """
    masker = Masker.of(detection.rings, reveal=reveal)
    write_rings(folder / "rings.csv", detection.rings)
    write_members(folder / "ring_members.csv", detection.rings)
    write_evidence(folder / "evidence.jsonl", detection.rings, masker)
    write_reasons(folder / "rejects.csv", rejects)
    write_coverage(folder / "coverage.json", detection, account, reveal=reveal)
    kept = folder / REJECTS
    kept.mkdir(mode=0o700)
    for path in sorted(originals.iterdir()) if originals and originals.is_dir() else ():
        copy = kept / path.name
        shutil.copyfile(path, copy)
        copy.chmod(FILE_MODE)
    write_page(folder / "index.html", detection, account, masker, title=title)
