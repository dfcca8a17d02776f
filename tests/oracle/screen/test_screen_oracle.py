"""Screening against the batch: the same scores of the same groups, and the same ends of the same requests."""

from pathlib import Path

import numpy as np
import pytest

from ringfinder.detect import DetectSettings
from ringfinder.detect.detector import Found, find
from ringfinder.graph.order import in_order
from ringfinder.index import making
from ringfinder.index.files import Files, Writer
from ringfinder.pipeline.held_back import held_back
from ringfinder.pipeline.load import load_folder
from ringfinder.records.portfolio import Portfolio
from ringfinder.screen.learnt import Learnt
from ringfinder.screen.region import Region
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

FAMILIES = ("mixed", "payee", "arbitrage")


def _portfolio(family: str, folder: Path) -> Portfolio:
    simulate(family, 3000, 5, folder / "t")
    with Workspace.open(Settings(folder / "w")) as workspace:
        load_folder(workspace, folder / "t")
        return workspace.portfolio()


@pytest.fixture(scope="module", params=FAMILIES)
def portfolio(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    return _portfolio(request.param, tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="module")
def found(portfolio: Portfolio) -> Found:
    return find(in_order(portfolio))


def test_every_group_has_the_score_of_the_batch(found: Found, tmp_path: Path) -> None:
    assert found.analysis
    assert found.standing
    writer = Writer(tmp_path / "index")
    names = [ring.ring_id for ring in found.detection.rings]
    making.make_index(writer, making.Found(found.analysis, found.standing, DetectSettings(), found.groups, names))
    writer.finish({"run_id": "run"})
    index = Files(tmp_path / "index")
    learnt = Learnt.of(index)
    groups = found.analysis.groups.count
    assert groups > 5
    for group in range(groups):
        members = index.rows("members").of(group, "episode").astype(np.int64)
        standing = Region(index, learnt, [members]).standing(group, [])
        assert standing.score == pytest.approx(found.analysis.terms.score[group], abs=1e-9)
        assert standing.total == pytest.approx(found.analysis.terms.total[group], abs=1e-9)
        assert standing.units == found.analysis.groups.units[group]
        assert standing.listed == found.standing.listed[group]


def test_what_is_screened_ends_where_the_batch_puts_it(portfolio: Portfolio, found: Found, tmp_path: Path) -> None:
    chance = np.random.default_rng(1)
    members = sorted(member.request_id for ring in found.detection.rings for member in ring.members)
    others = sorted(set(portfolio.table("surrender_requests")["request_id"].to_pylist()) - set(members))
    few = min(60, len(members) // 4)
    wanted = {*chance.choice(members, few, replace=False), *chance.choice(others, 150 - few, replace=False)}
    endings = held_back(portfolio, wanted, tmp_path / "index")
    assert {one.request_id for one in endings} == wanted
    assert any(one.truth and one.same for one in endings), "some members are found again"
    differ = [one for one in endings if not one.same]
    assert len(differ) <= 0.05 * len(endings), differ
