"""The answer to "why did you not find it?": what is known of a person's requests and of single values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ringfinder.records.rings import AttributeKey, RowRef


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence with its numbers.

    Parameters
    ----------
    name
        Stable name of what is said.
    counts
        Every number of the sentences, by name.
    zh, en
        The sentences; values in them are referred to as ``{0}``, ``{1}`` … and filled from `values`.
    weight
        In nats, where the fact has a weight: positive speaks for a ring.
    values
        Values named in the sentences.
    texts
        Dates and ids of rings in the sentences, by name.
    """

    name: str
    counts: Mapping[str, float]
    zh: str
    en: str
    weight: float | None = None
    values: tuple[AttributeKey, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """One cell in which a value stands, and in which role it was used there."""

    source: str
    column: str
    row: RowRef


@dataclass(frozen=True, slots=True)
class HeldValue:
    """A value that belongs to the requests asked for.

    Parameters
    ----------
    value_class
        Class of the value (``open``, ``registry``, ``agent`` …), ``no_door`` or ``unusable``.
    households, requests
        All that use it, before anything is left out.
    probability
        That it is a ring's; None where it was not judged.
    links
        Whether it may found a ring here.
    rings
        Listed rings in which at least two households hold it.
    reason
        Why it did, or did not, link.
    """

    key: AttributeKey
    value_class: str
    places: tuple[Place, ...]
    households: int
    requests: int
    probability: float | None
    links: bool
    rings: tuple[str, ...]
    reason: Reason


@dataclass(frozen=True, slots=True)
class NearRing:
    """A ring or candidate group, and how the requests stand to it.

    Parameters
    ----------
    ring_id, tier
        Empty where the group is not listed.
    member
        Whether the requests are in it.
    odds
        Parts of the odds (nats) of attaching the requests to it; empty where they hang by values.
    reasons
        How they belong, or what was missing.
    """

    ring_id: str
    tier: str
    member: bool
    units: int
    score: float
    q_value: float | None
    odds: Mapping[str, float]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class AskedRequest:
    """A request that was asked for, and where it stands."""

    request_id: str
    policy_no: str
    applicant_id: str
    applied_at: datetime
    row: RowRef


@dataclass(frozen=True, slots=True)
class EpisodeFinding:
    """Requests of one person that follow one another closely: what they show, hold, and belong to.

    `elsewhere` counts those that the reader may not see, which are not among `requests`.
    """

    requests: tuple[AskedRequest, ...]
    verdict: Reason
    signs: tuple[Reason, ...]
    context: tuple[Reason, ...]
    values: tuple[HeldValue, ...]
    nearest: tuple[NearRing, ...]
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class PersonFinding:
    """A person with the episodes asked for; `asked_as` is ``request``, ``person``, ``policy`` or ``id_no``."""

    asked_as: str
    applicant_ids: tuple[str, ...]
    household: tuple[Reason, ...]
    episodes: tuple[EpisodeFinding, ...]


@dataclass(frozen=True, slots=True)
class Holder:
    """A request that uses a value; `left_out` names why the use does not count, empty where it does."""

    request_id: str
    applicant_id: str
    name: str
    applied_at: datetime
    sources: tuple[str, ...]
    left_out: str
    ring_id: str


@dataclass(frozen=True, slots=True)
class ValueFinding:
    """A value that was asked for: class, judgement with its parts (nats), holders.

    `links` tells whether it may found a ring, `rings` in which listed ones at least two households hold it;
    `reasons` begin with why it did, or did not, link; `elsewhere` counts requests that use it and that the
    reader may not see: they are not among `holders`.
    """

    key: AttributeKey
    value_class: str
    households: int
    requests: int
    probability: float | None
    odds: Mapping[str, float]
    links: bool
    rings: tuple[str, ...]
    reasons: tuple[Reason, ...]
    holders: tuple[Holder, ...]
    elsewhere: int = 0


@dataclass(frozen=True)
class Findings:
    """Everything that an id or a value stands for."""

    people: tuple[PersonFinding, ...] = ()
    values: tuple[ValueFinding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.values)
