"""Erasing a person, on both databases: refused with reason, or nothing of that person is left anywhere."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import Engine, create_engine, select
from tests.erasing import ACCOUNT, NAME, PHONE, Planted, files_with, fill, plant

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.pipeline.again import facts_of
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.erase import erase, hold
from ringfinder.pipeline.intake import record
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.store import Workspace
from ringfinder.store.rewriting import removed_rows
from ringfinder.store.schema import erased_keys, erasures, metadata, rewritten_parts

pytestmark = pytest.mark.slow

WHY = "asked by the person, letter 7 of today"


@pytest.fixture(autouse=True)
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "secrets" / "secret"
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(path))
    return path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planted]:
    folder = tmp_path_factory.mktemp("planted") / "town"
    return folder, plant(folder, 800)


@pytest.fixture
def planted(made: tuple[Path, Planted]) -> Planted:
    return made[1]


@pytest.fixture
def folder(made: tuple[Path, Planted], tmp_path: Path) -> Path:
    place = tmp_path / "tables" / "town"
    shutil.copytree(made[0], place)
    return place


@pytest.fixture
def workspace(url: str, folder: Path, planted: Planted, tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.open(Settings(tmp_path / "w", url)) as workspace:
        fill(workspace, folder, planted)
        yield workspace


@pytest.fixture
def engine(url: str) -> Iterator[Engine]:
    engine = create_engine(url)
    yield engine
    engine.dispose()


def texts(engine: Engine) -> str:
    """Everything that the database says, without the journal."""
    with engine.connect() as connection:
        return "\n".join(
            repr(row)
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
            if table.name != "journal"
        )


def keys(workspace: Workspace) -> dict[str, int]:
    return {name: table.num_rows for name, table in workspace.portfolio().tables.items()}


def test_without_purpose_or_with_a_name_in_it_nothing_is_erased(workspace: Workspace, planted: Planted) -> None:
    before = keys(workspace)
    for purpose, said in (("  ", "needs a purpose"), (f"{NAME} asked", "names the person"), (f"tel {PHONE}", "names")):
        with pytest.raises(InputError, match=said) as caught:
            erase(workspace, planted.number, purpose, "me")
        assert NAME not in caught.value.message + caught.value.remedy
    with pytest.raises(InputError, match="no row names"):
        erase(workspace, "NOBODY-77", WHY, "me")
    assert keys(workspace) == before
    assert list((workspace.path / "rewriting").glob("*")) == []


def test_who_is_held_is_not_erased_under_any_number(workspace: Workspace, planted: Planted, engine: Engine) -> None:
    with pytest.raises(InputError, match="needs a reason"):
        hold(workspace, planted.number, " ", "me")
    with pytest.raises(InputError, match="no row names"):
        hold(workspace, "NOBODY-77", "suit 12", "me")
    placed = hold(workspace, planted.number, "suit 12", "me")
    said = texts(engine)
    assert placed.subject_key in said
    before = keys(workspace)
    for number in (planted.number, planted.second):
        with pytest.raises(InputError, match=f"legal hold lasts on this person: {placed.hold_id}") as caught:
            erase(workspace, number, WHY, "me")
        assert number not in caught.value.message
    assert keys(workspace) == before
    with pytest.raises(InputError, match="no hold"):
        workspace.holds.release("H-NONE")
    workspace.holds.release(placed.hold_id)
    with pytest.raises(InputError, match="released already"):
        workspace.holds.release(placed.hold_id)
    assert erase(workspace, planted.second, WHY, "me").left == ()


def test_with_another_secret_nobody_can_tell_who_is_held(
    workspace: Workspace, planted: Planted, secret: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(workspace, planted.number, "suit 12", "me")
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(secret.parent / "other"))
    with pytest.raises(SurroundingsError, match="secret of legal holds is another"):
        erase(workspace, planted.number, WHY, "me")


def test_nothing_of_the_person_is_left_in_any_file_nor_in_the_database(
    workspace: Workspace, planted: Planted, engine: Engine, tmp_path: Path
) -> None:
    kept = {"facts": 6, "rejects": 1, "runs": 12, "uploads": 2, "neo4j": 1}
    before = files_with(workspace.path, planted.words)
    assert {top: sum(path.startswith(top) for path in before) for top in kept} == kept
    assert planted.number in texts(engine)
    written: list[tuple[str, str, str]] = []
    done = erase(workspace, planted.second, WHY, "me", lambda action, why, what, _: written.append((action, why, what)))
    assert done.left == ()
    assert files_with(workspace.path, planted.words) == {}
    assert [word for word in planted.words if word in texts(engine)] == []
    database = [path for path in tmp_path.glob("decisions.db*") if path.is_file()]
    assert [word for word in planted.words for path in database if word.encode() in path.read_bytes()] == []
    assert written == [("erase", WHY, f"person {done.subject_key}")]
    assert planted.number not in done.subject_key


def test_rows_of_others_stay_and_the_account_closes(workspace: Workspace, planted: Planted, engine: Engine) -> None:
    facts = workspace.portfolio()
    loads = workspace.manifest.loads()
    done = erase(workspace, planted.number, WHY, "me")
    now = workspace.portfolio()
    mine = {
        "persons": len(planted.numbers),
        "surrender_requests": len(planted.requests) + 1,
        "policies": len(planted.policies),
    }
    for name, gone in mine.items():
        assert facts.table(name).num_rows - now.table(name).num_rows == gone, name
    delegates = now.table("surrender_requests")
    assert NAME not in delegates["delegate_name"].to_pylist()
    assert ACCOUNT not in delegates["payout_account_nf"].to_pylist()
    assert any(text and "(erased)" in text for text in now.table("complaints")["text"].to_pylist())
    assert workspace.manifest.loads() == loads
    assert all(tally.balanced for load, _, _ in loads for tally in workspace.manifest.tallies(load))
    removed = removed_rows(engine)
    for batch in workspace.batches():
        held = [file for file in batch.files if file.part]
        rows = sum(pq.read_metadata(workspace.path / "facts" / batch.batch_id / file.part).num_rows for file in held)
        assert rows == sum(file.tally.loaded for file in batch.files) - removed.get(batch.batch_id, 0)
        assert {path.name for path in (workspace.path / "facts" / batch.batch_id).iterdir()} == {f.part for f in held}
    with engine.connect() as connection:
        parts = connection.execute(select(rewritten_parts)).all()
        assert {part.erasure_id for part in parts} == {done.erasure_id}
        assert all(part.old_hash != part.new_hash for part in parts)
        assert connection.execute(select(erasures.c.finished_at)).scalar_one() is not None


def test_the_person_does_not_come_back(
    workspace: Workspace, planted: Planted, folder: Path, tmp_path: Path, engine: Engine
) -> None:
    erase(workspace, planted.number, WHY, "me")
    before = keys(workspace)
    again = load_folder(workspace, folder)
    assert all(tally.read == tally.merged for tally in again.tallies)
    other = tmp_path / "other"
    other.mkdir()
    for name in ("persons", "policies", "data_access"):
        text = (folder / f"{name}.csv").read_text(encoding="utf-8")
        (other / f"{name}.csv").write_text(text + "\n", encoding="utf-8")
    late = f"R-LATE,P-LATE,{planted.number},never\nR-LATE2,P-LATE2,{planted.number},2025-01-01\nR-X,P-X,C-X,never\n"
    (other / "surrender_requests.csv").write_text(
        "request_id,policy_no,applicant_id,applied_at\n" + late, encoding="utf-8"
    )
    loaded = load_folder(workspace, other)
    assert all(tally.balanced for tally in loaded.tallies)
    refused = {tally.table: tally.rejected for tally in loaded.tallies}
    assert (refused["surrender_requests"], refused["persons"], refused["policies"]) == (
        3,
        len(planted.numbers),
        len(planted.policies),
    )
    assert sum("erased" in one.reason for one in loaded.rejects) >= 1 + len(planted.numbers) + len(planted.policies)
    assert loaded.rejects_folder is not None
    assert "R-X" in (loaded.rejects_folder / "rejects" / "surrender_requests.csv").read_text(encoding="utf-8")
    assert {name: count for name, count in keys(workspace).items() if count != before[name]} == {}
    assert files_with(workspace.path, planted.words) == {}
    with pytest.raises(InputError, match="a person who was erased"):
        record(workspace, {"persons": [{"person_id": planted.second, "name": "x"}]}, "me")
    with pytest.raises(InputError, match="no row names"):
        erase(workspace, planted.number, WHY, "me")
    with engine.connect() as connection:
        assert set(connection.execute(select(erased_keys.c.kind)).scalars()) == {
            "person",
            "policy",
            "id_no",
            "bank_account",
        }


def test_runs_stay_readable_and_the_next_one_continues_them(workspace: Workspace, planted: Planted) -> None:
    before = {ring.ring_id: ring for ring in workspace.runs.files(2).rings()}
    mine = [name for name, ring in before.items() if planted.number in {member.applicant_id for member in ring.members}]
    assert mine
    erase(workspace, planted.number, WHY, "me")
    after = {ring.ring_id: ring for ring in workspace.runs.files(2).rings()}
    assert after.keys() == before.keys()
    for name, ring in after.items():
        gone = sum(member.applicant_id == planted.number for member in before[name].members)
        assert len(ring.members) == len(before[name].members) - gone
        assert ring.applicants == before[name].applicants - (name in mine)
        assert ring.score == before[name].score
    heads = workspace.runs.files(2).heads().to_pylist()
    assert {head["ring_id"]: head["requests"] for head in heads} == {n: len(r.members) for n, r in after.items()}
    seen = facts_of(workspace, workspace.runs.find("2"), [])
    assert seen.table("surrender_requests").num_rows == workspace.portfolio().table("surrender_requests").num_rows
    found = detect_workspace(workspace)
    assert set(mine) <= {ring.ring_id for ring in found.detection.rings}
