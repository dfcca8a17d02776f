"""Addresses as people write them, and what errors mean, without any server."""

from pathlib import Path

import pytest
from neo4j.exceptions import AuthError, DriverError, Neo4jError, ServiceUnavailable, SessionExpired

from ringfinder.errors import SurroundingsError
from ringfinder.neo4j.connection import find_address, translated

URI = "bolt://db:7687"


class ResultError(DriverError):
    """One that nobody has thought of."""


@pytest.fixture(autouse=True)
def named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("URL", "USER", "PASSWORD", "PASSWORD_FILE", "BROWSER"):
        monkeypatch.delenv(f"RINGFINDER_NEO4J_{name}", raising=False)
    monkeypatch.setenv("RINGFINDER_NEO4J_HOME", str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("bolt://db:7687", ("bolt://db:7687", "neo4j", "", "http://db:7474/browser/")),
        ("neo4j+s://db", ("neo4j+s://db", "neo4j", "", "http://db:7474/browser/")),
        ("bolt://me:s3cret@db:7687", ("bolt://db:7687", "me", "s3cret", "http://db:7474/browser/")),
        ("bolt://me:p%40s%2Fs@db:7687", ("bolt://db:7687", "me", "p@s/s", "http://db:7474/browser/")),
        ("bolt://[::1]:7687", ("bolt://[::1]:7687", "neo4j", "", "http://[::1]:7474/browser/")),
    ],
)
def test_addresses(url: str, wanted: tuple[str, str, str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_NEO4J_URL", url)
    found = find_address()
    assert (found.uri, found.user, found.password, found.browser) == wanted
    assert not found.password or found.password not in repr(found)


def test_user_password_and_browser_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from a file\n", encoding="utf-8")
    monkeypatch.setenv("RINGFINDER_NEO4J_URL", URI)
    monkeypatch.setenv("RINGFINDER_NEO4J_USER", "reader")
    monkeypatch.setenv("RINGFINDER_NEO4J_PASSWORD", "from the environment")
    monkeypatch.setenv("RINGFINDER_NEO4J_BROWSER", "https://graph/browser/")
    found = find_address()
    assert (found.user, found.password, found.browser) == ("reader", "from the environment", "https://graph/browser/")
    monkeypatch.setenv("RINGFINDER_NEO4J_PASSWORD_FILE", str(file))
    assert (find_address().user, find_address().password) == ("reader", "from a file")


@pytest.mark.parametrize(
    "url",
    [
        "http://db:7474",
        "https://db",
        "db:7687",
        "localhost:7687",
        "db",
        "bolt://",
        "bolt://:7687",
        "bolt://me:s3cret@",
        "bolt://db:port",
        "bolt://db:99999",
        "bolt://[::1",
        "bolt+plain://db",
    ],
)
def test_what_is_no_address(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_NEO4J_URL", url)
    with pytest.raises(SurroundingsError, match=r"^RINGFINDER_NEO4J_URL names no Neo4j$") as told:
        find_address()
    assert told.value.exit_code == 3
    assert "bolt://HOST:7687" in told.value.remedy
    assert "s3cret" not in str(told.value) + told.value.remedy


def test_neither_named_nor_running() -> None:
    with pytest.raises(SurroundingsError, match="no Neo4j server runs") as told:
        find_address()
    assert "ringfinder neo4j up" in told.value.remedy


def _of_server(code: str, message: str = "said 13812345678") -> Neo4jError:
    return Neo4jError._hydrate_neo4j(code=code, message=message)


FULL = "of the Neo4j at bolt://db:7687 is full"


@pytest.mark.parametrize(
    ("error", "message", "remedy"),
    [
        (AuthError("no"), "refuses the user or password", "RINGFINDER_NEO4J_PASSWORD"),
        (_of_server("Neo.ClientError.Security.Unauthorized"), "refuses the user or password", "RINGFINDER_NEO4J_USER"),
        (ServiceUnavailable("no"), "there is no Neo4j at bolt://db:7687, or it went away", "ringfinder neo4j up"),
        (SessionExpired("no"), "there is no Neo4j at bolt://db:7687, or it went away", "then repeat"),
        (_of_server("Neo.TransientError.General.MemoryPoolOutOfMemoryError"), "has not enough memory", "--heap"),
        (_of_server("Neo.DatabaseError.General.OutOfMemoryError"), "has not enough memory", "--heap"),
        (_of_server("Neo.DatabaseError.General.UnknownError", "No space left on device"), FULL, "free space"),
        (_of_server("Neo.DatabaseError.Transaction.TransactionLogError", "disk is full"), FULL, "free space"),
        (_of_server("Neo.ClientError.Security.Forbidden"), "says Neo.ClientError.Security.Forbidden", "see its log"),
        (ResultError("13812345678"), "says ResultError", "then repeat"),
    ],
)
def test_what_errors_mean(error: Exception, message: str, remedy: str) -> None:
    told = translated(error, URI)
    assert told.exit_code == 3
    assert message in told.message
    assert remedy in told.remedy
    assert "13812345678" not in told.message + told.remedy
