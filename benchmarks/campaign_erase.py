"""Kill recording, folding and erasing at random instants and look at what is left.

Whatever was acknowledged is there, whole calls only; a fold and an erasure happened or did not, in facts
and runs alike; taken up again they end as if nothing had been killed. `make campaign` runs 60 kills of
each and writes benchmarks/results/campaign_erase.csv; the tests run 8 of each.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.campaign import concluded

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.erasing import Planted, files_with, fill, plant  # noqa: E402 - tests are no package that is installed

from ringfinder.pipeline.erase import erase  # noqa: E402
from ringfinder.settings import Settings  # noqa: E402
from ringfinder.store import Workspace  # noqa: E402

KILLS = 60
REQUESTS = 800

_RECORD = """
import sys
from pathlib import Path
from ringfinder.pipeline.intake import record
from ringfinder.settings import Settings
from ringfinder.store import Workspace

with Workspace.open(Settings(Path(sys.argv[1]))) as workspace:
    print("ready", flush=True)
    for n in range(10_000):
        call = f"{sys.argv[2]}-{n}"
        rows = {
            "persons": [{"person_id": call, "name": "N"}],
            "callbacks": [{"callback_id": call, "policy_no": "P", "called_at": "2025-01-01"}],
        }
        record(workspace, rows, "desk")
        print(call, flush=True)
"""


@dataclass(frozen=True)
class Outcome:
    """What one kill left."""

    what: str
    seed: int
    after_ms: int
    killed: bool
    whole: bool
    finished: bool

    @property
    def well(self) -> bool:
        """Whether nothing was half done, and the end is as if nothing had happened."""
        return self.whole and self.finished


def record_campaign(kills: int, seed: int, work: Path) -> list[Outcome]:
    """Kill two processes that record at once; every row that was acknowledged must be there."""
    chance = random.Random(seed)
    outcomes = []
    place = work / "recorded"
    Workspace.open(Settings(place)).close()
    told: set[str] = set()
    for number in range(kills):
        both = [_started([sys.executable, "-c", _RECORD, str(place), f"{number}{side}"]) for side in "ab"]
        for process in both:
            if process.stdout is not None:
                process.stdout.readline()
        after = chance.uniform(0.0, 0.4)
        time.sleep(after)
        for process in both:
            process.send_signal(signal.SIGKILL)
        for process in both:
            said, _ = process.communicate()
            told.update(line for line in said.decode().split("\n")[:-1] if line)
        with Workspace.open(Settings(place)) as workspace:
            facts = workspace.portfolio()
            people = facts.table("persons")["person_id"].to_pylist()
            calls = facts.table("callbacks")["callback_id"].to_pylist()
        whole = sorted(people) == sorted(calls)
        outcomes.append(
            Outcome("record", seed, round(after * 1000), killed=True, whole=whole, finished=told <= set(people))
        )
    return outcomes


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def command(workspace: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start the command line in a process of its own."""
    return _started([sys.executable, "-m", "ringfinder", "--workspace", str(workspace), *arguments])


@dataclass(frozen=True)
class Site:
    """A workspace to be copied for each kill, with the person who is planted there."""

    path: Path
    planted: Planted


def made_site(work: Path, requests: int = REQUESTS) -> Site:
    """A workspace that holds the planted person in every place, with rows of intake that wait."""
    planted = plant(work / "tables" / "town", requests)
    with Workspace.open(Settings(work / "site")) as workspace:
        fill(workspace, work / "tables" / "town", planted)
    return Site(work / "site", planted)


def state(workspace: Workspace) -> tuple[list[str], list[str]]:
    """What counts, with its lineage; and who is in the rings of all runs."""
    facts = [f"{name} {row}" for name, table in workspace.portfolio().tables.items() for row in table.to_pylist()]
    runs = [workspace.runs.files(run.number) for run in workspace.runs.all()]
    members = [f"{files.folder.name} {row}" for files in runs if files.there() for row in files.members().to_pylist()]
    return sorted(facts), sorted(members)


