"""Every metric again by another route: plain sets and loops over requests, straight from the definitions."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from ringfinder.evaluate import Evaluation, Found, FoundRing, Truth, evaluate

Groups = Mapping[str, set[str]]


class Oracle:
    """Found and true groups of requests, compared request by request."""

    def __init__(self, found: Groups, true: Groups, requests: set[str]) -> None:
        self.found, self.true, self.requests = found, true, requests
        self.of_found = {request: ring for ring, members in found.items() for request in members}
        self.of_true = {request: ring for ring, members in true.items() for request in members}

    def both(self, request: str) -> set[str]:
        return self.found.get(self.of_found.get(request, ""), set()) & self.true.get(
            self.of_true.get(request, ""), set()
        )

    def precision(self) -> float:
        return _mean([request in self.of_true for request in self.of_found])

    def recall(self, within: set[str] | None = None) -> float:
        members = self.of_true.keys() if within is None else within & self.of_true.keys()
        return _mean([request in self.of_found for request in members])

    def b_cubed(self) -> tuple[float, float]:
        precisions = [len(self.both(r)) / len(self.found[ring]) for r, ring in self.of_found.items()]
        recalls = [len(self.both(r)) / len(self.true[ring]) for r, ring in self.of_true.items()]
        return _mean(precisions), _mean(recalls)

    def average_precision(self, ranked: list[str]) -> float:
        hit_at: list[int] = []
        unseen = dict(self.true)
        for rank, ring in enumerate(ranked, start=1):
            members = self.found[ring]
            for true in sorted(unseen):
                if len(members & unseen[true]) * 2 >= len(members):
                    del unseen[true]
                    hit_at.append(rank)
                    break
        precisions = [sum(1 for other in hit_at if other <= rank) / rank for rank in hit_at]
        return sum(precisions) / max(1, len(self.true))

    def matches(self) -> int:
        """Largest one-to-one matching at Jaccard one half, by trying every choice."""
        pairs = [
            (found, true)
            for found, a in self.found.items()
            for true, b in self.true.items()
            if len(a & b) * 2 >= len(a | b)
        ]
        return _largest_matching(pairs)

    def pairs(self) -> tuple[float | None, float | None]:
        merged = [n for a in self.found.values() if (n := sum(bool(a & b) for b in self.true.values()))]
        split = [n for b in self.true.values() if (n := sum(bool(a & b) for a in self.found.values()))]
        return (_mean(merged) if merged else None), (_mean(split) if split else None)

    def recall_of_sizes(self, least: int, most: int) -> float | None:
        members = {r for ring in self.true.values() if least <= len(ring) <= most for r in ring}
        return self.recall(members) if members else None

    def false(self) -> int:
        return sum(1 for members in self.found.values() if members.isdisjoint(self.of_true))


def _mean(values: list[float] | list[bool] | list[int]) -> float:
    return sum(values) / len(values) if values else 0.0


def _largest_matching(pairs: list[tuple[str, str]]) -> int:
    if not pairs:
        return 0
    (found, true), rest = pairs[0], pairs[1:]
    without = [(a, b) for a, b in rest if a != found and b != true]
    conflict = len(without) < len(rest)
    taken = 1 + _largest_matching(without)
    return max(taken, _largest_matching(rest)) if conflict else taken


def _random_case(seed: int) -> tuple[Found, Truth, Oracle, Oracle]:
    rng = random.Random(seed)
    requests = [f"q{number}" for number in range(rng.choice([30, 120, 400]))]
    true: dict[str, set[str]] = {}
    for request in requests:
        if rng.random() < rng.choice([0.2, 0.6]):
            true.setdefault(f"T{rng.randrange(max(1, len(requests) // 12))}", set()).add(request)
    groups: dict[str, set[str]] = {}
    near = [ring for ring, members in true.items() for _ in members]
    member_of = {request: ring for ring, members in true.items() for request in members}
    for request in requests:
        draw = rng.random()
        if request in member_of and draw < 0.5:
            groups.setdefault("F" + member_of[request] + rng.choice("ab"), set()).add(request)
        elif near and draw < 0.6:
            groups.setdefault("F" + rng.choice(near) + "a", set()).add(request)
        elif draw < 0.7:
            groups.setdefault(f"Fx{rng.randrange(5)}", set()).add(request)
    links = {request: rng.randrange(5) for request in requests if rng.random() < 0.8}
    roles = {request: rng.choice(["member", "payee"]) for request in member_of}
    scores = rng.sample(range(1000), len(groups))
    rings = [
        FoundRing(
            ring,
            float(score),
            flagged=rng.random() < 0.7,
            q_value=rng.choice([None, rng.random()]),
            roles={request: rng.choice(["member", "payee"]) for request in sorted(members)},
        )
        for (ring, members), score in zip(sorted(groups.items()), scores, strict=True)
    ]
    rng.shuffle(rings)
    truth = Truth({request: member_of.get(request, "") for request in requests}, roles, links)
    flagged = {ring.ring_id: groups[ring.ring_id] for ring in rings if ring.flagged}
    everything = set(requests)
    return Found(tuple(rings)), truth, Oracle(flagged, true, everything), Oracle(groups, true, everything)


def _ranked(found: Found, *, flagged_only: bool) -> list[str]:
    rings = [ring for ring in found.rings if ring.flagged or not flagged_only]
    return [ring.ring_id for ring in sorted(rings, key=lambda ring: -ring.score)]


@pytest.mark.parametrize("seed", range(60))
def test_metrics_agree_with_the_definitions(seed: int) -> None:
    found, truth, alerts, everything = _random_case(seed)
    result = evaluate(found, truth)
    precision, recall = alerts.b_cubed()
    within = {request for request in alerts.requests if truth.links_of.get(request, 9) >= 2}
    assert result.request_precision == pytest.approx(alerts.precision())
    assert result.request_recall == pytest.approx(alerts.recall())
    assert result.reach == pytest.approx(alerts.recall(within))
    assert result.b3_precision == pytest.approx(precision)
    assert result.b3_recall == pytest.approx(recall)
    assert result.average_precision == pytest.approx(alerts.average_precision(_ranked(found, flagged_only=True)))
    assert result.average_precision_all == pytest.approx(
        everything.average_precision(_ranked(found, flagged_only=False))
    )
    assert result.matches == alerts.matches()
    assert (result.over_merge, result.fragmentation) == pytest.approx(alerts.pairs())
    assert result.false_rings == alerts.false()
    assert result.recall_by_size == {
        "3-5": pytest.approx(alerts.recall_of_sizes(3, 5)),
        "6-19": pytest.approx(alerts.recall_of_sizes(6, 19)),
        "20+": pytest.approx(alerts.recall_of_sizes(20, 10**9)),
    }


@pytest.mark.parametrize("seed", range(60, 80))
def test_roles_and_calibration_agree_with_the_definitions(seed: int) -> None:
    found, truth, alerts, everything = _random_case(seed)
    result = evaluate(found, truth)
    right = [
        truth.role_of[request] == role
        for ring in found.rings
        if ring.flagged
        for request, role in ring.roles.items()
        if request in truth.role_of
    ]
    assert result.role_accuracy == (pytest.approx(_mean(right)) if right else None)
    for level in result.calibration:
        within = [r for r in found.rings if r.q_value is not None and r.q_value <= level.level]
        wrong = [everything.found[r.ring_id].isdisjoint(alerts.of_true) for r in within]
        assert level.rings == len(within)
        assert level.observed == pytest.approx(_mean(wrong))


@pytest.mark.parametrize("seed", range(80, 100))
def test_every_point_of_the_curve_is_what_flagging_down_to_it_would_give(seed: int) -> None:
    found, truth, _, _ = _random_case(seed)
    for point in evaluate(found, truth).curve:
        flagged = Found(tuple(_flag(ring, point.threshold) for ring in found.rings))
        again: Evaluation = evaluate(flagged, truth)
        assert (point.rings, point.false_rings) == (again.flagged, again.false_rings)
        assert point.b3_f1 == pytest.approx(again.b3_f1)
        assert (point.b3_precision, point.b3_recall) == pytest.approx((again.b3_precision, again.b3_recall))


def _flag(ring: FoundRing, threshold: float) -> FoundRing:
    return FoundRing(ring.ring_id, ring.score, ring.score >= threshold, ring.q_value, ring.roles)
