"""A few episodes and groups with everything that the formulas of the batch need of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
from ringfinder.screen.held import Held, homes_of
from ringfinder.screen.learnt import Learnt
from ringfinder.screen.newcomer import Newcomer

_NONE = np.empty(0, np.int64)


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
    """Episodes of some groups with newcomers behind them.

    Parameters
    ----------
    members
        Episodes of each group, without the newcomers.
    newcomers
        The last is the one that is screened.
    """

    def __init__(
        self, index: Files, learnt: Learnt, members: Sequence[IntArray], newcomers: Sequence[Newcomer] = ()
    ) -> None:
        self._index, self._learnt, self._new = index, learnt, tuple(newcomers)
        again = {one.episode for one in newcomers if one.episode >= 0}
        kept = [one[~np.isin(one, list(again))] if again else one for one in members]
        self.episodes = np.concatenate([*kept, _NONE]).astype(np.int64)
        self.group = np.repeat(np.arange(len(kept)), [len(one) for one in kept])

    def _column(self, name: str, of_newcomer: Callable[[Newcomer], float]) -> FloatArray:
        """A column of the episodes, with that of the newcomers behind them."""
        found = np.asarray(self._index.array(name)[self.episodes], np.float64)
        return np.concatenate([found, [of_newcomer(one) for one in self._new]])

    def of_group(self, newcomers: int) -> IntArray:
        """Group of each episode; that of the newcomers as given."""
        return np.concatenate([self.group, np.full(len(self._new), newcomers)]).astype(np.int64)

    def episodes_of(self) -> Episodes:
        """Episodes as the formulas take them."""
        unit = self._column("episode.unit", lambda one: one.unit)
        # Numbered anew: the formulas count up to the largest number.
        _, numbered = np.unique(unit, return_inverse=True)
        day = self._column("episode.day", lambda one: one.day)
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
        name = f"{family}{place}"
        return self._column(f"attribute.{name}", lambda one: one.categories.get(name, -1)).astype(np.int64)

    def signs(self) -> Signs:
        """Signs of the episodes."""
        categories = {
            name: self._column(f"sign.{name}", lambda one, name=name: one.signs[name]).astype(np.int64)  # type: ignore[misc]
            for name in (*PRESSURE, *COMMISSION)
        }
        return Signs({}, categories, np.empty(0))

    def pressure(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Log likelihood ratios by pressure (without context) and by commission, and the context."""
        return (
            self._column("episode.pressure", lambda one: one.looks[0] - one.context),
            self._column("episode.commission", lambda one: one.looks[1]),
            self._column("episode.context", lambda one: one.context),
        )

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
                kind, _, surprise, _ = self._value(one.number, users)
                found[one.number] = (kind, one.households + 1, surprise, users)
            else:
                found[-1 - number] = (KINDS.index(one.kind), one.households + 1, 0.0, users)
        return list(found.values())

    def _value(self, value: int, users: int) -> tuple[int, int, float, int]:
        index = self._index
        return (
            int(index.array("value.kind")[value]),
            int(index.array("value.households")[value]),
            float(index.array("value.surprise")[value]),
            users,
        )

    def _users(self, held: Sequence[Held]) -> list[int]:
        """Households of the region that hold each value."""
        units = set(np.asarray(self._index.array("episode.unit")[self.episodes]).tolist())
        counted = []
        for one in held:
            mine = homes_of(self._index, one) & units
            mine |= {newcomer.unit for newcomer in self._new if (one.kind, one.text) in newcomer.shows}
            counted.append(len(mine) if one.founds else 0)
        return counted

    def gain_of_joining(self, shared: int) -> float:
        """Nats by which the two groups, the newcomer in the first, are told shorter as one."""
        settings = self._learnt.settings
        background = {"letter": "letter.among"} if self._learnt.resolutions("letter") else None
        gain = gains(self.of_group(0), 2, self.attributes(background), LINKED, np.array([0]), np.array([1]))
        further = min(shared - 1, FURTHER_VALUES)
        return float(gain[0]) + settings.linked_odds + settings.further_link * further
