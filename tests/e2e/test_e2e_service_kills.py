"""SIGKILL of the service and of its workers while it loads, detects and records: nothing acknowledged is lost."""

import random
import sys
from pathlib import Path

import pytest
from tests.campaigns import campaign_of

KILLS = 8
"""With those of loads (`test_e2e_kills`), of jobs (`test_e2e_jobs_killed`), of records and of syncs, over twenty."""


@pytest.mark.slow
def test_kills_lose_nothing_that_was_acknowledged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "secrets" / "secret"))
    seed = random.SystemRandom().randrange(1 << 30)
    sys.stdout.write(f"seed {seed}\n")  # shown where the test fails
    outcomes = campaign_of("campaign_service").kill_campaign(KILLS, seed, tmp_path)
    assert len(outcomes) == KILLS
    assert all(one.met for one in outcomes)
    assert any(one.doing for one in outcomes), "no kill met a job"
    assert outcomes[-1].recorded > 0
    assert [one for one in outcomes if not one.well] == []
