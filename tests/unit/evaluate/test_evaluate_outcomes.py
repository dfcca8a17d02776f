"""Ring by ring: what became of each true ring, on the example of the metrics."""

from tests.unit.evaluate.test_evaluate_metrics import FOUND, truth

from ringfinder.evaluate import evaluate, outcomes


def test_each_true_ring_tells_what_became_of_it() -> None:
    a, b, c = outcomes(FOUND, truth())
    assert [(one.ring_id, one.requests, one.flagged, one.found) for one in (a, b, c)] == [
        ("A", 6, 6, True),
        ("B", 3, 3, True),
        ("C", 20, 0, False),
    ]
    assert sum(one.found for one in (a, b, c)) == evaluate(FOUND, truth()).rings_found


def test_links_are_counted_where_they_are_known() -> None:
    weak = {f"q{number}": 0 for number in range(9, 29)} | {"q0": 0}
    assert [one.linked for one in outcomes(FOUND, truth(links_of=weak))] == [5, 3, 0]
