"""A server that is away, another one, or that refuses: one sentence, what to do, exit code 3, and no password."""

import socket
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from neo4j import Driver
from neo4j.exceptions import Neo4jError
from tests.neo4j.conftest import Server
from tests.neo4j.sync.harness import Site, everything
from tests.results import Command, Outcome

from ringfinder.errors import SurroundingsError
from ringfinder.neo4j.connection import connected, find_address
from ringfinder.neo4j.sync.writer import Writer

WRONG = "not-the-p@ssword"


def _told(outcome: Outcome, message: str, remedy: str) -> None:
    assert (outcome.code, outcome.out) == (3, "")
    assert outcome.err.splitlines() == [f"error: {message}", remedy]
    assert WRONG not in outcome.err


@pytest.mark.parametrize("command", [("sync",), ("check",), ("drop", "--yes")])
def test_nobody_listens(
    site: Site, ringfinder: Command, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        uri = f"bolt://127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("RINGFINDER_NEO4J_URL", uri)
        _told(
            ringfinder("neo4j", *command),
            f"there is no Neo4j at {uri}, or it went away",
            "start it (`ringfinder neo4j up`), then repeat: what was written stays, the rest follows",
        )


def test_a_wrong_password(
    site: Site, clear: Driver, server: Server, ringfinder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    remedy = "mend RINGFINDER_NEO4J_USER and RINGFINDER_NEO4J_PASSWORD (or RINGFINDER_NEO4J_PASSWORD_FILE)"
    monkeypatch.setenv("RINGFINDER_NEO4J_PASSWORD", WRONG)
    _told(ringfinder("neo4j", "sync"), f"the Neo4j at {server.uri} refuses the user or password", remedy)
    # in the address: it stands in no message
    scheme, _, where = server.uri.partition("://")
    monkeypatch.setenv("RINGFINDER_NEO4J_URL", f"{scheme}://nobody:{quote(WRONG, safe='')}@{where}")
    _told(ringfinder("neo4j", "check"), f"the Neo4j at {server.uri} refuses the user or password", remedy)
    assert not list(everything(clear))


def test_the_password_in_the_address_or_in_a_file(
    site: Site, clear: Driver, server: Server, ringfinder: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("RINGFINDER_NEO4J_PASSWORD")
    file = tmp_path / "password"
    file.write_text(f"{server.password}\n", encoding="utf-8")
    monkeypatch.setenv("RINGFINDER_NEO4J_PASSWORD_FILE", str(file))
    assert ringfinder("neo4j", "check").code == 2
    file.unlink()
    told = ringfinder("neo4j", "check")
    assert told.code == 3
    assert told.err.startswith(f"error: the password file {file} cannot be read: ")
    scheme, _, where = server.uri.partition("://")
    password = "".join(f"%{ord(letter):02X}" for letter in server.password)
    monkeypatch.setenv("RINGFINDER_NEO4J_URL", f"{scheme}://{server.user}:{password}@{where}")
    assert ringfinder("neo4j", "check").code == 2


def test_a_server_that_speaks_something_else(
    site: Site, ringfinder: Command, monkeypatch: pytest.MonkeyPatch, server: Server
) -> None:
    # encrypted, to a server that is not
    monkeypatch.setenv("RINGFINDER_NEO4J_URL", server.uri.replace("bolt://", "bolt+s://"))
    told = ringfinder("neo4j", "check")
    assert (told.code, told.out) == (3, "")
    assert told.err.startswith("error: there is no Neo4j at bolt+s://")


@pytest.mark.parametrize("version", ["4.4.40", "2025.10.1", "6.0.0"])
def test_another_version(
    clear: Driver, server: Server, ringfinder: Command, site: Site, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    real = type(clear).execute_query

    def older(self: Driver, query: str, *arguments: Any, **options: Any) -> Any:
        if "dbms.components" in query:
            return real(self, "RETURN $version AS version", {"version": version})
        return real(self, query, *arguments, **options)

    monkeypatch.setattr(type(clear), "execute_query", older)
    _told(
        ringfinder("neo4j", "sync"),
        f"the Neo4j at {server.uri} is version {version}; ringfinder works with 5.x",
        "name another server, or start one with `ringfinder neo4j up`",
    )
    assert not list(everything(clear))


@pytest.mark.parametrize(
    ("code", "message", "told", "remedy"),
    [
        (
            "Neo.DatabaseError.General.UnknownError",
            "Could not apply the transaction: No space left on device 13812345678",
            "the disk of the Neo4j at {uri} is full (Neo.DatabaseError.General.UnknownError)",
            "free space there, then repeat",
        ),
        (
            "Neo.DatabaseError.General.OutOfMemoryError",
            "There is not enough memory to perform the current task. 13812345678",
            "the Neo4j at {uri} has not enough memory (Neo.DatabaseError.General.OutOfMemoryError)",
            "give it more (`ringfinder neo4j up --heap 4g`), then repeat",
        ),
        (
            "Neo.ClientError.Security.Forbidden",
            "Write operations are not allowed: 13812345678",
            "the Neo4j at {uri} says Neo.ClientError.Security.Forbidden",
            "see its log; then repeat",
        ),
    ],
)
@pytest.mark.usefixtures("site", "clear")
def test_what_the_server_says(
    server: Server,
    ringfinder: Command,
    monkeypatch: pytest.MonkeyPatch,
    code: str,
    message: str,
    told: str,
    remedy: str,
) -> None:
    def failing(self: Writer, statement: str, parameters: dict[str, object]) -> int:
        raise Neo4jError._hydrate_neo4j(code=code, message=message)

    with monkeypatch.context() as patch:
        patch.setattr(Writer, "_run", failing)
        outcome = ringfinder("neo4j", "sync", "--scope", "flagged")
    _told(outcome, told.format(uri=server.uri), remedy)
    assert "13812345678" not in outcome.err, "what the server was given may be personal"
    assert ringfinder("neo4j", "sync", "--scope", "flagged").code == 0


def test_errors_of_the_real_server_while_it_is_used(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_NEO4J_URL", server.uri)
    monkeypatch.setenv("RINGFINDER_NEO4J_PASSWORD", server.password)
    address = find_address()
    with (
        pytest.raises(SurroundingsError, match=r"says Neo\.ClientError\.Statement\.SyntaxError"),
        connected(address) as it,
    ):
        it.execute_query("MATCH (n RETURN n")
    with pytest.raises(SurroundingsError, match="refuses"), connected(replace(address, user="nobody")):
        pass


def test_there_is_no_server_of_ones_own(
    site: Site, ringfinder: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("RINGFINDER_NEO4J_URL")
    monkeypatch.setenv("RINGFINDER_NEO4J_HOME", str(tmp_path / "none"))
    for command in ("sync", "check"):
        _told(
            ringfinder("neo4j", command),
            "no Neo4j server runs",
            "start one with `ringfinder neo4j up`, or name yours in RINGFINDER_NEO4J_URL",
        )
    assert ringfinder("neo4j", "drop", "--yes").code == 3
