"""Make the demo's portfolio, load it, find rings in it, and compare them with what was planted."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ringfinder.detect import DetectSettings
from ringfinder.detect.analysis import Analysis, Stopwatch, analyse
from ringfinder.errors import InputError, SurroundingsError
from ringfinder.evaluate import Evaluation, TrueRing, Truth, evaluate, outcomes, read_found, read_truth
from ringfinder.pipeline.detection import Detected, detect_workspace
from ringfinder.pipeline.load import LoadResult, load_folder
from ringfinder.report.output import REJECTS, write_results
from ringfinder.report.results import Account
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

FEWEST = 2000
"""With fewer requests no ring of the demo has more than 50 clients on one phone."""

_MARK = "made-by-ringfinder-demo"

Progress = Callable[[str], None]
"""Told each step as it begins."""


@dataclass(frozen=True)
class Places:
    """Where a demo keeps its things, all within `root`."""

    root: Path

    @property
    def portfolio(self) -> Path:
        """The tables that were made."""
        return self.root / "portfolio"

    @property
    def labels(self) -> Path:
        """What was planted in them."""
        return self.root / "portfolio.labels"

    @property
    def workspace(self) -> Path:
        """Where they were loaded."""
        return self.root / "workspace"

    @property
    def rings(self) -> Path:
        """The results."""
        return self.root / "rings"


@dataclass(frozen=True)
class Work:
    """Everything that one demo did.

    Parameters
    ----------
    analysis
        What detection thought of every value and every request.
    outcomes
        What became of each planted ring.
    staged
        What some planted rings are there to show, by ring.
    honest
        Cause of each request of an honest group.
    """

    places: Places
    seed: int
    loaded: LoadResult
    detected: Detected
    analysis: Analysis
    evaluation: Evaluation
    truth: Truth
    outcomes: tuple[TrueRing, ...]
    staged: Mapping[str, str]
    honest: Mapping[str, str]


def work(out: Path, seed: int = 1, requests: int = 6000, progress: Progress | None = None) -> Work:
    """Do the whole of it in the folder `out`; an earlier demo there is replaced.

    Raises
    ------
    InputError
        If `requests` are too few, or `out` holds something that no demo made.
    SurroundingsError
        If `out` cannot be written.
    """
    if requests < FEWEST:
        raise InputError(f"{requests} requests are too few for the demo", remedy=f"at least {FEWEST}")
    tell = progress or (lambda _: None)
    places = Places(out)
    _make_room(places)
    tell("making a portfolio")
    simulate("demo", requests, seed, places.portfolio)
    settings = DetectSettings()
    with Workspace.open(Settings(places.workspace)) as workspace:
        tell("loading it")
        loaded = load_folder(workspace, places.portfolio)
        tell("looking for rings")
        detected = detect_workspace(workspace)
        portfolio = workspace.portfolio()
    tell("writing the results")
    account = Account(
        loaded.tallies, loaded.batch_id, detected.run.as_of, loaded.warnings, loaded.other_values, (loaded.batch_id,)
    )
    originals = loaded.rejects_folder / REJECTS if loaded.rejects_folder else None
    write_results(places.rings, detected.detection, account, loaded.rejects, originals, title="demo")
    tell("comparing with what was planted")
    found, truth = read_found(places.rings), read_truth(places.labels / "labels.csv")
    return Work(
        places,
        seed,
        loaded,
        detected,
        analyse(portfolio, settings, Stopwatch()),
        evaluate(found, truth),
        truth,
        outcomes(found, truth),
        _pairs(places.labels / "staged.csv"),
        _pairs(places.labels / "honest.csv"),
    )


def _make_room(places: Places) -> None:
    """An empty folder, or one that a demo made, emptied: a slip of the pen must not cost a home folder."""
    root = places.root
    try:
        if root.exists() and not root.is_dir():
            raise InputError(f"{root} is a file", remedy="name a folder with --out")
        if root.is_dir() and any(root.iterdir()) and not (root / _MARK).is_file():
            raise InputError(f"{root} holds what no demo made", remedy="name another folder with --out")
        root.mkdir(parents=True, exist_ok=True)
        (root / _MARK).touch()
        for folder in (places.portfolio, places.labels, places.workspace, places.rings):
            if folder.is_dir():
                shutil.rmtree(folder)
        places.rings.mkdir(mode=0o700)
    except OSError as error:
        raise SurroundingsError(
            f"{root} cannot be used: {error.strerror or error}", remedy="make room, or name another folder with --out"
        ) from None


def _pairs(path: Path) -> dict[str, str]:
    """The first two columns of a small table."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.reader(lines)
        next(rows)
        return {row[0]: row[1] for row in rows}
