"""A logged-in Neo4j Browser in a headless Chromium, driven as an analyst would: paste, run, look, drop a file.

`docs/browser_pictures.py` takes its pictures with it too.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, Request, Route, sync_playwright
from playwright.sync_api import TimeoutError as TookTooLong

CHROMIUM = Path("/usr/bin/chromium")
SIZE = (1400, 900)
PATIENCE = 90_000.0
"""Milliseconds; two cores that others use too are slow."""

_CLICKS = 5
_SOON = 10_000.0
_EDITOR = "document.querySelector('[data-testid=\"activeEditor\"] .view-lines').innerText.trim()"
"""What of the editor's text is in sight."""
_LOOPBACK = ("127.0.0.1", "localhost")
_STREAMED = re.compile(r"Started streaming (\d+) records?")
_DROP = """([name, encoded]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([Uint8Array.from(atob(encoded), c => c.charCodeAt(0))], name));
    return transfer;
}"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium that finds no host but the loopback."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--no-sandbox", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"],
        )
        try:
            yield browser
        finally:
            browser.close()


def _id(name: str) -> str:
    return f'[data-testid="{name}"]'


@dataclass(frozen=True)
class Desk:
    """One page of Neo4j Browser.

    Parameters
    ----------
    outside
        Every request that went elsewhere than to this machine; all of them are refused.
    """

    page: Page
    outside: list[Request] = field(default_factory=list)

    @classmethod
    def open(cls, browser: Browser, address: str, script: str = "") -> Desk:
        """A fresh profile on this address, before the login; the script runs before Browser's own."""
        context = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]})
        context.set_default_timeout(PATIENCE)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        if script:
            context.add_init_script(script)
        desk = cls(context.new_page())
        # playwright would set an attribute on the bound method, and with it on a frozen object.
        context.route(lambda url: urlsplit(url).hostname not in _LOOPBACK, lambda route: desk._refuse(route))  # noqa: PLW0108
        desk.page.on("websocket", lambda socket: desk._local(socket.url))
        desk.page.goto(address)
        desk.page.wait_for_selector(_id("password"))
        return desk

    def close(self) -> None:
        """Close it with its profile."""
        self.page.context.close()

    def log_in(self, user: str, password: str) -> None:
        """Connect, and wait until Browser knows the database."""
        self.page.fill(_id("username"), user)
        self.page.fill(_id("password"), password)
        self.page.click(_id("connect"))
        self.page.wait_for_selector("text=You are connected as user")
        self.page.wait_for_selector("text=:play start")

    def clear(self) -> None:
        """Take all frames away."""
        self.submit(":clear")
        self.page.wait_for_function(f"document.querySelectorAll('{_id('frame')}').length === 0")

    def paste(self, text: str) -> None:
        """Paste into the editor, in place of what is there."""
        self.page.evaluate("text => navigator.clipboard.writeText(text)", text)
        self.page.click(f"{_id('activeEditor')} .view-lines")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.press("Control+V")

    def insist(self, button: Locator, came: str, arg: object = None) -> None:
        """Click until the page shows what the click was for, as a user would: Browser loses one while it draws."""
        for _ in range(_CLICKS):
            button.click()
            try:
                self.page.wait_for_function(came, arg=arg, timeout=_SOON)
            except TookTooLong:
                continue
            return
        self.page.wait_for_function(came, arg=arg)

    def submit(self, text: str = "") -> None:
        """Paste and press the button, or run what stands in the editor: Browser empties it."""
        if text:
            self.paste(text)
        self.insist(self.page.locator(_id("editor-Run")), f"() => !{_EDITOR}")

    def take(self, block: Locator) -> None:
        """Click on a block of a guide: its text comes into the empty editor."""
        self.insist(block, f"() => {_EDITOR}")

    def run(self, text: str = "") -> Locator:
        """Paste and run, or run what stands in the editor; return the new frame with its result."""
        frames = self.page.locator(_id("frame"))
        before = frames.count()
        self.submit(text)
        self.page.wait_for_function(f"n => document.querySelectorAll('{_id('frame')}').length > n", arg=before)
        frame = frames.first
        frame.locator(
            f"{_id('frameStatusbar')}, {_id('multi-statement-list')}, {_id('vizInspector')}, {_id('rawParamData')}"
        ).first.wait_for()
        self.page.wait_for_selector(_id("stopRunFrameButton"), state="detached")
        return frame

    def run_script(self, text: str = "") -> list[str]:
        """The same for several statements; return what Browser says of each: success, error or skipped."""
        frame = self.run(text)
        icons = frame.locator(_id("multi-statement-list-icon"))
        icons.first.wait_for()
        for status in ("waiting", "pending"):
            frame.locator(f'[title="Status: {status}"]').first.wait_for(state="detached")
        return [(icon.get_attribute("title") or "").removeprefix("Status: ") for icon in icons.all()]

    @property
    def editor(self) -> str:
        """What stands in the editor: copied, because it holds only the lines in sight."""
        self.page.click(f"{_id('activeEditor')} .view-lines")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Control+C")
        return str(self.page.evaluate("() => navigator.clipboard.readText()"))

    def drop(self, name: str, content: bytes) -> None:
        """Drop a file onto the page."""
        transfer = self.page.evaluate_handle(_DROP, [name, base64.b64encode(content).decode()])
        self.page.dispatch_event(".filedrop", "drop", {"dataTransfer": transfer})

    def open_drawer(self, name: str) -> None:
        """Open a drawer of the left side: favorites, guides and so on."""
        self.page.click(_id(f"navigation{name}"))

    def _refuse(self, route: Route) -> None:
        self.outside.append(route.request)
        route.abort()

    def _local(self, url: str) -> None:
        assert urlsplit(url).hostname in _LOOPBACK, url


def streamed(frame: Locator) -> int:
    """How many rows the table of a frame says it has."""
    tab = frame.locator(_id("cypherFrameSidebarTable"))
    if tab.count():
        tab.click()
    said = _STREAMED.search(frame.locator(_id("frameStatusbar")).inner_text())
    assert said, frame.inner_text()
    return int(said.group(1))


def cells(frame: Locator) -> list[str]:
    """The first row of a table."""
    return [cell.inner_text() for cell in frame.locator("tbody tr").first.locator("td").all()]


def columns(frame: Locator) -> list[str]:
    """The heads of a table."""
    return [head.inner_text() for head in frame.locator("thead th").all()]


def drawn(frame: Locator) -> list[tuple[str, str]]:
    """Fill and outline of every node in a picture."""
    # Browser opens a frame in the view that was chosen last.
    frame.locator(_id("cypherFrameSidebarVisualization")).click()
    frame.locator("g.node").first.wait_for()
    return [
        (outline.get_attribute("fill") or "", outline.get_attribute("stroke") or "")
        for outline in frame.locator("g.node circle.b-outline").all()
    ]
