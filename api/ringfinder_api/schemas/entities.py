"""Things of the graph: found by name, with what is around them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from ringfinder_api.schemas.base import Answer, LocalTime, Question, RunName

Handle = Annotated[str, StringConstraints(pattern=r"^[a-z_]{2,16}[.][0-9]{1,12}[.][0-9a-f]{16}$")]
"""Names an entity of one run without saying what it is."""

Searched = Literal[
    "request", "person", "policy", "agent", "phone", "address", "email", "bank_account", "delegate", "device", "ip",
    "id_no", "name",
]  # fmt: skip


class SearchQuestion(Question):
    """What is looked for; sent as a body, for addresses stand in logs."""

    text: str = Field(min_length=1, max_length=500, examples=["138 0013 8123"])
    sort: Searched | None = Field(default=None, description="Of what sort it is; nothing: of any.")
    run: RunName = "current"


class EntityAnswer(Answer):
    """An entity as the caller sees it: counts are of the caller's requests."""

    handle: Handle
    sort: str = Field(examples=["phone"])
    label: str = Field(description="Numbers as they are, values masked.", examples=["138****8123"])
    requests: int
    households: int | None = Field(description="Of values: households that use it, in the whole portfolio.")
    value_class: str | None = Field(description="Of values: `open`, or why it cannot link.")
    links: bool | None = Field(description="Of values: whether it linked requests in the run.")
    rings: list[str]


class SearchAnswer(Answer):
    """What was found."""

    run_id: str
    shown: int
    of: int
    items: list[EntityAnswer]


class NodeAnswer(EntityAnswer):
    """An entity so many steps from the start."""

    steps: int


class EdgeAnswer(Answer):
    """What ties a request to something, and when."""

    request: Handle
    to: Handle
    role: str = Field(examples=["payee"])
    at: LocalTime | None


class HubAnswer(Answer):
    """An entity that too many share: named, and not walked through."""

    entity: EntityAnswer
    requests: int


class NeighbourhoodAnswer(Answer):
    """What lies within some steps: `shown` of at least `of` entities."""

    run_id: str
    start: Handle
    shown: int
    of: int
    nodes: list[NodeAnswer]
    edges: list[EdgeAnswer]
    hubs: list[HubAnswer]


class StepAnswer(Answer):
    """One step of a path, with the row behind it."""

    start: Handle
    end: Handle
    request_id: str
    role: str
    at: LocalTime | None
    file: str
    line: int


class PathAnswer(Answer):
    """The shortest way between two entities, or none."""

    run_id: str
    found: bool
    entities: list[EntityAnswer]
    steps: list[StepAnswer]
