"""Why over HTTP: asked of a process of its own, masked, journalled where revealed, and not for the bound."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.api.conftest import Place, Service, service_of

from ringfinder.store import Workspace


@pytest.fixture(scope="module")
def asked(workspace: Workspace) -> Iterator[Service]:
    service = service_of(workspace)
    yield service
    service.site.explainer.close()


@pytest.mark.parametrize(("key", "status"), [("", 401), ("desk", 403), ("auditor", 403), ("north", 403)])
def test_it_is_for_readers_who_are_bound_to_no_branch(shared: Service, key: str, status: int) -> None:
    assert shared.post("/v1/why", {"text": "x"}, key).status_code == status


def test_a_member_a_value_and_nobody(asked: Service, place: Place) -> None:
    ring = place.rings()[0]
    value = next(one for one in ring.shared if one.key.kind == "phone")
    said = asked.post("/v1/why", {"text": ring.members[0].request_id})
    assert said.status_code == 200, said.text
    (person,) = said.json()["findings"]["people"]
    assert ring.members[0].request_id in {one["request_id"] for one in person["episodes"][0]["requests"]}
    found = asked.post("/v1/why", {"text": value.key.value, "kind": "phone"})
    assert found.json()["findings"]["values"][0]["links"] is True
    assert value.key.value not in found.text, "values are masked"
    assert not asked.ledger.written
    nobody = asked.post("/v1/why", {"text": "nobody-knows-this"})
    assert nobody.status_code == 404
    headers = asked.bearer("investigator") | {"X-Purpose": "case 7"}
    revealed = asked.client.post("/v1/why?reveal=true", json={"text": value.key.value}, headers=headers)
    assert value.key.value in revealed.text
    (entry,) = asked.ledger.written
    assert (entry.action, entry.purpose) == ("reveal", "case 7")
