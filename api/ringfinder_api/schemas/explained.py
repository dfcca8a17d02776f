"""What is known of a person's requests and of single values, as `ringfinder why --json` prints it."""

from __future__ import annotations

from pydantic import Field

from ringfinder_api.schemas.base import Answer, LocalTime
from ringfinder_api.schemas.ring import Figures, Row
from ringfinder_api.schemas.screening import ReasonAnswer


class AskedRequestAnswer(Answer):
    """A request that was asked for, and where it stands."""

    request_id: str
    policy_no: str
    applicant_id: str
    applied_at: LocalTime
    row: Row


class PlaceAnswer(Answer):
    """One cell in which a value stands, and in which role it was used there."""

    source: str = Field(examples=["payee"])
    column: str
    row: Row


class JudgedValue(Answer):
    """A value with its class, and whether it may found a ring."""

    kind: str = Field(examples=["phone"])
    value: str = Field(examples=["139****0001"])
    value_class: str = Field(alias="class", examples=["open"])
    households: int
    requests: int
    probability: float | None = Field(description="That it is a ring's; null where it was not judged.")
    links: bool
    rings: list[str]


class HeldValueAnswer(JudgedValue):
    """A value that belongs to the requests asked for."""

    places: list[PlaceAnswer]
    reason: ReasonAnswer


class NearRingAnswer(Answer):
    """A ring or candidate group, and how the requests stand to it."""

    ring_id: str | None
    tier: str | None
    member: bool
    households: int
    score: float
    q_value: float | None
    odds: Figures
    reasons: list[ReasonAnswer]


class EpisodeAnswer(Answer):
    """Requests of one person that follow one another closely; `elsewhere` counts those that may not be seen."""

    requests: list[AskedRequestAnswer]
    elsewhere: int
    verdict: ReasonAnswer
    signs: list[ReasonAnswer]
    context: list[ReasonAnswer]
    values: list[HeldValueAnswer]
    nearest: list[NearRingAnswer]


class PersonFindingAnswer(Answer):
    """A person with the episodes asked for."""

    asked_as: str = Field(examples=["request"])
    applicant_ids: list[str]
    household: list[ReasonAnswer]
    episodes: list[EpisodeAnswer]


class HolderAnswer(Answer):
    """A request that uses a value; `left_out` names why the use does not count."""

    request_id: str
    applicant_id: str
    name: str | None
    applied_at: LocalTime
    sources: list[str]
    left_out: str | None
    ring_id: str | None


class ValueFindingAnswer(JudgedValue):
    """A value that was asked for; `elsewhere` counts requests that use it and may not be seen."""

    odds: Figures
    reasons: list[ReasonAnswer]
    holders: list[HolderAnswer]
    elsewhere: int


class FindingsAnswer(Answer):
    """Everything that an id or a value stands for."""

    people: list[PersonFindingAnswer]
    values: list[ValueFindingAnswer]
