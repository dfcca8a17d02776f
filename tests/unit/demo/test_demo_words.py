"""Every honest cause of the simulator and every honest explanation of the detector has its words in the demo."""

from ringfinder.demo.words import CAUSES, EXPLANATIONS
from ringfinder.detect.hypotheses import TESTS
from ringfinder.simulate.honest import PER_10_000
from ringfinder.simulate.staged import BRANCH_LINE


def test_all_causes_have_words() -> None:
    assert set(CAUSES) == {group.__name__ for group, _ in PER_10_000} | {BRANCH_LINE}


def test_all_explanations_have_words() -> None:
    assert set(EXPLANATIONS) == set(TESTS)
