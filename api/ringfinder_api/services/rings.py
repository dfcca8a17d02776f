"""Rings in a list: those that a caller sees and asks for, page by page or whole as a sheet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from ringfinder.report.listing import CSV_COLUMNS, Head, Wanted, head_as_json, head_cells, select
from ringfinder_api.lists.cursors import Key, Reading, page
from ringfinder_api.lists.sheets import Sheet
from ringfinder_api.schemas.rings import RingHead, RingPage, RingQuery
from ringfinder_api.services.money import exposure, fen
from ringfinder_api.services.views import Branches, Scope, Views

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - times of requests are local


def _microseconds(moment: datetime) -> int:
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


_VALUES: Mapping[str, Callable[[Head], int | float]] = MappingProxyType(
    {
        "score": lambda head: float(head["score"]),
        "at_risk": lambda head: int(head["at_risk"]),
        "requests": lambda head: int(head["requests"]),
        "first_at": lambda head: _microseconds(head["first_at"]),
        "last_at": lambda head: _microseconds(head["last_at"]),
    }
)
"""What a list can be ordered by; a minus before the name puts the most first."""


@dataclass(frozen=True)
class Chosen:
    """The rings that match, in their order, of all that the caller sees."""

    scope: Scope
    heads: Sequence[Head]
    key: Callable[[Head], Key]


def choose(views: Views, branches: Branches, query: RingQuery) -> Chosen:
    """Rings that match a query, in the run that it names or that its cursor goes on in.

    Raises
    ------
    NotFoundError
        If there is no such run.
    BadCursorError
        If the cursor is of another list.
    InputError
        If there is no such kind of ring.
    """
    place = _reading(query).place(query.cursor)
    scope = views.find(str(place.run) if place else query.run).scope(branches)
    wanted = Wanted(
        tier=query.tier,
        kind=query.kind,
        min_score=query.min_score,
        min_requests=query.min_requests,
        since=query.since,
        until=query.until,
        among=_among(views, scope, query),
    )
    key = _order(query.sort)
    found = [head for head in select(scope.heads, wanted) if _fits(head, query)]
    return Chosen(scope, sorted(found, key=key), key)


def list_rings(views: Views, branches: Branches, query: RingQuery) -> RingPage:
    """One page of the rings that match."""
    chosen = choose(views, branches, query)
    reading = _reading(query)
    shown, last = page(chosen.heads, chosen.key, reading.place(query.cursor), query.limit)
    run = chosen.scope.run
    return RingPage(
        run_id=run.run_id,
        total=len(chosen.heads),
        of=len(chosen.scope.heads),
        items=[head_answer(head) for head in shown],
        next=reading.cursor(run.number, last) if last else None,
    )


def ring_sheet(views: Views, branches: Branches, query: RingQuery) -> Sheet:
    """All rings that match."""
    chosen = choose(views, branches, query)
    run = chosen.scope.run
    return Sheet(
        name=f"rings-{run.run_id}",
        columns=CSV_COLUMNS,
        rows=[head_cells(head) for head in chosen.heads],
        total=len(chosen.heads),
        of=len(chosen.scope.heads),
        what=("条线索", "rings"),
        made_at=run.finished_at,
        about={**query.filters(), "run": run.run_id, "sort": query.sort},
    )


def head_answer(head: Head) -> RingHead:
    """A ring as a list shows it."""
    return RingHead(**{**head_as_json(head), "money": exposure(head)})


def _reading(query: RingQuery) -> Reading:
    return Reading("rings", (sorted(query.filters().items()), query.sort))


def _order(sort: str) -> Callable[[Head], Key]:
    """A key for the order asked for; of equals the id decides."""
    value, sign = _VALUES[sort.removeprefix("-")], -1 if sort.startswith("-") else 1
    return lambda head: (sign * value(head), head["ring_id"])


def _fits(head: Head, query: RingQuery) -> bool:
    """Whether sums and lineage are as asked for."""
    if query.lineage is not None and head["lineage"] != query.lineage:
        return False
    for name, least, most in (
        ("at_risk", query.min_at_risk, query.max_at_risk),
        ("requested", query.min_requested, query.max_requested),
        ("paid", query.min_paid, query.max_paid),
    ):
        low = least is not None and head[name] < fen(least)
        high = most is not None and head[name] > fen(most)
        if low or high:
            return False
    return True


def _among(views: Views, scope: Scope, query: RingQuery) -> frozenset[str] | None:
    """Ids that the filters leave which need more than heads; None for all."""
    found: list[frozenset[str]] = []
    if query.branch is not None:
        found.append(scope.rings_with("branch_code", query.branch))
    if query.agent is not None:
        found.append(scope.rings_with("agent_no", query.agent))
    if query.changed_since is not None:
        comparison = views.compare(query.changed_since, scope.run.run_id)
        found.append(frozenset(change.ring_id for change in (*comparison.born, *comparison.changed)))
    return frozenset.intersection(*found) if found else None
