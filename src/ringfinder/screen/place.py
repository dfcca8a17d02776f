"""Where a request would stand: in a ring that is there, in one made of two, in a new group, or alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ringfinder.detect.attach import odds_of
from ringfinder.detect.coding import Attribute
from ringfinder.graph.arrays import IntArray
from ringfinder.graph.links import pair_weight
from ringfinder.index.files import Files
from ringfinder.screen.held import MOST_HOLDERS, Held
from ringfinder.screen.learnt import Learnt
from ringfinder.screen.newcomer import Newcomer, Recent
from ringfinder.screen.region import Region, Standing

MOST_GROUPS = 40
"""Groups of one agent or letter that are tried."""

MOST_EPISODES = 5_000
"""Episodes of all groups tried together."""

_MOST_MERGED = 5


@dataclass(frozen=True)
class Seen:
    """How much of what could be looked at was: `looked` of `all`, in episodes."""

    looked: int
    all: int


@dataclass(frozen=True)
class Place:
    """Where the request would stand.

    Parameters
    ----------
    way
        ``joins`` (shares a value), ``merges`` (and ties groups together), ``founds`` (a new group),
        ``fits`` (shares nothing, but agent, letter, time and signs fit), ``alone``.
    groups
        Groups of the last run, the first is the one that is joined.
    before
        Score of the (first) group without the request; None where it is none of the last run.
    after
        Where that group stands with the request; None where there is none.
    weight
        Of the links to the group, or nats by which it fits.
    loose
        Episodes of the run that a new group is made of.
    """

    way: str
    groups: tuple[int, ...]
    before: float | None
    after: Standing | None
    weight: float
    seen: Seen
    loose: IntArray = field(default_factory=lambda: np.empty(0, np.int64))


def place(index: Files, learnt: Learnt, held: Sequence[Held], newcomer: Newcomer, recent: Recent) -> Place:
    """Find the place of the request, among the groups of the run and those who were recorded since."""
    return _Placing(index, learnt, held, newcomer, recent).run()


class _Placing:
    def __init__(self, index: Files, learnt: Learnt, held: Sequence[Held], newcomer: Newcomer, recent: Recent) -> None:
        self._index, self._learnt, self._new, self._recent = index, learnt, newcomer, recent
        self._held = [one for one in held if one.founds]
        self._looked = 0
        self._all = 0

    def run(self) -> Place:
        """Linked groups first, then new ones, then those that merely fit."""
        weights = self._linked_groups()
        if weights:
            return self._joined(sorted(weights, key=lambda group: (-weights[group], group)), weights)
        loose = self._loose()
        others = self._loose_newcomers()
        if len(loose) or others:
            after = Region(self._index, self._learnt, [loose], [*others, self._new]).standing(None, self._held)
            return Place("founds", (), None, after, 0.0, self._seen(), loose)
        return self._fitting()

    def _loose_newcomers(self) -> list[Newcomer]:
        """Recorded since, sharing a founding value, and in no group."""
        found = {id(one): one for held in self._held for one in held.recent if one.group < 0}
        return list(found.values())

    def _with(self, groups: Sequence[int]) -> list[Newcomer]:
        """Recorded since and placed in these groups."""
        return [one for group in groups for one in self._recent.members.get(group, ())]

    def _seen(self) -> Seen:
        return Seen(self._looked, max(self._all, self._looked))

    def _linked_groups(self) -> dict[int, float]:
        """Groups that the founding values lead to, with the weight of the links."""
        found: dict[int, float] = {}
        for one in self._held:
            weight = float(
                pair_weight(
                    np.array([one.households + 1.0]), self._learnt.units, self._learnt.settings.rarity_exponent
                )[0]
            )
            for group, users in self._groups_of(one):
                found[group] = found.get(group, 0.0) + weight * users
        return found

    def _groups_of(self, one: Held) -> list[tuple[int, int]]:
        """Groups that hold a value, with how many of their households do."""
        recent = [(newcomer.group, 1) for newcomer in one.recent if newcomer.group >= 0]
        if one.number >= 0:
            rows = self._index.rows("spread")
            pairs = zip(rows.of(one.number, "group").tolist(), rows.of(one.number, "users").tolist(), strict=True)
            return [*pairs, *recent]
        group = np.asarray(self._index.array("episode.group")[one.holders])
        return [(int(number), int((group == number).sum())) for number in np.unique(group[group >= 0])] + recent

    def _members(self, group: int) -> IntArray:
        if group >= self._learnt.groups:
            found = self._recent.founded[group - self._learnt.groups]
        else:
            found = self._index.rows("members").of(group, "episode").astype(np.int64)
        self._looked += len(found)
        return found

    def _loose(self) -> IntArray:
        """Holders of founding values that are in no group, at most so many of each."""
        found = [np.empty(0, np.int64)]
        for one in self._held:
            holders = (
                self._index.rows("holders").of(one.number, "episode").astype(np.int64)
                if one.number >= 0
                else one.holders
            )
            free = holders[np.asarray(self._index.array("episode.group")[holders]) < 0]
            free = free[free != self._new.episode]
            self._all += len(free)
            found.append(free[:MOST_HOLDERS])
        loose = np.unique(np.concatenate(found))
        self._looked += len(loose)
        return loose

    def _joined(self, order: Sequence[int], weights: dict[int, float]) -> Place:
        first = order[0]
        merged, members = [first], [self._members(first)]
        for other in order[1:_MOST_MERGED]:
            theirs = self._members(other)
            shared = sum(any(group == other for group, _ in self._groups_of(one)) for one in self._held)
            if not len(theirs):
                continue
            region = Region(self._index, self._learnt, [np.concatenate(members), theirs], [self._new])
            if region.gain_of_joining(shared) > 0:
                merged.append(other)
                members.append(theirs)
        known = first if first < self._learnt.groups else None
        before = None if known is None else self._score(first, members[0])
        inside = [np.concatenate([*members, self._loose()])]
        newcomers = [*self._with(merged), *self._loose_newcomers(), self._new]
        after = Region(self._index, self._learnt, inside, newcomers).standing(known, self._held)
        way = "merges" if len(merged) > 1 else "joins"
        return Place(way, tuple(merged), before, after, weights[first], self._seen())

    def _score(self, group: int, members: IntArray) -> float:
        """Score of a group of the last run without the request: as it stood, unless somebody was recorded since."""
        recent = self._with([group])
        if not recent:
            return float(self._index.array("group.score")[group])
        return Region(self._index, self._learnt, [members], recent).standing(group, []).score

    def _fitting(self) -> Place:
        """The group that fits best by agent, letter, time and signs, where the odds are for it."""
        groups = self._met()
        alone = Place("alone", (), None, None, 0.0, self._seen())
        if not groups:
            return alone
        members = [self._members(group) for group in groups]
        region = Region(self._index, self._learnt, members, [self._new])
        of = region.of_group(-1)
        attributes = region.attributes()
        letters = None
        if attributes["letter"]:
            letters = Attribute(attributes["letter"][0].of, self._index.array("letter.others"))
        count = len(groups)
        parts = odds_of(
            np.arange(count),
            np.full(count, len(of) - 1),
            of,
            count,
            region.signs(),
            attributes,
            self._learnt.judgement(*region.pressure()),
            self._learnt.settings,
            among=self._learnt.episodes,
            letters=letters,
        )
        fit = np.sum(list(parts.values()), axis=0)
        best = int(fit.argmax())
        if fit[best] <= 0:
            return Place("alone", (), None, None, float(fit[best]), self._seen())
        group = groups[best]
        recent = self._with([group])
        before = self._score(group, members[best])
        after = Region(self._index, self._learnt, [members[best]], [*recent, self._new]).standing(group, [])
        return Place("fits", (group,), before, after, float(fit[best]), self._seen())

    def _met(self) -> list[int]:
        """Groups with the request's agent or letter at least twice, large enough, the smaller numbers first."""
        found: set[int] = set()
        for family in ("agent", "letter"):
            category = self._new.categories.get(f"{family}0", -1)
            if category >= 0:
                found |= set(self._index.rows(f"met.{family}").of(category, "group").tolist())
        units = self._index.array("group.units")
        large = sorted(group for group in found if units[group] >= self._learnt.settings.least_units)
        sizes = [self._index.rows("members").size(group) for group in large]
        self._all += sum(sizes)
        kept, total = [], 0
        for group, size in zip(large[:MOST_GROUPS], sizes, strict=False):
            total += size
            if total > MOST_EPISODES:
                break
            kept.append(group)
        return kept
