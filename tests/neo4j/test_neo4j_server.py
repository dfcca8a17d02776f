"""The server itself: started, asked, not started twice, not mistaken, ended; its password stays where it belongs."""

import json
import os
import signal
import time
import urllib.request
from functools import partial
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import ClientError
from tests.neo4j.conftest import Server

from ringfinder.cli.root import run
from ringfinder.errors import SurroundingsError
from ringfinder.neo4j.server import PINNED, Home, down, status, up
from ringfinder.neo4j.server.probe import answers
from ringfinder.neo4j.server.process import mark


def test_it_has_gds_at_the_pinned_version(driver: Driver) -> None:
    assert driver.execute_query("RETURN gds.version()").records[0].value() == PINNED.gds == "2.13.9"
    (component,) = driver.execute_query("CALL dbms.components() YIELD versions, edition").records
    assert component.data() == {"versions": [PINNED.neo4j], "edition": "community"}


def test_empty_is_empty_and_gds_works(empty: Driver) -> None:
    empty.execute_query("CREATE CONSTRAINT one FOR (n:Thing) REQUIRE n.id IS UNIQUE")
    empty.execute_query("CREATE (:Thing {id: 1})-[:NEXT]->(:Thing {id: 2}), (:Thing {id: 3})")
    empty.execute_query("CALL gds.graph.project('things', 'Thing', 'NEXT') YIELD graphName RETURN graphName")
    found = empty.execute_query("CALL gds.wcc.stream('things') YIELD componentId RETURN count(DISTINCT componentId)")
    assert found.records[0].value() == 2


def test_and_is_so_for_the_next_test(empty: Driver) -> None:
    for query in ("MATCH (n) RETURN n", "SHOW CONSTRAINTS", "CALL gds.graph.list() YIELD graphName"):
        assert not empty.execute_query(query).records
    kept = empty.execute_query("SHOW INDEXES YIELD type").records
    assert {record["type"] for record in kept} == {"LOOKUP"}


def test_status_tells_how_to_reach_it(server: Server, home: Path) -> None:
    running = status(home).running
    assert running
    assert (running.uri, running.user, running.browser) == (server.uri, "neo4j", server.browser)
    assert running.versions == PINNED
    assert running.password_file.read_text().strip() == server.password
    with urllib.request.urlopen(server.browser.partition("?")[0], timeout=10) as page:  # noqa: S310 - on the loopback
        assert b"Neo4j Browser" in page.read()


def test_twice_is_told_and_is_the_same(home: Path) -> None:
    told: list[str] = []
    again = up(home, tell=lambda _, en: told.append(en), bolt_port=1, http_port=2)
    assert told == [f"Neo4j is already running (process {again.pid})"]
    assert again == status(home).running


def test_a_wrong_password_is_told(home: Path) -> None:
    running = status(home).running
    assert running
    with pytest.raises(SurroundingsError, match="refuses the password") as told:
        answers(running.ports, "neo4j", "not the password")
    assert "`password`" in told.value.remedy
    assert "not the password" not in told.value.message


def test_another_one_on_the_same_port_is_told(home: Path, distribution: Path, tmp_path: Path) -> None:
    running = status(home).running
    assert running
    with pytest.raises(SurroundingsError, match=f"port {running.ports.bolt} for Bolt is in use"):
        up(tmp_path / "other", distribution=distribution, bolt_port=running.ports.bolt, http_port=0)
    with pytest.raises(SurroundingsError, match=f"port {running.ports.http} for HTTP is in use"):
        up(tmp_path / "other", distribution=distribution, bolt_port=0, http_port=running.ports.http)
    assert status(tmp_path / "other").running is None


def test_the_password_is_in_its_file_and_nowhere_else(server: Server, home: Path) -> None:
    assert Home(home).password_file.stat().st_mode & 0o777 == 0o600
    assert home.stat().st_mode & 0o777 == 0o700
    secret = server.password.encode()
    files = [path for path in home.rglob("*") if path.is_file() and path.name != "password"]
    assert any(path.parent.name == "logs" for path in files)
    assert not [path for path in files if secret in path.read_bytes()]
    assert not [pid for pid in _processes() if secret in _command_line(pid)]