def compact_campaign(kills: int, seed: int, work: Path, site: Site) -> list[Outcome]:
    """Kill folds; what counts must never change, and a fold afterwards must leave nothing waiting."""

    def whole(workspace: Workspace, before: tuple[list[str], list[str]]) -> bool:
        waiting = sum(count for count, _ in workspace.intake.counts().values())
        return state(workspace) == before and waiting in (0, 2)

    def finished(workspace: Workspace, before: tuple[list[str], list[str]]) -> bool:
        workspace.compact()
        rows = {batch.batch_id for batch in workspace.batches()}
        left = {path.name for path in (workspace.path / "facts").iterdir()} - rows
        return (
            state(workspace) == before
            and not left
            and not any(count for count, _ in workspace.intake.counts().values())
        )

    return _kills("compact", kills, seed, work, site, ("store", "compact"), whole, finished)


def erase_campaign(kills: int, seed: int, work: Path, site: Site) -> list[Outcome]:
    """Kill erasures; facts and runs must show the person as before, or nothing of that person anywhere."""
    arguments = ("erase", "--subject", site.planted.number, "--purpose", "campaign", "--yes")

    def whole(workspace: Workspace, before: tuple[list[str], list[str]]) -> bool:
        if workspace.erased():
            return files_with(workspace.path, site.planted.words) == {}
        return state(workspace) == before

    def finished(workspace: Workspace, before: tuple[list[str], list[str]]) -> bool:
        del before
        if not workspace.erased():
            erase(workspace, site.planted.number, "campaign", "me")
        nothing_left = files_with(workspace.path, site.planted.words) == {}
        parts = [file.part for batch in workspace.batches() for file in batch.files if file.part]
        there = [path.name for path in (workspace.path / "facts").glob("*/*")]
        return nothing_left and sorted(parts) == sorted(there) and not list((workspace.path / "rewriting").iterdir())

    return _kills("erase", kills, seed, work, site, arguments, whole, finished)


Check = Callable[[Workspace, tuple[list[str], list[str]]], bool]


def _kills(
    what: str, kills: int, seed: int, work: Path, site: Site, arguments: Sequence[str], whole: Check, finished: Check
) -> list[Outcome]:
    with Workspace.open(Settings(site.path)) as workspace:
        before = state(workspace)
    usual = _time(work / f"{what}-untouched", site, arguments)
    chance = random.Random(seed)
    outcomes = []
    for number in range(kills):
        place = work / f"{what}{number}"
        shutil.copytree(site.path, place)
        after = chance.uniform(0.5 * usual, 1.02 * usual)
        process = command(place, *arguments)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed = process.returncode != 0
        with Workspace.open(Settings(place)) as workspace:
            is_whole = whole(workspace, before)
            is_finished = finished(workspace, before)
        outcomes.append(Outcome(what, seed, round(after * 1000), killed, is_whole, is_finished))
        shutil.rmtree(place)
    return outcomes


def _time(place: Path, site: Site, arguments: Sequence[str]) -> float:
    """Seconds that the command takes where nobody kills it."""
    shutil.copytree(site.path, place)
    begun = time.perf_counter()
    process = command(place, *arguments)
    process.communicate()
    if process.returncode:
        raise RuntimeError(f"{what_of(arguments)} fails without being killed")
    return time.perf_counter() - begun


def what_of(arguments: Sequence[str]) -> str:
    """Name of a command, without whom it is about."""
    return " ".join(one for one in arguments[:2] if not one.startswith("-"))


def campaign(kills: int, seed: int, work: Path) -> list[Outcome]:
    """All three campaigns."""
    os.environ["RINGFINDER_SECRET_FILE"] = str(work / "secrets" / "secret")
    site = made_site(work)
    return [
        *record_campaign(kills, seed, work),
        *compact_campaign(kills, seed, work, site),
        *erase_campaign(kills, seed, work, site),
    ]


def tell(outcomes: Sequence[Outcome], bad: int) -> str:
    """The sentence on all of them."""
    met = sum(one.killed for one in outcomes)
    return f"{len(outcomes)} kills (seed {outcomes[0].seed}), {met} in time, {bad} with damage"


if __name__ == "__main__":
    sys.exit(
        concluded(
            "campaign_erase",
            20261127,
            lambda seed, work: campaign(KILLS, seed, work),
            tell,
            lambda one: not one.well,
        )
    )
