"""Examples of schemathesis for one operation: by the description and against it, as everybody who may ask."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode, Response
from schemathesis.core.result import Ok
from schemathesis.generation.stateful.state_machine import APIStateMachine
from schemathesis.specs.openapi.checks import positive_data_acceptance

Operation = APIOperation[Any, Any, Any, Any]

EXAMPLES_VARIABLE = "RINGFINDER_API_EXAMPLES"
EXAMPLES = int(os.environ.get(EXAMPLES_VARIABLE, "50"))
"""Examples of each operation: 50 in CI, 500 in `benchmarks/campaign_api.py`."""

UNSAID = {
    "bad-cursor": "a cursor is good for the list that gave it: no schema of a parameter can say that",
    "purpose-missing": "a purpose is needed where `reveal` is true: no schema says that of two parameters",
    "idempotency-key-reused": "a key is good for one request: no schema knows of those before",
}
"""Refusals of requests that the description allows, by their problem, with the reason why it cannot but allow them."""

UNSAID_THERE = {
    ("upload_files", "upload-refused"): "what a file must hold is not said by a schema of bytes",
    ("register_webhook", "address-refused"): "which hosts may be told is up to the site",
    ("submit_job", "invalid"): "no pattern tells days that the calendar has from those that it has not",
    ("get_stats", "invalid"): "nor periods",
    ("list_refunds", "invalid"): "nor periods",
    ("list_refunds", "bad-request"): "that a period and a ring exclude each other no schema of a parameter says",
    ("screen", "input"): "cells are read by the contract of the tables, which `GET /v1/contract` tells",
}
"""The same of single operations."""

_TOGETHER = 5
_SETTINGS = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def _config() -> schemathesis.Config:
    """All checks; where schemathesis takes a 5xx for an answer to a good request, we do not."""
    usual = ["2xx", "3xx", "401", "403", "404", "409", "429"]
    return schemathesis.Config.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": usual}}})


@dataclass(frozen=True)
class Api:
    """The application, who may ask it, and what is there to be asked for.

    Parameters
    ----------
    keys
        By role.
    known
        For the name of each parameter of a path, something that is there.
    bodies
        Bodies that are known to be good, by operation.
    """

    app: FastAPI
    keys: Mapping[str, str]
    known: Mapping[str, Callable[[], str]]
    bodies: Mapping[str, Any]
    schema: Any = field(init=False)

    def __post_init__(self) -> None:
        """Have the application describe itself."""
        schema = schemathesis.openapi.from_dict(self.app.openapi(), config=_config())
        schema.app = self.app
        object.__setattr__(self, "schema", schema)

    def operations(self) -> Iterator[Operation]:
        """All of them."""
        for one in self.schema.get_all_operations():
            assert isinstance(one, Ok)
            yield one.ok()

    def operation(self, name: str) -> Operation:
        """The operation of that name."""
        (found,) = [one for one in self.operations() if name_of(one) == name]
        return found

    def exercise(self, name: str, examples: int = EXAMPLES) -> Counter[int]:
        """Send examples of an operation and check every answer; how often each status came."""
        operation, seen = self.operation(name), Counter[int]()

        @settings(_SETTINGS, max_examples=examples)
        @given(self._examples(operation))
        def one(example: tuple[dict[str, str], Case[Any]]) -> None:
            headers, case = example
            answer = case.call()
            seen[answer.status_code] += 1
            check(answer, case, headers=headers)

        one()
        return seen

    def follow(self, name: str, link: str, said: Any) -> int:
        """Ask what a link of an answer says; the status that comes."""
        answers = self.operation(name).definition.raw["responses"].values()
        (declared,) = [one["links"][link] for one in answers if link in one.get("links", ())]
        following = self.operation(declared["operationId"])
        places = {one["name"]: one["in"] for one in following.definition.raw["parameters"]}
        asked: dict[str, dict[str, Any]] = {"path": {}, "query": {}}
        for parameter, place in declared["parameters"].items():
            asked[places[parameter]][parameter] = _at(said, place)
        return self.ask(following, path_parameters=asked["path"], query=asked["query"]).status_code

    def ask(self, operation: Operation, **asked: Any) -> Response:
        """Ask once, and check the answer."""
        headers = _bearer(self._usual_key(operation))
        case = operation.Case(headers=headers, **asked)
        answer = case.call()
        check(answer, case, headers=headers)
        return answer

    def walk(self, chains: int, steps: int) -> Counter[str]:
        """Walk along the links of the description, checking every answer; how often each operation was reached."""
        api, reached = self, Counter[str]()

        class Walk(self.schema.as_state_machine()):  # type: ignore[misc] # made while it runs
            def get_call_kwargs(self, case: Case[Any]) -> dict[str, Any]:
                return {"headers": _bearer(api._usual_key(case.operation))}

            def after_call(self, response: Response, case: Case[Any]) -> None:
                if response.status_code < 300:
                    reached[name_of(case.operation)] += 1

            def validate_response(self, response: Response, case: Case[Any], **options: Any) -> None:
                check(response, case, transport_kwargs=options)

        # A few chains at a time: what one of them leaves on the site changes what another can do, which hypothesis
        # takes for an unsound test where both begin alike.
        few = settings(_SETTINGS, derandomize=False, max_examples=_TOGETHER, stateful_step_count=steps)
        for number in range(0, chains, _TOGETHER):
            walk: type[APIStateMachine] = seed(number)(Walk)
            walk.run(settings=few)
        return reached

    def _examples(self, operation: Operation) -> st.SearchStrategy[tuple[dict[str, str], Case[Any]]]:
        """Who asks, and what: right and wrong by the description, of what is there and of what is not."""
        raw = operation.definition.raw
        paths = [one["name"] for one in raw.get("parameters", ()) if one["in"] == "path" and one["name"] in self.known]
        known = {name: self.known[name]() for name in paths}
        ways: list[dict[str, Any]] = [{}]
        if known:
            ways.append({"path_parameters": known})
        if name_of(operation) in self.bodies:
            ways.append({"body": self.bodies[name_of(operation)], "media_type": "application/json"})
        if raw.get("parameters") or raw.get("requestBody"):
            ways.append({"generation_mode": GenerationMode.NEGATIVE})
        return st.one_of(
            [
                st.tuples(st.just(headers), operation.as_strategy(headers=headers, **way))
                for way in ways
                for headers in map(_bearer, self._keys(operation))
            ]
        )

    def _keys(self, operation: Operation) -> list[str]:
        """The key of each role that an operation declares; no key where it is for everybody."""
        roles = operation.definition.raw["x-roles"]
        return [""] if roles == "public" else [self.keys[role] for role in roles]

    def _usual_key(self, operation: Operation) -> str:
        """One key for each operation: that of who asks for most where that one may."""
        mine = self._keys(operation)
        return next((self.keys[role] for role in ("admin", "investigator") if self.keys[role] in mine), mine[0])


def name_of(operation: Operation) -> str:
    """Its name in the description."""
    return str(operation.definition.raw["operationId"])


def check(answer: Response, case: Case[Any], **options: Any) -> None:
    """All checks of schemathesis, but for refusals that no description can foretell."""
    unsaid = answer.status_code in {400, 422} and _problem(answer)
    foretold = unsaid not in UNSAID and (name_of(case.operation), unsaid) not in UNSAID_THERE
    case.validate_response(answer, excluded_checks=[] if foretold else [positive_data_acceptance], **options)


def _problem(answer: Response) -> str:
    return str(json.loads(answer.content).get("type", "")).removeprefix("urn:ringfinder:problem:")


def _at(said: Any, place: str) -> Any:
    """What stands in an answer where an expression of a link points to."""
    for part in place.removeprefix("$response.body#/").split("/"):
        said = said[int(part) if part.isdecimal() else part]
    return said


def _bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}
