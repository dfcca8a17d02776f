"""SIGKILL at random instants of a load, an interrupt, and two loads at once: whole batches only."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest
from tests.campaigns import campaign_of

from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

KILLS = 6


@pytest.fixture(scope="module")
def campaign() -> ModuleType:
    """The long form, whose parts the short form uses."""
    return campaign_of("campaign_kills")


@pytest.mark.slow
def test_kills_leave_whole_batches_and_the_same_store(campaign: ModuleType, tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1 << 30)
    sys.stdout.write(f"seed {seed}\n")  # shown where the test fails
    outcomes = campaign.kill_campaign(KILLS, seed, tmp_path, requests=1500)
    assert len(outcomes) == KILLS
    assert any(one.killed for one in outcomes), "no kill came in time"
    assert [one for one in outcomes if not (one.whole and one.balanced and one.same_after)] == []


@pytest.fixture(scope="module")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made") / "portfolio"
    simulate("town", 1500, 1, folder)
    return folder


def start(portfolio: Path, workspace: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "ringfinder", "--workspace", str(workspace), "load", str(portfolio)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_loads_at_once_end_in_one_batch(portfolio: Path, tmp_path: Path) -> None:
    both = [start(portfolio, tmp_path / "workspace") for _ in range(2)]
    for process in both:
        _, told = process.communicate(timeout=120)
        assert process.returncode == 0, told
    with Workspace.open(Settings(tmp_path / "workspace")) as workspace:
        assert len(workspace.batches()) == 1
        assert len(workspace.manifest.loads()) == 2
        assert workspace.portfolio().table("surrender_requests").num_rows == 1500


def test_an_interrupt_is_told_and_leaves_nothing_half_done(portfolio: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    process = start(portfolio, workspace)
    for _ in range(600):
        if (workspace / ".lock.holder").exists():
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate(timeout=60)
    assert process.returncode in (0, 130), told
    assert "Traceback" not in told
    with Workspace.open(Settings(workspace)) as opened:
        known = {batch.batch_id for batch in opened.batches()}
        assert len(known) == (process.returncode == 0)
        assert {path.name for path in (workspace / "facts").iterdir()} <= known
