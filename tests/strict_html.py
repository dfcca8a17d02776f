"""Reading a page as strictly as a validator: every element closed in order, every id unique, every link kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = {"meta", "input", "br", "link", "img", "hr"}
SVG_EMPTY = {"line", "circle", "rect"}


@dataclass
class Element:
    """An element with its attributes and the text right inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""
    children: list[Element] = field(default_factory=list)

    def find_all(self, tag: str) -> list[Element]:
        found = [child for child in self.children if child.tag == tag]
        return found + [one for child in self.children for one in child.find_all(tag)]

    def all_text(self) -> str:
        return self.text + "".join(child.all_text() for child in self.children)


class StrictReader(HTMLParser):
    """Builds the tree and refuses what is not nested well."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("#document", {})
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), (tag, attrs)
        element = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in SVG_EMPTY, f"<{tag}/> closes nothing in HTML"
        self._open[-1].children.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag, f"</{tag}> inside <{self._open[-1].tag}> at {self.getpos()}"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].text += data

    def close(self) -> None:
        super().close()
        assert len(self._open) == 1, [element.tag for element in self._open]


def read_page(path: Path) -> Element:
    """The tree of a page, once it is well nested."""
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>\n")
    reader = StrictReader()
    reader.feed(text)
    reader.close()
    return reader.root


def every(root: Element) -> list[Element]:
    """All elements below `root`."""
    return [one for child in root.children for one in (child, *every(child))]
