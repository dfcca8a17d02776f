"""Walks over the index: everything within some steps of an entity, and the shortest way between two."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from ringfinder.index.entities import Entities, Entity, Sort, Tie

HUB = 50
"""Requests from which a value is a hub: it is named and not walked through."""


@dataclass
class Neighbourhood:
    """What lies around an entity.

    Parameters
    ----------
    steps
        Steps from the start, by entity; a request and what it is tied to are one step apart.
    hubs
        Entities that were not walked through, with how many requests they have.
    left_out
        Entities that were met and left out because the cap was reached.
    """

    steps: dict[Entity, int] = field(default_factory=dict)
    ties: list[Tie] = field(default_factory=list)
    hubs: dict[Entity, int] = field(default_factory=dict)
    left_out: int = 0


@dataclass(frozen=True)
class Path:
    """A way between two entities: each tie leads from one to the next."""

    ties: tuple[Tie, ...]
    entities: tuple[Entity, ...]


Visible = Callable[[int], bool]
"""Whether a request may be shown."""


def neighbourhood(
    entities: Entities, start: Entity, steps: int, most: int, visible: Visible = lambda _: True, hub: int = HUB
) -> Neighbourhood:
    """Walk breadth first from an entity, at most so many steps, to at most `most` entities."""
    found = Neighbourhood({start: 0})
    waiting = deque([start])
    drawn: set[tuple[int, Entity, str]] = set()
    while waiting:
        here = waiting.popleft()
        if found.steps[here] >= steps:
            continue
        if here != start and (size := entities.size(here)) > hub:
            found.hubs[here] = size
            continue
        for tie in _ties(entities, here):
            if not visible(tie.request):
                continue
            there = tie.to if here.sort == Sort.REQUEST else Entity(Sort.REQUEST.value, tie.request)
            if there not in found.steps:
                if len(found.steps) >= most:
                    found.left_out += 1
                    continue
                found.steps[there] = found.steps[here] + 1
                waiting.append(there)
            if (name := (tie.request, tie.to, tie.role)) not in drawn:
                drawn.add(name)
                found.ties.append(tie)
    return found


def shortest_path(
    entities: Entities, start: Entity, end: Entity, steps: int, visible: Visible = lambda _: True, hub: int = HUB
) -> Path | None:
    """The shortest way from one entity to another, of at most so many steps; not through hubs nor what cannot link.

    Both ends are walked from at once, always the smaller side.
    """
    came: tuple[dict[Entity, Tie | None], dict[Entity, Tie | None]] = ({start: None}, {end: None})
    edges = [[start], [end]]
    if start == end:
        return Path((), (start,))
    for _ in range(steps):
        side = 0 if len(edges[0]) <= len(edges[1]) else 1
        fresh: list[Entity] = []
        for here in edges[side]:
            for tie, there in _onward(entities, here, visible, hub, ends=(start, end)):
                if there in came[side]:
                    continue
                came[side][there] = tie
                if there in came[1 - side]:
                    return _joined(came, there)
                fresh.append(there)
        if not fresh:
            return None
        edges[side] = fresh
    return None


def _ties(entities: Entities, here: Entity) -> list[Tie]:
    return entities.ties(here.number) if here.sort == Sort.REQUEST else entities.requests(here)


def _onward(
    entities: Entities, here: Entity, visible: Visible, hub: int, ends: tuple[Entity, Entity]
) -> list[tuple[Tie, Entity]]:
    found = []
    for tie in _ties(entities, here):
        there = tie.to if here.sort == Sort.REQUEST else Entity(Sort.REQUEST.value, tie.request)
        may_pass = there in ends or (entities.size(there) <= hub and (not there.is_value or entities.links(there)))
        if may_pass and visible(tie.request):
            found.append((tie, there))
    return found


def _joined(came: tuple[dict[Entity, Tie | None], dict[Entity, Tie | None]], middle: Entity) -> Path:
    first, ties_before = _walk_back(came[0], middle)
    last, ties_after = _walk_back(came[1], middle)
    return Path((*reversed(ties_before), *ties_after), (*reversed(first), *last[1:]))


def _walk_back(came: dict[Entity, Tie | None], here: Entity) -> tuple[list[Entity], list[Tie]]:
    """From an entity back to where the walk began: the entities, and the ties between them."""
    entities, ties = [here], []
    while (tie := came[here]) is not None:
        ties.append(tie)
        here = Entity(Sort.REQUEST.value, tie.request) if here == tie.to else tie.to
        entities.append(here)
    return entities, ties
