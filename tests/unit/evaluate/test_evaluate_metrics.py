"""Metrics on an example small enough to count on paper.

True rings A = 0..5, B = 6..8, C = 9..28; requests 29..59 are honest.
Found: F1 = 0..3 and two honest; F2 = 4, 5 of A and all of B; F3 three honest ones; F4 (review) = C.
"""

from __future__ import annotations

import pytest

from ringfinder.evaluate import Evaluation, Found, FoundRing, Truth, evaluate, lines
from ringfinder.evaluate.metrics import harmonic
from ringfinder.evaluate.ranking import thin, wilson


def names(*numbers: int) -> dict[str, str]:
    return {f"q{number}": "member" for number in numbers}


def truth(role_of: dict[str, str] | None = None, links_of: dict[str, int] | None = None) -> Truth:
    rings = dict.fromkeys(range(6), "A") | dict.fromkeys(range(6, 9), "B") | dict.fromkeys(range(9, 29), "C")
    return Truth({f"q{number}": rings.get(number, "") for number in range(60)}, role_of or {}, links_of or {})


FOUND = Found(
    (
        FoundRing("F3", 7.0, flagged=True, q_value=0.2, roles=names(50, 51, 52)),
        FoundRing("F1", 9.0, flagged=True, q_value=0.01, roles=names(0, 1, 2, 3, 40, 41)),
        FoundRing("F4", 6.0, flagged=False, q_value=None, roles=names(*range(9, 29))),
        FoundRing("F2", 8.0, flagged=True, q_value=0.02, roles=names(4, 5, 6, 7, 8)),
    )
)


@pytest.fixture(scope="module")
def result() -> Evaluation:
    return evaluate(FOUND, truth())


def test_counts(result: Evaluation) -> None:
    assert (result.requests, result.true_rings, result.true_members) == (60, 3, 29)
    assert (result.listed, result.flagged) == (4, 3)
    assert result.warnings == ()


def test_request_precision_and_recall(result: Evaluation) -> None:
    assert result.request_precision == pytest.approx(9 / 14)
    assert result.request_recall == pytest.approx(9 / 29)
    assert result.reach == result.request_recall


def test_reach_leaves_out_members_with_fewer_than_two_links() -> None:
    weak = {f"q{number}": 1 for number in range(9, 29)} | {"q0": 0, "q1": 2}
    result = evaluate(FOUND, truth(links_of=weak))
    assert result.reach == pytest.approx(8 / 8)
    assert result.request_recall == pytest.approx(9 / 29)


def test_b_cubed(result: Evaluation) -> None:
    precision = (16 / 6 + 4 / 5 + 9 / 5) / 14
    recall = (16 / 6 + 4 / 6 + 9 / 3) / 29
    assert result.b3_precision == pytest.approx(precision)
    assert result.b3_recall == pytest.approx(recall)
    assert result.b3_f1 == pytest.approx(2 * precision * recall / (precision + recall))


def test_average_precision_counts_flagged_and_all_listed(result: Evaluation) -> None:
    assert result.average_precision == pytest.approx(2 / 3)
    assert result.average_precision_all == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert result.rings_found == 2


def test_a_second_ring_for_the_same_truth_is_no_hit() -> None:
    halves = Found(
        (
            FoundRing("X", 2.0, flagged=True, roles=names(0, 1, 2)),
            FoundRing("Y", 1.0, flagged=True, roles=names(3, 4, 5)),
        )
    )
    assert evaluate(halves, truth()).rings_found == 1


def test_matches_at_jaccard_one_half(result: Evaluation) -> None:
    assert result.matches == 2
    assert result.matches_precision == pytest.approx(2 / 3)
    assert result.matches_recall == pytest.approx(2 / 3)


def test_two_exact_halves_match_once() -> None:
    halves = Found(
        (
            FoundRing("X", 2.0, flagged=True, roles=names(0, 1, 2)),
            FoundRing("Y", 1.0, flagged=True, roles=names(3, 4, 5)),
        )
    )
    result = evaluate(halves, truth())
    assert result.matches == 1
    assert result.matches_precision == pytest.approx(1 / 2)


def test_over_merge_and_fragmentation(result: Evaluation) -> None:
    assert result.over_merge == pytest.approx(3 / 2)
    assert result.fragmentation == pytest.approx(3 / 2)


def test_recall_by_size(result: Evaluation) -> None:
    assert result.recall_by_size == {"3-5": 1.0, "6-19": 1.0, "20+": 0.0}


def test_a_band_without_true_rings_has_no_recall() -> None:
    small = Truth({"q0": "A", "q1": "A", "q2": "A", "q3": ""})
    assert evaluate(FOUND, small).recall_by_size == {"3-5": 1.0, "6-19": None, "20+": None}


def test_false_rings_per_ten_thousand(result: Evaluation) -> None:
    assert result.false_rings == 1
    assert result.false_rings_per_10000 == pytest.approx(10_000 / 60)


