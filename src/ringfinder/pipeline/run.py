"""Run: load and detect in one go, in a workspace that is gone afterwards, and write the results."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ringfinder import journal_file
from ringfinder.detect import DetectSettings, detect
from ringfinder.errors import InputError, SurroundingsError
from ringfinder.graph.order import in_order
from ringfinder.identity import Principal, acting
from ringfinder.ingest import HeaderMapping
from ringfinder.pipeline.load import LoadResult, load_folder
from ringfinder.pipeline.scratch import folder_aside, made_folder, private_scratch, stopped_cleanly, undisturbed
from ringfinder.pipeline.stored import check_reveal
from ringfinder.records.rings import Detection
from ringfinder.records.tables import TABLES
from ringfinder.report.output import REJECTS, RESULT_FILES, write_results
from ringfinder.report.results import Account
from ringfinder.settings import Settings
from ringfinder.store import Workspace

Progress = Callable[[int, int, str], None]

JOURNAL = "journal.jsonl"
_ASIDE = ".tmp-run"
_ORIGINALS = re.compile(rf"(?:{'|'.join(TABLES)})(?:-[0-9]+)?[.]csv")
_OURS = frozenset({*RESULT_FILES, REJECTS, JOURNAL, f".{JOURNAL}.lock", _ASIDE})


@dataclass(frozen=True)
class RunResult:
    """What a run found, and the account of what it read.

    Parameters
    ----------
    out
        Folder with the result files.
    seconds
        Time of each stage, on the clock.
    anchor
        Hash of the journal's entry about a reveal; kept elsewhere it shows later that no line was cut off.
    """

    load: LoadResult
    detection: Detection
    out: Path
    seconds: Mapping[str, float] = field(default_factory=dict)
    anchor: str = ""

    @property
    def unusable(self) -> bool:
        """Whether requests were read and not one of them could be used."""
        tallies = [tally for tally in self.load.tallies if tally.table == "surrender_requests"]
        read = sum(tally.read for tally in tallies)
        return 0 < read == sum(tally.rejected for tally in tallies)


def run(
    folder: Path,
    out: Path,
    *,
    mapping: HeaderMapping | None = None,
    as_of: datetime | None = None,
    reveal: bool = False,
    purpose: str = "",
    workspace: Path | None = None,
    force: bool = False,
    settings: DetectSettings | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Load `folder`, detect, and write the result files into `out`.

    Parameters
    ----------
    as_of
        Leave out what happened after this local time.
    reveal, purpose
        Show personal values as they are, and why; it is written to the journal in `out`, and to that of
        `workspace` where one is given, before anything is shown.
    force
        Write into a folder that holds other files; those stay.
    progress
        Told how many files are done, how many there are, and what comes next.

    Raises
    ------
    InputError
        If the tables cannot be read, `out` holds other files, or `reveal` has no purpose or is not allowed.
    SurroundingsError
        If `out` or the temporary folder cannot be written; results of an earlier run stay whole.
    KeyboardInterrupt
        If the process was told to stop; nothing half-written stays.
    """
    by = _who(workspace, purpose) if reveal else None
    _check_out(folder, out, force=force)
    clock = _Clock()
    try:
        with stopped_cleanly(), made_folder(out), folder_aside(out, _ASIDE) as aside, private_scratch() as path:
            loaded, detection, moment = _find(path, folder, mapping, as_of, settings, progress, clock)
            if progress:
                progress(1, 1, "writing")
            originals = loaded.rejects_folder / REJECTS if loaded.rejects_folder else None
            account = Account(loaded.tallies, loaded.batch_id, moment, loaded.warnings, loaded.other_values)
            title = folder.resolve().name
            write_results(aside, detection, account, loaded.rejects, originals, title=title, reveal=reveal)
            anchor = ""
            if by:
                anchor = _journal(out, workspace, by, purpose, loaded, detection)
            with undisturbed():
                _publish(aside, out)
            clock.lap("write")
    except OSError as error:
        place = error.filename or out
        raise SurroundingsError(
            f"{error.strerror or error}: {place}",
            remedy="free space or mend the rights there, then repeat; nothing half-written was kept",
        ) from error
    return RunResult(loaded, detection, out, clock.seconds, anchor)


