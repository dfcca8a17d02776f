"""Why something is in a ring, or in none."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ringfinder_api.schemas.base import Answer, Question, RunName
from ringfinder_api.schemas.explained import FindingsAnswer
from ringfinder_api.schemas.screening import BothLanguages


class WhyQuestion(Question):
    """What is asked about; sent as a body, for addresses stand in logs."""

    text: str = Field(min_length=1, max_length=500, examples=["R494392413"])
    kind: Literal[
        "request", "person", "policy", "phone", "address", "email", "bank_account", "id_no", "device", "ip"
    ] | None = None  # fmt: skip
    run: RunName = "current"


class WhyAnswer(Answer):
    """Every value held, its class and holders, why it did or did not link, the nearest ring and what was missing."""

    run_id: str
    notes: list[BothLanguages]
    findings: FindingsAnswer = Field(description="As `ringfinder why --json` prints it.")
