"""The service about itself and its caller."""

from __future__ import annotations

from pydantic import Field

from ringfinder.identity import Role
from ringfinder_api.schemas.base import Answer


class Health(Answer):
    """The process is alive; says nothing about data."""

    status: str = Field(examples=["ok"])
    version: str = Field(examples=["0.1.0"])


class Ready(Answer):
    """The database answers, and the files of the current run are there."""

    status: str = Field(examples=["ready"])
    run: str | None = Field(description="The current run, if there is one.", examples=["run-000003"])


class Me(Answer):
    """Who the caller is, and what it may do."""

    user_id: str = Field(examples=["U-7Q2K9M4T"])
    name: str = Field(examples=["li.na"])
    roles: list[Role] = Field(examples=[["investigator"]])
    branches: list[str] | None = Field(description="Branches that it is bound to; null where to none.")
    key_id: str = Field(examples=["8d1f0c2b"])
    may_reveal: bool = Field(description="Whether it may ask for `reveal=true` with a purpose.")
