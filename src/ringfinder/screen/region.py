"""A few episodes and groups with everything that the formulas of the batch need of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ringfinder.detect.attributes import FAMILIES, Attributes
from ringfinder.detect.coding import Attribute
from ringfinder.detect.groups import Groups
from ringfinder.detect.holdings import KINDS, Holdings
from ringfinder.detect.join import FURTHER_VALUES, LINKED, gains
from ringfinder.detect.score import CARRIERS, score_groups
from ringfinder.detect.signs import COMMISSION, PRESSURE, Signs
from ringfinder.graph.arrays import FloatArray, IntArray, Pairs
from ringfinder.graph.episodes import Episodes
from ringfinder.index.files import Files
from ringfinder.screen.held import Held
from ringfinder.screen.learnt import Learnt

_NONE = np.empty(0, np.int64)


@dataclass(frozen=True)
class Newcomer:
    """The episode of the request: that of an earlier request of the person, or a new one (`episode` -1)."""

    episode: int
    unit: int
    day: float
    signs: Mapping[str, int]
    categories: Mapping[str, int]
    looks: tuple[float, float]
    context: float


@dataclass(frozen=True)
class Standing:
    """Where a group stands: score with its parts in nats, households, false-discovery rate, tier."""

    score: float
    total: float
    units: int
    q_value: float
    listed: bool
    alert: bool
    parts: Mapping[str, float]
    carrier: str


class Region:
    """Episodes of some groups with the newcomer behind them.

    Parameters
    ----------
    members
        Episodes of each group, without the newcomer.
    """

    def __init__(self, index: Files, learnt: Learnt, members: Sequence[IntArray], newcomer: Newcomer | None) -> None:
        self._index, self._learnt, self._new = index, learnt, newcomer
        kept = [one[one != newcomer.episode] if newcomer else one for one in members]
        self.episodes = np.concatenate([*kept, _NONE]).astype(np.int64)
        self.group = np.repeat(np.arange(len(kept)), [len(one) for one in kept])
        self.groups = len(kept)

    def _column(self, name: str, last: float) -> FloatArray:
        """A column of the episodes, with that of the newcomer behind them."""
        found = np.asarray(self._index.array(name)[self.episodes], np.float64)
        return np.append(found, last) if self._new else found

    def of_group(self, newcomer: int) -> IntArray:
        """Group of each episode; that of the newcomer as given."""
        return np.append(self.group, newcomer) if self._new else self.group

    def episodes_of(self) -> Episodes:
        """Episodes as the formulas take them."""
        new = self._new
        unit = self._column("episode.unit", (new.unit if new.unit >= 0 else self._learnt.units) if new else 0)
        # Numbered anew: the formulas count up to the largest number.
        _, numbered = np.unique(unit, return_inverse=True)
        day = self._column("episode.day", new.day if new else 0)
        return Episodes(np.arange(len(unit)), numbered.reshape(-1), day)

    def attributes(self, background: Mapping[str, str] | None = None) -> Attributes:
        """Attributes with the backgrounds of all; `background` names another one of the letters."""
        found: dict[str, tuple[Attribute, ...]] = {}
        for family in FAMILIES:
            count = self._learnt.resolutions(family)
            shares = self._index.array(background[family]) if background and family in background else None
            found[family] = tuple(
                self._learnt.attribute(family, place, self._categories(family, place), shares) for place in range(count)
            )
        return Attributes({family: one for family, one in found.items() if one})

    def _categories(self, family: str, place: int) -> IntArray:
        last = self._new.categories.get(f"{family}{place}", -1) if self._new else -1
        return self._column(f"attribute.{family}{place}", last).astype(np.int64)

    def signs(self) -> Signs:
        """Signs of the episodes."""
        names = (*PRESSURE, *COMMISSION)
        categories = {
            name: self._column(f"sign.{name}", self._new.signs[name] if self._new else 0).astype(np.int64)
            for name in names
        }
        return Signs({}, categories, np.empty(0))

    def pressure(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Log likelihood ratios by pressure (without context) and by commission, and the context."""
        new = self._new
        looks = (new.looks[0] - new.context, new.looks[1], new.context) if new else (0.0, 0.0, 0.0)
        names = ("episode.pressure", "episode.commission", "episode.context")
        first, second, third = (self._column(name, last) for name, last in zip(names, looks, strict=True))
        return first, second, third

    def standing(self, group: int | None, held: Sequence[Held]) -> Standing:
        """Score of all episodes as one group; `group` is the one of the last run whose values it has."""
        episodes = self.episodes_of()
        of = np.zeros(len(episodes), np.int64)
        units = len(np.unique(episodes.unit))
        values = self._values(group, held)
        size = len(values)
        holdings = Holdings(
            Pairs(_NONE, _NONE, (size, len(episodes))),
            np.array([kind for kind, *_ in values], np.int64),
            np.array([households for _, households, *_ in values], np.int64),
            np.array([surprise for *_, surprise, _ in values], np.float64),
            _NONE,
            _NONE,
        )
        inside = Pairs(np.zeros(size, np.int64), np.arange(size), (1, max(size, 1)))
        users = np.array([count for *_, count in values], np.int64)
        groups = Groups(of, 1, inside, users, np.full(len(of), np.nan), np.array([units]))
        judgement = self._learnt.judgement(*self.pressure())
        terms = score_groups(
            self._learnt.units,
            episodes,
            holdings,
            groups,
            self.attributes(),
            judgement,
            self._learnt.settings,
            self._learnt.groups,
        )
        score, total = float(terms.score[0]), float(terms.total[0])
        listed = units >= self._learnt.settings.least_units and total > 0
        q_value = self._learnt.q_value(score) if listed else 1.0
        return Standing(
            score,
            total,
            units,
            q_value,
            listed,
            listed and score > 0 and q_value <= self._learnt.settings.most_false,
            {name: float(values[0]) for name, values in terms.parts.items()},
            CARRIERS[int(terms.carry[0])],
        )

    def _values(self, group: int | None, held: Sequence[Held]) -> list[tuple[int, int, float, int]]:
        """Kind, households, surprise and users of each value that at least two households of the group hold."""
        index = self._index
        found: dict[int, tuple[int, int, float, int]] = {}
        if group is not None:
            rows = index.rows("inside")
            for value, users in zip(rows.of(group, "value").tolist(), rows.of(group, "users").tolist(), strict=True):
                if users > 1:
                    found[value] = self._value(value, users)
        mine = self._users(held)
        for number, (one, users) in enumerate(zip(held, mine, strict=True)):
            if users < 2:  # noqa: PLR2004 - shared by two
                continue
            if one.number >= 0:
                found[one.number] = self._value(one.number, users, more=not one.known)
            else:
                found[-1 - number] = (KINDS.index(one.kind), one.households + 1, 0.0, users)
        return list(found.values())

    def _value(self, value: int, users: int, *, more: bool = False) -> tuple[int, int, float, int]:
        index = self._index
        return (
            int(index.array("value.kind")[value]),
            int(index.array("value.households")[value]) + more,
            float(index.array("value.surprise")[value]),
            users,
        )

    def _users(self, held: Sequence[Held]) -> list[int]:
        """Households of these episodes that hold each value of the newcomer."""
        units = set(np.asarray(self._index.array("episode.unit")[self.episodes]).tolist())
        counted = []
        for one in held:
            homes = (
                self._index.rows("homes").of(one.number, "unit")
                if one.number >= 0
                else self._index.array("episode.unit")[one.holders]
            )
            holders = set(np.asarray(homes).tolist())
            mine = (holders & units) | ({self._new.unit} if self._new else set())
            counted.append(len(mine) if one.founds else 0)
        return counted

    def gain_of_joining(self, shared: int) -> float:
        """Nats by which the two groups, the newcomer in the first, are told shorter as one."""
        settings = self._learnt.settings
        background = {"letter": "letter.among"} if self._learnt.resolutions("letter") else None
        gain = gains(self.of_group(0), 2, self.attributes(background), LINKED, np.array([0]), np.array([1]))
        further = min(shared - 1, FURTHER_VALUES)
        return float(gain[0]) + settings.linked_odds + settings.further_link * further
