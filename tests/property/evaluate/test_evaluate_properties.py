"""What must hold for any found rings and any truth."""

from __future__ import annotations

import random
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringfinder.evaluate import Evaluation, Found, FoundRing, Truth, evaluate

TRUE_RING = st.integers(0, 5)
"""Number of a request's true ring; 0 for honest."""


@st.composite
def cases(draw: st.DrawFn) -> tuple[Found, Truth]:
    rows = draw(st.lists(st.tuples(TRUE_RING, st.integers(0, 5)), min_size=1, max_size=60))
    truth = Truth({f"q{k}": f"T{true}" if true else "" for k, (true, _) in enumerate(rows)})
    groups: dict[int, dict[str, str]] = {}
    for k, (_, found) in enumerate(rows):
        if found:
            groups.setdefault(found, {})[f"q{k}"] = "member"
    scores = draw(st.lists(st.integers(-50, 50), min_size=6, max_size=6, unique=True))
    flags = draw(st.lists(st.booleans(), min_size=6, max_size=6))
    return Found(tuple(FoundRing(f"F{k}", scores[k], flags[k], 0.1, m) for k, m in groups.items())), truth


def groups_of(truth: Truth) -> dict[str, list[str]]:
    groups: dict[str, list[str]] = {}
    for request, ring in truth.ring_of.items():
        if ring:
            groups.setdefault(ring, []).append(request)
    return groups


def rings(groups: list[list[str]]) -> Found:
    return Found(
        tuple(
            FoundRing(f"F{k}", float(-k), flagged=True, roles=dict.fromkeys(group, "member"))
            for k, group in enumerate(groups)
        )
    )


def numbers(result: Evaluation) -> dict[str, object]:
    return {name: value for name, value in asdict(result).items() if name != "warnings"}


@given(cases())
def test_shares_stay_between_zero_and_one(case: tuple[Found, Truth]) -> None:
    result = evaluate(*case)
    shares = [value for value in asdict(result).values() if isinstance(value, float)]
    bounded = {"over_merge", "fragmentation", "false_rings_per_10000"}
    for name, value in asdict(result).items():
        if isinstance(value, float) and name not in bounded:
            assert -1e-12 <= value <= 1 + 1e-12, name
    assert shares
    assert result.b3_precision <= result.request_precision + 1e-12
    assert result.b3_recall <= result.request_recall + 1e-12
    assert result.over_merge is None or result.over_merge >= 1
    assert result.matches <= min(result.flagged, result.true_rings)


@given(cases())
def test_the_truth_itself_is_perfect(case: tuple[Found, Truth]) -> None:
    truth = case[1]
    groups = list(groups_of(truth).values())
    if groups:
        result = evaluate(rings(groups), truth)
        assert result.b3_f1 == pytest.approx(1.0)
        assert result.average_precision == pytest.approx(1.0)
        assert (result.matches, result.false_rings) == (len(groups), 0)
        assert (result.over_merge, result.fragmentation) == (1.0, 1.0)


@given(cases())
def test_splitting_a_ring_lowers_recall_alone(case: tuple[Found, Truth]) -> None:
    truth = case[1]
    groups = [group for group in groups_of(truth).values() if len(group) >= 2]
    if groups:
        others = [g for g in groups_of(truth).values() if g is not groups[0]]
        result = evaluate(rings([groups[0][:1], groups[0][1:], *others]), truth)
        assert result.b3_precision == pytest.approx(1.0)
        assert result.b3_recall < 1.0
        assert result.fragmentation is not None
        assert result.fragmentation > 1.0


@given(cases())
def test_merging_two_rings_lowers_precision_alone(case: tuple[Found, Truth]) -> None:
    truth = case[1]
    groups = list(groups_of(truth).values())
    if len(groups) >= 2:
        result = evaluate(rings([groups[0] + groups[1], *groups[2:]]), truth)
        assert result.b3_recall == pytest.approx(1.0)
        assert result.b3_precision < 1.0
        assert result.over_merge is not None
        assert result.over_merge > 1.0


@given(cases(), st.randoms(use_true_random=False))
def test_names_and_order_of_rows_change_nothing(case: tuple[Found, Truth], rng: random.Random) -> None:
    found, truth = case
    requests = list(truth.ring_of)
    new = dict(zip(requests, rng.sample(range(10_000), len(requests)), strict=True))
    shuffled = rng.sample(requests, len(requests))
    renamed = Truth({f"n{new[q]}": truth.ring_of[q] and "Z" + truth.ring_of[q] for q in shuffled})
    again = [
        FoundRing(
            "G" + r.ring_id,
            r.score,
            r.flagged,
            r.q_value,
            {f"n{new[q]}": role for q, role in r.roles.items()},
        )
        for r in rng.sample(found.rings, len(found.rings))
    ]
    before, after = numbers(evaluate(found, truth)), numbers(evaluate(Found(tuple(again)), renamed))
    assert _close(before, after)


def _close(one: object, other: object) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_close(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_close, one, other))
    return bool(one == pytest.approx(other)) if isinstance(one, float) else one == other


@given(cases())
def test_an_honest_request_more_never_raises_precision(case: tuple[Found, Truth]) -> None:
    found, truth = case
    flagged = [ring for ring in found.rings if ring.flagged]
    if flagged:
        more = Truth(truth.ring_of | {"new": ""})
        others = [ring for ring in found.rings if ring is not flagged[0]]
        first = flagged[0]
        grown = FoundRing(first.ring_id, first.score, first.flagged, 0.1, first.roles | {"new": "member"})
        before, after = evaluate(found, more), evaluate(Found((grown, *others)), more)
        assert after.request_precision <= before.request_precision
        assert after.b3_precision <= before.b3_precision + 1e-12
        assert after.b3_recall == pytest.approx(before.b3_recall)
