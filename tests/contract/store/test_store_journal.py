"""The journal on both databases: one chain whoever writes, and nothing laid hands on that is not found."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError
from tests.campaigns import campaign_of

from ringfinder import journal_file
from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import Principal, Role
from ringfinder.keychain import JOURNAL, secret_file
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder.store.journal import Fault, Journal
from ringfinder.store.journal.anchors import AnchorFile
from ringfinder.store.journal.keeping import ANCHORS
from ringfinder.store.schema import journal, metadata

ME = Principal("U0123456789ab", "王五", frozenset({Role.REVIEWER, Role.INVESTIGATOR}), None, "0123456789ab")


@pytest.fixture(autouse=True)
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "config" / "secret"))


@pytest.fixture
def site(url: str, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(Settings(tmp_path / "site", url)) as workspace:
        yield workspace


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Workspace]:
    """Another journal under the same key."""
    with Workspace.open(Settings(tmp_path / "other")) as workspace:
        yield workspace


@pytest.fixture(scope="module")
def campaign() -> ModuleType:
    """The long form, whose parts the short form uses."""
    return campaign_of("campaign_journal")


def fill(workspace: Workspace, count: int) -> list[str]:
    """Add entries; return their MACs."""
    return [workspace.journal.append(ME, action="reveal", object=f"RF-{number}").mac for number in range(count)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET purpose = 'harmless' WHERE sequence = 2",
        "UPDATE journal SET purpose = purpose",
        "DELETE FROM journal WHERE sequence = 3",
        "DELETE FROM journal",
    ],
)
def test_the_database_refuses_to_change_entries(site: Workspace, statement: str) -> None:
    fill(site, 2)
    with pytest.raises(DBAPIError, match=r"only added to|permission denied"), site.engine.begin() as connection:
        connection.execute(text(statement))
    assert site.journal.verify().whole
    assert len(site.journal.entries()) == 3


def test_nor_does_it_let_one_be_replaced_or_all_be_dropped_at_once(site: Workspace) -> None:
    fill(site, 2)
    statement = {
        "sqlite": "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE sequence = 2",
        "postgresql": "TRUNCATE journal",
    }[site.engine.dialect.name]
    with pytest.raises(DBAPIError, match=r"only added to|permission denied"), site.engine.begin() as connection:
        connection.execute(text(statement))
    if site.engine.dialect.name == "postgresql":
        with site.engine.begin() as connection:
            connection.execute(text("GRANT ALL ON journal TO CURRENT_USER"))
        with pytest.raises(DBAPIError, match="only added to"), site.engine.begin() as connection:
            connection.execute(text("TRUNCATE journal"))
    assert site.journal.verify().whole


def test_entries_say_who_what_why_and_when(site: Workspace) -> None:
    assert site.journal.head() is None
    assert site.journal.entries() == []
    entry = site.journal.append(
        ME,
        action="reveal",
        purpose="复核\u2028第二行",
        object="RF-1 of run-000001",
        details={"rings": 1, "说": ["二"]},
        before_hash="b" * 64,
        after_hash="a" * 64,
    )
    first, again = site.journal.entries()
    assert again == entry
    assert (entry.sequence, entry.actor, entry.user_id, entry.key_id) == (2, "王五", ME.user_id, ME.key_id)
    assert (entry.role, entry.action, entry.purpose) == ("investigator,reviewer", "reveal", "复核\u2028第二行")
    assert (entry.details, entry.before_hash, entry.after_hash) == (
        {"rings": 1, "说": ["二"]},
        "b" * 64,
        "a" * 64,
    )
    assert entry.at.endswith("+00:00")
    assert entry.previous == first.mac
    assert (first.sequence, first.action, first.actor) == (1, "begins", "王五")
    head = site.journal.head()
    assert head is not None
    assert (head.sequence, head.mac, head.journal) == (2, entry.mac, first.details["journal"])
    assert (site.path / ANCHORS).stat().st_mode & 0o777 == 0o600


def test_entries_are_found_by_action_actor_time_and_place(site: Workspace) -> None:
    fill(site, 3)
    somebody = Principal("", "operator:root", frozenset({Role.OPERATOR}))
    late = site.journal.append(somebody, action="key revoked", object="k")
    assert [one.sequence for one in site.journal.entries(action="reveal", last=2)] == [3, 4]
    assert [one.sequence for one in site.journal.entries(action="reveal", before=4)] == [2, 3]
    assert site.journal.entries(actor="operator:root") == [late]
    assert site.journal.count(actor="王五") == 4
    moment = datetime.fromisoformat(late.at)
    assert site.journal.entries(since=moment) == [late]
    assert site.journal.count(since=moment + timedelta(seconds=1)) == 0


def test_bytes_that_are_no_text_do_not_stop_it(site: Workspace) -> None:
    site.journal.append(ME, action="reveal", purpose="\udcff\ud800\0", object="\0", details={"a": "\0\ud800"})
    site.journal.append(ME, action="reveal", purpose="x" * 300_000)
    assert site.journal.verify().whole
    assert site.journal.entries()[1].purpose == "???"


def test_a_write_and_its_entry_are_there_together_or_not_at_all(site: Workspace) -> None:
    def write(name: str, *, fail: bool) -> None:
        with site.journal.writing() as connection:
            connection.execute(text("CREATE TABLE IF NOT EXISTS notes (name TEXT)"))
            connection.execute(text("INSERT INTO notes VALUES (:name)"), {"name": name})
            site.journal.append_in(connection, ME, action="note", object=name)
            if fail:
                raise InterruptedError

    write("kept", fail=False)
    with pytest.raises(InterruptedError):
        write("lost", fail=True)
    with site.engine.begin() as connection:  # a transaction of somebody's own, which wrote before
        connection.execute(text("INSERT INTO notes VALUES ('own')"))
        site.journal.append_in(connection, ME, action="note", object="own")
    with site.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM notes ORDER BY name")).scalars().all() == ["kept", "own"]
    assert [one.object for one in site.journal.entries(action="note")] == ["kept", "own"]
    found = site.journal.verify()
    assert (found.whole, found.entries, found.anchored) == (True, 3, 2)
    fill(site, 1)
    assert site.journal.verify().anchored == 4


_APPEND = """
import sys
from pathlib import Path
from ringfinder.identity import Principal
from ringfinder.settings import Settings
from ringfinder.store import Workspace
with Workspace.open(Settings(Path(sys.argv[1]), sys.argv[2])) as workspace:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(40):
        workspace.journal.append(Principal("", sys.argv[3], frozenset()), action="reveal", object=str(number))
