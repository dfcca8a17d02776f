"""The score is what its parts say, and an alarm needs somebody who is harmed or a flow."""

import numpy as np
from tests.detection import analysed, portfolio, town

from ringfinder.detect.analysis import Analysis
from ringfinder.detect.score import CARRIERS

PHONE, ACCOUNT = "18812345671", "6217000053149414636"


def test_total_is_the_sum_of_the_parts_and_the_score_what_carries_at_most(analysis: Analysis) -> None:
    terms = analysis.terms
    assert analysis.groups.count > 5
    np.testing.assert_allclose(np.sum(list(terms.parts.values()), axis=0), terms.total, rtol=0, atol=1e-9)
    for name, part in terms.parts.items():
        assert (part <= 0).all() if name == "search" else (part >= 0).all(), name
    carry = np.array([terms.parts[CARRIERS[int(which)]][group] for group, which in enumerate(terms.carry)])
    positive = terms.score > 0
    assert positive.any()
    np.testing.assert_allclose(terms.score[positive], np.minimum(terms.total, carry)[positive])
    assert (terms.score <= terms.total + 1e-12).all()


def test_the_number_of_groups_is_paid_for(analysis: Analysis) -> None:
    assert set(analysis.terms.parts["search"].tolist()) == {-np.log(analysis.groups.count)}


def test_the_best_shared_value_is_given_to_honest_life() -> None:
    one = analysed(portfolio(surrender_requests=town(range(12), phone=PHONE)))
    two = analysed(portfolio(surrender_requests=town(range(12), phone=PHONE, payout_account=ACCOUNT)))
    assert one.terms.parts["sharing"].tolist() == [0.0]
    np.testing.assert_allclose(two.terms.parts["sharing"], [11 * np.log(400 / 12)])


def test_sharing_without_harm_carries_nothing() -> None:
    rows = town((), 400)
    for row in rows[:12]:
        row |= {"phone": PHONE, "payout_account": ACCOUNT}
    analysis = analysed(portfolio(surrender_requests=rows))
    assert not (analysis.terms.score > 0).any()


def test_a_household_counts_by_its_most_harmed_episode() -> None:
    rows = town(range(12), phone=PHONE)
    calm = [row | {"request_id": f"S{row['request_id']}", "applied_at": "2024-01-05", "kind": "surrender",
                   "requested_amount": "1000"} for row in rows[:12]]  # fmt: skip
    alone, both = (analysed(portfolio(surrender_requests=table)) for table in (rows, rows + calm))
    assert both.groups.units.tolist() == alone.groups.units.tolist() == [12]
    assert len(both.episodes) == len(alone.episodes) + 12
    assert both.terms.harmed["pressure"][0] > 0.95 * alone.terms.harmed["pressure"][0]