def test_curve_ignores_flags_and_falls_in_score(result: Evaluation) -> None:
    assert [(point.threshold, point.rings, point.false_rings) for point in result.curve] == [
        (9.0, 1, 0),
        (8.0, 2, 0),
        (7.0, 3, 1),
        (6.0, 4, 1),
    ]
    assert result.curve[2].b3_f1 == pytest.approx(result.b3_f1)
    assert result.curve[0].b3_precision == pytest.approx(16 / 36)
    assert result.curve[3].b3_recall == pytest.approx((16 / 6 + 4 / 6 + 3 + 20) / 29)


def test_equal_scores_are_one_point_of_the_curve() -> None:
    tied = Found(tuple(FoundRing(f"F{k}", 1.0, flagged=True, roles=names(k, k + 30)) for k in range(4)))
    assert [(point.threshold, point.rings) for point in evaluate(tied, truth()).curve] == [(1.0, 4)]


def test_calibration_counts_rings_with_a_q_value(result: Evaluation) -> None:
    assert [(level.level, level.rings, level.largest_q) for level in result.calibration] == [
        (0.01, 1, 0.01),
        (0.02, 2, 0.02),
        (0.05, 2, 0.02),
        (0.1, 2, 0.02),
        (0.2, 3, 0.2),
        (0.5, 3, 0.2),
        (1.0, 3, 0.2),
    ]
    assert [level.observed for level in result.calibration] == pytest.approx([0, 0, 0, 0, *[1 / 3] * 3])


def test_wilson_interval_of_a_textbook_case() -> None:
    low, high = wilson(10, 100)
    assert low == pytest.approx(0.0552, abs=1e-4)
    assert high == pytest.approx(0.1744, abs=1e-4)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == pytest.approx(1.0)


def test_role_accuracy() -> None:
    roles = {"q0": "organiser_candidate", "q1": "member", "q2": "member", "q9": "member"}
    result = evaluate(FOUND, truth(role_of=roles))
    assert result.role_accuracy == pytest.approx(2 / 3)
    assert {(r.true, r.found): r.requests for r in result.roles} == {
        ("organiser_candidate", "member"): 1,
        ("member", "member"): 2,
    }
    assert evaluate(FOUND, truth()).role_accuracy is None


def test_nothing_found() -> None:
    result = evaluate(Found(()), truth())
    assert (result.request_precision, result.b3_f1, result.average_precision, result.false_rings) == (
        0,
        0,
        0,
        0,
    )
    assert result.over_merge is None
    assert result.curve == []
    assert list(lines(result))


def test_no_true_ring() -> None:
    honest = Truth({f"q{number}": "" for number in range(60)})
    result = evaluate(FOUND, honest)
    assert (result.true_rings, result.false_rings, result.request_recall, result.b3_f1) == (0, 3, 0, 0)
    assert result.false_rings_per_10000 == pytest.approx(500.0)
    assert list(lines(result))


def test_the_highest_ring_keeps_a_request_found_twice() -> None:
    twice = Found(
        (
            FoundRing("review", 99.0, flagged=False, roles=names(0, 1, 2)),
            FoundRing("high", 9.0, flagged=True, roles=names(0, 1, 2)),
            FoundRing("low", 8.0, flagged=True, roles=names(2, 3, 4)),
        )
    )
    result = evaluate(twice, truth())
    assert "3 requests are in several found rings" in result.warnings[0]
    assert result.request_recall == pytest.approx(5 / 29)
    assert result.b3_precision == pytest.approx(1.0)
    assert result.b3_recall == pytest.approx((9 / 6 + 4 / 6) / 29)
    assert result.listed == 2  # nothing is left of the review ring, and it is said
    assert any("1 found rings hold no request of their own" in warning for warning in result.warnings)


def test_requests_without_a_label_are_left_out_and_counted() -> None:
    stranger = Found((FoundRing("F1", 1.0, flagged=True, roles=names(0, 1, 2, 70, 71)),))
    result = evaluate(stranger, truth())
    assert result.request_precision == 1.0
    assert result.warnings == ("2 found requests are not in the labels: left out",)


def test_labels_of_members_alone_make_every_other_request_honest() -> None:
    members = Truth({f"q{number}": "A" for number in range(4)})
    found = Found((FoundRing("F1", 1.0, flagged=True, roles=names(0, 1, 70, 71)),))
    result = evaluate(found, members)
    assert result.request_precision == pytest.approx(1 / 2)
    assert result.false_rings_per_10000 is None
    assert any("every other request counts as honest" in warning for warning in result.warnings)


def test_harmonic_mean() -> None:
    assert harmonic(0.5, 1.0) == pytest.approx(2 / 3)
    assert harmonic(0.0, 0.0) == 0.0


def test_a_long_curve_is_thinned_for_people_but_keeps_its_best_point() -> None:
    rings = [FoundRing(f"F{k}", float(-k), flagged=True, roles=names(k)) for k in range(60)]
    points = evaluate(Found(tuple(rings)), truth()).curve
    short = thin(points)
    assert len(short) <= 12 < len(points)
    assert (short[0], short[-1]) == (points[0], points[-1])
    assert max(short, key=lambda point: point.b3_f1).b3_f1 == max(point.b3_f1 for point in points)
