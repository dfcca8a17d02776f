"""SIGKILL at random instants of a job and of its supervisor: nothing is lost, half done, or done twice."""

import random
import sys
from pathlib import Path

import pytest
from tests.campaigns import campaign_of

KILLS = 4


@pytest.mark.slow
def test_kills_leave_every_job_done_once(tmp_path: Path) -> None:
    seed = random.SystemRandom().randrange(1 << 30)
    sys.stdout.write(f"seed {seed}\n")  # shown where the test fails
    outcomes = campaign_of("campaign_jobs").kill_campaign(KILLS, seed, tmp_path, requests=800)
    assert any(one.met for one in outcomes), "the kills came too late"
    assert [one for one in outcomes if not one.well] == []
