"""One small site on each database, made once: two runs, rings across branches, and callers with every role."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Connection, Engine, create_engine, delete, insert
from tests.contract.store.conftest import postgres  # noqa: F401 - a fixture

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import Principal, Role
from ringfinder.pipeline.detection import Asked, detect_workspace
from ringfinder.pipeline.load import load_folder
from ringfinder.records.rings import Ring
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import RunFiles, Workspace
from ringfinder.store.run_files import MEMBERS
from ringfinder.store.schema import lead_findings, leads, user_looks, users
from ringfinder_api.access.door import Door
from ringfinder_api.app import create_app
from ringfinder_api.config import ServiceSettings
from ringfinder_api.http.logs import open_log
from ringfinder_api.site import Site

NORTH, SOUTH, NOWHERE, TOWN = "N001", "S001", "X999", "B001"
"""The last is a branch of the tables; members of rings are dealt to the first two in the files of the runs alone."""
_MOVED = 3
"""One member in so many of each ring is made a member of the branch in the north."""


@dataclass
class Keys:
    """Knows keys by their text; stands in for those of `ringfinder.identity`."""

    principals: dict[str, Principal] = field(default_factory=dict)

    def authenticate(self, text: str) -> Principal:
        if text not in self.principals:
            raise InputError("no valid key")
        return self.principals[text]


@dataclass(frozen=True)
class Entry:
    """An entry, or what an anchor says of it."""

    sequence: int
    actor: str
    role: str
    action: str
    purpose: str
    object: str
    details: Mapping[str, Any]
    user_id: str
    key_id: str
    at: str = "2026-01-01T00:00:00+00:00"
    before_hash: str = ""
    after_hash: str = ""
    previous: str = "aa"
    mac: str = "ab"
    journal: str = "J1"
    seal: str = "ac"


@dataclass
class Ledger:
    """A journal in memory; `broken` refuses to be written to."""

    engine: Engine
    written: list[Entry] = field(default_factory=list)
    broken: bool = False

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection

    def append_in(self, _: Connection, by: Principal, /, **said: Any) -> Entry:
        return self.append(by, **said)

    def append(
        self,
        by: Principal,
        /,
        *,
        action: str,
        purpose: str,
        object: str,  # noqa: A002 - as the journal calls it
        details: Mapping[str, int | str],
    ) -> Entry:
        if self.broken:
            raise SurroundingsError("the journal at /secret/place cannot be written")
        roles = ",".join(sorted(by.roles))
        number = len(self.written) + 1
        self.written.append(Entry(number, by.name, roles, action, purpose, object, details, by.user_id, by.key_id))
        return self.written[-1]

    def entries(self, *, before: int | None, last: int | None) -> Sequence[Entry]:
        return [one for one in self.written if before is None or one.sequence < before][-(last or 0) :]

    def head(self) -> Entry | None:
        return self.written[-1] if self.written else None


def _principals() -> dict[str, Principal]:
    """A caller with each role, and investigators who are bound to branches."""
    by_role = {
        role.value: Principal(f"U-{role.value}"[:16], role.value, frozenset({role}), None, f"K-{role.value}")
        for role in Role
    }
    reader = frozenset({Role.INVESTIGATOR})
    bound = {
        name: Principal(f"U-{name}", name, reader, frozenset({branch}), f"K-{name}")
        for name, branch in (("north", NORTH), ("south", SOUTH), ("nowhere", NOWHERE), ("town", TOWN))
    }
    clerk = Principal("U-clerk", "clerk", frozenset({Role.AUDITOR}), frozenset({NORTH}), "K-clerk")
    return {**by_role, **bound, "clerk": clerk}


PRINCIPALS = _principals()


@dataclass(frozen=True)
class Place:
    """A workspace with two runs, and where its decisions are."""

    path: Path
    url: str

    @property
    def database(self) -> str:
        return self.url or f"sqlite:///{self.path / 'decisions.sqlite'}"

    def files(self, number: int = 2) -> RunFiles:
        return RunFiles(self.path / "runs" / f"run-{number:06d}", f"run-{number:06d}")

    def rings(self, number: int = 2) -> list[Ring]:
        return list(self.files(number).rings())

    def members(self, number: int = 2) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.files(number).members().to_pylist()
        return found


@pytest.fixture(scope="session")
def portfolio(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("api") / "town"
    simulate("town", 2000, 3, folder)
    return folder


@pytest.fixture(scope="session")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the secrets of the site are, outside the workspace."""
    return tmp_path_factory.mktemp("secrets")


