"""Things of the index by name: requests, customers, policies, agents and values, and how they hang together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ringfinder.graph.classes import ValueClass
from ringfinder.graph.incidence import Source
from ringfinder.graph.network import LINKING_KINDS
from ringfinder.index.files import Files, hash_of
from ringfinder.normalize import normalize_value
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.rings import RowRef


class Sort(StrEnum):
    """Sorts of entities; a value is of its kind. A person may have several customer numbers."""

    REQUEST = "request"
    PERSON = "person"
    POLICY = "policy"
    AGENT = "agent"


SORTS: tuple[str, ...] = (*Sort, *LINKING_KINDS)
_NAMED = {Sort.REQUEST: "request", Sort.PERSON: "customer", Sort.POLICY: "policy", Sort.AGENT: "agent"}


@dataclass(frozen=True, order=True)
class Entity:
    """A node of the graph: its sort and its number in the index of one run."""

    sort: str
    number: int

    @property
    def is_value(self) -> bool:
        """Whether it is a value that requests show."""
        return self.sort in LINKING_KINDS


@dataclass(frozen=True)
class Tie:
    """An edge: what ties a request to something, and when."""

    request: int
    to: Entity
    role: str
    day: float


class Entities:
    """Looks entities up in the index of a run."""

    def __init__(self, index: Files) -> None:
        self._index = index
        self._ids = int(index.number("ids"))

    def find(self, text: str, sort: str | None = None) -> list[Entity]:
        """Entities of that name, through normal forms; of one sort, or of all; a name finds its customers."""
        found: list[Entity] = []
        for one, table in _NAMED.items():
            if sort in {None, one.value}:
                number = self._index.texts(table).find(text.strip())
                if number >= 0:
                    found.append(self._person(number) if one is Sort.PERSON else Entity(one.value, number))
        for kind in LINKING_KINDS:
            if sort in {None, kind}:
                found += [Entity(kind, code) for code in self._codes(kind, text)]
        if sort in {None, "id_no"}:
            found += self._by_id(text)
        if sort in {None, "name"}:
            found += self._by_name(text)
        return list(dict.fromkeys(found))

    def _person(self, customer: int) -> Entity:
        return Entity(Sort.PERSON.value, int(self._index.array("customer.person")[customer]))

    def _codes(self, kind: str, text: str) -> Iterator[int]:
        if kind != "delegate":
            form, _ = normalize_value(ColumnKind(kind), text)
            code = self._index.texts(kind).find(form)
            if code >= 0:
                yield code
            return
        for column in (ColumnKind.ID_NO, ColumnKind.PHONE):
            form, _ = normalize_value(column, text)
            code = self._index.texts(column.value).find(form)
            if code >= 0:
                known = code if column is ColumnKind.ID_NO else int(self._index.array("delegate.of_phone")[code])
                if self._index.rows("delegate.uses").size(known):
                    yield known

    def _by_id(self, text: str) -> Iterator[Entity]:
        form, _ = normalize_value(ColumnKind.ID_NO, text)
        code = self._index.texts("id_no").find(form)
        if code >= 0:
            customers = np.flatnonzero(np.asarray(self._index.array("customer.id_no")) == code)
            yield from (self._person(int(number)) for number in customers)

    def _by_name(self, text: str) -> Iterator[Entity]:
        if text.strip():
            customers = np.flatnonzero(np.asarray(self._index.array("customer.name")) == hash_of(text.strip()))
            yield from (self._person(int(number)) for number in customers)

    def customers(self, person: Entity) -> list[str]:
        """Every customer number of a person."""
        numbers = self._index.rows("customers_of").of(person.number, "customer").tolist()
        return [self._index.texts("customer")[number] for number in numbers]

    def text(self, entity: Entity) -> str:
        """Name or normal form of an entity (of a person the first number): raw, to be masked before it is shown."""
        if entity.sort == Sort.PERSON:
            return self.customers(entity)[0]
        if entity.sort == "delegate":
            ids = entity.number < self._ids
            return self._index.texts("id_no" if ids else "phone")[entity.number - (0 if ids else self._ids)]
        return self._index.texts(_NAMED.get(Sort(entity.sort), "") if entity.sort in set(Sort) else entity.sort)[
            entity.number
        ]

    def ring_of(self, request: int) -> str:
        """Ring that a request is in; empty for none."""
        episode = int(self._index.array("request.episode")[request])
        group = int(self._index.array("episode.group")[episode])
        ring = int(self._index.array("group.ring")[group]) if group >= 0 else -1
        return self._index.texts("ring")[ring] if ring >= 0 else ""

    def branch_of(self, request: int) -> str | None:
        """Branch of a request, or of its policy; None where it is not known."""
        branch = int(self._index.array("request.branch")[request])
        return self._index.texts("branch")[branch] if branch >= 0 else None

    def row_of(self, request: int) -> RowRef:
        """Where a request was handed over."""
        file = int(self._index.array("request.file")[request])
        return RowRef(
            "surrender_requests",
            self._index.texts("request")[request],
            self._index.texts("file")[file] if file >= 0 else "",
            int(self._index.array("request.line")[request]),
        )

    def households(self, value: Entity) -> int:
        """Households that use a value, before anything is left out."""
        requests = self._index.rows(f"{value.sort}.uses").of(value.number, "request")
        episodes = self._index.array("request.episode")[requests]
        return len(np.unique(np.asarray(self._index.array("episode.unit")[episodes])))

    def size(self, entity: Entity) -> int:
        """How many ties an entity has to requests; one for a request itself."""
        if entity.sort == Sort.REQUEST:
            return 1
        if entity.sort == Sort.AGENT:
            return len(self._numbers(entity))
        rows = {Sort.PERSON.value: "requests_of", Sort.POLICY.value: "policy_requests"}
        return self._index.rows(rows.get(entity.sort, f"{entity.sort}.uses")).size(entity.number)

    def requests(self, entity: Entity) -> list[Tie]:
        """Requests of an entity, each once for every role."""
        index = self._index
        if entity.sort == Sort.REQUEST:
            return []
        if entity.is_value:
            rows = index.rows(f"{entity.sort}.uses")
            uses = zip(
                rows.of(entity.number, "request").tolist(),
                rows.of(entity.number, "source").tolist(),
                rows.of(entity.number, "day").tolist(),
                strict=True,
            )
            return [Tie(request, entity, Source(source).name.lower(), day) for request, source, day in uses]
        return [Tie(request, entity, entity.sort, self._day(request)) for request in self._numbers(entity)]

    def _numbers(self, entity: Entity) -> list[int]:
        index = self._index
        if entity.sort == Sort.PERSON:
            return [int(one) for one in index.rows("requests_of").of(entity.number, "request")]
        if entity.sort == Sort.POLICY:
            return [int(one) for one in index.rows("policy_requests").of(entity.number, "request")]
        policies = np.flatnonzero(np.asarray(index.array("policy.agent")) == entity.number)
        rows = index.rows("policy_requests")
        return [int(one) for policy in policies for one in rows.of(int(policy), "request")]

    def ties(self, request: int) -> list[Tie]:
        """What a request is tied to: its customer, its policy, and every value it shows."""
        index = self._index
        day = self._day(request)
        found = [Tie(request, Entity(Sort.PERSON.value, int(index.array("request.person")[request])), "person", day)]
        policy = int(index.array("request.policy")[request])
        if policy >= 0:
            found.append(Tie(request, Entity(Sort.POLICY.value, policy), "policy", day))
        rows = index.rows("request_values")
        cells = zip(*(rows.of(request, name).tolist() for name in ("kind", "code", "source", "day")), strict=True)
        found += [
            Tie(request, Entity(LINKING_KINDS[kind], code), Source(source).name.lower(), when)
            for kind, code, source, when in cells
        ]
        return found

    def value_class(self, value: Entity) -> str:
        """Class of a value, in the words of `why`."""
        return ValueClass(int(self._index.array(f"{value.sort}.class")[value.number])).name.lower()

    def links(self, value: Entity) -> bool:
        """Whether a value linked requests in the run."""
        return int(self._index.array(f"{value.sort}.value")[value.number]) >= 0

    def _day(self, request: int) -> float:
        return float(self._index.array("request.day")[request])
