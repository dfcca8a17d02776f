"""What is usual in the portfolio: the rates that every sentence about a group is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.special import expit

from ringfinder.detect.analysis import Analysis
from ringfinder.graph.arrays import BoolArray, FloatArray
from ringfinder.graph.columns import days
from ringfinder.graph.incidence import of_one_policy

_HALF, _FULL = 0.5, 2


class BaseRates:
    """Rates and flags over all requests, each computed once."""

    def __init__(self, analysis: Analysis) -> None:
        self._a = analysis
        self.looks = {
            name: float((expit(ratio) > _HALF).mean()) if len(ratio) else 0.0
            for name, ratio in (
                ("pressure", analysis.judgement.pressure),
                ("commission", analysis.judgement.commission),
            )
        }
        self.days: FloatArray = np.sort(days(analysis.network.requests["applied_at"]))

    @cached_property
    def flags(self) -> Mapping[str, BoolArray]:
        """Signs of harm of every request."""
        request = self._a.signs.request
        return {
            "harm_negotiated": self._a.signs.money() > 0,
            "harm_demand": self._a.signs.complaint() == _FULL,
            "harm_takeover": request["takeover"] > 0,
            "harm_third_payee": request["payee"] > 0,
            "harm_callback": request["callback"] == _FULL,
            "harm_vesting": (request["held"] == 1) | (request["held"] == _FULL),
            "harm_stranger_premium": request["premium"] > 0,
            "second_bite": self._second_bite(),
        }

    @cached_property
    def honest(self) -> Mapping[str, BoolArray]:
        """What speaks for whoever made a request."""
        signs = self._a.signs
        clean = (signs.request["claim"] == 0) & (signs.request["payee"] == 0) & (signs.request["takeover"] == 0)
        return {
            "clean_requests": clean,
            "own_letter": signs.request["callback"] == 1,
            "earlier_claims": self._earlier_claims(),
        }

    @cached_property
    def totals(self) -> Mapping[str, int]:
        """How many requests have each flag."""
        return {name: int(shown.sum()) for name, shown in (*self.flags.items(), *self.honest.items())}

    @cached_property
    def agents(self) -> Mapping[str, float]:
        """Share of each agent's book among all requests."""
        network = self._a.network
        table = network.portfolio.table("policies")
        at = network.joins.policy
        return _shares(table["agent_no"].combine_chunks().take(at[at >= 0]), network.count) if len(table) else {}

    @cached_property
    def branches(self) -> Mapping[str, float]:
        """Share of each branch among all requests."""
        return _shares(self._a.network.requests["branch_code"].combine_chunks(), self._a.network.count)

    def _second_bite(self) -> BoolArray:
        """A complaint that came after the money was paid, or was bought off."""
        network = self._a.network
        table = network.portfolio.table("complaints")
        rows, owners = network.joins.complaints
        received, paid = days(table["received_at"])[rows], days(network.requests["paid_at"])[owners]
        found = np.zeros(network.count, np.bool_)
        found[owners[received > paid]] = True
        return found

    def _earlier_claims(self) -> BoolArray:
        """A claim on the policy before the request."""
        network = self._a.network
        table = network.portfolio.table("claims")
        rows, owners = of_one_policy(table, network.requests)
        found = np.zeros(network.count, np.bool_)
        applied = days(network.requests["applied_at"])
        found[owners[days(table["claimed_at"])[rows] <= applied[owners]]] = True
        return found


def _shares(cells: pa.Array, of: int) -> dict[str, float]:
    """Share of each text among `of` cells."""
    counted = pc.value_counts(cells.drop_null())
    names, counts = counted.field("values").to_pylist(), counted.field("counts").to_pylist()
    return {name: count / max(of, 1) for name, count in zip(names, counts, strict=True)}
