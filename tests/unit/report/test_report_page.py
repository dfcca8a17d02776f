"""`index.html`: strict markup, no network, nothing hostile gets out, both languages, a bounded size."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from tests.results import ACCOUNT, PHONE, make_detection, make_ring
from tests.strict_html import Element, every, read_page

from ringfinder.records.rings import AttributeKey, Ring, Tier
from ringfinder.report.masking import Masker
from ringfinder.report.page import MOST_DETAILED, MOST_LISTED, write_page, write_ring_page
from ringfinder.report.results import Account

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
HOSTILE = (
    "<script>alert(1)</script>",
    "'\"><img src=x onerror=alert(1)>",
    "</title></svg></style></script>{{ 7*7 }}{% raw %}",
    "\u202e13812340000\x00\x1b[31m",
    "javascript:alert(1)//&#60;b&#62;",
)


def ring_name(number: int) -> str:
    return "RF-" + "".join(BASE32[number // 32**place % 32] for place in range(8))


def page(path: Path, *rings: Ring, account: Account = ACCOUNT, reveal: bool = False, title: str = "数据") -> Element:
    file = path / "index.html"
    write_page(file, make_detection(*rings), account, Masker.of(rings, reveal=reveal), title=title)
    assert file.stat().st_mode & 0o777 == 0o600
    return read_page(file)


def test_markup_is_strict_and_every_link_leads_somewhere(tmp_path: Path) -> None:
    elements = every(page(tmp_path, make_ring(), make_ring("RF-BBBBBBBB", 70, prefix="S", tier=Tier.REVIEW)))
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(set(ids)) == len(ids)
    links = [element.attributes["href"] for element in elements if "href" in element.attributes]
    assert len(links) > 8
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert {name for element in elements for name in element.attributes} & {"src", "style", "srcset", "action"} == set()
    labels = {
        element.attributes[name] for element in elements for name in ("aria-labelledby",) if name in element.attributes
    }
    assert labels <= set(ids)


def test_everybody_can_use_it(tmp_path: Path) -> None:
    elements = every(page(tmp_path, make_ring()))
    by_tag = {tag: [element for element in elements if element.tag == tag] for tag in {one.tag for one in elements}}
    assert all(head.attributes.get("scope") in ("col", "row") for head in by_tag["th"])
    assert all(svg.attributes["role"] == "img" and svg.find_all("title") for svg in by_tag["svg"])
    assert all(one.find_all("input") or one.find_all("select") for one in by_tag["label"])
    assert by_tag["html"][0].attributes["lang"] == "zh-CN"
    assert [one.tag for one in elements if re.fullmatch("h[1-6]", one.tag)][:2] == ["h1", "h2"]
    for element in elements:
        if element.attributes.get("class") == "zh":
            assert element.attributes["lang"] == "zh-CN"


def test_both_languages_say_everything(tmp_path: Path) -> None:
    elements = every(page(tmp_path, make_ring()))
    said = {name: [one for one in elements if one.attributes.get("class") == name] for name in ("zh", "en")}
    assert len(said["zh"]) == len(said["en"]) > 50
    assert all(one.all_text().strip() for one in said["zh"] + said["en"])


def test_the_page_needs_no_network_and_runs_its_own_script_alone(tmp_path: Path) -> None:
    root = page(tmp_path, make_ring())
    text = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|//[a-z]|@import|url\(|fetch\(|XMLHttp|eval\(|innerHTML", text)
    (policy,) = [m.attributes["content"] for m in root.find_all("meta") if "http-equiv" in m.attributes]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        (element,) = root.find_all(tag)
        digest = base64.b64encode(hashlib.sha256(element.text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert not [name for one in every(root) for name in one.attributes if name.startswith("on")]


@pytest.mark.parametrize("reveal", [False, True])
def test_hostile_values_stay_text(tmp_path: Path, *, reveal: bool) -> None:
    keys = tuple(AttributeKey("device", value) for value in HOSTILE)
    tame = tuple(AttributeKey("device", f"tame-device-{n}") for n in range(len(keys)))
    calm = page(tmp_path, make_ring(keys=tame), reveal=reveal)
    rings = [make_ring(keys=keys, prefix=value) for value in HOSTILE]
    account = Account(ACCOUNT.tallies, HOSTILE[0], ACCOUNT.as_of, HOSTILE)
    for ring in rings:
        wild = page(tmp_path, ring, account=account, title=HOSTILE[0] + HOSTILE[2], reveal=reveal)
        shape = [(one.tag, sorted(one.attributes)) for one in every(wild) if one.tag not in ("p", "bdi")]
        assert shape == [(one.tag, sorted(one.attributes)) for one in every(calm) if one.tag not in ("p", "bdi")]
        text = (tmp_path / "index.html").read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert not re.search("[\x00-\x08\x1b]", text)
        assert "49" not in wild.find_all("title")[0].text, "no template inside a value is rendered"
    if reveal:
        assert HOSTILE[1] in wild.all_text()


def test_what_turns_the_direction_of_text_is_kept_apart(tmp_path: Path) -> None:
    root = page(tmp_path, make_ring(prefix="\u202e"), title="\u202eevil")
    for element in every(root):
        if "\u202e" in element.text:
            assert element.tag in ("bdi", "title"), element.tag


def test_values_are_masked_unless_revealed(tmp_path: Path) -> None:
    ring = make_ring()
    masked = page(tmp_path, ring).all_text()
    assert "138****0000" in masked
    assert "138****0000#2" in masked
    assert PHONE.value not in masked
    shown = page(tmp_path, ring, reveal=True).all_text()
    assert PHONE.value in shown
    assert "未脱敏" in shown
    assert "未脱敏" not in masked


def test_a_ring_shows_its_reasons_in_order_with_counts_rows_and_what_speaks_against(tmp_path: Path) -> None:
    ring = make_ring()
    root = page(tmp_path, ring)
    (article,) = root.find_all("article")
    text = article.all_text()
    assert text.index("4 people share") < text.index("1 of them has recorded kin.")
    for part in (
        "+9.1",
        "-0.8",
        "12,345.67",
        "3.1 %",
        "排除",
        "not ruled out",
        "2 share an employer.",
        "If 2 were kin",
    ):
        assert part in text
    for part in ("What speaks for the members", "62 %", "P00000", "RF-ZZZZZZZZ", "RF-YYYYYYYY", "grew"):
        assert part in text
    reasons = article.find_all("ol")[0]
    assert [link.attributes["href"] for link in reasons.find_all("a")] == [f"#{ring.ring_id}-{n}" for n in range(1, 5)]
    members = article.find_all("table")[-1].find_all("tr")[1:]
    assert [row.attributes["id"] for row in members] == [f"{ring.ring_id}-{n}" for n in range(1, 5)]
    assert "4 unrelated people, 2 phones, 1 payee account, 4 days" in text


def test_the_page_reminds_and_never_judges(tmp_path: Path) -> None:
    text = page(tmp_path, make_ring()).all_text().lower()
    assert "线索" in text
    assert "never verdicts" in text
    assert "often a victim" in text
    for word in ("insurance fraud", "fraudster", "骗保", "保险欺诈", "保险诈骗", "criminal", "guilty", "犯罪"):
        assert word not in text


def test_many_rings_stay_a_small_page_that_says_how_many_it_shows(tmp_path: Path) -> None:
    rings = [make_ring(ring_name(n), 25, score=400.0 - n, prefix=f"N{n}-") for n in range(MOST_LISTED + 5)]
    root = page(tmp_path, *rings)
    assert (tmp_path / "index.html").stat().st_size < 5_000_000
    assert len(root.find_all("article")) == MOST_DETAILED
    text = root.all_text()
    assert f"{MOST_LISTED} of {MOST_LISTED + 5} are listed" in text
    assert f"{MOST_DETAILED} of {MOST_LISTED + 5} are shown in full" in text


def test_one_giant_ring_is_shown_in_part(tmp_path: Path) -> None:
    root = page(tmp_path, make_ring(size=3000))
    assert (tmp_path / "index.html").stat().st_size < 500_000
    text = root.all_text()
    assert "60 of 3000 requests" in text
    assert "6 of 3000 rows" in text
    assert "110 / 3000" in text


def test_heavy_details_end_before_the_page_gets_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ringfinder.report.page.MOST_DETAIL_BYTES", 60_000)
    root = page(tmp_path, *(make_ring(ring_name(n), 20, prefix=f"N{n}-") for n in range(30)))
    shown = len(root.find_all("article"))
    assert 0 < shown < 30
    assert f"{shown} of 30 are shown in full" in root.all_text()


def test_a_run_without_rings_says_so(tmp_path: Path) -> None:
    text = page(tmp_path).all_text()
    assert "No candidate reached the review tier" in text
    assert "2 rows were rejected" in text
    assert "1 kinds of evidence were off" in text


def single(path: Path, ring: Ring, *, reveal: bool = False) -> Element:
    file = path / "ring.html"
    write_ring_page(file, ring, Masker.of([ring], reveal=reveal), note="run-000001")
    assert file.stat().st_mode & 0o777 == 0o600
    return read_page(file)


def test_a_page_of_one_ring_leads_from_each_reason_to_its_rows_and_back(tmp_path: Path) -> None:
    ring = make_ring()
    root = single(tmp_path, ring)
    elements = every(root)
    ids = [element.attributes["id"] for element in elements if "id" in element.attributes]
    assert len(set(ids)) == len(ids)
    links = {element.attributes["href"].removeprefix("#") for element in elements if "href" in element.attributes}
    assert links <= set(ids)
    (reasons,) = root.find_all("ol")
    assert [link.attributes["href"] for link in reasons.find_all("a")] == [f"#row-{number}" for number in range(1, 5)]
    rows = [row for row in root.find_all("tr") if row.attributes.get("id", "").startswith("row-")]
    assert [row.find_all("a")[0].attributes["href"] for row in rows] == [f"#{ring.ring_id}-why-1"] * 4
    assert [row.find_all("td")[4].all_text() for row in rows] == ["2", "3", "4", "5"], "the line in the file"
    assert "run-000001" in root.all_text()
    assert root.find_all("svg")


@pytest.mark.parametrize("value", HOSTILE)
def test_a_page_of_one_ring_needs_no_network_and_keeps_hostile_values_text(tmp_path: Path, value: str) -> None:
    ring = make_ring(keys=(AttributeKey("device", value),), prefix=value)
    root = single(tmp_path, ring, reveal=True)
    text = (tmp_path / "ring.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|@import|url\(|fetch\(|XMLHttp|eval\(|innerHTML", text)
    assert "<script>alert" not in text
    assert len(root.find_all("script")) == 1
    assert "未脱敏" in root.all_text()


def test_a_page_of_one_giant_ring_stays_small(tmp_path: Path) -> None:
    root = single(tmp_path, make_ring(size=5000))
    assert (tmp_path / "ring.html").stat().st_size < 2_000_000
    assert "2000 of 5000 rows are listed" in root.all_text()


def test_a_link_to_another_ring_leads_there_only_where_it_is_shown(tmp_path: Path) -> None:
    first = make_ring("RF-ZZZZZZZZ", 3, prefix="Z")
    root = page(tmp_path, first, make_ring(prefix="S"))
    links = [one.attributes["href"] for one in root.find_all("article")[1].find_all("a")]
    assert "#RF-ZZZZZZZZ" in links
