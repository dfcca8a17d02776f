"""Portfolios to measure on: our own simulator's families and those of two foreign simulators.

Each is made once and kept in `benchmarks/work/` (not in git) under a name that holds its parameters and
a hash of the simulator's sources, so that a change of the simulator makes new ones.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench import HERE, WORK
from ringfinder.simulate import SCENARIOS

OWN = "own"
_MAKE_OWN = (
    "import sys; from pathlib import Path; from ringfinder.simulate import simulate; "
    "simulate(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))"
)


@dataclass(frozen=True)
class Portfolio:
    """One portfolio: which simulator (`own`, `A` or `B`), scenario, size, seed, and its set of seeds."""

    source: str
    family: str
    requests: int
    seed: int
    seeds: str

    @property
    def name(self) -> str:
        """The portfolio's name for people."""
        return f"{self.source} {self.family} {self.requests} seed {self.seed}"

    @property
    def hard(self) -> bool:
        """Whether the stricter limit of the family gate applies: foreign simulators tell it by the name alone."""
        if self.source == OWN and self.family in SCENARIOS:
            return SCENARIOS[self.family].difficulty in ("hard", "mixed")
        return self.family.startswith("hard") or "mixed" in self.family


@dataclass(frozen=True)
class Tables:
    """Where a portfolio's tables and its truth lie."""

    folder: Path

    @property
    def labels(self) -> Path:
        """File with the truth, beside the tables and never among them."""
        return self.folder.with_name(self.folder.name + ".labels") / "labels.csv"


def prepare(portfolio: Portfolio, foreign: Path | None = None) -> Tables:
    """Make a portfolio unless it is there; `foreign` is the folder of the foreign simulators.

    Raises
    ------
    RuntimeError
        If the simulator fails; with the last lines that it wrote.
    """
    script = None if portfolio.source == OWN else _script(portfolio, foreign)
    stamp = _stamp([script] if script else _own_sources())
    name = f"{portfolio.source}-{portfolio.family}-{portfolio.requests}-{portfolio.seed}-{stamp}"
    ready = Tables(WORK / "portfolios" / name)
    if ready.labels.is_file():
        return ready
    half = Tables(ready.folder.with_name("making-" + name))
    for folder in (half.folder, half.labels.parent, ready.folder):
        shutil.rmtree(folder, ignore_errors=True)
    half.folder.parent.mkdir(parents=True, exist_ok=True)
    _make(portfolio, script, half.folder)
    half.folder.rename(ready.folder)
    half.labels.parent.rename(ready.labels.parent)  # last: its being there says that all of it is
    return ready


def _make(portfolio: Portfolio, script: Path | None, out: Path) -> None:
    """Run the simulator in a process of its own."""
    if script:
        sizes = ("--requests", str(portfolio.requests), "--seed", str(portfolio.seed))
        arguments = [sys.executable, str(script), portfolio.family, str(out), *sizes]
    else:
        arguments = [sys.executable, "-c", _MAKE_OWN, portfolio.family, str(portfolio.requests)]
        arguments += [str(portfolio.seed), str(out)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{portfolio.name}: {' / '.join(done.stderr.splitlines()[-3:])}")


def _script(portfolio: Portfolio, foreign: Path | None) -> Path:
    if foreign is None:
        raise ValueError(portfolio.source)
    return foreign / f"simulator_{portfolio.source.lower()}.py"


def _own_sources() -> list[Path]:
    root = HERE.parent / "src" / "ringfinder" / "simulate"
    return sorted(p for p in root.rglob("*") if p.is_file() and "__pycache__" not in p.parts)


def _stamp(sources: list[Path]) -> str:
    digest = hashlib.sha256()
    for source in sources:
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    return digest.hexdigest()[:10]
