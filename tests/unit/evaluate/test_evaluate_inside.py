"""Detection inside the process of a benchmark: the same figures as the detector's, with facts taken out."""

from __future__ import annotations

import importlib
from pathlib import Path
from types import ModuleType

import pytest

from ringfinder.detect import DetectSettings, detect
from ringfinder.errors import InputError
from ringfinder.evaluate import Found, FoundRing, Truth, evaluate, read_truth
from ringfinder.pipeline.frames import load
from ringfinder.records.portfolio import Portfolio
from ringfinder.simulate import simulate

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("bench.inside")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Portfolio, Truth]:
    folder = tmp_path_factory.mktemp("own") / "town"
    simulate("town", 2_000, 1, folder)
    return load(folder).portfolio, read_truth(folder.with_name("town.labels") / "labels.csv")


def test_figures_are_those_of_the_detector(inside: ModuleType, town: tuple[Portfolio, Truth]) -> None:
    portfolio, truth = town
    for settings in (DetectSettings(), DetectSettings(fresh_days=90.0), DetectSettings(ring_mean=0.5)):
        rings = tuple(
            FoundRing(one.ring_id, one.score, one.tier == "alert", one.q_value, {m.request_id: "" for m in one.members})
            for one in detect(portfolio, settings).rings
        )
        expected = evaluate(Found(rings), truth)
        with inside._networks_kept():
            found = [inside.figures(portfolio, truth, settings) for _ in range(2)]
        assert found[0] == found[1]
        assert (found[0].f1, found[0].false_rings) == (expected.b3_f1, expected.false_rings)


def test_kept_networks_do_not_answer_for_other_limits(inside: ModuleType, town: tuple[Portfolio, Truth]) -> None:
    portfolio, truth = town
    usual = DetectSettings()
    variants = [usual, DetectSettings(spread_share=0.0, spread_least=0), DetectSettings(fresh_days=0.0), usual]
    with inside._networks_kept():
        kept = [inside.figures(portfolio, truth, settings) for settings in variants]
    assert kept == [inside.figures(portfolio, truth, settings) for settings in variants]
    assert kept[0] != kept[1]


def test_what_is_taken_out_is_gone(inside: ModuleType, town: tuple[Portfolio, Truth]) -> None:
    portfolio, _ = town
    bare = inside.without(portfolio, ["agents", "policies.agent_no", "surrender_requests.payout_account"])
    assert "agents" not in bare.tables
    assert not bare.has("agents", "phone")
    assert not bare.has("policies", "agent_no")
    assert bare.tables["policies"]["agent_no"].null_count == bare.tables["policies"].num_rows
    assert bare.tables["surrender_requests"]["payout_account_nf"].null_count == 2_000
    assert bare.tables["policies"].schema == portfolio.tables["policies"].schema
    assert portfolio.tables["policies"]["agent_no"].null_count < 2_000, "the whole is left as it was"
    with pytest.raises(InputError, match=r"no policies\.agent"):
        inside.without(portfolio, ["policies.agent"])


def test_every_constant_is_halved_and_doubled_within_its_bounds(
    inside: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    sensitivity = importlib.import_module("sensitivity")
    steps = list(sensitivity.changes(DetectSettings()))
    names = {name for name, _, _ in steps}
    assert names == {name for name in DetectSettings.__dataclass_fields__ if name not in sensitivity.EXEMPT}
    assert len(steps) == 2 * len(names)
    by_name = {name: [value for one, value, _ in steps if one == name] for name in names}
    assert by_name["fresh_days"] == [90.0, 360.0]
    assert by_name["ring_mean"] == [0.35, 0.95]
    assert by_name["share_flow"] == [0.25, 1.0]
    assert by_name["household_least"] == [1, 4]
    assert by_name["use_time"] == [0, 2]
    for name, value, changed in steps:
        assert getattr(changed, name) == value
