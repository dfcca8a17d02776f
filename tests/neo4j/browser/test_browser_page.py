"""What an analyst does in Neo4j Browser works: log in, paste, draw, drop files, follow a link, play the guide."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit

import pytest
from docs import browser_files
from neo4j import Driver, Record
from neo4j.graph import Node, Path
from playwright.sync_api import Browser
from tests.neo4j.browser.grass import style
from tests.neo4j.browser.page import Desk, cells, columns, drawn, streamed
from tests.neo4j.conftest import Server

from ringfinder.neo4j.library import CypherFile

ROWS = ("patterns/t01-shared-contact", "investigate/rings", "analysis/shared-values")
PICTURES = ("patterns/t01-shared-contact.picture", "investigate/ring-picture")
FIVE = (*ROWS, *PICTURES)
BROWSERS_OWN = {"fonts.googleapis.com", "cdn.segment.com", "canny.io", "o110884.ingest.sentry.io"}
"""What Browser 5.24 of the Community edition asks outside, whatever is set; Sentry is told the page's address."""
GRASS = browser_files.FOLDER / "ringfinder.grass"
_SLIDE = "head => document.querySelector('[data-testid=\"guidesDrawer\"]').innerText.includes(head)"
_PARAM = re.compile(r"^(:param )", re.MULTILINE)


@pytest.fixture(scope="module")
def ring_id(loaded: Driver) -> str:
    """The ring with the highest score."""
    found = loaded.execute_query("MATCH (g:Ring) RETURN g.ring_id AS id ORDER BY g.score DESC, g.key LIMIT 1").records
    return str(found[0]["id"])


def about(name: str, ring_id: str) -> CypherFile:
    """A file of the library, with that ring in place of none."""
    file = browser_files.LIBRARY.find(name)
    return replace(
        file,
        text=file.text.replace(":param ring_id => ''", f":param ring_id => '{ring_id}'"),
        params=tuple(replace(one, default=f"'{ring_id}'") if one.name == "ring_id" else one for one in file.params),
    )


def asked(driver: Driver, file: CypherFile) -> list[Record]:
    """What the driver returns for it."""
    return driver.execute_query(file.statement, file.values()).records


def nodes(records: list[Record]) -> list[Node]:
    """All nodes of a picture, each once."""
    found: dict[str, Node] = {}
    for record in records:
        for cell in record.values():
            for node in cell.nodes if isinstance(cell, Path) else [cell] if isinstance(cell, Node) else []:
                found[node.element_id] = node
    return list(found.values())


def same_as_the_driver(desk: Desk, text: str, records: list[Record]) -> None:
    """Run a text that is one statement, and compare the picture or the table."""
    frame = desk.run(text)
    expected = nodes(records)
    if expected:
        assert len(drawn(frame)) == len(expected) <= 300
    assert streamed(frame) == len(records) > 0
    if not expected:
        assert columns(frame)[1:] == records[0].keys()
        assert shown(cells(frame)[1]) == str(records[0][0])


def shown(cell: str) -> str:
    """A cell without Browser's quotes."""
    return cell.strip().strip('"')


def test_it_logs_in_and_asks_for_no_consent(desk: Desk) -> None:
    assert desk.page.title().startswith("neo4j@bolt://")
    assert desk.page.get_by_text("product usage").count() == 0
    assert desk.page.locator('[data-testid="errorBanner"]').count() == 0


@pytest.mark.parametrize("name", FIVE)
def test_a_file_pasted_as_it_is_runs_but_browser_shows_no_result(clean: Desk, ring_id: str, name: str) -> None:
    file = about(name, ring_id)
    assert set(clean.run_script(file.text)) == {"success"}
    frame = clean.page.locator('[data-testid="frame"]').first
    titles = frame.locator('[data-testid="multi-statement-list-title"]')
    assert titles.count() == len(file.params) + 1
    titles.last.click()
    assert "SUCCESS" in frame.locator('[data-testid="multi-statement-list-content"]').inner_text()
    assert frame.locator("g.node, tbody").count() == 0


@pytest.mark.parametrize("name", FIVE)
def test_params_first_then_the_file_with_its_param_lines_as_comments(
    clean: Desk, loaded: Driver, ring_id: str, name: str
) -> None:
    file = about(name, ring_id)
    lines = "\n".join(line for line in file.text.splitlines() if line.startswith(":param"))
    if len(file.params) > 1:
        assert set(clean.run_script(lines)) == {"success"}
    else:
        clean.run(lines)
    same_as_the_driver(clean, _PARAM.sub(r"// \1", file.text), asked(loaded, file))


@pytest.mark.parametrize("name", FIVE)
def test_the_text_of_a_saved_query_needs_nothing_before_it(
    clean: Desk, loaded: Driver, ring_id: str, name: str
) -> None:
    file = about(name, ring_id)
    clean.run(":params {}")
    text = browser_files.filled(file, ())
    assert "$" not in text
    same_as_the_driver(clean, text, asked(loaded, file))


