"""Rates, their cohorts and warnings; what is unknown is told as unknown."""

from __future__ import annotations

import math

import pytest
from tests.counted import ask, facts, policy, ringed

from ringfinder.statistics.counts import count, policies_known
from ringfinder.statistics.facts import DIMENSIONS
from ringfinder.statistics.period import parse_period
from ringfinder.statistics.rates import OTHERS, SAME_BRANCH, Rate, overall, rates
from ringfinder.statistics.reasons import RARE, reasons
from ringfinder.statistics.settings import StatSettings
from ringfinder.statistics.summary import period_statistics, tables_of

Q1, LIMITS = parse_period("2026-Q1"), StatSettings()


def rate_of(found: list[Rate], dimension: str, value: str | None, measure: str) -> Rate:
    (one,) = (rate for rate in found if (rate.dimension, rate.value, rate.measure) == (dimension, value, measure))
    return one


def test_policies_in_force_make_the_rate_where_they_are_known() -> None:
    ended = policy(4, ended_on="2025-12-31")  # before the period
    late = policy(5, issued_on="2026-04-01")  # after it
    lapsed = policy(6, status="失效")  # at a time that nobody knows
    gone = policy(1, ended_on="2026-02-12")  # by its surrender, in the period
    held = [gone, *(policy(number) for number in (2, 3, 7, 8, 9, 10)), ended, late, lapsed]
    asked = [ask(1), ask(2, kind="partial"), ask(3, desk_outcome="persuaded"), ask(4)]
    (found, *_) = overall(count(facts(surrender_requests=asked, policies=held), Q1, "branch", LIMITS), LIMITS)
    assert (found.measure, found.level) == ("surrender_rate", "policy")
    assert (found.numerator, found.denominator) == (1, 7)


def test_a_policy_is_surrendered_once_and_in_the_month_of_its_first_request() -> None:
    asked = [ask(1, "2026-03-02"), ask(2, "2026-01-05", policy_no="L1"), ask(3, "2026-02-01")]
    read = facts(surrender_requests=asked, policies=[policy(number) for number in range(1, 9)])
    by_month = count(read, Q1, "month", LIMITS)
    assert by_month.names == ("2026-01", "2026-02", "2026-03")
    assert by_month.counts["policies_surrendered"].tolist() == [1, 1, 0]
    assert by_month.counts["policies_in_force"].tolist() == [8, 8, 8]
    assert count(read, Q1, "branch", LIMITS).total("policies_surrendered") == 2


@pytest.mark.parametrize("lacking", ["ended_on status", "issued_on"])
def test_without_their_dates_policies_are_unknown_and_the_rate_is_of_requests(lacking: str) -> None:
    held = [{name: cell for name, cell in policy(n).items() if name not in lacking.split()} for n in range(9)]
    read = facts(surrender_requests=[ask(1), ask(2, paid_amount=None, paid_at=None)], policies=held)
    (found, *_) = overall(count(read, Q1, "branch", LIMITS), LIMITS)
    assert (found.level, found.numerator, found.denominator) == ("request", 1, 2)


def test_an_extract_of_the_policies_that_were_asked_about_is_no_ground_for_a_rate() -> None:
    asked = [ask(number) for number in range(4)]
    assert not policies_known(facts(surrender_requests=asked, policies=[policy(n) for n in range(6)]), LIMITS)
    assert policies_known(facts(surrender_requests=asked, policies=[policy(n) for n in range(8)]), LIMITS)


def test_what_was_not_handed_over_is_unknown_and_not_nought() -> None:
    bare = [{"request_id": "R1", "policy_no": "L1", "applicant_id": "C1", "applied_at": "2026-01-01"}]
    found = period_statistics(facts(surrender_requests=bare), Q1)
    (totals,) = (one for one in tables_of(found) if one.name == "totals")
    whole = next(totals.records())
    assert whole["requests"] == 1
    for name in ("negotiated", "paid_amount", "paid_minus_cash_value", "complaints", "policies_in_force"):
        assert whole[name] is None, name
    assert found.level == ""
    assert [rate.measure for rate in found.overall] == []
    (exposure,) = found.by_tier
    assert exposure.tier == "no_run"