def test_load_csv_does_not_reach_the_password(home: Path, driver: Driver) -> None:
    with pytest.raises(ClientError, match="load the external resource"):
        driver.execute_query("LOAD CSV FROM 'file:///password' AS row RETURN row")
    with pytest.raises(ClientError, match="load the external resource"):
        driver.execute_query("LOAD CSV FROM 'file:///../password' AS row RETURN row")


def test_nobody_else_reaches_it(home: Path) -> None:
    running = status(home).running
    assert running
    ports = {f"{port:04X}" for port in (running.ports.bolt, running.ports.http)}
    lines = [line for file in ("tcp", "tcp6") for line in (Path("/proc/net") / file).read_text().splitlines()]
    listening = [line.split()[1] for line in lines if line.split()[3] == "0A"]
    # Addresses as the kernel writes them: 127.0.0.1, also inside IPv6.
    mine = [address.rpartition(":")[0] for address in listening if address.rpartition(":")[2] in ports]
    assert len(mine) == 2
    assert set(mine) <= {"0100007F", "0000000000000000FFFF00000100007F"}


def test_up_status_and_down_by_the_command_in_a_chinese_folder(
    distribution: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "图 库"
    monkeypatch.setenv("RINGFINDER_NEO4J_HOME", str(home))
    monkeypatch.setenv("RINGFINDER_LANG", "zh")
    monkeypatch.setenv("LC_ALL", "C")
    ports = ["--bolt-port", "0", "--http-port", "0", "--heap", "512m"]
    try:
        assert run(["neo4j", "up", "--distribution", str(distribution), *ports]) == 0
        out, err = capfd.readouterr()
        assert err == "正在启动 Neo4j\n"
        assert run(["neo4j", "status", "--json"]) == 0
        said = json.loads(capfd.readouterr().out)
        for name in ("uri", "user", "password_file", "browser", "pid"):
            assert str(said[name]) in out
        assert said["running"] is True
        assert said["versions"] == {"neo4j": PINNED.neo4j, "gds": PINNED.gds, "browser": PINNED.browser}
        password = Path(said["password_file"]).read_text().strip()
        assert password not in out
        with GraphDatabase.driver(said["uri"], auth=(said["user"], password)) as driver:
            driver.execute_query("CREATE (:Kept {name: '张三'})")
            assert driver.execute_query("RETURN gds.version()").records[0].value() == PINNED.gds
        assert (home / "data" / "databases").is_dir(), "Neo4j took the folder's name for another"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["图 库"]
        assert run(["neo4j", "down"]) == 0
        assert capfd.readouterr().out == "Neo4j 已停止\n"
        assert mark(said["pid"]) is None
    finally:
        down(home)


def test_after_a_crash_it_is_not_running_and_starts_again_with_its_data(distribution: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    small = partial(up, home, distribution=distribution, bolt_port=0, http_port=0, heap="512m")
    try:
        first = small()
        password = first.password_file.read_text(encoding="utf-8").strip()
        with GraphDatabase.driver(first.uri, auth=(first.user, password)) as driver:
            driver.execute_query("CREATE (:Kept {name: '张三'})")
        os.kill(first.pid, signal.SIGKILL)
        while mark(first.pid):
            time.sleep(0.01)
        assert Home(home).state_file.exists()
        assert status(home).running is None
        again = small()
        assert again.pid != first.pid
        with GraphDatabase.driver(again.uri, auth=(again.user, password)) as driver:
            assert driver.execute_query("MATCH (n:Kept) RETURN n.name").records[0].value() == "张三"
        os.kill(again.pid, signal.SIGKILL)
        while mark(again.pid):
            time.sleep(0.01)
        assert not down(home)
        assert not Home(home).state_file.exists()
    finally:
        down(home)


def _processes() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _command_line(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""
