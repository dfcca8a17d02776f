"""Files for a first load, taken by the real import: the same graph as over Bolt, known to the next sync."""

import json
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from neo4j import Driver, GraphDatabase
from tests.neo4j.sync.harness import Site, graph_of, read_graph, stamps
from tests.results import Command

from ringfinder.neo4j import statements
from ringfinder.neo4j.export import COMMAND
from ringfinder.neo4j.projection import Scope
from ringfinder.neo4j.server import Home, admin_command, down, find_java, up
from ringfinder.neo4j.server.instance import _settle_password
from ringfinder.neo4j.sync import compare, read_held
from ringfinder.neo4j.sync.state import Snapshot


@pytest.fixture
def exported(site: Site, ringfinder: Command, tmp_path: Path) -> Path:
    folder = tmp_path / "导出 files"
    done = ringfinder("neo4j", "export", folder, "--scope", "all")
    assert (done.code, done.err) == (0, "")
    projection = site.projection(Scope.ALL)
    counted, advice = done.out.splitlines()
    assert counted == f"{projection.node_count:,} nodes, {projection.relation_count:,} relationships → {folder}"
    assert f"sh {folder / COMMAND}" in advice
    return folder


@pytest.fixture
def imported(exported: Path, distribution: Path, tmp_path: Path) -> Iterator[Driver]:
    """A server of its own that was filled from the files."""
    home = Home(tmp_path / "home")
    home.make()
    _settle_password(home, find_java(), distribution)  # as its first start would
    arguments = _arguments(exported)
    done = subprocess.run(
        admin_command(find_java(), distribution, *arguments),
        check=False,
        capture_output=True,
        text=True,
        cwd=exported,
        env=home.environment(),
    )
    assert done.returncode == 0, done.stdout + done.stderr
    running = up(home.path, distribution=distribution, bolt_port=0, http_port=0, heap="512m", page_cache="64m")
    try:
        password = running.password_file.read_text(encoding="utf-8").strip()
        with GraphDatabase.driver(running.uri, auth=(running.user, password)) as driver:
            yield driver
    finally:
        os.kill(running.pid, signal.SIGKILL)  # nobody needs its data again, and ending politely takes it ten seconds
        down(home.path)


def _arguments(folder: Path) -> list[str]:
    """The arguments as the shell would hand them to `neo4j-admin`: with a command that tells them instead."""
    told = folder.parent / "told"
    told.write_text('#!/bin/sh\nfor one in "$@"; do printf "%s\\n" "$one"; done\n', encoding="utf-8")
    told.chmod(0o700)
    done = subprocess.run(
        ["sh", str(folder / COMMAND)],
        check=True,
        capture_output=True,
        text=True,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "NEO4J_ADMIN": str(told)},
    )
    return done.stdout.splitlines()


def test_an_imported_graph_is_the_one_that_bolt_loads(site: Site, clear: Driver, imported: Driver) -> None:
    projection = site.projection(Scope.ALL)
    over_bolt = site.sync(clear, Scope.ALL)
    there = read_graph(imported)
    assert there.differences(graph_of(projection)) == []
    assert there.differences(read_graph(clear)) == []
    assert stamps(imported) == {(projection.run_id, 1)}
    held = read_held(imported)
    assert held == read_held(clear)
    assert compare(imported, projection, held) == []
    # A sync has nothing to write: it makes the constraints, and remembers what is there.
    (site.memory() / "snapshot" / "held.json").unlink()
    report = site.sync(imported, Scope.ALL)
    assert (report.mode, report.written, report.nodes) == ("nothing", 0, over_bolt.nodes)
    constraints = imported.execute_query("SHOW CONSTRAINTS YIELD name").records
    assert {one["name"] for one in constraints} == set(statements.constraint_names().values())
    indexes = imported.execute_query("SHOW INDEXES YIELD name, state").records
    assert set(statements.index_names()) <= {one["name"] for one in indexes}
    assert {one["state"] for one in indexes} == {"ONLINE"}
    assert Snapshot(site.memory()).held() == held


def test_the_files_are_closed_to_others(exported: Path) -> None:
    assert exported.stat().st_mode & 0o777 == 0o700
    for path in exported.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_a_folder_with_something_in_it_is_left_alone(site: Site, ringfinder: Command, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "theirs.txt").write_text("theirs", encoding="utf-8")
    (tmp_path / "file").write_text("theirs", encoding="utf-8")
    for name in ("there", "file"):
        told = ringfinder("neo4j", "export", tmp_path / name)
        assert (told.code, told.out) == (2, "")
        assert told.err == f"error: {tmp_path / name} is not empty\nname a new folder\n"
    assert [path.name for path in folder.iterdir()] == ["theirs.txt"]
    empty = tmp_path / "empty"
    empty.mkdir()
    assert ringfinder("neo4j", "export", empty, "--scope", "flagged").code == 0
    assert json.dumps(sorted(path.name for path in empty.iterdir())).count(".header.csv") > 20
