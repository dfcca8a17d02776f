"""A lead report from loaded tables to a verified bundle: masked for anybody, unmasked by two people."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.journals import journalled
from tests.results import Command, in_process

from ringfinder.identity import ApiKeys, Principal, Role, Users
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.load import load_folder
from ringfinder.pipeline.stored import find_ring
from ringfinder.records.rings import Ring
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

pytestmark = pytest.mark.slow
ADMIN = Principal("", "operator:me", frozenset({Role.ADMIN}))
CONTENT = ("lead-report.docx", "lead-report.xlsx", "lead-report.json", "lead-report.html", "evidence.csv")
BUREAU = "金融监管局"

As = Callable[[Role], Command]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one run."""
    folder = tmp_path_factory.mktemp("lead")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RINGFINDER_SECRET_FILE", str(folder / "config" / "secret"))
        simulate("device_farm", 1_000, 3, folder / "tables")
        with Workspace.open(Settings(folder / "data")) as workspace:
            load_folder(workspace, folder / "tables")
            detect_workspace(workspace)
    return folder / "data"


@pytest.fixture
def acts(place: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> As:
    """The command line with the key of a user of one role."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(place))
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(place.parent / "config" / "secret"))
    monkeypatch.delenv("RINGFINDER_LANG", raising=False)
    run = in_process(capfd)

    def who(role: Role) -> Command:
        with Workspace.open(Settings(place)) as site:
            known = {user.name for user in Users(site).all()}
            user = (
                Users(site).find(role.value)
                if role.value in known
                else Users(site).create(role, by=ADMIN, roles=[role])
            )
            monkeypatch.setenv("RINGFINDER_KEY", ApiKeys(site).create(user, "k", by=ADMIN))
        return run

    return who


@pytest.fixture
def ring(place: Path, acts: As) -> Ring:
    """The ring with most members."""
    with Workspace.open(Settings(place)) as workspace:
        run = workspace.runs.find()
        heads = workspace.runs.files(run.number).heads()["ring_id"].to_pylist()
        rings = [find_ring(workspace, run, str(one)) for one in heads]
    return max(rings, key=lambda one: (len(one.members), one.ring_id))


def personal(ring: Ring) -> list[str]:
    return [value.key.value for value in ring.shared if value.key.kind in {"phone", "bank_account"}]


def test_the_wrong_role_first(acts: As, ring: Ring) -> None:
    for role in (Role.DESK, Role.AUDITOR, Role.OPERATOR):
        done = acts(role)("report", "lead", ring.ring_id, "--to", BUREAU, "--out", "x")
        assert (done.code, done.out) == (2, "")
        assert f"{role.value} may not" in done.err
    done = acts(Role.INVESTIGATOR)(
        "report", "lead", ring.ring_id, "--to", BUREAU, "--out", "x", "--unmasked", "--purpose", "p"
    )
    assert done.code == 2
    assert not Path("x").exists()


def test_masked_twice_the_content_is_the_same_to_the_byte(acts: As, ring: Ring, place: Path) -> None:
    run = acts(Role.INVESTIGATOR)
    numbers = []
    for out, to in (("one", BUREAU), ("two", "Police")):
        done = run("report", "lead", ring.ring_id.lower(), "--to", to, "--out", out, "--json")
        assert done.code == 0, done.err
        numbers.append(json.loads(done.out)["number"])
        verified = run("report", "verify", out)
        assert verified.code == 0, verified.err
    assert len(set(numbers)) == 2
    assert sorted(one.name for one in Path("one").iterdir()) == sorted((*CONTENT, "manifest.json", "signature.json"))
    for name in CONTENT:
        content = (Path("one") / name).read_bytes()
        assert content == (Path("two") / name).read_bytes(), name
    assert Path("one/manifest.json").read_bytes() != Path("two/manifest.json").read_bytes()
    shown = "".join((Path("one") / name).read_text(encoding="utf-8-sig") for name in CONTENT[2:])
    assert personal(ring)
    assert not [value for value in personal(ring) if value in shown]
    assert [entry for entry in journalled(place) if numbers[0] in str(entry)]


def test_unmasked_by_two_people_and_one_changed_byte_is_found(acts: As, ring: Ring) -> None:
    asked = acts(Role.COMPLIANCE)(
        "report", "approvals", "ask", ring.ring_id, "--to", BUREAU, "--purpose", "hand-over", "--json"
    )
    assert asked.code == 0, asked.err
    approval = json.loads(asked.out)["approval"]
    own = acts(Role.COMPLIANCE)("report", "approvals", "approve", approval)
    assert own.code == 2
    assert acts(Role.REVIEWER)("report", "approvals", "approve", approval).code == 0
    run = acts(Role.COMPLIANCE)
    wanted = ("report", "lead", ring.ring_id, "--to", BUREAU, "--purpose", "hand-over", "--unmasked")
    elsewhere = run(*wanted[:4], "Somebody else", *wanted[5:], "--out", "other")
    assert elsewhere.code == 2
    done = run(*wanted, "--out", "open.zip", "--text", "zh")
    assert done.code == 0, done.err
    assert run("report", "verify", "open.zip").code == 0
    packed = bytearray(Path("open.zip").read_bytes())
    packed[len(packed) // 2] ^= 1
    Path("open.zip").write_bytes(packed)
    assert run("report", "verify", "open.zip").code == 2


@pytest.mark.parametrize("letter", [b"no letter", b""])
def test_a_letter_that_is_none_costs_no_number(acts: As, ring: Ring, letter: bytes) -> None:
    Path("letter.docx").write_bytes(letter)
    run = acts(Role.COMPLIANCE)
    before = run("report", "list", "--json").out
    done = run("report", "lead", ring.ring_id, "--to", BUREAU, "--out", "x", "--template", "letter.docx")
    assert done.code == 2
    assert "DOCX" in done.err
    assert not Path("x").exists()
    assert run("report", "list", "--json").out == before
    gone = run("report", "lead", "RF-NOSUCH22", "--to", BUREAU, "--out", "x")
    assert gone.code == 2
    unknown = run("report", "lead", ring.ring_id, "--to", BUREAU, "--out", "x", "--run", "run-000099")
    assert (unknown.code, "run-000099" in unknown.err) == (2, True)