def test_a_letter_that_several_bodies_forwarded_is_one_complaint() -> None:
    letters = [
        {"complaint_id": "K1", "received_at": "2026-01-02", "source": "web", "applicant_id": "C1", "text": "全额退保"},
        {
            "complaint_id": "K2",
            "received_at": "2026-01-05",
            "source": "regulator",
            "applicant_id": "C1",
            "text": "全额退保",
        },
        {"complaint_id": "K3", "received_at": "2026-01-07", "regulator_ref": "J1", "applicant_id": "C2"},
        {"complaint_id": "K4", "received_at": "2026-04-07", "regulator_ref": "J1", "applicant_id": "C9"},
        {"complaint_id": "K5", "received_at": "2026-02-07", "source": "web", "applicant_id": "C3", "text": "全额退保"},
    ]
    read = facts(surrender_requests=[ask(1)], complaints=letters)
    found = count(read, Q1, "branch", LIMITS)
    assert [found.total(f"complaints{name}") for name in ("", "_repeated", "_source_known", "_regulator")] == [
        3,
        1,
        2,
        1,
    ]
    later = count(read, parse_period("2026-Q2"), "branch", LIMITS)
    assert [later.total("complaints"), later.total("complaints_repeated")] == [0, 1]


def test_the_cohort_of_an_agent_are_the_others_of_the_branch() -> None:
    asked, held = [], []
    for number in range(200):
        agent, branch = ("A1", "A2", "A3", "A4")[number % 4], ("B1", "B1", "B2", "B3")[number % 4]
        bad = agent == "A1" and number < 100
        asked.append(ask(number, kind="negotiated" if bad else "surrender", branch_code=branch))
        held.append(policy(number, agent_no=agent, branch_code=branch))
    agents = [{"agent_no": f"A{n}", "branch_code": ("B1", "B1", "B2", "B3")[n - 1]} for n in range(1, 5)]
    read = facts(surrender_requests=asked, policies=held, agents=agents)
    counted = [count(read, Q1, dimension, LIMITS) for dimension in DIMENSIONS]
    found = rates(counted, LIMITS, read.agent_branch)
    one = rate_of(found, "agent", "A1", "negotiated_share")
    assert (one.numerator, one.denominator, one.cohort) == (25, 50, SAME_BRANCH)
    assert (one.cohort_numerator, one.cohort_denominator) == (0, 50)
    alone = rate_of(found, "agent", "A3", "negotiated_share")  # nobody else is in its branch
    assert (alone.cohort, alone.cohort_denominator) == (OTHERS, 150)
    warned = {(each.dimension, each.value, each.measure) for each in found if each.warned(LIMITS)}
    assert warned == {("agent", "A1", "negotiated_share"), ("branch", "B1", "negotiated_share")}
    assert one.low < one.rate < one.high
    assert one.p <= one.q


def test_what_nobody_named_is_told_and_not_tested() -> None:
    asked = [ask(number, branch_code=None, kind="negotiated") for number in range(20)]
    asked += [ask(number) for number in range(20, 90)]
    found = rates([count(facts(surrender_requests=asked), Q1, "branch", LIMITS)], LIMITS)
    unknown = rate_of(found, "branch", None, "negotiated_share")
    assert (unknown.numerator, unknown.denominator) == (20, 20)
    assert math.isnan(unknown.p)
    assert not unknown.warned(LIMITS)


def test_warnings_of_a_period_without_cause_are_rarely_given() -> None:
    asked = [
        ask(number, kind="negotiated" if number % 10 == 0 else "surrender", branch_code=f"B{number % 7}")
        for number in range(700)
    ]
    found = period_statistics(facts(surrender_requests=asked), Q1)
    assert found.tests > 10
    assert found.warnings == []


def test_an_empty_period_has_rows_of_nothing_and_no_rates() -> None:
    found = period_statistics(facts(surrender_requests=[ask(1)]), parse_period("2019"), ringed())
    assert found.overall[0].denominator == 0
    assert math.isnan(found.overall[0].rate)
    assert found.by_tier == []
    assert found.rates == []
    assert found.refunds.refunds == 0
    totals = next(one for one in tables_of(found) if one.name == "totals")
    assert [row["value"] for row in totals.records()] == ["2019", *(f"2019-{month:02d}" for month in range(1, 13))]


def test_a_rare_reason_is_not_shown_and_a_number_in_a_frequent_one_is_masked() -> None:
    asked = [ask(number, reason="张三 让我退的") for number in range(4)]
    asked += [ask(number, reason="打 13812345678 办的") for number in range(10, 16)]
    asked += [ask(20, reason=None), ask(21, kind="negotiated", reason="急用", paid_amount="150")]
    found = reasons(facts(surrender_requests=asked), Q1, LIMITS)
    assert [(one.reason, one.requests) for one in found] == [("打 13****78 办的", 6), (RARE, 5), (None, 1)] or [
        (one.reason, one.requests) for one in found
    ] == [("打 13****78 办的", 6), (None, 1), (RARE, 5)]
    rare = next(one for one in found if one.reason == RARE)
    assert (rare.negotiated, rare.paid_minus_cash_value) == (1, 5000)
