"""SIGKILL at random instants of a job and of its supervisor: nothing is lost, half done, or done twice."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
SEED = 11


@pytest.mark.slow
def test_eight_kills_leave_every_job_done_once(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("campaign_jobs", ROOT / "benchmarks" / "campaign_jobs.py")
    assert spec is not None
    assert spec.loader is not None
    campaign = importlib.util.module_from_spec(spec)
    sys.modules["campaign_jobs"] = campaign
    spec.loader.exec_module(campaign)
    outcomes = campaign.kill_campaign(8, SEED, tmp_path, requests=800)
    assert sum(one.met for one in outcomes) >= 4, "the kills came too late"
    assert [one for one in outcomes if not one.well] == [], f"seed {SEED}"
