"""A site of its own on each database, whole: real keys, the real journal, and one of everything to be asked for."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from tests.api.conftest import PRINCIPALS, Place, settled

from ringfinder.identity import ApiKeys, Principal, Role, Users
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace
from ringfinder_api.app import create_app
from ringfinder_api.config import ServiceSettings, Webhooks
from ringfinder_api.http.logs import open_log
from ringfinder_api.site import Site

ADMIN = Principal("", "operator:tests", frozenset({Role.ADMIN}))
HOST, NETWORK = "127.0.0.1", "127.0.0.0/8"
"""Where messages may go."""


@dataclass(frozen=True)
class Whole:
    """The service as `ringfinder serve` makes it, inside this process; nothing works at its jobs.

    Parameters
    ----------
    keys
        Of a user with each role, by role; and of those who are bound to a branch, by name.
    """

    place: Place
    workspace: Workspace
    site: Site
    app: FastAPI
    client: TestClient
    keys: dict[str, str]
    said: io.StringIO

    def bearer(self, caller: str) -> dict[str, str]:
        """The header of a caller."""
        return {"Authorization": f"Bearer {self.keys[caller]}"}


def _own_database(postgres: str) -> str:
    """A database of one's own on a server that others use too."""
    engine = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("CREATE DATABASE hostile"))
    engine.dispose()
    return make_url(postgres).set(database="hostile").render_as_string(hide_password=False)


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.server)])
def whole(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """One for all hostile tests: none of them may do harm to it."""
    folder = tmp_path_factory.mktemp("hostile")
    simulate("town", 800, 3, folder / "town")
    url = "" if request.param == "sqlite" else _own_database(request.getfixturevalue("postgres"))
    place = settled(folder / "data", url, folder / "town")
    settings = ServiceSettings(webhooks=Webhooks((HOST,), (NETWORK,)))
    settings = replace(settings, limits=replace(settings.limits, requests_per_minute=10**9))
    said = io.StringIO()
    with Workspace.open(Settings(place.path, place.url)) as workspace:
        site = Site.of(workspace, settings)
        app = create_app(site, open_log(said))
        with TestClient(app) as client:
            yield Whole(place, workspace, site, app, client, _keys(workspace), said)
        site.close()


def _keys(workspace: Workspace) -> dict[str, str]:
    users, keys = Users(workspace), ApiKeys(workspace)
    return {
        name: keys.create(
            users.create(f"{name} of the tests", by=ADMIN, roles=one.roles, branches=one.branches), "tests", by=ADMIN
        )
        for name, one in PRINCIPALS.items()
    }
