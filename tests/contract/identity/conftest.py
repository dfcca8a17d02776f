"""A site with users on both databases, and somebody who may make them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.contract.store.conftest import postgres, url

from ringfinder.identity import ApiKeys, Principal, Role, Users
from ringfinder.settings import Settings
from ringfinder.store import Workspace

__all__ = ["postgres", "url"]

ADMIN = Principal("", "operator:me", frozenset({Role.ADMIN}))


@pytest.fixture(autouse=True)
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "config" / "secret"))


@pytest.fixture
def site(url: str, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(Settings(tmp_path / "site", url)) as workspace:
        yield workspace


@pytest.fixture
def users(site: Workspace) -> Users:
    return Users(site)


@pytest.fixture
def keys(site: Workspace) -> ApiKeys:
    return ApiKeys(site)
