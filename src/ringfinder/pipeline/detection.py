"""Detect: from the workspace to a stored run, whose rings keep the identities of the run before."""

from __future__ import annotations

import calendar
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ringfinder import __version__
from ringfinder.detect import DetectSettings
from ringfinder.detect.detector import find
from ringfinder.detect.lineage import Persons, Traced, trace
from ringfinder.errors import InputError, SurroundingsError
from ringfinder.graph.order import in_order
from ringfinder.pipeline.index import drop_indexes, write_index
from ringfinder.pipeline.members import member_table
from ringfinder.pipeline.scratch import stopped_cleanly, undisturbed
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Detection, Tier
from ringfinder.report.results import Account, write_coverage
from ringfinder.report.summary import summary
from ringfinder.store import DEFAULT_WAIT, Known, Recording, Run, Runs, Workspace, run_name
from ringfinder.store.run_files import write_rings
from ringfinder.store.runs import Also

Progress = Callable[[int, int, str], None]
"""Told how many steps are done, how many there are (0: not known), and which comes next."""

COVERAGE = "coverage.json"


@dataclass(frozen=True)
class Asked:
    """What a run is to look at.

    Parameters
    ----------
    as_of
        Leave out what happened after this local time.
    known_at
        Leave out batches that were loaded after this time.
    window
        Leave out requests so many months before `as_of` (where none was given, before the latest event).
    settings
        All constants; the defaults where None.
    """

    as_of: datetime | None = None
    known_at: datetime | None = None
    window: int | None = None
    settings: DetectSettings | None = None


@dataclass(frozen=True)
class Detected:
    """A stored run, its rings under their lasting ids, and what the user should know.

    Parameters
    ----------
    faded
        Rings of the run before that are gone.
    """

    run: Run
    detection: Detection
    faded: tuple[str, ...]
    folder: Path
    warnings: tuple[str, ...] = ()


def detect_workspace(
    workspace: Workspace,
    asked: Asked | None = None,
    progress: Progress | None = None,
    wait: float = DEFAULT_WAIT,
    also: Also | None = None,
) -> Detected:
    """Find rings in a workspace, match them to the run before, and store the run as the current one.

    What `also` writes is whole together with the run.

    Raises
    ------
    InputError
        If nothing was loaded (by `known_at`).
    SurroundingsError
        If the workspace cannot be written, or another process is detecting; the former run stays current.
    KeyboardInterrupt
        If the process was told to stop; the former run stays current and nothing half-written stays.
    """
    try:
        with stopped_cleanly(), workspace.runs.recording(wait) as recording:
            return _detected(workspace, asked or Asked(), recording, _Steps(progress), also)
    except OSError as error:
        raise SurroundingsError(
            f"{error.strerror or error}: {error.filename or workspace.path}",
            remedy="free space or mend the rights there, then detect again; the former run stays current",
        ) from error


