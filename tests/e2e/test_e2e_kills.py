"""SIGKILL at random instants of a load, an interrupt, and two loads at once: whole batches only."""

import importlib.util
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import ModuleType

import pytest

from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

ROOT = Path(__file__).resolve().parents[2]
SEED = 7


@pytest.fixture(scope="module")
def campaign() -> ModuleType:
    """The long form, whose parts the short form uses."""
    spec = importlib.util.spec_from_file_location("campaign_kills", ROOT / "benchmarks" / "campaign_kills.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["campaign_kills"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
def test_twenty_kills_leave_whole_batches_and_the_same_store(campaign: ModuleType, tmp_path: Path) -> None:
    outcomes = campaign.kill_campaign(20, SEED, tmp_path, requests=1500)
    assert len(outcomes) == 20
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
