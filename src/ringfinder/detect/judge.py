r"""A value is judged by the harm of its users.

Formula
    With ``n`` units using a value, ``h`` of them harmed, and base rate ``p``:
    ``vlb = ln B(h+a, n-h+a) / B(a, a) - h ln p - (n-h) ln(1-p)`` (a Bayes factor in nats).
    A fact never serves as link and as harm of that link.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln

from ringfinder.detect.harm import Harm
from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import BoolArray, FloatArray, Pairs, pairs
from ringfinder.graph.network import LINKING_KINDS, Network

IP = LINKING_KINDS.index("ip")
DEVICE = LINKING_KINDS.index("device")
ACCOUNT = LINKING_KINDS.index("bank_account")
ADDRESS = LINKING_KINDS.index("address")


def value_factor(harmed: FloatArray, users: FloatArray, rate: FloatArray | float, prior: float) -> FloatArray:
    """Bayes factor (nats) of `harmed` of `users` against a base rate."""
    found: FloatArray = (
        betaln(harmed + prior, users - harmed + prior)
        - betaln(prior, prior)
        - harmed * np.log(rate)
        - (users - harmed) * np.log1p(-np.asarray(rate))
    )
    return found


def harmed_units(network: Network, harm: BoolArray) -> BoolArray:
    """Units with a harmed request."""
    found = np.zeros(network.units, np.bool_)
    found[network.unit[harm]] = True
    return found


def judge_values(network: Network, harm: Harm, settings: DetectSettings) -> tuple[Pairs, FloatArray]:
    """Pairs (value, unit) and the factor of each value.

    A unit counts as harmed for a value where one of its requests that use the value is harmed.
    """
    uses, values = network.uses, len(network.values.kind)
    held = pairs(uses.code, network.unit[uses.request], (values, network.units))
    factor = np.zeros(values)
    for without, chosen in (
        ((), network.values.kind != ACCOUNT),
        (("third_payee", "stranger_premium"), network.values.kind == ACCOUNT),
    ):
        harmed = harm.any_but(*without)
        rate = float(np.clip(settings.base_rate_factor * harmed.mean(), 0.01, 0.95)) if len(harmed) else 0.5
        shown = harmed[uses.request]
        bad = pairs(uses.code[shown], network.unit[uses.request[shown]], held.shape)
        found = value_factor(bad.row_sizes.astype(float), held.row_sizes.astype(float), rate, settings.judge_prior)
        factor[chosen] = found[chosen]
    return held, factor


def founding(network: Network, factor: FloatArray, settings: DetectSettings) -> BoolArray:
    """Values that may found a group; an IP address never does."""
    kind = network.values.kind
    needed = np.where(kind == DEVICE, settings.found_device_from, settings.found_from)
    found: BoolArray = (factor >= needed) & (kind != IP) & ~network.values.no_door
    return found
