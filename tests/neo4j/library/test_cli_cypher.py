"""`ringfinder cypher` and `ringfinder leads` as somebody types them, on a real server."""

from __future__ import annotations

import csv
import io
import json
import shutil
import urllib.parse
from pathlib import Path
from typing import Any

import pytest
from neo4j import Driver
from tests.neo4j.library.conftest import BROWSER, Site
from tests.results import Command, Outcome, in_process

from ringfinder.keychain import SECRET_VARIABLE
from ringfinder.neo4j.library import Library
from ringfinder.neo4j.sync import drop

pytestmark = pytest.mark.usefixtures("at_server")

T1, T2 = "patterns/t01-shared-contact", "patterns/t02-contact-takeover"
LEADS = [one.id for one in Library.open().files if one.lead]


@pytest.fixture
def ringfinder(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Run the command line inside this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "250")

    return in_process(capfd)


@pytest.fixture
def workspace(made: Site, driver: Driver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the site's workspace with its secret, which commands find by the environment; an empty graph."""
    path = tmp_path / "w"
    shutil.copytree(made.workspace, path)
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(path))
    monkeypatch.setenv(SECRET_VARIABLE, str(made.workspace.parent / "secret"))
    drop(driver)
    return path


def _json(done: Outcome) -> Any:
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_list_names_every_query_once(ringfinder: Command) -> None:
    listed = _json(ringfinder("cypher", "list", "--json"))
    known = Library.open().files
    assert [one["id"] for one in listed] == [one.id for one in known if one.part in ("", "rows")]
    assert [one["id"] for one in _json(ringfinder("cypher", "list", "--all", "--json"))] == [one.id for one in known]
    assert {one["category"] for one in _json(ringfinder("cypher", "list", "--category", "analysis", "--json"))} == {
        "analysis"
    }
    shown = ringfinder("cypher", "list", "--lang", "en")
    assert "Shared contact" in shown.out
    assert "共用联系方式" not in shown.out
    assert "共用联系方式" in ringfinder("cypher", "list", "--lang", "zh").out
    assert [one["id"] for one in listed if one["lead"]] == LEADS


def test_search_finds_by_chinese_and_english_words(ringfinder: Command) -> None:
    found = _json(ringfinder("cypher", "search", "收款账户", "--json"))
    assert found[0]["id"].startswith("patterns/t06")
    assert T2 in ringfinder("cypher", "search", "TAKEOVER", "contact", "--lang", "en").out
    nobody = ringfinder("cypher", "search", "no such words", "--lang", "zh")
    assert (nobody.code, nobody.out.strip()) == (0, "没有这样的查询")
    assert _json(ringfinder("cypher", "search", "no such words", "--json")) == []


def test_show_prints_what_is_pasted_and_a_link_that_holds_it(ringfinder: Command) -> None:
    file = Library.open().find(T1)
    assert ringfinder("cypher", "show", "t01").out == file.text.rstrip("\n") + "\n"
    changed = ringfinder("cypher", "show", "t01", "--param", "least=5").out
    assert "households >= toInteger(5)" in changed
    assert "toFloat(0.5)" in changed
    assert "$" not in changed
    link = ringfinder("cypher", "show", "t01", "--param", "least=5", "--link").out.strip()
    assert link.startswith(BROWSER + "?cmd=edit&arg=")
    assert _opened(link) == changed.rstrip("\n")
    said = _json(ringfinder("cypher", "show", "t01", "--json"))
    assert (said["id"], said["statement"]) == (T1, file.statement)
    assert {one["name"]: one["default"] for one in said["params"]} == file.values()


def _opened(link: str) -> str:
    """What a link puts into Browser's editor."""
    asked = urllib.parse.parse_qs(urllib.parse.urlsplit(link).query, strict_parsing=True)
    assert asked["cmd"] == ["edit"]
    return asked["arg"][0]


