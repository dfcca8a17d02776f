r"""Loose episodes that share no value with a ring are attached where the odds pay.

Formula
    For an episode and a group of ``n`` episodes among ``N``:
    ``ln(u n / N) + harm + agent and branch + letter + time + held`` in nats, each the logarithm of how
    much better the episode fits the group than everybody. ``u`` is the share of a ring that shares nothing.
    Agent and branch tell one thing, and so do letter and demand: only the larger counts. It is attached
    to its best group where the sum is above zero.

    Only episodes from a book that the group has twice, or with a letter that it has twice, are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from ringfinder.detect.attributes import Attributes
from ringfinder.detect.coding import Attribute, Tally, gain_of_one_more
from ringfinder.detect.judge import Judgement
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.signs import COMPLAINTS, PRESSURE, SIZES, Signs
from ringfinder.graph.arrays import BoolArray, FloatArray, IntArray, distinct, pick
from ringfinder.graph.joins import match

_TWICE = 2


@dataclass(frozen=True)
class Attached:
    """Group of each episode with those that were attached, and the odds (nats) of the latter; NaN for all others."""

    group: IntArray
    odds: FloatArray


def attach(
    group: IntArray,
    large_enough: BoolArray,
    signs: Signs,
    attributes: Attributes,
    judgement: Judgement,
    settings: DetectSettings,
) -> Attached:
    """Attach loose episodes to the groups for which `large_enough` is true."""
    groups = len(large_enough)
    place, episode = candidates(np.where(pick(large_enough, group, 0), group, -1), group, attributes)
    odds = np.full(len(group), np.nan)
    if not len(place):
        return Attached(group, odds)
    parts = odds_of(place, episode, group, groups, signs, attributes, judgement, settings)
    fit = np.sum(list(parts.values()), axis=0)
    order = np.lexsort((place, -fit, episode))
    first = np.ones(len(order), np.bool_)
    first[1:] = episode[order][1:] != episode[order][:-1]
    best = order[first]
    best = best[fit[best] > 0]
    found = group.copy()
    found[episode[best]], odds[episode[best]] = place[best], fit[best]
    return Attached(found, odds)


def odds_of(
    place: IntArray,
    episode: IntArray,
    group: IntArray,
    groups: int,
    signs: Signs,
    attributes: Attributes,
    judgement: Judgement,
    settings: DetectSettings,
    *,
    among: int | None = None,
    letters: Attribute | None = None,
) -> dict[str, FloatArray]:
    """Parts of the odds (nats) that loose episodes belong to groups, for the pairs (place[i], episode[i]).

    Parameters
    ----------
    among
        Number of all episodes, where `group` is only of some of them.
    letters
        Letters with their background (`letters_of_others`), where that cannot be told from these episodes.
    """
    size = np.bincount(group[group >= 0], minlength=groups)
    letters = letters or letters_of_others(group, attributes, judgement, settings)
    harm = _harm(group, groups, signs, judgement, settings, place, episode)
    return {
        "size": np.log(settings.unlinked_share * size[place] / (among or len(group))),
        "harm": np.clip(harm, -3.0, settings.harm_cap),
        "agent": _agent_and_branch(group, groups, attributes, place, episode),
        "letter": _letter(group, groups, signs, letters, judgement, settings, place, episode),
        "time": _mean(group, groups, attributes["time"], place, episode),
        "held": np.maximum(_mean(group, groups, attributes["held"], place, episode), 0.0),
    }


def candidates(eligible: IntArray, group: IntArray, attributes: Attributes) -> tuple[IntArray, IntArray]:
    """Pairs (group, loose episode) with a book or a letter that the group has at least twice."""
    loose = np.flatnonzero(group < 0)
    groups = int(group.max(initial=-1)) + 1
    keys = [np.empty(0, np.int64)]
    for family in ("agent", "letter"):
        for one in attributes[family]:
            tally = Tally.of(eligible, one.of, groups)
            often = tally.count >= _TWICE
            row, at = match(tally.category[often], one.of[loose])
            keys.append(tally.group[often][row] * np.int64(len(group)) + loose[at])
    key = distinct(np.concatenate(keys))
    return key // max(len(group), 1), key % max(len(group), 1)


def _harm(
    group: IntArray,
    groups: int,
    signs: Signs,
    judgement: Judgement,
    settings: DetectSettings,
    place: IntArray,
    episode: IntArray,
) -> FloatArray:
    """How much better the signs fit the group: its own shares, with the usual ring's as imagined cases."""
    total = np.zeros(len(place))
    known = group >= 0
    size = np.bincount(group[known], minlength=groups)
    for name in PRESSURE:
        category, width = signs.episode[name], SIZES[name]
        counts = np.bincount(group[known] * width + category[known], minlength=groups * width).reshape(groups, width)
        usual = settings.group_cases * judgement.profile.ring[name]
        share = (counts + usual) / (size[:, None] + settings.group_cases)
        total += np.log(share / judgement.profile.others[name])[place, category[episode]]
    return total