"""


def test_two_processes_at_once_make_one_chain(url: str, site: Workspace) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", _APPEND, str(site.path), url, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("one", "other")
    ]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    found = site.journal.verify()
    assert (found.whole, found.entries, found.anchored) == (True, 81, 81)
    for name in ("one", "other"):
        assert [one.object for one in site.journal.entries(action="reveal", actor=name)] == [str(n) for n in range(40)]


@pytest.mark.parametrize("seed", [1])
def test_a_hundred_ways_of_laying_hands_on_it_are_told(
    campaign: ModuleType, site: Workspace, other: Workspace, seed: int
) -> None:
    print(f"seed {seed}")  # noqa: T201 - shown where the test fails
    outcomes = campaign.tamper_campaign(100, seed, campaign.Bench(site, other))
    assert len(outcomes) == 100
    assert {one.kind for one in outcomes} == set(campaign.KINDS)
    assert [one for one in outcomes if not one.found] == []


def test_databases_that_were_swapped_are_told_by_both(tmp_path: Path, other: Workspace) -> None:
    with Workspace.open(Settings(tmp_path / "site")) as site:
        for workspace in (site, other):
            fill(workspace, 3)
            workspace.engine.dispose()
        one, two = (workspace.path / "decisions.sqlite" for workspace in (site, other))
        assert not list(tmp_path.glob("*/decisions.sqlite-wal"))
        one.rename(tmp_path / "aside")
        two.rename(one)
        (tmp_path / "aside").rename(two)
        for workspace in (site, other):
            fault = Journal(workspace.path, workspace.engine).verify().fault
            assert fault is not None
            assert fault.sequence == 1
            assert "databases were swapped" in fault.reason
            with pytest.raises(SurroundingsError, match="another one than the anchors"):
                Journal(workspace.path, workspace.engine).append(ME, action="reveal")


def test_an_outside_anchor_may_be_a_head_or_the_mac_of_an_entry(site: Workspace, tmp_path: Path) -> None:
    macs = fill(site, 3)
    head = site.journal.head()
    assert head is not None
    kept = tmp_path / "kept"
    kept.write_text(f"{macs[1]}\n{head.line()}\n", encoding="utf-8")
    fill(site, 2)
    found = site.journal.verify(kept)
    assert (found.whole, found.anchored, found.anchored_outside) == (True, 6, 4)
    kept.write_text(f"{'0' * 64}\n", encoding="utf-8")
    assert site.journal.verify(kept).fault == Fault(
        7, "an entry whose MAC somebody kept is missing: cut off, or of another journal"
    )
    kept.write_text(head.line().replace('"sequence": 4', '"sequence": 5'), encoding="utf-8")
    assert site.journal.verify(kept).fault == Fault(0, "line 1 of kept is no anchor of this site: changed, or cut")
    with pytest.raises(InputError, match="cannot be read"):
        site.journal.verify(tmp_path / "nothing")


def _emptied(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    del rows
    return []


def _cut(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return rows[:-1]


def _changed(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return [*rows[:-1], rows[-1] | {"purpose": "harmless"}]


@pytest.mark.parametrize(
    ("hand", "reason"),
    [(_emptied, "all entries are gone"), (_cut, "cut off or replaced"), (_changed, "its last entry was changed")],
)
def test_nothing_is_added_to_a_broken_end(
    campaign: ModuleType,
    site: Workspace,
    hand: Callable[[list[dict[str, object]]], list[dict[str, object]]],
    reason: str,
) -> None:
    fill(site, 3)
    there = campaign.rows(site.engine)
    campaign.unguard(site.engine)
    with site.engine.begin() as connection:
        connection.execute(text("DELETE FROM journal"))
        for row in hand(there):
            connection.execute(insert(journal).values(row))
    with pytest.raises(SurroundingsError, match=reason) as caught:
        fill(site, 1)
    assert "journal verify" in caught.value.remedy
    with site.engine.connect() as connection:
        assert len(connection.execute(select(journal)).all()) == len(hand(there))


def test_another_key_is_refused_and_told(site: Workspace) -> None:
    fill(site, 2)
    secret_file(JOURNAL).unlink()
    afresh = Journal(site.path, site.engine)
    with pytest.raises(SurroundingsError, match="another key"):
        afresh.append(ME, action="reveal")
    fault = afresh.verify().fault
    assert fault is not None
    assert fault.sequence == 1
    assert "another key" in fault.reason


def test_it_goes_on_where_the_journal_in_a_file_ended(site: Workspace) -> None:
    former = site.path / "journal.jsonl"
    head = journal_file.append(former, actor="operator:me", action="reveal", purpose="复核", subject="RF-1")
    before = former.read_bytes()
    fill(site, 1)
    first, _ = site.journal.entries()
    assert (first.action, first.details["file"], first.details["head"]) == ("continues", "journal.jsonl", head)
    assert former.read_bytes() == before
    assert site.journal.verify().whole


def test_an_anchor_that_cannot_be_written_loses_no_entry(
    site: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    fill(site, 1)

    def full(_self: AnchorFile, _anchor: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(AnchorFile, "add", full)
        fill(site, 2)
    assert [record.getMessage() for record in caplog.records] == [
        "the head of the journal could not be anchored: No space left on device"
    ] * 2
    found = site.journal.verify()
    assert (found.whole, found.entries, found.anchored) == (True, 4, 2)
    fill(site, 1)
    assert site.journal.verify().anchored == 5


def test_an_id_that_was_noted_before_a_crash_is_taken_up(site: Workspace) -> None:
    def crash() -> None:
        with site.journal.writing() as connection:
            site.journal.append_in(connection, ME, action="reveal")
            raise InterruptedError

    with pytest.raises(InterruptedError):
        crash()
    noted = json.loads((site.path / ANCHORS).read_text(encoding="utf-8"))
    assert noted["sequence"] == 0
    assert site.journal.verify().whole
    fill(site, 1)
    assert site.journal.verify().journal == noted["journal"]
    assert site.journal.verify().whole


def test_spoiled_entries_are_listed_and_told(campaign: ModuleType, site: Workspace) -> None:
    fill(site, 2)
    campaign.unguard(site.engine)
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE journal SET details = 'no json' WHERE sequence = 3"))
    assert site.journal.entries()[-1].details == {"unreadable": True}
    fault = site.journal.verify().fault
    assert fault is not None
    assert fault.sequence == 3


def test_the_tables_are_what_the_migrations_make(site: Workspace) -> None:
    with site.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
