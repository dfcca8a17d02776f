r"""Flows of clients: who surrendered from one agent's book and bought from a newcomer of another manager.

Clients that are poached keep their own phones and accounts; what shows is where they go. An upgrade
with the same agent is no flow, and neither is a purchase from somebody long in post.

Formula
    For a flow with ``n`` households, ``e`` expected from the old book's size, the share of everybody
    who buys from newcomers and the manager's share of those: ``n ln(n/e) - (n - e) - ln(flows)``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import FloatArray, IntArray, Pairs, compact, pairs, pick
from ringfinder.graph.columns import days, encode
from ringfinder.graph.episodes import Episodes
from ringfinder.graph.joins import match, within
from ringfinder.graph.network import Network


@dataclass(frozen=True)
class Flows:
    """Flows that surprise.

    Parameters
    ----------
    used
        Pairs (flow, episode).
    surprise
        Nats above what all flows together would bring by chance.
    households, expected
        Counted and expected households of each flow.
    """

    used: Pairs
    surprise: FloatArray
    households: IntArray
    expected: FloatArray

    def __len__(self) -> int:
        return len(self.surprise)


def find_flows(network: Network, episodes: Episodes, settings: DetectSettings) -> Flows:
    """All flows of at least `least_units` households."""
    moves, old_book, moved_share = _moves(network, episodes, settings)
    if not len(moves):
        return Flows(
            pairs(moves[:, 0], moves[:, 0], (0, len(episodes))), np.empty(0), np.empty(0, np.int64), np.empty(0)
        )
    old, boss, episode = moves.T
    width = np.int64(max(old.max(), boss.max()) + 1)
    keys, flow = np.unique(old * width + boss, return_inverse=True)
    households = pairs(flow.reshape(-1), episodes.unit[episode], (len(keys), episodes.unit.max() + 1)).row_sizes
    of_boss = np.bincount(keys % width, households, width)[keys % width]
    book = old_book[keys // width]
    others = (of_boss - households + 0.5) / households.sum()
    expected = moved_share * np.maximum(book * others, (book + settings.flow_book) / settings.flow_managers)
    more = households > expected
    surprise = np.where(more, households * np.log(households / expected) - (households - expected), 0.0)
    surprise -= np.log(len(keys)) + settings.flow_margin
    mine = (households >= settings.least_units)[flow.reshape(-1)]
    # Numbered by their first episode: codes of agents follow the order of rows, which must not matter. Flows that
    # begin with the same episode are told apart by what they are.
    of = flow.reshape(-1)[mine]
    order = np.lexsort((households[of], surprise[of], _mark(of, episode[mine], len(keys))[of], episode[mine]))
    number, count = compact(flow.reshape(-1)[mine][order])
    used = pairs(number, episode[mine][order], (count, len(episodes)))
    kept = np.empty(count, np.int64)
    kept[number] = flow.reshape(-1)[mine][order]
    return Flows(used, surprise[kept], households[kept], expected[kept])


def _mark(flow: IntArray, episode: IntArray, flows: int) -> IntArray:
    """A number of each flow that depends on its episodes alone."""
    mark = np.zeros(flows, np.uint64)
    np.add.at(mark, flow, (episode.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15))
    return mark.view(np.int64)


def _moves(network: Network, episodes: Episodes, settings: DetectSettings) -> tuple[IntArray, FloatArray, float]:
    """Distinct moves (old agent, new manager, episode); requests from each book; share of requests that moved."""
    policies, agents = network.portfolio.table("policies"), network.portfolio.table("agents")
    (seller, post, manager), _ = encode(policies["agent_no"], agents["agent_no"], agents["manager_no"])
    count = int(max(seller.max(initial=-1), post.max(initial=-1), manager.max(initial=-1)) + 1)
    nothing = np.empty((0, 3), np.int64), np.zeros(count), 0.0
    if not count or not len(agents):
        return nothing
    hired, boss = np.full(count, np.nan), np.full(count, -1)
    hired[post] = days(agents["hired_on"])
    boss[post] = np.where(manager >= 0, manager, post)
    policy = network.joins.policy
    old = pick(seller, policy, -1)
    book = np.bincount(old[old >= 0], minlength=count).astype(np.float64)
    buyer = network.people.of_table(network.portfolio, "policies", "applicant_id")
    issued, applied = days(policies["issued_on"]), days(network.requests["applied_at"])
    found = match(buyer, network.people.of_request)
    bought, request = within(found, issued, applied, -settings.flow_before_days, settings.flow_days)
    new = seller[bought]
    fresh = (new >= 0) & (old[request] >= 0) & (new != old[request])
    in_post = issued[bought[fresh]] - hired[new[fresh]]
    fresh[fresh] = (in_post >= 0) & (in_post < settings.newcomer_days)
    fresh[fresh] &= boss[new[fresh]] >= 0
    if not fresh.any():
        return nothing
    moves = np.stack([old[request[fresh]], boss[new[fresh]], episodes.of_request[request[fresh]]], axis=1)
    moves = np.unique(moves, axis=0)
    homes = np.unique(np.stack([moves[:, 0], moves[:, 1], episodes.unit[moves[:, 2]]], axis=1), axis=0)
    return moves, book, len(homes) / max(int((old >= 0).sum()), 1)
