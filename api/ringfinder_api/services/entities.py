"""Entities as a caller sees them: requests of its branches, values masked unless it may see them."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

import numpy as np

from ringfinder.index.entities import Entity, Sort, Tie
from ringfinder.index.explore import Neighbourhood, Path, neighbourhood, shortest_path
from ringfinder.records.rings import AttributeKey
from ringfinder.report.masking import Masker
from ringfinder_api.access.disclosure import Disclosure
from ringfinder_api.errors import NotFoundError
from ringfinder_api.schemas.entities import (
    EdgeAnswer,
    EntityAnswer,
    HubAnswer,
    NeighbourhoodAnswer,
    NodeAnswer,
    PathAnswer,
    SearchAnswer,
    StepAnswer,
)
from ringfinder_api.services.atlas import Atlas
from ringfinder_api.services.views import Branches

MOST_FOUND = 50
_DAY = 86_400_000_000
_LONGEST_PATH = 12


class Surroundings:
    """The graph of a run as one caller sees it."""

    def __init__(self, atlas: Atlas, branches: Branches, shown: Disclosure) -> None:
        self._atlas, self._branches, self._shown = atlas, branches, shown
        self._entities = atlas.entities
        self._masker = Masker([], reveal=shown.reveal)

    def search(self, text: str, sort: str | None) -> SearchAnswer:
        """Entities of that name that the caller may see."""
        found = [one for one in self._entities.find(text, sort) if self._visible(one)]
        self._tell("search", len(found[:MOST_FOUND]))
        items = [self._entity(one) for one in found[:MOST_FOUND]]
        return SearchAnswer(run_id=self._atlas.run.run_id, shown=len(items), of=len(found), items=items)

    def open(self, handle: str) -> Entity:
        """The entity of a handle.

        Raises
        ------
        NotFoundError
            If there is none, or the caller may not see it.
        """
        entity = self._atlas.handles.read(handle)
        if not self._visible(entity):
            raise NotFoundError("there is no such entity in this run")
        return entity

    def entity(self, entity: Entity) -> EntityAnswer:
        """One entity."""
        self._tell(f"{entity.sort} {self._atlas.handles.of(entity)}", 1)
        return self._entity(entity)

    def around(self, start: Entity, steps: int, most: int) -> NeighbourhoodAnswer:
        """What lies within some steps."""
        found = neighbourhood(self._entities, start, steps, most, self._sees)
        self._tell(f"around {self._atlas.handles.of(start)}", len(found.steps))
        return NeighbourhoodAnswer(
            run_id=self._atlas.run.run_id,
            start=self._atlas.handles.of(start),
            shown=len(found.steps),
            of=len(found.steps) + found.left_out,
            nodes=self._nodes(found),
            edges=[self._edge(tie) for tie in found.ties if tie.to in found.steps],
            hubs=[HubAnswer(entity=self._entity(one), requests=self._size(one)) for one in found.hubs],
        )

    def path(self, start: Entity, end: Entity) -> PathAnswer:
        """The shortest way from one entity to another."""
        found = shortest_path(self._entities, start, end, _LONGEST_PATH, self._sees)
        path = found or Path((), ())
        self._tell("path", len(path.entities))
        steps = zip(path.ties, path.entities, path.entities[1:], strict=False)
        return PathAnswer(
            run_id=self._atlas.run.run_id,
            found=found is not None,
            entities=[self._entity(one) for one in path.entities],
            steps=[self._step(tie, here, there) for tie, here, there in steps],
        )

    @cached_property
    def _seen(self) -> dict[int, bool]:
        return {}

    def _sees(self, request: int) -> bool:
        if self._branches is None:
            return True
        if request not in self._seen:
            self._seen[request] = self._entities.branch_of(request) in self._branches
        return self._seen[request]

    def _visible(self, entity: Entity) -> bool:
        if self._branches is None:
            return True
        if entity.sort == Sort.REQUEST:
            return self._sees(entity.number)
        return any(self._sees(tie.request) for tie in self._entities.requests(entity))

    def _requests(self, entity: Entity) -> list[int]:
        """The caller's requests of an entity."""
        if entity.sort == Sort.REQUEST:
            return [entity.number]
        return sorted({tie.request for tie in self._entities.requests(entity) if self._sees(tie.request)})

    def _size(self, entity: Entity) -> int:
        return len(self._requests(entity))

    def _entity(self, entity: Entity) -> EntityAnswer:
        requests = self._requests(entity)
        value = entity.is_value
        return EntityAnswer(
            handle=self._atlas.handles.of(entity),
            sort=entity.sort,
            label=self._label(entity),
            requests=len(requests),
            households=self._entities.households(entity) if value else None,
            value_class=self._entities.value_class(entity) if value else None,
            links=self._entities.links(entity) if value else None,
            rings=sorted({ring for one in requests if (ring := self._entities.ring_of(one))}),
        )

    def _label(self, entity: Entity) -> str:
        text = self._entities.text(entity)
        return self._masker.show(AttributeKey(entity.sort, text)) if entity.is_value else text

    def _nodes(self, found: Neighbourhood) -> list[NodeAnswer]:
        return [NodeAnswer(**self._entity(one).model_dump(), steps=steps) for one, steps in found.steps.items()]

    def _edge(self, tie: Tie) -> EdgeAnswer:
        request = Entity(Sort.REQUEST.value, tie.request)
        handles = self._atlas.handles
        return EdgeAnswer(request=handles.of(request), to=handles.of(tie.to), role=tie.role, at=_moment(tie.day))

    def _step(self, tie: Tie, here: Entity, there: Entity) -> StepAnswer:
        row = self._entities.row_of(tie.request)
        handles = self._atlas.handles
        return StepAnswer(
            start=handles.of(here),
            end=handles.of(there),
            request_id=row.key,
            role=tie.role,
            at=_moment(tie.day),
            file=row.file,
            line=row.line,
        )

    def _tell(self, subject: str, count: int) -> None:
        self._shown.tell(f"{subject} of {self._atlas.run.run_id}", {"entities": count})


def _moment(day: float) -> datetime | None:
    """A day since 1970 as a local time."""
    if np.isnan(day):
        return None
    found: datetime = np.datetime64(round(day * _DAY), "us").astype(datetime)
    return found
