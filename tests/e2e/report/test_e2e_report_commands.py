"""`ringfinder report` and `ringfinder keys signing` as somebody types them."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from tests.journals import journalled
from tests.reporting import ADMIN, BUREAU, OTHER, RING, People, add_people, add_run, content, lead, ring_of
from tests.results import Command, in_process

from ringfinder.identity import ApiKeys, Principal, Users
from ringfinder.keychain import SIGNING, secret_file
from ringfinder.registers import Kind
from ringfinder.report.bundle import issue_report, settling
from ringfinder.settings import Settings
from ringfinder.store import Workspace

As = Callable[..., Command]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(tmp_path / "data"))
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "config" / "secret"))
    monkeypatch.delenv("RINGFINDER_LANG", raising=False)
    return tmp_path / "data"


@pytest.fixture
def people(place: Path) -> People:
    """Users of a workspace with a run, a masked report and a restricted one."""
    with Workspace.open(Settings(place)) as site:
        run = add_run(site, ring_of(RING), ring_of(OTHER))
        people = add_people(site)
        issue_report(site, lead(run), content, Path("lead"), people.inv)
        issue_report(site, lead(run, kind=Kind.GOAML, recipient="FIU"), content, Path("str.zip"), people.eve)
    return people


@pytest.fixture
def ringfinder(capfd: pytest.CaptureFixture[str]) -> Command:
    return in_process(capfd)


@pytest.fixture
def acts(people: People, place: Path, ringfinder: Command, monkeypatch: pytest.MonkeyPatch) -> As:
    """The command line with the key of a user."""

    def who(by: Principal) -> Command:
        with Workspace.open(Settings(place)) as site:
            user = Users(site).find(by.name)
            monkeypatch.setenv("RINGFINDER_KEY", ApiKeys(site).create(user, "k", by=ADMIN, roles=by.roles))
        return ringfinder

    return who


def number_of(done: str) -> str:
    return str(json.loads(done)[0]["number"])


def test_the_wrong_role_first(acts: As, people: People, place: Path) -> None:
    number = number_of(acts(people.ann)("report", "list", "--json").out)
    commands = [
        ("report", "list"),
        ("report", "show", number),
        ("report", "corrections"),
        ("report", "approvals", "list"),
        ("report", "approvals", "ask", RING, "--to", BUREAU, "--purpose", "x"),
        ("report", "sent", number, "--way", "courier"),
        ("report", "receipt", number),
        ("report", "reply", number, "--note", "x"),
        ("keys", "signing", "--new"),
    ]
    run = acts(people.desk)
    before = len(journalled(place))
    for command in commands:
        done = run(*command)
        assert (done.code, done.out) == (2, ""), command
        assert "desk may not" in done.err
    assert len(journalled(place)) == before


def test_from_the_approval_to_the_reply(acts: As, people: People, place: Path) -> None:
    done = acts(people.ann)("report", "approvals", "ask", RING, "--to", BUREAU, "--purpose", "names", "--json")
    approval = json.loads(done.out)["approval"]
    own = acts(people.ann)("report", "approvals", "approve", approval)
    assert (own.code, own.out) == (2, "")
    assert "another user has to approve it" in own.err
    assert "approved: " in acts(people.rev)("report", "approvals", "approve", approval).out
    listed = json.loads(acts(people.aud)("report", "approvals", "list", "--json").out)
    assert [(one["state"], one["asked_by"], one["approved_by"]) for one in listed] == [("valid", "ann", "rev")]
    table = acts(people.aud)("report", "approvals", "list").out
    assert approval in table
    assert "valid" in table
    assert "withdrawn: " in acts(people.rev)("report", "approvals", "withdraw", approval).out
    assert "已撤回" in acts(people.aud)("report", "approvals", "list", "--lang", "zh").out

    number = number_of(acts(people.ann)("report", "list", "--json").out)
    assert acts(people.ann)("report", "sent", number, "--way", "courier", "--note", "parcel 7").code == 0
    assert acts(people.ann)("report", "receipt", number).code == 0
    done = acts(people.ann)("report", "reply", number, "--note", "more is wanted", "--lang", "zh")
    assert "回执" in done.out
    assert "more is wanted" in done.out
    (said,) = json.loads(acts(people.aud)("report", "show", number, "--json").out)["dispatches"]
    assert (said["to"], said["way"], said["reply"]["note"]) == (BUREAU, "courier", "more is wanted")
    assert [row["step"] for row in said["history"]] == ["sent", "receipt", "reply"]
    shown = acts(people.aud)("report", "show", number).out
    assert "Financial bureau" in shown
    assert "more is wanted" in shown

    assert "no report that was sent needs a correction" in acts(people.ann)("report", "corrections").out
    with Workspace.open(Settings(place)) as site:
        add_run(site, ring_of(RING, 6, score=14.0))
    told = acts(people.ann)("report", "corrections").out
    assert "RF-AAAAAAAA changed; run-000001 → run-000002; 2 in, 0 out; score 12.5 → 14.0" in told
    (found,) = json.loads(acts(people.ann)("report", "corrections", "--json").out)
    assert (found["number"], found["fate"], found["joined"]) == (number, "changed", ["A00004", "A00005"])
    assert found["figures"] == {"score": {"before": 12.5, "after": 14.0}}
    with Workspace.open(Settings(place)) as site:
        add_run(site, ring_of(OTHER))
    assert "已消退或被排除" in acts(people.ann)("report", "corrections", "--lang", "zh").out
    (found,) = json.loads(acts(people.ann)("report", "corrections", "--json").out)
    assert found["figures"]["requested"] == {"before": "2000.01", "after": None}


def test_restricted_reports_are_in_nobodys_list_but_that_of_the_aml_role(acts: As, people: People) -> None:
    everything = json.loads(acts(people.eve)("report", "list", "--json").out)
    secret = next(one["number"] for one in everything if one["restricted"])
    for by in (people.ann, people.inv, people.rev, people.aud):
        for command in (("report", "list"), ("report", "list", "--json")):
            done = acts(by)(*command)
            assert done.code == 0
            assert secret not in done.out
            assert "FIU" not in done.out
        done = acts(by)("report", "show", secret)
        assert (done.code, done.out) == (2, "")
        assert "there is no report" in done.err
    assert secret in acts(people.eve)("report", "list").out
    assert secret not in acts(people.aud)("journal", "list", "--json").out


def test_a_bundle_is_verified_without_a_workspace(
    ringfinder: Command, people: People, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fingerprint = ringfinder("keys", "signing").out.strip()
    assert len(fingerprint.split()) == 16
    shutil.rmtree(place)
    for bundle in ("lead", "str.zip"):
        done = ringfinder("report", "verify", bundle)
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith("valid: R")
        assert fingerprint in done.out
    secret_file(SIGNING).rename("elsewhere")  # another machine
    done = ringfinder("report", "verify", "lead")
    assert (done.code, done.out) == (2, "")
    assert "no key to compare" in done.err
    assert not secret_file(SIGNING).exists()
    assert ringfinder("report", "verify", "lead", "--key", fingerprint, "--lang", "zh").out.startswith("有效：")
    said = json.loads(ringfinder("report", "verify", "lead", "--key", fingerprint, "--json").out)
    assert said["valid"]
    assert said["manifest"]["recipient"] == BUREAU
    assert ringfinder("report", "verify", "lead", "--key", "ab" * 32).code == 2
    Path("lead/lead.json").write_bytes(b"{}")
    Path("lead/more").touch()
    done = ringfinder("report", "verify", "lead", "--key", fingerprint)
    assert done.code == 2
    assert done.out.splitlines() == [
        "NOT VALID: 2 thing(s) wrong",
        "  more: not in the manifest",
        "  lead.json: not the content that the manifest names",
    ]
    said = json.loads(ringfinder("report", "verify", "lead", "--key", fingerprint, "--json").out)
    assert (said["valid"], said["manifest"]) == (False, None)
    assert [one["flaw"] for one in said["faults"]] == ["extra", "changed"]
    assert not place.exists()
    assert os.environ["RINGFINDER_WORKSPACE"] == str(place)


def test_the_key_that_signs_is_made_once_and_replaced_only_where_it_is_lost(
    acts: As, people: People, ringfinder: Command, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ringfinder("keys", "signing").out
    assert ringfinder("keys", "signing").out == first
    path = secret_file(SIGNING)
    assert path.stat().st_mode & 0o777 == 0o600
    assert place not in path.parents
    done = ringfinder("keys", "signing", "--new")
    assert (done.code, done.out) == (2, "")
    assert "is there" in done.err
    path.unlink()
    done = ringfinder("keys", "signing")
    assert (done.code, done.out) == (3, "")
    assert "is missing" in done.err
    assert not path.exists()
    done = ringfinder("keys", "signing", "--new")
    assert done.code == 0
    assert done.out != first
    (entry,) = [one for one in journalled(place) if one.action == "signing key made"]
    assert entry.object == done.out.replace(" ", "").strip().lower()
    assert ringfinder("report", "verify", "lead").code == 2  # the old bundle is of the old key
    assert ringfinder("report", "verify", "lead", "--key", first).code == 0


def test_a_report_that_was_cut_short_is_finished_by_the_next_command(
    acts: As, people: People, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with Workspace.open(Settings(place)) as site, monkeypatch.context() as patch:
        patch.setattr(settling, "put_in_place", stop)
        with pytest.raises(KeyboardInterrupt):
            issue_report(site, lead(site.runs.find()), content, Path("cut.zip"), people.inv)
    done = acts(people.ann)("report", "list")
    assert f"is finished: {Path('cut.zip').absolute()}" in done.err
    assert done.code == acts(people.ann)("report", "verify", "cut.zip").code == 0
    assert acts(people.ann)("report", "list").err == ""


def test_bad_input_is_told_in_one_sentence_with_a_remedy(people: People, ringfinder: Command) -> None:
    for arguments, said in (
        (("verify", "none", "--key", "ab" * 32), "there is no bundle at none"),
        (("verify", "lead", "--key", "abcd"), "no fingerprint"),
        (("show", "RF-1"), "there is no report 'RF-1'"),
        (("sent", "RF-1", "--way", "courier"), "there is no report 'RF-1'"),
        (("approvals", "ask", "RF-ZZZZZZZZ", "--to", "x", "--purpose", "y"), "there is no ring"),
        (("approvals", "ask", RING, "--to", "x", "--purpose", "y", "--run", "77"), "there is no run '77'"),
        (("approvals", "approve", "A-1"), "there is no approval 'A-1'"),
        (("list", "--workspace", "nowhere"), "no workspace at nowhere"),
    ):
        done = ringfinder("report", *arguments)
        assert (done.code, done.out) == (2, ""), arguments
        assert said in done.err
        assert len(done.err.strip().split("\n")) == 2


def test_a_sent_report_is_corrected_by_a_newer_run(acts: As, people: People, place: Path) -> None:
    run = acts(people.ann)
    number = number_of(run("report", "list", "--json").out)
    early = run("report", "correct", number, "--out", "early")
    assert (early.code, Path("early").exists()) == (2, False)
    assert "needs no correction" in early.err
    assert run("report", "sent", number, "--way", "courier").code == 0
    with Workspace.open(Settings(place)) as site:
        add_run(site, ring_of(RING, 6, score=20.0, before=[RING]), ring_of(OTHER))
    done = run("report", "correct", number.lower(), "--out", "notice", "--json")
    assert done.code == 0, done.err
    made = json.loads(done.out)
    assert (made["kind"], made["corrects"], made["masked"]) == ("correction", number, True)
    said = json.loads(Path("notice/correction.json").read_text(encoding="utf-8"))
    assert (said["fate"], len(said["joined"]), said["left"]) == ("changed", 2, [])
    assert said["figures"]["score"] == {"before": 12.5, "after": 20.0}
    text = "\n".join(cell.text for table in docx.Document("notice/correction.docx").tables for cell in table._cells)
    assert number in text
    assert "12.5 → 20.0" in text
    assert said["joined"][0] in text
    assert run("report", "verify", "notice").code == 0
    assert acts(people.desk)("report", "correct", number, "--out", "other").code == 2
