"""Signs of harm: what an honest customer who shares a phone does not show.

Sharing is not guilt; families, employers and village clerks share too. What separates a ring is that
somebody gains: a negotiated payment, a demand for the whole premium, a contact taken over shortly
before, a payee who is not the applicant. Where the gain is the commission, the policy is surrendered
as soon as that has vested, and its premium was paid by a stranger.

Each sign is one category per episode, of which the last is the gravest; what is not known is the
first, or a category of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow.compute as pc

from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, contains, pairs, pick
from ringfinder.graph.columns import days, is_one_of, numbers, whole
from ringfinder.graph.episodes import Episodes
from ringfinder.graph.network import LINKING_KINDS, Network

PRESSURE = ("claim", "takeover", "payee", "callback")
"""Signs of a ring that presses the insurer for a refund."""

COMMISSION = ("held", "premium")
"""Signs of a ring that writes policies for the commission."""

COMPLAINTS = 3
"""Categories of complaint within `claim`: none, one, one that demands the full premium."""

HELD_UNKNOWN = 4
"""Category of `held` where the day of issue is not known; it tells nothing."""

SIZES: Mapping[str, int] = {"claim": 9, "takeover": 2, "payee": 2, "callback": 3, "held": 5, "premium": 2}
"""Number of categories of each sign."""


@dataclass(frozen=True)
class Signs:
    """Category of every request and episode for each sign, and the days each policy was held (NaN: unknown)."""

    request: Mapping[str, IntArray]
    episode: Mapping[str, IntArray]
    held_days: FloatArray

    def money(self, of: IntArray | slice = slice(None)) -> IntArray:
        """Of requests: 0 asks for the cash value, 1 for somewhat more, 2 for most of the premium."""
        return self.request["claim"][of] // COMPLAINTS

    def complaint(self, of: IntArray | slice = slice(None)) -> IntArray:
        """Of requests: 0 without a complaint, 1 with one, 2 with one that demands the full premium."""
        return self.request["claim"][of] % COMPLAINTS


def find_signs(network: Network, episodes: Episodes, settings: DetectSettings) -> Signs:
    """Signs of all requests and episodes."""
    money, complaint = _money(network, settings), _complaint(network)
    held = _held_days(network)
    request = {
        "claim": money * COMPLAINTS + complaint,
        "takeover": _takeover(network, settings).astype(np.int64),
        "payee": _third_payee(network).astype(np.int64),
        "callback": _callback(network),
        "held": held_category(held, settings),
        "premium": _stranger_premium(network).astype(np.int64),
    }
    episode = {name: episodes.most(category) for name, category in request.items()}
    episode["claim"] = episodes.most(money) * COMPLAINTS + episodes.most(complaint)
    episode["held"] = _earliest(request["held"], episodes)
    return Signs(request, episode, held)


def _earliest(held: IntArray, episodes: Episodes) -> IntArray:
    """Of several policies the one that was held shortest, unknown only where all are."""
    found = np.full(len(episodes), HELD_UNKNOWN)
    np.minimum.at(found, episodes.of_request, held)
    return found


def _money(network: Network, settings: DetectSettings) -> IntArray:
    """How much more than the cash value is asked for or agreed, against the most that could be."""
    requests, policy = network.requests, network.joins.policy
    return money_asked(
        numbers(requests["cash_value"]),
        np.fmax(numbers(requests["requested_amount"]), numbers(requests["agreed_amount"])),
        pick(numbers(network.portfolio.table("policies")["premium_paid"]), policy, np.nan),
        is_one_of(requests["kind"], "negotiated"),
        is_one_of(requests["kind"], "cooling_off"),
        settings,
    )


def money_asked(
    cash: FloatArray,
    best: FloatArray,
    premium: FloatArray,
    negotiated: BoolArray,
    cooling_off: BoolArray,
    settings: DetectSettings,
) -> IntArray:
    """Category of money: the cash value, somewhat more, most of the premium; `best` is the most asked or agreed."""
    more = (best > cash * settings.full_refund_ratio) & ~cooling_off
    share = (best - cash) / np.maximum(premium - cash, 1.0)
    little = share < settings.most_of_premium
    return np.where(negotiated | more, np.where(little, 1, 2), 0)


def held_category(held: FloatArray, settings: DetectSettings) -> IntArray:
    """Category of the days that a policy was held; NaN where they are not known."""
    bounds = (settings.cooling_off_days, settings.first_vest_days, settings.vest_to_days)
    return np.where(np.isnan(held), HELD_UNKNOWN, np.digitize(held, bounds))


def _complaint(network: Network) -> IntArray:
    """Whether a complaint goes with the request, and whether it demands everything."""
    full = is_one_of(network.portfolio.table("complaints")["demand"], "full_refund")
    rows, owners = network.joins.complaints
    found = np.zeros(network.count, np.int64)
    found[owners] = 1
    found[owners[full[rows]]] = 2
    return found


def _takeover(network: Network, settings: DetectSettings) -> BoolArray:
    changes = network.portfolio.table("contact_changes")
    rows, owners = network.joins.changes
    gap = days(network.requests["applied_at"])[owners] - days(changes["changed_at"])[rows]
    found = np.zeros(network.count, np.bool_)
    found[owners[gap <= settings.takeover_days]] = True
    return found


def _callback(network: Network) -> IntArray:
    """What was said on a callback: 0 none was made, 1 the letter is their own, 2 somebody else is behind it."""
    calls = network.portfolio.table("callbacks")
    rows, owners = network.joins.callbacks
    behind = is_one_of(calls["letter_is_own"], "n") | is_one_of(calls["paid_a_fee"], "y")
    own = is_one_of(calls["letter_is_own"], "y") & ~behind
    found = np.zeros(network.count, np.int64)
    found[owners[own[rows]]] = 1
    found[owners[behind[rows]]] = 2
    return found


def _third_payee(network: Network) -> BoolArray:
    """A named payee who is not the applicant, into an account that the household has not on file.

    An account that links several households is a link and no harm of that link: a relative who helps
    everybody has one account too.
    """
    requests = network.requests
    name = whole(requests["payout_name"])
    persons = network.portfolio.table("persons")
    row = network.people.row[network.people.applicant]
    known = row >= 0
    own_name = whole(persons["name"]).take(np.where(known, row, 0)) if len(persons) else name
    same = pc.fill_null(pc.equal(name, own_name), True).to_numpy(zero_copy_only=False)  # noqa: FBT003 - unknown is no harm
    account = network.codes["bank_account"].of("surrender_requests", "payout_account")
    uses = network.uses.only(network.values.kind[network.uses.code] == LINKING_KINDS.index("bank_account"))
    held = pairs(uses.code, network.unit[uses.request], (len(network.values), network.units))
    shared = np.zeros(network.count, np.bool_)
    shared[uses.request[held.row_sizes[uses.code] > 1]] = True
    found: BoolArray = known & ~same & ~_on_file(network, account) & ~shared
    return found


def _on_file(network: Network, account: IntArray) -> BoolArray:
    """Whether the household of each request has the account on file."""
    held = network.own["bank_account"]
    width = np.int64(max(held.shape[1], 1))
    found: BoolArray = contains(held.rows * width + held.columns, network.unit * width + account) & (account >= 0)
    return found


def _held_days(network: Network) -> FloatArray:
    """Days from issue to request; NaN without a policy, and where one of the two dates must be wrong."""
    issued = days(network.portfolio.table("policies")["issued_on"])
    held = days(network.requests["applied_at"]) - pick(issued, network.joins.policy, np.nan)
    return np.where(held < 0, np.nan, held)


def _stranger_premium(network: Network) -> BoolArray:
    """The premium came from an account that is nobody's in the household, though one is on file."""
    payer = network.codes["bank_account"].of("policies", "premium_payer_account")
    account = pick(payer, network.joins.policy, -1)
    payout = network.codes["bank_account"].of("surrender_requests", "payout_account")
    knows = np.bincount(network.own["bank_account"].rows, minlength=network.units)[network.unit] > 0
    found: BoolArray = (account >= 0) & knows & (account != payout) & ~_on_file(network, account)
    return found