def test_a_name_that_is_none_or_several_is_told(ringfinder: Command) -> None:
    for name, near in (("t01-shared-contakt", "t01-shared-contact"), ("components-gds-", "components-gds")):
        done = ringfinder("cypher", "show", name)
        assert done.code == 2
        assert near in done.err
    assert ringfinder("cypher", "run", "t01", "--param", "nobody=1").code == 2
    assert ringfinder("cypher", "run", "t01", "--param", "least=many").code == 2


def test_run_says_how_many_there_are(ringfinder: Command, site: Site) -> None:
    whole = _json(ringfinder("cypher", "run", "t01", "--json"))
    assert whole["of"] == len(whole["rows"]) > 1
    cut = _json(ringfinder("cypher", "run", "t01", "--param", "limit=1", "--json"))
    assert (len(cut["rows"]), cut["of"], cut["params"]["limit"]) == (1, whole["of"], 1)
    assert cut["rows"] == whole["rows"][:1]
    text = ringfinder("cypher", "run", "t01", "--param", "limit=1", "--lang", "en")
    assert text.out.rstrip().endswith(f"1 of {whole['of']}")
    assert whole["rows"][0]["caption"] in text.out
    zh = ringfinder("cypher", "run", "t01", "--param", "limit=1", "--lang", "zh")
    assert zh.out.rstrip().endswith(f"1 行，共 {whole['of']}")
    none = ringfinder("cypher", "run", "t01", "--param", "least=99", "--lang", "en")
    assert none.out.rstrip().endswith("0 of 0")


def test_run_prints_csv(ringfinder: Command, site: Site) -> None:
    rows = _json(ringfinder("cypher", "run", "t01", "--json"))["rows"]
    done = ringfinder("cypher", "run", "t01", "--csv")
    read = list(csv.DictReader(io.StringIO(done.out)))
    assert [one["key"] for one in read] == [one["key"] for one in rows]
    assert read[0]["requests"].split("; ") == rows[0]["requests"]
    assert list(read[0]) == [name for name, _ in Library.open().find(T1).returns]


def test_run_draws_no_raw_value(ringfinder: Command, site: Site) -> None:
    """The graph is masked: neither rows nor pictures hold a phone."""
    for name in ("t01", f"{T1}.picture"):
        done = ringfinder("cypher", "run", name, "--json")
        assert done.code == 0, done.err
        assert "****" in done.out
        assert '"value"' not in done.out


def test_one_s_own_query_is_run_and_a_bad_one_refused(ringfinder: Command, site: Site, tmp_path: Path) -> None:
    head = (
        "// id: mine\n// version: 1\n// title: 我 | Mine\n// purpose: 数 | Counts.\n// category: own\n// mode: read\n"
        "// maturity: tried\n// returns: n INTEGER\n\n"
    )
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.cypher").write_text(head + "MATCH (r:Ring) RETURN count(r) AS n", encoding="utf-8")
    assert _json(ringfinder("cypher", "run", "mine", "--folder", own, "--json"))["rows"][0]["n"] > 0
    (own / "mine.cypher").write_text(head + "MATCH (r:Ring) DETACH DELETE r RETURN 1 AS n", encoding="utf-8")
    done = ringfinder("cypher", "run", "mine", "--folder", own)
    assert done.code == 2
    assert "would write" in done.err
    slow = "UNWIND range(1, 100000) AS x UNWIND range(1, 100000) AS y WITH x WHERE x % 7 = 8 RETURN count(x) AS n"
    (own / "mine.cypher").write_text(head + slow, encoding="utf-8")
    done = ringfinder("cypher", "run", "mine", "--folder", own, "--timeout", "0.5")
    assert done.code == 3
    assert "took longer" in done.err


