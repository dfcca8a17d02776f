"""q-values: monotone in the score, defined for every candidate, repeatable, and neither useless nor boastful."""

from dataclasses import replace

import numpy as np
import pytest

from ringfinder.detect import DetectSettings
from ringfinder.detect.analysis import Analysis
from ringfinder.detect.discovery import q_values

S = DetectSettings()


def candidates(analysis: Analysis) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = (analysis.groups.units >= S.least_units) & (
        analysis.terms.total > 0
    )
    return found


def scored(analysis: Analysis, score: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Analysis:
    return replace(analysis, terms=replace(analysis.terms, score=score))


def test_a_higher_score_never_has_a_higher_q(analysis: Analysis) -> None:
    chosen = candidates(analysis)
    assert chosen.sum() > 5
    q = q_values(analysis, chosen, S)
    assert np.isnan(q[~chosen]).all()
    order = np.argsort(-analysis.terms.score[chosen], kind="stable")
    assert (np.diff(q[chosen][order]) >= 0).all()
    assert ((q[chosen] > 0) & (q[chosen] <= 1)).all()
    assert q[chosen].min() < 0.1, "the best of a portfolio with rings can be flagged"


def test_the_same_analysis_gives_the_same_decoys(analysis: Analysis) -> None:
    chosen = candidates(analysis)
    assert q_values(analysis, chosen, S).tolist() == q_values(analysis, chosen, S).tolist() or np.array_equal(
        q_values(analysis, chosen, S), q_values(analysis, chosen, S), equal_nan=True
    )


def test_without_candidates_there_is_no_q(analysis: Analysis) -> None:
    q = q_values(analysis, np.zeros(analysis.groups.count, np.bool_), S)
    assert np.isnan(q).all()


@pytest.mark.parametrize("score", [-3.0, 0.0, 3.0])
def test_equal_scores_have_one_q(analysis: Analysis, score: float) -> None:
    chosen = candidates(analysis)
    q = q_values(scored(analysis, np.full(analysis.groups.count, score)), chosen, S)
    assert len(set(q[chosen].tolist())) == 1


def test_groups_that_all_speak_against_a_ring_are_not_claimed(analysis: Analysis) -> None:
    q = q_values(scored(analysis, np.full(analysis.groups.count, -6.0)), candidates(analysis), S)
    assert np.nanmin(q) > 0.5


def test_as_many_runs_as_a_hundredth_takes(analysis: Analysis) -> None:
    chosen = candidates(analysis)
    few = q_values(analysis, chosen, replace(S, most_decoys=1))
    many = q_values(analysis, chosen, S)
    assert np.nanmin(many) <= np.nanmin(few), "one run alone cannot claim less than one over the rings"
