"""Personal data unmasked: for some roles and a purpose, and in the journal before anybody sees them."""

from __future__ import annotations

import pytest
from tests.api.conftest import Place, Service

from ringfinder.normalize.masking import mask
from ringfinder.records.rings import Ring
from ringfinder_api.access.disclosure import purpose_of
from ringfinder_api.errors import PurposeMissingError

REVEALING = ("", "/evidence", "/graph", "/graphml", "/page")
KINDS = ("phone", "bank_account", "delegate", "email")


def raw(ring: Ring) -> set[str]:
    """Values of a ring that a mask must hide."""
    values = {shared.key for shared in ring.shared} | {key for term in ring.evidence for key in term.values}
    return {key.value for key in values if key.kind in KINDS}


@pytest.mark.parametrize("role", ["aml", "desk", "auditor", "operator"])
@pytest.mark.parametrize("part", REVEALING)
def test_other_roles_may_not_reveal(service: Service, place: Place, part: str, role: str) -> None:
    path = f"/v1/rings/{place.rings()[0].ring_id}{part}?reveal=true"
    assert service.get(path, role, x_purpose="case 7").status_code == 403
    assert service.ledger.written == []


@pytest.mark.parametrize("purpose", ["", "   ", "x" * 501, "a\x7fb"])
def test_nothing_is_revealed_without_a_purpose(service: Service, place: Place, purpose: str) -> None:
    path = f"/v1/rings/{place.rings()[0].ring_id}?reveal=true"
    headers = [*service.bearer_pair("investigator"), (b"x-purpose", purpose.encode("latin-1"))]
    answer = service.client.get(path, headers=headers)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:ringfinder:problem:purpose-missing"
    assert service.ledger.written == []


def test_a_purpose_is_utf8_as_it_travels() -> None:
    assert purpose_of("警方来函".encode().decode("latin-1")) == "警方来函"
    for header in ("\xff\xfe", "警", "a\x00b"):
        with pytest.raises(PurposeMissingError):
            purpose_of(header)


@pytest.mark.parametrize("part", REVEALING)
def test_answers_are_masked_unless_asked_otherwise(service: Service, place: Place, part: str) -> None:
    for ring in place.rings()[:4]:
        answer = service.get(f"/v1/rings/{ring.ring_id}{part}")
        assert [value for value in sorted(raw(ring)) if value in answer.text] == []
    assert service.ledger.written == []


@pytest.mark.parametrize("part", REVEALING)
def test_what_is_revealed_is_in_the_journal(service: Service, place: Place, part: str) -> None:
    ring = place.rings()[0]
    answer = service.get(f"/v1/rings/{ring.ring_id}{part}?reveal=true", "compliance", x_purpose="警方来函 2026-17")
    assert answer.status_code == 200
    shown = {shared.key.value for shared in ring.shared if shared.key.kind == "phone"}
    assert shown
    assert [value for value in sorted(shown) if value not in answer.text] == []
    (entry,) = service.ledger.written
    assert (entry.actor, entry.action, entry.purpose) == ("compliance", "reveal", "警方来函 2026-17")
    assert entry.object == f"{ring.ring_id} of run-000002"
    assert entry.details["requests"] == len(ring.members)
    assert entry.details["what"] == (part.removeprefix("/") or "ring")
    told = f"{entry.object} {entry.details}"
    assert [value for value in sorted(raw(ring)) if value in told] == []


def test_nothing_is_shown_that_the_journal_does_not_take(service: Service, place: Place) -> None:
    service.ledger.broken = True
    ring = place.rings()[0]
    answer = service.get(f"/v1/rings/{ring.ring_id}?reveal=true", x_purpose="case 7")
    assert answer.status_code == 503
    assert "/secret/place" not in answer.text
    assert [value for value in sorted(raw(ring)) if value in answer.text] == []
    assert any(line["event"] == "fault" and "journal" in line["said"] for line in service.log())


def test_a_ring_that_is_not_there_leaves_no_entry(service: Service) -> None:
    assert service.get("/v1/rings/RF-ZZZZZZZZ?reveal=true", x_purpose="case 7").status_code == 404
    assert service.ledger.written == []


def test_masked_values_are_told_apart(service: Service, place: Place) -> None:
    for ring in place.rings():
        said = service.json(f"/v1/rings/{ring.ring_id}")["shared"]["items"]
        assert len({(one["kind"], one["value"]) for one in said}) == len(ring.shared)
        for told, shared in zip(said, ring.shared, strict=True):
            assert told["value"].partition("#")[0] == mask(shared.key.kind, shared.key.value)
