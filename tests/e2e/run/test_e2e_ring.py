"""One ring in the terminal, as JSON, as a page and as a graph: masked, whole, and in either language."""

import json
import re
from pathlib import Path

import jsonschema
import networkx as nx
import pytest
from tests.e2e.run.conftest import Site
from tests.e2e.run.test_e2e_run_results import raw_values, shown_values
from tests.journals import journalled
from tests.results import PHONE, Command, Results, make_ring
from tests.strict_html import every, read_page

from ringfinder.records.rings import AttributeKey, Ring
from ringfinder.report.evidence import evidence_schema
from ringfinder.store.run_files import MEMBER_SCHEMA, write_rings


def test_it_explains_in_order_with_the_sentence_first(site: Site, ringfinder: Command, results: Results) -> None:
    line = results.evidence()[0]
    text = ringfinder("ring", line["ring_id"]).out
    assert text.splitlines()[0] == f"{line['ring_id']}  {line['summary_en']}"
    places = [text.index(f"{term['weight']:+6.1f}  {term['en']}") for term in line["evidence"] if term["weight"] >= 0]
    assert places == sorted(places)
    for member in line["members"][:60]:
        assert member["request_id"] in text
        assert f"{member['row']['file']}:{member['row']['line']}" in text
    for shared in line["shared"][:40]:
        assert shared["value"] in text
    assert "compared with: usual share" in text or "expected" in text
    assert "█" in text
    assert "born" in text
    assert "never a verdict" in text


def test_it_speaks_chinese(site: Site, ringfinder: Command, results: Results) -> None:
    line = results.evidence()[0]
    text = ringfinder("ring", line["ring_id"], "--lang", "zh").out
    assert text.splitlines()[0] == f"{line['ring_id']}  {line['summary_zh']}"
    for term in line["evidence"]:
        assert term["zh"] in text
        assert term["en"] not in text
    for word in ("依据（按分量排列）", "正当解释的检验", "共用信息", "申请时间", "线索，不是结论"):
        assert word in text


def test_as_json_it_is_the_line_of_the_evidence(site: Site, ringfinder: Command, results: Results) -> None:
    for line in results.evidence()[:3]:
        said = json.loads(ringfinder("ring", line["ring_id"].lower(), "--json").out)
        assert said.pop("run_id") == "run-000001"
        assert said.pop("anchor") is None
        jsonschema.Draft202012Validator(evidence_schema()).validate(said)
        assert said.pop("lineage") == {"status": "born", "before": [], "likeness": 0.0}
        assert line.pop("lineage") is None
        for name in ("score", "members", "money", "summary_zh"):
            assert said[name] == line[name]


def test_page_and_graph_are_whole_and_masked(site: Site, ringfinder: Command, portfolio: Path, tmp_path: Path) -> None:
    ring = site.rings()[0]
    out = tmp_path / "files"
    out.mkdir()
    done = ringfinder("ring", ring.ring_id, "--html", out / "r.html", "--graphml", out / "r.graphml")
    assert done.code == 0, done.err
    root = read_page(out / "r.html")
    links = {one.attributes["href"].removeprefix("#") for one in every(root) if "href" in one.attributes}
    assert links <= {one.attributes["id"] for one in every(root) if "id" in one.attributes}
    assert len([link for link in links if link.startswith("row-")]) == len(
        {row for term in ring.evidence for row in term.rows}
    )
    graph = nx.read_graphml(out / "r.graphml")
    requests = {data["label"] for _, data in graph.nodes(data=True) if data["type"] == "request"}
    assert requests == {member.request_id for member in ring.members}
    assert {path.stat().st_mode & 0o777 for path in out.iterdir()} == {0o600}
    assert not shown_values(out, raw_values(portfolio))
    (out / "terminal.txt").write_text(done.out, encoding="utf-8")
    assert not shown_values(out, raw_values(portfolio))


def test_what_is_revealed_is_journalled_before(
    site: Site, ringfinder: Command, portfolio: Path, tmp_path: Path
) -> None:
    ring = site.rings()[0]
    out = tmp_path / "files"
    out.mkdir()
    done = ringfinder("ring", ring.ring_id, "--reveal", "--purpose", "核查", "--html", out / "r.html")
    assert done.code == 0
    assert any(shared.key.value in done.out for shared in ring.shared)
    assert shown_values(out, raw_values(portfolio))
    (anchor,) = re.findall(r"journalled as ([0-9a-f]{64})", done.out)
    (entry,) = journalled(site.path)
    assert (entry.mac, entry.purpose, entry.object) == (anchor, "核查", f"{ring.ring_id} of run-000001")