class _Clock:
    """Seconds of each stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, name: str) -> None:
        """End the stage `name`."""
        now = time.perf_counter()
        self.seconds[name] = round(now - self._since, 3)
        self._since = now


def _find(
    path: Path,
    folder: Path,
    mapping: HeaderMapping | None,
    as_of: datetime | None,
    settings: DetectSettings | None,
    progress: Progress | None,
    clock: _Clock,
) -> tuple[LoadResult, Detection, datetime | None]:
    """Load into a workspace at `path` and detect; also says as of when."""
    with Workspace.open(Settings(path / "workspace")) as workspace:
        loaded = load_folder(workspace, folder, mapping, progress)
        clock.lap("load")
        if progress:
            progress(1, 1, "reading back")
        portfolio = in_order(workspace.portfolio(as_of, as_written=False))
        detection = detect(portfolio, settings, (lambda step: progress(1, 1, step)) if progress else None)
        clock.lap("detect")
    # The workspace is under `path`, which goes with the original rows; they are copied before it does.
    return loaded, detection, portfolio.as_of


def _check_out(folder: Path, out: Path, *, force: bool) -> None:
    """Refuse an `out` that holds something else; close one of ours to everybody but its owner."""
    if not out.exists():
        return
    if not out.is_dir():
        raise InputError(f"{out} is a file", remedy="name a folder for the results with --out")
    if folder.exists() and out.samefile(folder):
        raise InputError(f"{out} holds the tables themselves", remedy="name another folder with --out")
    try:
        foreign = _foreign(out, {path.name for path in out.iterdir()})
        if not foreign:
            out.chmod(0o700)
    except OSError as error:
        raise SurroundingsError(f"{out} cannot be used: {error.strerror}", remedy="choose another --out") from None
    if foreign and not force:
        raise InputError(
            f"{out} holds other files ({', '.join(foreign[:3])})",
            remedy="name an empty folder, or add --force; other files stay, of the same name they are replaced",
        )


def _foreign(out: Path, names: set[str]) -> list[str]:
    """Files in `out` that no run of ours wrote."""
    foreign = names - _OURS
    if not foreign and names & set(RESULT_FILES) and not _is_result(out):
        foreign = names
    return sorted(foreign)


def _is_result(out: Path) -> bool:
    """Whether a run wrote this folder."""
    try:
        said = json.loads((out / "coverage.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(said, dict) and "ringfinder" in said


def _who(workspace: Path | None, purpose: str) -> Principal:
    """Who reveals, and may."""
    if workspace is None:
        by = acting(None)
    else:
        with Workspace.open(Settings.from_environment(workspace)) as site:
            by = acting(site)
    check_reveal(by, purpose)
    return by


def _journal(
    out: Path, workspace: Path | None, by: Principal, purpose: str, loaded: LoadResult, detection: Detection
) -> str:
    """Write down who sees what and why, before it is shown; return the anchor of the journal in `out`."""
    details: dict[str, int | str] = {
        "rings": len(detection.rings),
        "requests": detection.requests,
        "settings": detection.settings_hash,
    }
    what = f"run of batch {loaded.batch_id}"
    if workspace is not None:
        with Workspace.open(Settings.from_environment(workspace)) as site:
            site.journal.append(by, action="reveal", purpose=purpose, object=what, details=details)
    return journal_file.append(
        out / JOURNAL, actor=by.name, action="reveal", purpose=purpose, subject=what, details=details
    )


def _publish(aside: Path, out: Path) -> None:
    """Give every file its final name; an earlier result is replaced file by file."""
    kept = out / REJECTS
    kept.mkdir(mode=0o700, exist_ok=True)
    fresh = {path.name for path in (aside / REJECTS).iterdir()}
    for path in kept.iterdir():
        if _ORIGINALS.fullmatch(path.name) and path.name not in fresh:
            path.unlink()
    for name in sorted(fresh):
        (aside / REJECTS / name).replace(kept / name)
    for name in RESULT_FILES:
        (aside / name).replace(out / name)
