"""The journal from the command line: whole or not, and where; who did what; a head to keep elsewhere."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.results import Command


@pytest.fixture
def filled(ringfinder: Command, site: Path) -> Path:
    """A workspace with five entries: the begin, and four users."""
    for name in ("one", "two", "three", "王四"):
        assert ringfinder("users", "create", name).code == 0
    return site


def spoil(site: Path, *statements: str) -> None:
    """What somebody does who owns the database."""
    with closing(sqlite3.connect(site / "decisions.sqlite")) as connection:
        for name in ("update", "delete", "replace"):
            connection.execute(f"DROP TRIGGER IF EXISTS journal_no_{name}")
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_only_an_auditor_looks_at_it(ringfinder: Command, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    admin, auditor = (
        ringfinder("keys", "create", "--role", role, "--name", role).out.strip() for role in ("admin", "auditor")
    )
    commands = (("journal", "verify"), ("journal", "list"), ("journal", "head"))
    monkeypatch.setenv("RINGFINDER_KEY", admin)
    for command in commands:
        done = ringfinder(*command)
        assert (done.code, done.out) == (2, "")
        assert "admin may not read the journal" in done.err
    monkeypatch.setenv("RINGFINDER_KEY", auditor)
    for command in commands:
        assert ringfinder(*command).code == 0


def test_without_a_workspace_or_an_entry_there_is_nothing_to_look_at(ringfinder: Command, place: Path) -> None:
    done = ringfinder("journal", "verify")
    assert done.code == 2
    assert "no workspace" in done.err
    assert not place.exists()


def test_an_empty_journal_is_whole(ringfinder: Command, site: Path) -> None:
    done = ringfinder("journal", "verify")
    assert (done.code, done.out.splitlines()[0]) == (0, "whole: 0 entries of journal (empty)")
    assert json.loads(ringfinder("journal", "list", "--json").out) == []
    assert ringfinder("journal", "head").code == 2


def test_a_whole_journal_and_what_is_anchored(ringfinder: Command, filled: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(ringfinder("journal", "head").out, encoding="utf-8")
    assert ringfinder("users", "create", "later").code == 0
    done = ringfinder("journal", "verify", "--anchor", kept)
    assert done.code == 0
    assert done.out.splitlines()[0].startswith("whole: 6 entries of journal ")
    assert done.out.splitlines()[1:] == [
        "anchored in the workspace: entries 1-6",
        "anchored outside: entries 1-5",
        "not anchored: none",
    ]
    anchors = filled / "journal-anchors.jsonl"
    anchors.write_text("".join(anchors.read_text(encoding="utf-8").splitlines(keepends=True)[:3]), encoding="utf-8")
    said = ringfinder("journal", "verify")
    assert (said.code, said.out.splitlines()[1:]) == (
        0,
        ["anchored in the workspace: entries 1-3", "not anchored: entries 4-6"],
    )
    said = json.loads(ringfinder("journal", "verify", "--json").out)
    assert (said["whole"], said["entries"], said["fault"], said["anchored"]) == (True, 6, None, 3)
    assert said["anchored_outside"] is None
    missing = ringfinder("journal", "verify", "--anchor", tmp_path / "nothing")
    assert (missing.code, missing.out) == (2, "")


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE journal SET actor = 'nobody' WHERE sequence = 3", "NOT WHOLE: entry 3 was changed"),
        ("DELETE FROM journal WHERE sequence = 4", "NOT WHOLE: entry 4 is missing"),
        ("DELETE FROM journal WHERE sequence >= 4", "NOT WHOLE: entry 4 is missing: entries up to 5 were anchored"),
        ("DELETE FROM journal", "NOT WHOLE: entry 1 is missing"),
    ],
)
def test_tampering_ends_with_2_and_says_where(ringfinder: Command, filled: Path, statement: str, where: str) -> None:
    spoil(filled, statement)
    done = ringfinder("journal", "verify")
    assert done.code == 2
    assert done.out.startswith(where)
    said = ringfinder("journal", "verify", "--json")
    assert said.code == 2
    assert json.loads(said.out)["fault"]["sequence"] == int(where.split()[3])


def test_entries_are_listed_newest_last(ringfinder: Command, filled: Path) -> None:
    done = ringfinder("journal", "list", "--action", "user created", "--last", "2")
    assert [line.split("  ")[0] for line in done.out.splitlines()] == ["4", "5"]
    assert "王四" in done.out
    assert done.err == "2 of 4\n"
    said = json.loads(ringfinder("journal", "list", "--json").out)
    assert [one["sequence"] for one in said] == [1, 2, 3, 4, 5]
    assert {one["actor"] for one in said} == {said[0]["actor"]}
    assert ringfinder("journal", "list", "--actor", "nobody").err == "0 of 0\n"
    assert ringfinder("journal", "list", "--since", "2999-01-01").err == "0 of 0\n"
    assert ringfinder("journal", "list", "--since", "2001-01-01").err == "5 of 5\n"


def test_escapes_in_a_purpose_reach_no_terminal(ringfinder: Command, filled: Path) -> None:
    done = ringfinder("neo4j", "key", "request", "R1", "--purpose", "\x1b[31mred\x1b]0;title\x07")
    assert done.code == 0, done.err
    assert "\x1b" not in ringfinder("journal", "list").out
    assert "\x1b" not in ringfinder("journal", "list", "--json").out
