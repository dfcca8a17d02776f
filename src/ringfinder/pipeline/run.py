"""Run: load and detect in one go, in a workspace that is gone afterwards, and write the results."""

from __future__ import annotations

import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import FrameType

from ringfinder import journal
from ringfinder.detect import DetectSettings, detect
from ringfinder.errors import InputError, SurroundingsError
from ringfinder.ingest import HeaderMapping
from ringfinder.pipeline.load import LoadResult, load_folder
from ringfinder.records.rings import Detection
from ringfinder.report.page import write_page
from ringfinder.report.rejects import write_reasons
from ringfinder.report.results import write_coverage, write_evidence, write_members, write_rings
from ringfinder.settings import Settings
from ringfinder.store import Workspace

Progress = Callable[[int, int, str], None]

RESULT_FILES = (
    "coverage.json",
    "rejects.csv",
    "evidence.jsonl",
    "ring_members.csv",
    "rings.csv",
    "index.html",
)
"""What a run writes, in the order in which it appears; the page comes last."""

JOURNAL = "journal.jsonl"
_REJECTS = "rejects"


@dataclass(frozen=True)
class RunResult:
    """What a run found, and the account of what it read."""

    load: LoadResult
    detection: Detection
    out: Path


def run(
    folder: Path,
    out: Path,
    *,
    mapping: HeaderMapping | None = None,
    as_of: datetime | None = None,
    reveal: bool = False,
    purpose: str = "",
    force: bool = False,
    settings: DetectSettings | None = None,
    progress: Progress | None = None,
) -> RunResult:
    """Load `folder`, detect, and write the result files into `out`.

    Raises
    ------
    InputError
        If the tables cannot be read, `out` holds other files, or `reveal` has no purpose.
    SurroundingsError
        If `out` cannot be written; nothing half-written stays there.
    """
    if reveal and not purpose.strip():
        raise InputError("--reveal shows personal data", remedy="say why with --purpose TEXT; it is journalled")
    _prepare(out, force=force)
    with _workspace() as path, Workspace.open(Settings(path)) as workspace:
        loaded = load_folder(workspace, folder, mapping, progress)
        if progress:
            progress(1, 1, "reading back")
        portfolio = workspace.portfolio(as_of)
        detection = detect(portfolio, settings, (lambda step: progress(1, 1, step)) if progress else None)
        with _aside(out) as aside:
            _write(aside, folder, loaded, detection, portfolio.as_of, reveal=reveal)
            if reveal:
                details = {"rings": len(detection.rings), "settings": detection.settings_hash}
                journal.append(
                    out / JOURNAL, action="reveal", purpose=purpose, subject=loaded.batch_id, details=details
                )
            _publish(aside, out, loaded)
    return RunResult(loaded, detection, out)


def _prepare(out: Path, *, force: bool) -> None:
    """Make `out`, or refuse a folder that holds something else."""
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file", remedy="name a folder for the results with --out")
    try:
        out.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SurroundingsError(f"{out} cannot be made: {error.strerror}", remedy="choose another --out") from None
    known = {*RESULT_FILES, _REJECTS, JOURNAL}
    foreign = sorted(
        path.name for path in out.iterdir() if path.name not in known and not path.name.startswith(".tmp-")
    )
    if foreign and not force:
        raise InputError(
            f"{out} holds other files ({', '.join(foreign[:3])})",
            remedy="name an empty folder, or add --force",
        )


@contextmanager
def _workspace() -> Iterator[Path]:
    """A private workspace that is removed however the run ends."""

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        raise KeyboardInterrupt

    path = Path(tempfile.mkdtemp(prefix="ringfinder-"))
    before = signal.signal(signal.SIGTERM, end) if _in_main_thread() else None
    try:
        yield path
    finally:
        if before is not None:
            signal.signal(signal.SIGTERM, before)
        shutil.rmtree(path, ignore_errors=True)


def _in_main_thread() -> bool:
    import threading  # noqa: PLC0415 - needed here alone

    return threading.current_thread() is threading.main_thread()


@contextmanager
def _aside(out: Path) -> Iterator[Path]:
    """A folder inside `out` for files that are not whole yet."""
    try:
        aside = Path(tempfile.mkdtemp(prefix=".tmp-", dir=out))
    except OSError as error:
        raise SurroundingsError(
            f"{out} cannot be written: {error.strerror}", remedy="mend its rights or choose another --out"
        ) from None
    try:
        yield aside
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _write(
    aside: Path,
    folder: Path,
    loaded: LoadResult,
    detection: Detection,
    as_of: datetime | None,
    *,
    reveal: bool,
) -> None:
    write_rings(aside / "rings.csv", detection.rings)
    write_members(aside / "ring_members.csv", detection.rings)
    write_evidence(aside / "evidence.jsonl", detection.rings, reveal=reveal)
    write_reasons(aside / "rejects.csv", loaded.rejects)
    write_coverage(
        aside / "coverage.json",
        detection,
        loaded.tallies,
        batch_id=loaded.batch_id,
        as_of=as_of,
        warnings=loaded.warnings,
        other_values=loaded.other_values,
    )
    title = folder.resolve().name
    write_page(aside / "index.html", detection, loaded.tallies, title=title, warnings=loaded.warnings, reveal=reveal)


def _publish(aside: Path, out: Path, loaded: LoadResult) -> None:
    """Give every file its final name; an earlier result is replaced file by file."""
    shutil.rmtree(out / _REJECTS, ignore_errors=True)
    originals = loaded.rejects_folder / _REJECTS if loaded.rejects_folder else None
    if originals and originals.is_dir():
        shutil.copytree(originals, out / _REJECTS)
        (out / _REJECTS).chmod(0o700)
    else:
        (out / _REJECTS).mkdir(mode=0o700)
    for name in RESULT_FILES:
        (aside / name).replace(out / name)
