"""Harm of a request: what an honest customer who shares a phone does not show.

Sharing is not guilt; families, employers and village clerks share too. What separates a ring is that
somebody gains: a negotiated payment, a demand for the whole premium, a payee who is not the
applicant, a contact taken over shortly before, a surrender when the commission has just vested, a
premium paid by a stranger.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, contains
from ringfinder.graph.columns import days, is_one_of, lookup, numbers, whole
from ringfinder.graph.network import Network

HARMS: tuple[str, ...] = ("negotiated", "demand", "takeover", "third_payee", "vesting", "stranger_premium")
"""Names of the columns of `Harm.flags`."""


@dataclass(frozen=True)
class Harm:
    """Harm flags of every request: shape (requests, len(HARMS))."""

    flags: BoolArray

    def any_but(self, *left_out: str) -> BoolArray:
        """Whether a request shows any harm other than the named ones."""
        kept = [place for place, name in enumerate(HARMS) if name not in left_out]
        found: BoolArray = np.any(self.flags[:, kept], axis=1)
        return found


def harm_of(network: Network, settings: DetectSettings) -> Harm:
    """Harm flags of every request."""
    columns = {
        "negotiated": _negotiated(network, settings),
        "demand": _demand(network),
        "takeover": _takeover(network, settings),
        "third_payee": _third_payee(network),
        "vesting": _vesting(network, settings),
        "stranger_premium": _stranger_premium(network),
    }
    return Harm(np.column_stack([columns[name] for name in HARMS]))


def _negotiated(network: Network, settings: DetectSettings) -> BoolArray:
    requests = network.requests
    cash = numbers(requests["cash_value"]) * settings.full_refund_ratio
    more = np.zeros(network.count, np.bool_)
    for column in ("requested_amount", "agreed_amount"):
        more |= numbers(requests[column]) > cash
    usual = ~is_one_of(requests["kind"], "cooling_off")
    return is_one_of(requests["kind"], "negotiated") | (more & usual)


def _demand(network: Network) -> BoolArray:
    full = is_one_of(network.portfolio.table("complaints")["demand"], "full_refund")
    rows, owners = network.joins.complaints
    found = np.zeros(network.count, np.bool_)
    found[owners[full[rows]]] = True
    return found


def _takeover(network: Network, settings: DetectSettings) -> BoolArray:
    changes = network.portfolio.table("contact_changes")
    rows, owners = network.joins.changes
    gap = days(network.requests["applied_at"])[owners] - days(changes["changed_at"])[rows]
    found = np.zeros(network.count, np.bool_)
    found[owners[gap <= settings.takeover_days]] = True
    return found


def _third_payee(network: Network) -> BoolArray:
    """A named payee who is not the applicant, into an account that the household has not on file."""
    requests = network.requests
    name = whole(requests["payout_name"])
    persons = network.portfolio.table("persons")
    row = network.people.row[network.people.applicant]
    known = row >= 0
    own_name = whole(persons["name"]).take(np.where(known, row, 0)) if len(persons) else name
    same = pc.fill_null(pc.equal(name, own_name), True).to_numpy(zero_copy_only=False)  # noqa: FBT003 - unknown is no harm
    account = network.codes["bank_account"].of("surrender_requests", "payout_account")
    found: BoolArray = known & ~same & ~_on_file(network, account)
    return found


def _on_file(network: Network, account: IntArray) -> BoolArray:
    """Whether the household of each request has the account on file."""
    held = network.own["bank_account"]
    width = np.int64(max(held.shape[1], 1))
    found: BoolArray = contains(held.rows * width + held.columns, network.unit * width + account) & (account >= 0)
    return found


def _policy_row(network: Network) -> IntArray:
    return lookup(network.requests["policy_no"], network.portfolio.table("policies")["policy_no"])


def _vesting(network: Network, settings: DetectSettings) -> BoolArray:
    row = _policy_row(network)
    issued = days(network.portfolio.table("policies")["issued_on"])
    held = _taken(days(network.requests["applied_at"]), issued, row)
    found: BoolArray = (held >= settings.vest_from_days) & (held <= settings.vest_to_days)
    return found


def _taken(applied: FloatArray, issued: FloatArray, row: IntArray) -> FloatArray:
    """Days from issue to request; NaN without a policy."""
    held = np.full(len(applied), np.nan)
    known = row >= 0
    held[known] = applied[known] - issued[row[known]]
    return held


def _stranger_premium(network: Network) -> BoolArray:
    """The premium came from an account that is nobody's in the household, though one is on file."""
    row = _policy_row(network)
    payer = network.codes["bank_account"].of("policies", "premium_payer_account")
    account = np.where(row >= 0, payer[row], -1) if len(payer) else np.full(network.count, -1, np.int64)
    payout = network.codes["bank_account"].of("surrender_requests", "payout_account")
    knows = np.bincount(network.own["bank_account"].rows, minlength=network.units)[network.unit] > 0
    found: BoolArray = (account >= 0) & knows & (account != payout) & ~_on_file(network, account)
    return found
