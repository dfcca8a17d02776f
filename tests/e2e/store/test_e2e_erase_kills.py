"""SIGKILL at random instants of recording, folding and erasing: nothing acknowledged is lost, nothing half done."""

import importlib.util
import random
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[3]
KILLS = 2


@pytest.fixture(scope="module")
def campaign() -> ModuleType:
    """The long form, whose parts the short form uses."""
    spec = importlib.util.spec_from_file_location("campaign_erase", ROOT / "benchmarks" / "campaign_erase.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["campaign_erase"] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("what", ["record", "compact", "erase"])
def test_kills_leave_all_or_nothing(
    campaign: ModuleType, what: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "secrets" / "secret"))
    seed = random.SystemRandom().randrange(1 << 30)
    sys.stdout.write(f"seed {seed}\n")  # shown where the test fails
    if what == "record":
        outcomes = campaign.record_campaign(KILLS, seed, tmp_path)
    else:
        site = campaign.made_site(tmp_path)
        outcomes = getattr(campaign, f"{what}_campaign")(KILLS, seed, tmp_path, site)
    assert len(outcomes) == KILLS
    assert any(one.killed for one in outcomes), "no kill came in time"
    assert [one for one in outcomes if not one.well] == []
