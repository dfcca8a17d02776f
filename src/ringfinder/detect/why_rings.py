"""The ring that requests are in, or the groups that they would fit best and what was missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from ringfinder.detect.attach import candidates, odds_of
from ringfinder.detect.inquiry import Inquiry
from ringfinder.detect.leave_out import LeaveOut
from ringfinder.detect.score import CARRIERS
from ringfinder.detect.why_sentences import reason
from ringfinder.graph.arrays import IntArray, distinct, pick
from ringfinder.records.findings import HeldValue, NearRing, Reason
from ringfinder.records.rings import HIDDEN, AttributeKey

_MOST_NEAR = 3
_MOST_NAMED = 5
_EVERYBODYS = ("unusable", "registry", "junk", "counter")


def verdict(inquiry: Inquiry, episode: int, values: Sequence[HeldValue]) -> Reason:
    """One sentence: in a ring, in a group that is not listed, or in none."""
    group = int(inquiry.analysis.groups.of_episode[episode])
    if group < 0:
        linking = sum(one.links for one in values)
        return reason("in_none", {"values": float(len(values)), "linking": float(linking)})
    units = float(inquiry.analysis.groups.units[group])
    if not inquiry.standing.listed[group]:
        return reason("in_group", {"units": units, "total": float(inquiry.analysis.terms.total[group])})
    counts = {
        "units": units,
        "score": float(inquiry.analysis.terms.score[group]),
        "q": float(inquiry.standing.q[group]),
    }
    return reason("in_ring", counts, texts={"ring": inquiry.call(group) or HIDDEN})


def near_rings(inquiry: Inquiry, episode: int, values: Sequence[HeldValue]) -> tuple[NearRing, ...]:
    """The group of an episode, if any; where that is no listed ring, the nearest ones after it."""
    group = int(inquiry.analysis.groups.of_episode[episode])
    found = [_own(inquiry, group, episode)] if group >= 0 else []
    if group < 0 or not inquiry.standing.listed[group]:
        found.extend(_others(inquiry, group, episode, values))
    return tuple(found)


def _own(inquiry: Inquiry, group: int, episode: int) -> NearRing:
    reasons = [_belongs(inquiry, group, episode), *_missing(inquiry, group)]
    attached = not np.isnan(inquiry.analysis.groups.odds[episode])
    odds = _odds(inquiry, np.array([group]), episode) if attached else {}
    return _near(inquiry, group, reasons, {name: float(part[0]) for name, part in odds.items()}, member=True)


def _near(inquiry: Inquiry, group: int, reasons: Sequence[Reason], odds: dict[str, float], *, member: bool) -> NearRing:
    listed = bool(inquiry.standing.listed[group])
    return NearRing(
        inquiry.call(group),
        inquiry.standing.tier(group).value if listed else "",
        member,
        int(inquiry.analysis.groups.units[group]),
        round(float(inquiry.analysis.terms.score[group]), 4),
        round(float(inquiry.standing.q[group]), 4) if listed else None,
        {name: round(part, 4) for name, part in odds.items()},
        tuple(reasons),
    )


def _belongs(inquiry: Inquiry, group: int, episode: int) -> Reason:
    """By which values the episode hangs in its group, or how well it fitted."""
    odds = float(inquiry.analysis.groups.odds[episode])
    if not np.isnan(odds):
        parts = {name: float(part[0]) for name, part in _odds(inquiry, np.array([group]), episode).items()}
        return reason("by_fit", {"odds": odds}, odds, parts=parts)
    held = inquiry.analysis.holdings.used.turned
    mine = held.columns[held.starts[episode] : held.starts[episode + 1]]
    dossier = inquiry.archive.open(group)
    shared = [int(one) for one in dossier.values if one in mine]
    if not shared:  # a value that nobody else of this group holds, or a flow, founded it
        shared = [int(one) for one in mine if inquiry.analysis.founds[one] and one < len(inquiry.network.values)]
    if not shared:
        return reason("by_flow")
    keys = [inquiry.key(one) for one in shared[:_MOST_NAMED]]
    return reason("by_values", values=tuple(dict.fromkeys(keys)))


def _missing(inquiry: Inquiry, group: int) -> Iterator[Reason]:
    """What a group lacks to be listed, or to be an alert."""
    a, s, standing = inquiry.analysis, inquiry.settings, inquiry.standing
    if standing.alert[group]:
        return
    units, total, score = (float(of[group]) for of in (a.groups.units, a.terms.total, a.terms.score))
    if units < s.least_units:
        yield reason("too_small", {"units": units, "least": float(s.least_units)})
    if total <= 0:
        parts = {name: float(part[group]) for name, part in a.terms.parts.items() if part[group]}
        yield reason("total_low", {"total": total}, total, parts=parts)
    if score <= 0:
        yield reason("score_low", {"score": score}, score)
        yield from _more_signs(inquiry, group)
    elif standing.listed[group] and standing.q[group] > s.most_false:
        yield reason("q_high", {"q": float(standing.q[group]), "limit": s.most_false})


def _more_signs(inquiry: Inquiry, group: int) -> Iterator[Reason]:
    """How many more households with signs of harm would make it an alert."""
    if CARRIERS[int(inquiry.analysis.terms.carry[group])] == "flow" or inquiry.analysis.groups.units[group] < 1:
        return
    for change in LeaveOut(inquiry.archive, inquiry.settings).changes(inquiry.archive.open(group), ()):
        yield Reason(change.name, change.counts, change.zh, change.en)


def _before_attaching(inquiry: Inquiry) -> IntArray:
    """Group of each episode before loose ones were attached."""
    groups = inquiry.analysis.groups
    return np.where(np.isnan(groups.odds), groups.of_episode, -1)


def _odds(inquiry: Inquiry, places: IntArray, episode: int) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    """Parts of the odds of attaching the episode to some groups; the episode itself counts nowhere."""
    a = inquiry.analysis
    before = _before_attaching(inquiry)
    before[episode] = -1
    mine = np.full(len(places), episode, np.int64)
    return odds_of(places, mine, before, a.groups.count, a.signs, a.attributes, a.judgement, inquiry.settings)


def _others(inquiry: Inquiry, own: int, episode: int, values: Sequence[HeldValue]) -> Iterator[NearRing]:
    """Groups that could take the episode: those that fit best, and those that share a value with it."""
    a = inquiry.analysis
    before = _before_attaching(inquiry)
    before[episode] = -1
    sizes = np.bincount(before[before >= 0], minlength=a.groups.count)
    large = (a.groups.units >= inquiry.settings.least_units) & (sizes > 0)
    places = np.flatnonzero(large & inquiry.groups_seen())
    places = places[places != own]
    if not len(places):
        return
    parts = _odds(inquiry, places, episode)
    fit = np.sum(list(parts.values()), axis=0)
    shared = _shared(inquiry, values)
    row = {int(place): number for number, place in enumerate(places)}
    listed = inquiry.standing.listed[places]
    best = [int(one) for one in places[np.lexsort((places, -fit, ~listed))][:1]]
    best += [int(one) for one in places[np.lexsort((places, -fit))][:1]]
    by_sharing = sorted((one for one in shared if one in row), key=lambda one: (-len(shared[one]), one))
    looked_at = set(_looked_at(inquiry, before, large, episode))
    for group in list(dict.fromkeys((*by_sharing, *best)))[:_MOST_NEAR]:
        at = row[group]
        told = {name: float(part[at]) for name, part in parts.items()}
        counts = {"units": float(a.groups.units[group]), "odds": float(fit[at])}
        texts = {"ring": inquiry.call(group) or "—"}
        reasons = [reason("nearest", counts, float(fit[at]), texts=texts, parts=told)]
        if shared.get(group):
            reasons.append(reason("shares_unlinked", values=tuple(shared[group][:_MOST_NAMED])))
        if group not in looked_at:
            reasons.append(reason("not_looked_at"))
        yield _near(inquiry, group, [*reasons, *_missing(inquiry, group)], told, member=False)


def _looked_at(
    inquiry: Inquiry, before: IntArray, large: np.ndarray[tuple[int], np.dtype[np.bool_]], episode: int
) -> list[int]:
    """Groups that the episode was compared with."""
    place, loose = candidates(np.where(pick(large, before, 0), before, -1), before, inquiry.analysis.attributes)
    found: list[int] = place[loose == episode].tolist()
    return found


def _shared(inquiry: Inquiry, values: Sequence[HeldValue]) -> dict[int, list[AttributeKey]]:
    """Listed groups with a request that uses one of the values too, though it does not link.

    What a whole branch or everybody uses brings nobody near.
    """
    found: dict[int, list[AttributeKey]] = {}
    for one in values:
        if one.key.kind == "ip" or one.value_class in _EVERYBODYS:
            continue
        for code in inquiry.sieve.find(one.key.kind, one.key.value):
            used = distinct(inquiry.sieve.sift(one.key.kind, code).uses.request)
            for group in Counter(inquiry.in_listed[used].tolist()):
                if group >= 0:
                    found.setdefault(group, []).append(one.key)
    return found
