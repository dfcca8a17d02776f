"""Who gets in: nobody without a key, nobody with a wrong role, and nobody to what another branch has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute
from tests.api.conftest import NORTH, PRINCIPALS, Place, Service

from ringfinder.identity import Principal, Role
from ringfinder.identity.principal import READERS
from ringfinder_api.access.door import Door
from ringfinder_api.access.roles import PUBLIC, Reader, check_declared, declared
from ringfinder_api.app import ROUTERS

PUBLIC_PATHS = {"/healthz", "/readyz", "/metrics", "/v1/openapi.json", "/v1/contract"}
_HANDLE = "phone.1.0123456789abcdef"
_NAMES = {"handle": _HANDLE, "end": _HANDLE, "upload_id": "U-1", "job_id": "J-1", "webhook_id": "W-1"}
"""Of things that are not there: whoever may ask is told that."""
_BODIES = {"/v1/changes/seen": {"run": "current"}}


def routes() -> Iterator[tuple[str, APIRoute]]:
    """Every method of every route."""
    for router in ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            for method in sorted(route.methods or ()):
                yield method, route


ROUTES = [pytest.param(method, route, id=f"{method} {route.path_format}") for method, route in routes()]
KEYED = [one for one in ROUTES if declared(one.values[1]) is not None]  # type: ignore[arg-type]


def ask(service: Service, method: str, route: APIRoute, place: Place, **headers: str) -> int:
    """The status of a plain request to a route."""
    ring = place.rings()[0].ring_id
    path = route.path_format.format(ring_id=ring, run="1", other="2", **_NAMES)
    body = _BODIES.get(route.path_format)
    return service.client.request(method, path, json=body, headers=headers).status_code


@pytest.mark.parametrize(("method", "route"), KEYED)
def test_without_a_valid_key_every_route_is_closed(shared: Service, place: Place, method: str, route: APIRoute) -> None:
    for header in (
        "",
        "Bearer",
        "Bearer ",
        "Bearer expired",
        "Basic investigator",
        "investigator",
        "Bearer investigator x",
    ):
        assert ask(shared, method, route, place, **({"Authorization": header} if header else {})) == 401, header


@pytest.mark.parametrize(("method", "route"), KEYED)
def test_a_wrong_role_is_refused_and_a_right_one_is_let_in(
    shared: Service, place: Place, method: str, route: APIRoute
) -> None:
    allowed = declared(route)
    assert allowed is not None
    shared.ledger.append(PRINCIPALS["admin"], action="test", purpose="", object="", details={})
    for role in Role:
        status = ask(shared, method, route, place, Authorization=f"Bearer {role.value}")
        if role not in allowed:
            assert status == 403, role
        elif (
            route.path_format.endswith(("}", "/cancel", "/rejects", "/neighbourhood"))
            and "{ring_id}" not in route.path_format
        ):
            assert status in {200, 404, 422}, role
        else:
            assert status == (422 if method == "POST" and route.path_format not in _BODIES else 200), role


@pytest.mark.parametrize(("method", "route"), [one for one in ROUTES if one not in KEYED])
def test_public_routes_are_the_listed_ones(shared: Service, place: Place, method: str, route: APIRoute) -> None:
    assert route.path_format in PUBLIC_PATHS
    assert ask(shared, method, route, place) == 200


def test_the_application_has_no_route_that_was_not_walked(shared: Service) -> None:
    walked = {(route.path_format, method.lower()) for method, route in routes()}
    described = {(path, method) for path, methods in shared.app.openapi()["paths"].items() for method in methods}
    assert described == walked
    for path in ("/docs", "/redoc", "/openapi.json", "/"):
        assert shared.get(path).status_code == 404


def test_a_refusal_says_how_to_come_in_and_not_what_was_wrong(shared: Service) -> None:
    none, wrong = shared.get("/v1/me", ""), shared.get("/v1/me", "expired")
    assert none.headers["www-authenticate"].startswith("Bearer")
    said = [{**one.json(), "request_id": ""} for one in (none, wrong)]
    assert said[0] == said[1]


def test_two_keys_in_one_request_are_none(shared: Service) -> None:
    pair = [("Authorization", "Bearer investigator"), ("Authorization", "Bearer admin")]
    assert shared.client.get("/v1/me", headers=pair).status_code == 401


def test_a_route_that_declares_nothing_or_twice_stops_the_application() -> None:
    def nobody() -> None: ...

    def twice(caller: Reader) -> None: ...

    for endpoint, dependencies in ((nobody, []), (twice, [PUBLIC])):
        router = APIRouter()
        router.add_api_route("/more", endpoint, dependencies=dependencies)
        with pytest.raises(TypeError, match="/more"):
            check_declared([router])


def test_me_tells_the_caller_about_itself(shared: Service) -> None:
    said = shared.json("/v1/me", "north")
    assert said == {
        "user_id": "U-north",
        "name": "north",
        "roles": ["investigator"],
        "branches": [NORTH],
        "key_id": "K-north",
        "may_reveal": True,
    }
    assert shared.json("/v1/me", "desk")["branches"] is None
    assert not shared.json("/v1/me", "aml")["may_reveal"]


def test_who_reads_rings_is_who_the_domain_says() -> None:
    readers = {name for name, principal in PRINCIPALS.items() if principal.may(READERS) and principal.branches is None}
    assert readers == {"investigator", "reviewer", "compliance", "aml"}


def test_the_door_asks_who_knows_tokens_only_about_tokens() -> None:
    class Named:
        def __init__(self, name: str) -> None:
            self.name = name

        def authenticate(self, text: str) -> Principal:
            return Principal(f"{self.name} {text}", self.name, frozenset())

    both, keys = Door(Named("keys"), Named("tokens")), Door(Named("keys"))
    assert both.authenticate("a.b.c").name == "tokens"
    assert {both.authenticate(text).name for text in ("rf_ab_cd", "a.b", "a.b.c.d", "")} == {"keys"}
    assert keys.authenticate("a.b.c").name == "keys"
