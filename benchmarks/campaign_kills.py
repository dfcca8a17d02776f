"""Kill `ringfinder load` at random instants and look at what is left.

After each kill the manifest names exactly the whole batches, every file's account balances, and
loading again ends in the same store. `make campaign` runs 200 kills and writes
benchmarks/results/campaign_kills.csv; the tests run 20 through `kill_campaign`.
"""

import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from bench.campaign import concluded
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

KILLS = 200
REQUESTS = 3000


@dataclass(frozen=True)
class Outcome:
    """What one kill left: whether it came in time, whole batches, and whether all is well."""

    seed: int
    after_ms: int
    killed: bool
    batches: int
    whole: bool
    balanced: bool
    same_after: bool


def content(workspace: Workspace) -> dict[str, list[int]]:
    """Hashes of all current rows by table."""
    return {name: sorted(table["_hash"].to_pylist()) for name, table in workspace.portfolio().tables.items()}


def whole(workspace: Workspace) -> bool:
    """Whether every batch of the manifest has its parts with all their rows."""
    facts = workspace.path / "facts"
    return all(
        pq.read_metadata(facts / batch.batch_id / file.part).num_rows == file.tally.loaded
        for batch in workspace.batches()
        for file in batch.files
        if file.part
    )


def balanced(workspace: Workspace) -> bool:
    """Whether every account of every load balances."""
    loads = workspace.manifest.loads()
    return all(tally.balanced for load_id, _, _ in loads for tally in workspace.manifest.tallies(load_id))


def load(folder: Path, workspace: Path) -> subprocess.Popen[bytes]:
    """Start a load in a process of its own."""
    command = [sys.executable, "-m", "ringfinder", "--workspace", str(workspace), "load", str(folder)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def kill_campaign(kills: int, seed: int, work: Path, requests: int = REQUESTS) -> list[Outcome]:
    """Kill loads at `kills` random instants; the seed gives the instants."""
    folder = work / "portfolio"
    simulate("mixed", requests, 1, folder)
    begun = time.perf_counter()
    load(folder, work / "untouched").wait()
    usual = time.perf_counter() - begun
    with Workspace.open(Settings(work / "untouched")) as workspace:
        expected = content(workspace)
    chance = random.Random(seed)
    outcomes = []
    for number in range(kills):
        place = work / f"killed{number}"
        # The interesting instants are after the imports, while files are written and named.
        after = chance.uniform(0.3 * usual, 1.05 * usual)
        process = load(folder, place)
        time.sleep(after)
        process.send_signal(signal.SIGKILL)
        killed = process.wait() != 0
        with Workspace.open(Settings(place)) as workspace:
            batches, is_whole, is_balanced = len(workspace.batches()), whole(workspace), balanced(workspace)
        load(folder, place).wait()
        with Workspace.open(Settings(place)) as workspace:
            same = content(workspace) == expected and whole(workspace) and balanced(workspace)
            leftover = {path.name for path in (place / "facts").iterdir()} - {b.batch_id for b in workspace.batches()}
        outcomes.append(
            Outcome(seed, round(after * 1000), killed, batches, is_whole, is_balanced, same and not leftover)
        )
    return outcomes


def tell(outcomes: Sequence[Outcome], bad: int) -> str:
    """The sentence on all of them."""
    met = sum(one.killed for one in outcomes)
    return f"{len(outcomes)} kills (seed {outcomes[0].seed}), {met} in time, {bad} with damage"


if __name__ == "__main__":
    sys.exit(
        concluded(
            "campaign_kills",
            20261124,
            lambda seed, work: kill_campaign(KILLS, seed, work),
            tell,
            lambda one: not (one.whole and one.balanced and one.same_after),
        )
    )