def test_a_ring_is_drawn_in_our_colours(clean: Desk, loaded: Driver, ring_id: str) -> None:
    clean.drop(GRASS.name, GRASS.read_bytes())
    clean.page.wait_for_selector("text=:style")
    file = about("investigate/ring-picture", ring_id)
    frame = clean.run(browser_files.filled(file, ()))
    expected = [style(node.labels) for node in nodes(asked(loaded, file))]
    assert Counter(drawn(frame)) == Counter((one["color"], one["border-color"]) for one in expected)
    # Browser gives its own colours to a label whose rule has none as soon as the legend shows it.
    before = drawn(frame)
    frame.locator('[data-testid="vizInspector"]').get_by_text("Flagged").click()
    assert Counter(drawn(clean.run(browser_files.filled(file, ())))) == Counter(before)


def test_the_saved_queries_are_imported_into_folders(clean: Desk) -> None:
    clean.drop("saved-queries.zip", browser_files.saved_queries())
    clean.open_drawer("Favorites")
    page = clean.page
    for category, folder in browser_files.FOLDERS.items():
        page.click(f'[data-testid="expandFolder-{folder}"]')
        files = [one for one in browser_files.LIBRARY.files if one.category == category and one.part != "count"]
        names = page.locator(f'[data-testid="savedScriptsFolder-{folder}"] [data-testid="savedScriptListItem"]')
        names.nth(len(files) - 1).wait_for()
        assert sorted(names.all_inner_texts()) == sorted(
            browser_files.saved(one).splitlines()[0].removeprefix("// ") for one in files
        )
    page.get_by_text("线索一览 | Rings").first.click()
    assert clean.editor == browser_files.saved(browser_files.LIBRARY.find("investigate/rings"))
    clean.open_drawer("Favorites")


def test_a_link_opens_with_the_query_in_the_editor(browser: Browser, address: str, server: Server) -> None:
    text = browser_files.filled(browser_files.LIBRARY.find("investigate/ring-picture"), ())
    parts = urlsplit(address)
    opened = Desk.open(browser, f"{parts.scheme}://{parts.netloc}/browser/?cmd=edit&arg={quote(text, safe='')}")
    try:
        opened.log_in(server.user, server.password)
        assert opened.editor == text
    finally:
        opened.close()


@pytest.fixture
def guides() -> Iterator[str]:
    """Address of what `docs/browser_files.py --serve` serves, by the one name that Neo4j allows by default."""
    with browser_files.serving(0) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://localhost:{serving.server_port}"
        serving.shutdown()
        thread.join()


def test_the_guide_leads_from_the_top_ring_to_its_evidence(clean: Desk, guides: str) -> None:
    clean.run(":params {}")
    clean.submit(f":guide {guides}/guide.html")
    drawer = clean.page.locator('[data-testid="guidesDrawer"]')
    drawer.get_by_text("从线索到依据").first.wait_for()
    for number, step in enumerate(browser_files.STEPS, 1):
        clean.insist(drawer.locator('[data-testid="guideNextSlide"]'), _SLIDE, f"{number}. {step.zh}")
        blocks = drawer.locator("pre.runnable")
        clean.take(blocks.nth(0))
        assert clean.editor.strip() == browser_files.param_lines(step)
        assert set(clean.run_script()) == {"success"}
        clean.take(blocks.nth(1))
        assert clean.editor.strip() == browser_files.LIBRARY.find(step.file).statement
        frame = clean.run()
        if step.picture == "ring":
            assert drawn(frame)
        assert streamed(frame) > 0, step
    clean.open_drawer("Guides")


def test_the_colours_are_taken_from_an_address_too(clean: Desk, guides: str) -> None:
    clean.run(":style reset")
    clean.submit(f":style {guides}/ringfinder.grass")
    clean.page.wait_for_function(
        "() => (localStorage.getItem('neo4j.grass') || '').includes('node.OrganiserCandidate')"
    )


def test_outside_it_asks_for_its_own_four_addresses_and_tells_them_no_query_and_no_result(
    browser: Browser, address: str, server: Server, loaded: Driver
) -> None:
    ring = loaded.execute_query("MATCH (g:Ring) RETURN g.ring_id AS id, g.caption AS caption LIMIT 1").records[0]
    # One in five openings and one query in a hundred is told to Sentry: by chance, which is taken away here.
    opened = Desk.open(browser, address, script="Math.random = () => 0.0001")
    try:
        opened.log_in(server.user, server.password)
        opened.run(f"MATCH (g:Ring {{key: '{ring['id']}'}}) RETURN g.caption AS caption")
        opened.page.wait_for_timeout(3000)
        outside = opened.outside
    finally:
        opened.close()
    hosts = {urlsplit(request.url).hostname or "" for request in outside}
    assert hosts == BROWSERS_OWN
    for request in outside:
        assert urlsplit(request.headers.get("referer", "")).path in ("", "/")
        told = unquote(request.url + (request.post_data or ""))
        assert [word for word in (server.password, ring["id"], ring["caption"], "MATCH") if word in told] == []


def test_all_that_a_long_session_asks_outside_is_known(desk: Desk) -> None:
    assert {urlsplit(request.url).hostname for request in desk.outside} <= BROWSERS_OWN
