"""Two runs side by side, as far as a caller sees them."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from ringfinder.pipeline.compare import MONEY, Comparison, RingChange, Why
from ringfinder.report.written import yuan
from ringfinder_api.lists.cursors import Reading, numbered_page
from ringfinder_api.schemas.base import MOST, PageQuery
from ringfinder_api.schemas.runs import DiffAnswer, Kin, Pair, RingChangeAnswer
from ringfinder_api.services.runs import pair
from ringfinder_api.services.views import Branches, Scope, Views

Name = Literal["born", "changed", "gone"]


@dataclass(frozen=True)
class _Seen:
    """What the caller sees of the two runs."""

    old: Scope
    new: Scope

    @property
    def whole(self) -> bool:
        return self.new.whole

    def rings(self, change: Name) -> AbstractSet[str]:
        """Rings that a change may be told of."""
        if change == "changed":
            return self.old.by_id.keys() | self.new.by_id.keys()
        return self.new.by_id.keys() if change == "born" else self.old.by_id.keys()

    def kin(self, change: Name) -> AbstractSet[str]:
        """Rings of the other run."""
        return self.old.by_id.keys() if change == "born" else self.new.by_id.keys()

    def requests(self, ring_id: str) -> AbstractSet[str] | None:
        """Requests of a ring that may be named; None for all."""
        if self.whole:
            return None
        return {one["request_id"] for scope in (self.old, self.new) for one in scope.members_of(ring_id)}


def changes(views: Views, branches: Branches, old: str, new: str) -> tuple[Comparison, list[RingChangeAnswer]]:
    """The comparison of two runs, and the rings of it that the caller sees: born, changed, gone."""
    comparison = views.compare(old, new)
    seen = _Seen(views.find(comparison.old.run_id).scope(branches), views.find(comparison.new.run_id).scope(branches))
    return comparison, list(_changes(comparison, seen))


def all_new(scope: Scope) -> list[RingChangeAnswer]:
    """Every ring of a run, as new to who has seen none."""
    return [
        RingChangeAnswer(
            ring_id=head["ring_id"],
            change="born",
            requests=head["requests"],
            why=Why.DATA,
            unseen=head["requests"],
            joined=[],
            left=[],
            joined_total=0,
            left_total=0,
            figures={},
            kin=[],
        )
        for head in scope.heads
    ]


def diff_answer(views: Views, branches: Branches, old: str, new: str, query: PageQuery) -> DiffAnswer:
    """Two runs side by side.

    Raises
    ------
    NotFoundError
        If one is not there, or its files are gone.
    BadCursorError
        If the cursor is of another list.
    """
    found, told = changes(views, branches, old, new)
    data = {name: value for name, value in found.data.items() if not isinstance(value, list)}
    before, after = (views.find(run.run_id).scope(branches).by_id.keys() for run in (found.old, found.new))
    reading = Reading("diff", (found.old.run_id, found.new.run_id))
    shown, following = numbered_page(told, reading, found.new.number, query)
    return DiffAnswer(
        old=found.old.run_id,
        new=found.new.run_id,
        data={name: pair(value) for name, value in data.items()},
        batches_added=found.data.get("batches_added", []),
        batches_removed=found.data.get("batches_removed", []),
        settings={name: pair(value) for name, value in found.settings.items()},
        version=pair(found.version) if found.version else None,
        **count(told),
        unchanged=len(before | after) - len(told),
        total=len(told),
        items=shown,
        next=following,
    )


def count(told: list[RingChangeAnswer]) -> dict[str, int]:
    """How many are born, changed and gone."""
    return {name: sum(one.change == name for one in told) for name in ("born", "changed", "gone")}


def _changes(found: Comparison, seen: _Seen) -> Iterator[RingChangeAnswer]:
    named: tuple[tuple[Name, tuple[RingChange, ...]], ...] = (
        ("born", found.born),
        ("changed", found.changed),
        ("gone", found.gone),
    )
    for name, listed in named:
        for one in listed:
            if one.ring_id in seen.rings(name):
                yield _change(name, one, seen)


def _change(name: Name, one: RingChange, seen: _Seen) -> RingChangeAnswer:
    own = seen.requests(one.ring_id)
    return RingChangeAnswer(
        ring_id=one.ring_id,
        change=name,
        requests=one.requests,
        why=one.why,
        unseen=one.unseen,
        joined=[request for request in one.joined if own is None or request in own][:MOST],
        left=[request for request in one.left if own is None or request in own][:MOST],
        joined_total=len(one.joined),
        left_total=len(one.left),
        figures={figure: _figure(figure, values) for figure, values in (one.figures or {}).items()},
        kin=[Kin(ring_id=ring, people=people) for ring, people in one.kin if ring in seen.kin(name)],
    )


def _figure(name: str, values: tuple[object, object]) -> Pair:
    if name in MONEY:
        return pair((yuan(int(str(values[0]))), yuan(int(str(values[1])))))
    return pair(values)