@pytest.fixture(scope="session", params=["sqlite", pytest.param("postgres", marks=pytest.mark.server)])
def place(request: pytest.FixtureRequest, portfolio: Path, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The workspace: a run as of half a year earlier, and one of everything; rings reach over two branches."""
    path = tmp_path_factory.mktemp("api-site") / "data"
    return settled(path, "" if request.param == "sqlite" else request.getfixturevalue("postgres"), portfolio)


def settled(path: Path, url: str, portfolio: Path) -> Place:
    """A workspace with a portfolio, two runs and a user for each caller."""
    settings = Settings(path, url)
    with Workspace.open(settings) as workspace:
        load_folder(workspace, portfolio)
        latest = workspace.portfolio(as_written=False).as_of
        assert latest is not None
        detect_workspace(workspace, Asked(latest - timedelta(days=100), None, None, None))
        detect_workspace(workspace)
        for number in (1, 2):
            _spread(workspace.runs.files(number).folder / MEMBERS)
        engine = create_engine(Place(path, url).database)
        with engine.begin() as connection:
            connection.execute(insert(users), [_user(one) for one in PRINCIPALS.values()])
        engine.dispose()
    return Place(path, url)


def _spread(members: Path) -> None:
    """Make every third member of a ring one of the north, the others of the south; the last ring is all southern."""
    table = pq.read_table(members)
    ids = table["ring_id"].to_pylist()
    branches = [NORTH if place % _MOVED == 0 and ring != ids[-1] else SOUTH for place, ring in enumerate(ids)]
    at = table.column_names.index("branch_code")
    pq.write_table(table.set_column(at, "branch_code", pa.array(branches, pa.string())), members)


def _user(principal: Principal) -> dict[str, Any]:
    made = datetime(2026, 1, 1, tzinfo=UTC)
    return {
        "user_id": principal.user_id,
        "name": principal.name,
        "service": False,
        "created_at": made,
        "revoked_at": None,
    }


@pytest.fixture(scope="session")
def workspace(place: Place) -> Iterator[Workspace]:
    with Workspace.open(Settings(place.path, place.url)) as workspace:
        yield workspace


@dataclass
class Service:
    """The service inside this process, and what stands around it."""

    app: FastAPI
    site: Site
    ledger: Ledger
    said: io.StringIO

    def __post_init__(self) -> None:
        self.client = TestClient(self.app, raise_server_exceptions=True)

    def get(self, path: str, key: str = "investigator", **headers: str) -> Response:
        """Ask as the caller with that key; empty for none."""
        named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
        return self.client.get(path, headers=[*self.bearer_pair(key), *named])

    def post(self, path: str, body: Any, key: str = "investigator") -> Response:
        return self.client.post(path, json=body, headers=self.bearer(key))

    @staticmethod
    def bearer_pair(key: str) -> list[tuple[bytes, bytes]]:
        return [(b"authorization", f"Bearer {key}".encode())] if key else []

    @staticmethod
    def bearer(key: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {key}"} if key else {}

    def json(self, path: str, key: str = "investigator") -> Any:
        answer = self.get(path, key)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.said.getvalue().splitlines()]


def service_of(workspace: Workspace, settings: ServiceSettings | None = None) -> Service:
    """The service on a workspace, with a door and a ledger of the tests."""
    ledger, said = Ledger(workspace.engine), io.StringIO()
    site = Site(workspace, settings or ServiceSettings(), Door(Keys(PRINCIPALS)), ledger)
    return Service(create_app(site, open_log(said)), site, ledger, said)


@pytest.fixture(scope="session")
def shared(workspace: Workspace) -> Iterator[Service]:
    """One service for tests that only read."""
    settings = ServiceSettings()
    found = service_of(workspace, replace(settings, limits=replace(settings.limits, requests_per_minute=10**6)))
    yield found
    found.site.counter.close()


@pytest.fixture
def service(workspace: Workspace, place: Place) -> Service:
    """A service of one's own, on which nobody has looked at anything and no pattern has found anything."""
    engine = create_engine(place.database)
    with engine.begin() as connection:
        for table in (user_looks, lead_findings, leads):
            connection.execute(delete(table))
    engine.dispose()
    return service_of(workspace)