@pytest.mark.parametrize("purpose", [(), ("--purpose", " ")])
def test_nothing_is_revealed_without_a_purpose(purpose: tuple[str, ...], site: Site, ringfinder: Command) -> None:
    ring = site.rings()[0]
    done = ringfinder("ring", ring.ring_id, "--reveal", *purpose)
    assert done.code == 2
    assert "--purpose" in done.err
    assert not any(shared.key.value in done.out for shared in ring.shared)
    assert not journalled(site.path)


def test_a_key_reveals_only_with_a_role_that_is_there_for_it(
    site: Site, ringfinder: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = site.rings()[0]
    arguments = ("ring", ring.ring_id, "--reveal", "--purpose", "核查")
    desk, investigator = (
        ringfinder("--workspace", site.path, "keys", "create", "--role", role, "--name", role).out.strip()
        for role in ("desk", "investigator")
    )
    monkeypatch.setenv("RINGFINDER_KEY", desk)
    for command in (arguments, ("why", ring.shared[0].key.value, "--reveal", "--purpose", "核查")):
        done = ringfinder(*command)
        assert (done.code, done.out) == (2, "")
        assert "desk may not see personal data unmasked" in done.err
    assert not [one for one in journalled(site.path) if one.action == "reveal"]
    monkeypatch.setenv("RINGFINDER_KEY", investigator)
    done = ringfinder(*arguments)
    assert done.code == 0
    assert any(shared.key.value in done.out for shared in ring.shared)
    (entry,) = [one for one in journalled(site.path) if one.action == "reveal"]
    assert (entry.actor, entry.key_id, entry.role) == ("investigator", investigator[3:15], "investigator")


def replaced(site: Site, ring: Ring) -> None:
    """Put a ring made by hand, with everything that a ring can hold, into the run."""
    write_rings(site.path / "runs" / "run-000001", [ring], [("一句", "a sentence")], MEMBER_SCHEMA.empty_table(), ())


def test_everything_that_a_ring_holds_is_told_in_the_order_in_which_it_is_read(site: Site, ringfinder: Command) -> None:
    replaced(site, make_ring())
    text = ringfinder("ring", "RF-AAAAAAAA").out
    parts = (
        "RF-AAAAAAAA  4 unrelated people, 2 phones, 1 payee account, 4 days",
        "alert · shared contact · score 12.5 · q 0.012",
        "at risk 12,345.67 yuan",
        "Reasons, weightiest first",
        "+9.1  4 people share 138****0000",
        "compared with: usual share 3.1 %; 4 rows",
        "What speaks for the members",
        "-0.8  1 of them has recorded kin.",
        "Honest explanations",
        "ruled out: No recorded kin.",
        "not ruled out: 2 share an employer.",
        "What remains without one value",
        "without the phone 138****0000: score 11.5 (was 12.5)",
        "What would change this",
        "If 2 were kin: no alarm.",
        "Who is central",
        "phone 138****0000: on 62% of the shortest paths",
        "applicant P00000: on 12%",
        "Shared values",
        "4 member requests",
        "When the requests came",
        "Around the ring",
        "delegate 440****3X: 3 requests",
        "Linked rings",
        "RF-ZZZZZZZZ: 2 requests of this ring show its phone 138****0000",
        "Since the run before",
        "grew: from RF-YYYYYYYY (likeness of people 0.75)",
    )
    places = [text.find(part) for part in parts]
    assert -1 not in places, parts[places.index(-1)]
    assert places == sorted(places)
    assert PHONE.value not in text


def test_hostile_values_do_not_reach_the_terminal(site: Site, ringfinder: Command) -> None:
    hostile = "\x1b]0;owned\x07[bold]x[/bold]\r"
    replaced(site, make_ring(keys=(AttributeKey("device", hostile),), prefix=hostile))
    done = ringfinder("ring", "RF-AAAAAAAA", "--reveal", "--purpose", "test")
    assert done.code == 0
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f]", done.out)
    assert "[bold]x[/bold]" in done.out, "markup in a value stays text"


def test_a_giant_ring_says_how_much_of_it_is_shown(site: Site, ringfinder: Command) -> None:
    replaced(site, make_ring(size=500))
    text = ringfinder("ring", "RF-AAAAAAAA").out
    assert "60 of 500 shown" in text
    assert len(text.splitlines()) < 200