def _agent_and_branch(
    group: IntArray, groups: int, attributes: Attributes, place: IntArray, episode: IntArray
) -> FloatArray:
    """An agent works in a branch: where the agent fits, the branch is no news."""
    agent, branch = (_mean(group, groups, attributes[family], place, episode) for family in ("agent", "branch"))
    return np.where(agent > 0, np.maximum(agent, branch), agent + branch)


def letters_of_others(
    group: IntArray, attributes: Attributes, judgement: Judgement, settings: DetectSettings
) -> Attribute | None:
    """Letters with their share among those who are not taken for ring members; None where there are none.

    The copies of a letter that is sold are its buyers', not everybody's.
    """
    if not attributes["letter"]:
        return None
    of = attributes["letter"][0].of
    prior = logit(min(settings.loose_odds * judgement.rate, 0.5))
    honest = np.where(group >= 0, 0.0, 1 - expit(judgement.pressure + judgement.context + prior))
    known = of >= 0
    counted = np.bincount(of[known], honest[known], len(attributes["letter"][0].background))
    return Attribute(of, (counted + 1.0) / len(group))


def _letter(
    group: IntArray,
    groups: int,
    signs: Signs,
    letters: Attribute | None,
    judgement: Judgement,
    settings: DetectSettings,
    place: IntArray,
    episode: IntArray,
) -> FloatArray:
    """How much better the letter fits, less what its demand has said already."""
    if letters is None:
        return np.zeros(len(place))
    of = letters.of
    fit = gain_of_one_more(Tally.of(group, of, groups), letters.background, place, of[episode])
    fit = np.where(of[episode] >= 0, np.clip(fit, -1.0, settings.letter_most), np.log(settings.no_letter))
    demand = np.maximum(_demand(signs, judgement), 0.0)[episode]
    return np.where(fit > 0, np.maximum(fit - demand, 0.0), fit)


def _demand(signs: Signs, judgement: Judgement) -> FloatArray:
    """What the complaint adds to what the money says, in nats, of each episode."""
    ring, others = (
        share["claim"].reshape(-1, COMPLAINTS) for share in (judgement.profile.ring, judgement.profile.others)
    )
    whole = np.log(ring / others)
    money = np.log(ring.sum(1) / others.sum(1))
    found: FloatArray = (whole - money[:, None]).reshape(-1)[signs.episode["claim"]]
    return found


def _mean(
    group: IntArray, groups: int, family: tuple[Attribute, ...], place: IntArray, episode: IntArray
) -> FloatArray:
    """Gain by a family of resolutions: their mean."""
    total = np.zeros(len(place))
    for one in family:
        total += gain_of_one_more(Tally.of(group, one.of, groups), one.background, place, one.of[episode]) / len(family)
    return total