def test_a_server_that_is_away_is_told(ringfinder: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_NEO4J_URL", "bolt://127.0.0.1:1")
    done = ringfinder("cypher", "run", "t01")
    assert done.code == 3
    assert "127.0.0.1:1" in done.err


def _collected(ringfinder: Command) -> dict[str, dict[str, Any]]:
    """Sync, collect, and hand back all leads by their name."""
    synced = ringfinder("neo4j", "sync", "--scope", "all")
    assert synced.code == 0, synced.err
    done = ringfinder("leads", "--collect", "--json", "--lang", "en")
    assert [line.split()[1].rstrip(":") for line in done.err.splitlines() if line.startswith("run-")] == LEADS
    return {one["lead_id"]: one for one in _json(done)}


def test_leads_keep_their_name_over_runs(ringfinder: Command, made: Site, workspace: Path, tmp_path: Path) -> None:
    first = _collected(ringfinder)
    assert {one["pattern"] for one in first.values()} == set(LEADS)
    assert {(one["first_run"], one["last_run"]) for one in first.values()} == {("run-000001", "run-000001")}
    # collected again, nothing is new
    again = ringfinder("leads", "--collect", "--json", "--lang", "en")
    assert {one["lead_id"]: one for one in _json(again)} == first
    assert ", 0 of them new" in again.err
    assert not [line for line in again.err.splitlines() if line.startswith("run-") and " 0 of them new" not in line]

    # the insurer learns that a payee is an employer: a lead is gone
    account = next(one for one in first.values() if one["pattern"].startswith("patterns/t06"))
    payee = _rows(made.tables, account)[0]["payout_account"]
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "known_attributes.csv").write_text(
        f"kind,value,class\nbank_account,{payee},employer\n", encoding="utf-8"
    )
    assert ringfinder("load", tmp_path / "more").code == 0
    assert ringfinder("detect").code == 0
    second = _collected(ringfinder)
    assert second.keys() == first.keys()
    gone = {name for name, one in second.items() if one["last_run"] == "run-000001"}
    assert gone == {account["lead_id"]}
    assert {one["first_run"] for one in second.values()} == {"run-000001"}
    assert {one["last_run"] for name, one in second.items() if name not in gone} == {"run-000002"}
    # as each run had them
    assert len(_json(ringfinder("leads", "--run", "run-000001", "--json"))) == len(first)
    assert len(_json(ringfinder("leads", "--run", "2", "--json"))) == len(first) - 1


def _rows(tables: Path, lead: dict[str, Any]) -> list[dict[str, str]]:
    """The requests of a lead as they were handed over."""
    with (tables / "surrender_requests.csv").open(encoding="utf-8", newline="") as lines:
        return [row for row in csv.DictReader(lines) if row["request_id"] in lead["finding"]["requests"]]


def test_leads_are_listed_with_their_rows_and_a_link(ringfinder: Command, workspace: Path, driver: Driver) -> None:
    nothing = ringfinder("leads")
    assert nothing.code == 2
    assert "--collect" in nothing.err
    assert ringfinder("leads", "--collect").code == 2, "the graph is empty"
    leads = _collected(ringfinder)
    for lead in leads.values():
        assert lead["finding"]["rows"]
        assert "of" not in lead["finding"]
        text = _opened(lead["browser"])
        assert f"// {lead['pattern']}.picture\n" in text
        assert f"key = '{lead['identity']['key']}'" in text
        assert driver.execute_query(text).records, "what the link opens draws something"
    for language, says in (("en", "never verdicts"), ("zh", "不是结论")):
        shown = ringfinder("leads", "--lang", language)
        assert says in shown.out
        assert all(name in shown.out for name in list(leads)[:3])
    few = _json(ringfinder("leads", "--pattern", "t01", "--json"))
    assert {one["pattern"] for one in few} == {T1}
    assert ringfinder("leads", "--collect", "--pattern", "rings").code == 2
    assert "finds no leads" in ringfinder("leads", "--collect", "--pattern", "rings").err


def test_the_picture_of_a_lead_draws_its_requests(ringfinder: Command, workspace: Path, driver: Driver) -> None:
    for lead in _collected(ringfinder).values():
        picture = Library.open().find(f"{lead['pattern']}.picture")
        drawn = driver.execute_query(picture.statement, picture.values([f"key={lead['identity']['key']}"])).records
        nodes = {node for record in drawn for path in record.values() if path is not None for node in path.nodes}
        requests = {node["request_id"] for node in nodes if "SurrenderRequest" in node.labels}
        assert nodes
        assert requests <= set(lead["finding"]["requests"]) or lead["pattern"].startswith(
            ("patterns/t03", "patterns/t04")
        )
