"""Values and flows with the episodes that hold them: what may found a group."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.detect.flows import Flows
from ringfinder.graph.arrays import FloatArray, IntArray, Pairs, pairs
from ringfinder.graph.episodes import Episodes
from ringfinder.graph.network import LINKING_KINDS, Network

KINDS: tuple[str, ...] = (*LINKING_KINDS, "flow")
"""Kinds of what is held: those of values, then flows of clients."""

FLOW, IP, ACCOUNT = KINDS.index("flow"), KINDS.index("ip"), KINDS.index("bank_account")


@dataclass(frozen=True)
class Holdings:
    """What is held, and by whom.

    Parameters
    ----------
    used
        Pairs (what, episode). An IP address is held by nobody: it never founds a group.
    kind
        Place in `KINDS`; values first, in the numbers of the network, then flows.
    households
        Distinct households of each.
    surprise
        Nats of each flow, 0 for values.
    """

    used: Pairs
    kind: IntArray
    households: IntArray
    surprise: FloatArray
    _home: IntArray
    _what: IntArray

    def by_household(self, look: FloatArray) -> FloatArray:
        """Sum over the households of each, of the largest number among a household's pairs."""
        best = np.zeros(len(self._what))
        np.maximum.at(best, self._home, look)
        return np.bincount(self._what, best, len(self.kind)).astype(np.float64)


def hold(network: Network, episodes: Episodes, flows: Flows) -> Holdings:
    """Bring values and flows together."""
    uses, values = network.uses, network.values
    linking = values.kind[uses.code] != IP
    what = np.concatenate([uses.code[linking], flows.used.rows + len(values)])
    episode = np.concatenate([episodes.of_request[uses.request[linking]], flows.used.columns])
    kind = np.concatenate([values.kind, np.full(len(flows), FLOW)])
    used = pairs(what, episode, (len(kind), len(episodes)))
    width = np.int64(max(network.units, 1))
    keys, home = np.unique(used.rows * width + episodes.unit[used.columns], return_inverse=True)
    owner = keys // width
    return Holdings(
        used,
        kind,
        np.bincount(owner, minlength=len(kind)),
        np.concatenate([np.zeros(len(values)), flows.surprise]),
        home.reshape(-1),
        owner,
    )