class _Steps:
    """Tells each step as it begins, and keeps its seconds."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._since = time.perf_counter()
        self._name = ""
        self._count = 0
        self.seconds: dict[str, float] = {}

    def begin(self, name: str) -> None:
        """End the step before, begin the next."""
        now = time.perf_counter()
        if self._name:
            self.seconds[self._name] = round(self.seconds.get(self._name, 0.0) + now - self._since, 3)
        self._since, self._name = now, name
        if self._progress and name:
            self._progress(self._count, 0, name)
        self._count += 1


def _detected(workspace: Workspace, asked: Asked, recording: Recording, steps: _Steps, also: Also | None) -> Detected:
    """One run, from reading to the row in the database."""
    started = datetime.now(UTC)
    warnings: list[str] = []
    steps.begin("read")
    known = _known(workspace, asked.known_at)
    portfolio = in_order(_portfolio(workspace, asked, known, warnings))
    settings = asked.settings or DetectSettings()
    found = find(portfolio, settings, steps.begin)
    steps.begin("lineage")
    traced, compared_with = _traced(workspace.runs, found.detection, warnings)
    detection = replace(found.detection, rings=traced.rings)
    steps.begin("write")
    members = member_table(traced.rings, portfolio)
    write_rings(recording.aside, traced.rings, [summary(ring) for ring in traced.rings], members, traced.faded)
    account = _account(known, portfolio, asked, warnings)
    write_coverage(recording.aside / COVERAGE, detection, account, reveal=False)
    steps.begin("index")
    names = dict(zip(found.groups, (ring.ring_id for ring in traced.rings), strict=True))
    write_index(recording.aside, found, settings, names, run_name(recording.number))
    steps.begin("")
    alerts = sum(ring.tier is Tier.ALERT for ring in traced.rings)
    run = Run(
        number=recording.number,
        started_at=started,
        finished_at=datetime.now(UTC),
        as_of=portfolio.as_of,
        known_at=asked.known_at.astimezone(UTC) if asked.known_at else None,
        window_months=asked.window,
        settings_hash=settings.hash,
        settings=asdict(settings),
        code_version=__version__,
        compared_with=compared_with,
        requests=detection.requests,
        alert_rings=alerts,
        review_rings=len(traced.rings) - alerts,
        member_requests=members.num_rows,
        faded_rings=len(traced.faded),
        timings=steps.seconds,
        batches=tuple(sorted(batch.batch_id for batch in known.batches)),
        intake=known.intake,
    )
    with undisturbed():
        recording.commit(run, [ring.ring_id for ring in traced.rings], also)
    drop_indexes(workspace, keep=run.number)
    return Detected(run, detection, traced.faded, workspace.runs.files(run.number).folder, tuple(warnings))


def _known(workspace: Workspace, known_at: datetime | None) -> Known:
    """What to look at; there must be something. What is loaded or recorded meanwhile does not slip in."""
    all_known = workspace.known()
    if not all_known:
        raise InputError(f"nothing is loaded in {workspace.path}", remedy="load tables first: ringfinder load FOLDER")
    found = all_known if known_at is None else workspace.known(known_at)
    if not found:
        first = _first(workspace, all_known)
        raise InputError(
            "nothing was loaded by --known-at",
            remedy=f"the first batch came at {first.isoformat(sep=' ', timespec='seconds')}; name a later time",
        )
    return found


def _first(workspace: Workspace, known: Known) -> datetime:
    """When the first facts came."""
    came = [batch.loaded_at for batch in known.batches]
    first = workspace.intake.first()
    return min([*came, *([first] if first else [])]).astimezone()


def _portfolio(workspace: Workspace, asked: Asked, known: Known, warnings: list[str]) -> Portfolio:
    """The facts of exactly what is known, without requests before the window."""
    portfolio = replace(workspace.facts(known, asked.as_of, as_written=False), known_at=asked.known_at)
    before = portfolio.table("surrender_requests").num_rows
    if asked.window is not None and portfolio.as_of is not None:
        portfolio = windowed(portfolio, asked.window)
    left = portfolio.table("surrender_requests").num_rows
    if not left:
        until = portfolio.as_of.isoformat(sep=" ", timespec="minutes") if portfolio.as_of else "any time"
        span = f"within {asked.window} months before {until}" if before else f"by {until}"
        warnings.append(f"no surrender request {span}: there is nothing to look at")
    return portfolio


def windowed(portfolio: Portfolio, months: int) -> Portfolio:
    """The portfolio without requests that are older than `months` before its `as_of`."""
    if portfolio.as_of is None:
        return portfolio
    requests = portfolio.table("surrender_requests")
    start = window_start(portfolio.as_of, months)
    kept = requests.filter(pc.greater(requests["applied_at"], pa.scalar(start, pa.timestamp("us"))))
    return replace(portfolio, tables={**portfolio.tables, "surrender_requests": kept})


def window_start(as_of: datetime, months: int) -> datetime:
    """The same day so many months before, or the last day of that month; not before the year 1."""
    year, month = divmod(as_of.year * 12 + as_of.month - 1 - months, 12)
    if year < 1:
        return datetime.min  # noqa: DTZ901 - local time, as all times of the facts
    day = min(as_of.day, calendar.monthrange(year, month + 1)[1])
    return as_of.replace(year=year, month=month + 1, day=day)


def _traced(runs: Runs, detection: Detection, warnings: list[str]) -> tuple[Traced, int | None]:
    """The rings under their lasting ids, and the run that they were matched to."""
    given = runs.given_ids()
    before, number = _run_before(runs, warnings)
    earlier: dict[str, Persons] = {}
    for last in sorted({run for ring, run in given.items() if ring not in before}, reverse=True):
        files = runs.files(last)
        if files.there():
            people = files.persons()
            earlier |= {ring: people[ring] for ring, run in given.items() if run == last and ring in people}
    return trace(detection.rings, before, earlier=earlier, used=given.keys()), number


def _run_before(runs: Runs, warnings: list[str]) -> tuple[Mapping[str, Persons], int | None]:
    """Persons by ring of the current run; of the latest one before it whose files are still there."""
    current = runs.current_number()
    known = [run.number for run in runs.all() if current is not None and run.number <= current]
    for number in reversed(known):
        files = runs.files(number)
        if files.there():
            return files.persons(), number
        warnings.append(f"the files of {files.folder.name} are gone: rings cannot be matched to that run")
    return {}, None


def _account(known: Known, portfolio: Portfolio, asked: Asked, warnings: list[str]) -> Account:
    """What the run read, for its `coverage.json`."""
    return Account(
        tallies=tuple(file.tally for batch in known.batches for file in batch.files),
        batch_id=known.batches[-1].batch_id if known.batches else "",
        as_of=portfolio.as_of,
        warnings=tuple(warnings),
        batches=tuple(batch.batch_id for batch in known.batches),
        known_at=asked.known_at,
        window=asked.window,
    )
