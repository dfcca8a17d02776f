"""Every number that the statistics choose, with its source."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StatSettings:
    """Limits of the statistics.

    Parameters
    ----------
    confidence
        Of the intervals; the usual one.
    false_discovery
        Share of warnings that may be chance, of all that are given (Benjamini and Hochberg 1995 use 0.05).
    least_cohort
        Where fewer colleagues' requests are there to compare an agent with, all others are the cohort: 30 is the
        size from which a share of some percent has an interval that is worth reading.
    mostly
        Share of the policies in force without any request below which the table of policies is taken for an extract
        made for the requests, which is no ground for a rate: one half, "mostly".
    fewest_alike
        Reasons given by fewer requests are counted together: a free text may name somebody. Five is usual in
        official statistics.
    new_account_days
        An account filed at most so long before the money went there is new; 30 days, as cash value is paid within
        30 days of the request, so that the account was filed with the surrender in view.
    complaint_days
        A payment so long after a complaint about its policy is counted with it: the clocks of a complaint (15, 30
        and 30 more days), twice over.
    fresh_days
        A value is fresh so long after it was first seen: a contact is taken over 0 to 60 days before the complaint
        or surrender.
    left_months
        The book of an agent is looked at so long after the agent left.
    """

    confidence: float = 0.95
    false_discovery: float = 0.05
    least_cohort: int = 30
    mostly: float = 0.5
    fewest_alike: int = 5
    new_account_days: int = 30
    complaint_days: int = 150
    fresh_days: int = 60
    left_months: int = 24
