"""Take the pictures of docs/neo4j-guide.md in a real Neo4j Browser, on a made-up portfolio.

`python docs/browser_pictures.py` starts a server of its own in a temporary folder and ends it again. It needs Java,
Chromium, playwright and a Chinese font (apt-get install chromium fonts-wqy-microhei).
"""

from __future__ import annotations

import sys
import tempfile
import threading
from pathlib import Path

from neo4j import GraphDatabase

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from docs import browser_files  # noqa: E402 - the checkout is found only now
from tests.neo4j.browser import graph  # noqa: E402
from tests.neo4j.browser.page import Desk, chromium, drawn  # noqa: E402

from ringfinder.neo4j.server import Running, down, up  # noqa: E402

IMAGES = ROOT / "docs" / "images"
MOST = 200_000
_SETTLED = 6000
"""Milliseconds after which the nodes of a picture have come to rest."""


def take(running: Running) -> None:
    """Walk through the guide and keep what is seen."""
    password = running.password_file.read_text(encoding="utf-8").strip()
    with chromium() as browser, browser_files.serving(0) as guides:
        threading.Thread(target=guides.serve_forever, daemon=True).start()
        desk = Desk.open(browser, running.browser)
        desk.page.fill('[data-testid="username"]', running.user)
        desk.page.fill('[data-testid="password"]', "x" * 32)
        desk.page.wait_for_selector("text=There's a graph waiting for you")
        desk.page.wait_for_timeout(_SETTLED / 3)
        desk.page.evaluate("document.querySelectorAll('*').forEach(one => { one.scrollTop = 0 })")
        keep(desk, "login", 700)
        desk.log_in(running.user, password)
        desk.clear()
        grass = browser_files.FOLDER / "ringfinder.grass"
        desk.drop(grass.name, grass.read_bytes())
        desk.page.wait_for_selector("text=:style")
        for step in browser_files.STEPS:
            if step.picture:
                desk.run_script(browser_files.param_lines(step))
                desk.clear()
                frame = desk.run(browser_files.LIBRARY.find(step.file).statement)
                if step.picture == "ring":
                    drawn(frame)
                    # A picture of so many lines is large.
                    desk.page.set_viewport_size({"width": 1240, "height": 660})
                    frame.locator('[title="Fullscreen"]').click()
                    desk.page.wait_for_timeout(_SETTLED)
                    frame.locator('[aria-label="zoom-to-fit"]').click()
                    desk.page.wait_for_timeout(_SETTLED / 3)
                    keep(desk, step.picture, 660)
                    desk.page.set_viewport_size({"width": 1400, "height": 900})
                    frame.locator('[title="Close fullscreen"]').click()
                else:
                    keep(desk, step.picture, 700)
        desk.clear()
        desk.submit(f":guide http://localhost:{guides.server_port}/guide.html")
        for _ in range(2):
            desk.page.click('[data-testid="guideNextSlide"]')
        desk.page.wait_for_selector("pre.runnable")
        desk.page.locator("pre.runnable").nth(0).click()
        keep(desk, "guide", 760)
        desk.close()
        guides.shutdown()


def keep(desk: Desk, name: str, height: int) -> None:
    """Write one picture."""
    path = IMAGES / f"neo4j-{name}.png"
    desk.page.screenshot(
        path=path,
        clip={"x": 0, "y": 0, "width": (desk.page.viewport_size or {"width": 1400})["width"], "height": height},
    )
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size:,} bytes")
    if size > MOST:
        sys.exit(f"{path} is too large: at most {MOST:,} bytes")


def main() -> None:
    """Start, load, take the pictures, end."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        running = up(home, distribution=ROOT / "ringfinder-neo4j" / "server", bolt_port=0, http_port=0, heap="1g")
        try:
            password = running.password_file.read_text(encoding="utf-8").strip()
            with GraphDatabase.driver(
                running.uri, auth=(running.user, password), notifications_min_severity="OFF"
            ) as driver:
                graph.load(driver, graph.projected(Path(folder)), Path(folder) / "sync")
            take(running)
        finally:
            down(home)


if __name__ == "__main__":
    main()
