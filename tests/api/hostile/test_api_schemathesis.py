"""Every operation under examples that schemathesis makes of the description, and along its links, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.compute as pc
import pytest
from sqlalchemy import delete
from tests.api.hostile.conftest import HOST, Whole
from tests.api.hostile.exercise import EXAMPLES, Api, name_of

from ringfinder.jobs.child import main as child
from ringfinder.jobs.worker import Worker
from ringfinder.store.schema import user_looks

ROOT = Path(__file__).resolve().parents[3]
DESCRIBED = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
OPERATIONS = sorted(one["operationId"] for methods in DESCRIBED["paths"].values() for one in methods.values())
LINKS = sorted(
    (one["operationId"], link)
    for methods in DESCRIBED["paths"].values()
    for one in methods.values()
    for answer in one["responses"].values()
    for link in answer.get("links", ())
)
CSV = b"request_id,policy_no,applicant_id,applied_at\nR1,P1,C1,2025-01-02\nR2,P2,C2,no date\n"
REFUSED = {
    "upload_files": "the names of files are not in the description, and none that is made up is one of ours",
    "cancel_job": "the job that is there has ended",
}
"""Operations that no example of theirs gets an answer from; the tests of jobs and uploads do."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def api(whole: Whole) -> Api:
    ring, rejected = whole.place.rings()[0], _done(whole)
    _made(whole, "webhooks", json=_hook())  # one that no example ends, to be listed
    request = ring.members[0].request_id
    return Api(
        whole.app,
        whole.keys,
        known={
            "ring_id": lambda: ring.ring_id,
            "run": lambda: "current",
            "other": lambda: "1",
            "handle": lambda: _handle(whole, request),
            "end": lambda: _handle(whole, ring.shared[0].key.value),
            "upload_id": lambda: _upload(whole),
            "job_id": lambda: rejected,
            "webhook_id": lambda: _made(whole, "webhooks", json=_hook())["webhook"]["webhook_id"],
        },
        bodies={
            "mark_seen": {"run": "current"},
            "register_webhook": _hook(),
            "screen": {"request": _twin(whole)},
            "submit_job": {"kind": "detect", "as_of": "2026-01-01T00:00:00", "window": 12},
            "search": {"text": request},
            "why": {"text": request},
        },
    )


def _twin(whole: Whole) -> dict[str, str]:
    """A request like that of a member of a ring, under new numbers, that would join it."""
    table = whole.workspace.portfolio().table("surrender_requests")
    columns = ("phone", "address", "email", "payout_account", "payout_name", "branch_code", "kind", "device_id")
    numbers = dict.fromkeys(("request_id", "policy_no", "applicant_id"), "TWIN")
    for member in whole.place.rings()[0].members:
        (row,) = table.filter(pc.field("request_id") == member.request_id).to_pylist()
        cells = {name: row[name] for name in columns if row[name]} | {"applied_at": row["applied_at"].isoformat()}
        money = {name: f"{row[name] / 100:.2f}" for name in ("cash_value", "requested_amount") if row[name] is not None}
        twin = cells | money | numbers
        answer = whole.client.post("/v1/screen", headers=whole.bearer("investigator"), json={"request": twin})
        if answer.json()["rings"]:
            return twin
    raise AssertionError("nobody like a member would join a ring")


def _upload(whole: Whole) -> str:
    return str(_made(whole, "uploads", files={"files": ("surrender_requests.csv", CSV)})["upload_id"])


def _done(whole: Whole) -> str:
    """A job that is done: a load that rejected a row."""
    name = str(_made(whole, "jobs", json={"kind": "load", "upload_id": _upload(whole)})["job_id"])
    job = whole.site.long_work.jobs.claim(Worker.this())
    assert job is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGFINDER_DATABASE_URL", whole.place.url)
        assert child([name, "--claim", job.claim, "--workspace", str(whole.place.path)]) == 0
    return name


def _hook() -> dict[str, Any]:
    return {"url": f"https://{HOST}/rings", "events": ["ring.new"]}


def _made(whole: Whole, what: str, **sent: Any) -> Any:
    answer = whole.client.post(f"/v1/{what}", headers=whole.bearer("admin"), **sent)
    assert answer.status_code in {201, 202}, answer.text
    return answer.json()


def _handle(whole: Whole, text: str) -> str:
    answer = whole.client.post("/v1/search", headers=whole.bearer("investigator"), json={"text": text})
    return str(answer.json()["items"][0]["handle"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_answers_as_it_says_whatever_is_sent(
    api: Api, name: str, request: pytest.FixtureRequest, record_property: Callable[[str, object], None]
) -> None:
    record_property("operation", name)
    record_property("examples", EXAMPLES)
    seen = api.exercise(name)
    record_property("statuses", " ".join(f"{status}:{count}" for status, count in sorted(seen.items())))
    assert min(seen) < 300 or name in REFUSED, "what is well asked for is answered"
    assert max(seen) < 500


def test_the_list_above_is_all_there_is(api: Api) -> None:
    assert sorted(name_of(one) for one in api.operations()) == OPERATIONS


@pytest.mark.parametrize(("name", "link"), LINKS)
def test_a_link_leads_to_what_it_promises(api: Api, whole: Whole, name: str, link: str) -> None:
    with whole.workspace.engine.begin() as connection:
        connection.execute(delete(user_looks))
    assert api.follow(name, link, _answer(api, whole, name)) < 300


def _answer(api: Api, whole: Whole, name: str) -> Any:
    """An answer of an operation that has something to lead on to."""
    if name == "upload_files":
        return _made(whole, "uploads", files={"files": ("surrender_requests.csv", CSV)})
    operation, asked = api.operation(name), dict[str, Any]()
    parameters = operation.definition.raw.get("parameters", ())
    asked["path_parameters"] = {one["name"]: api.known[one["name"]]() for one in parameters if one["in"] == "path"}
    if "limit" in {one["name"] for one in parameters}:
        asked["query"] = {"limit": 1}
    if name in api.bodies:
        asked |= {"body": api.bodies[name], "media_type": "application/json"}
    answer = api.ask(operation, **asked)
    assert answer.status_code < 300, answer.content
    return answer.json()


def test_a_walk_along_the_links_meets_no_fault(api: Api) -> None:
    reached = api.walk(chains=EXAMPLES, steps=8)
    assert len(reached) > 10, "it got somewhere"
