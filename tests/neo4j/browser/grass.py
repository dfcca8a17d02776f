"""The style sheet read as Browser reads it: every rule that matches counts, later ones over earlier ones."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from docs import browser_files

_RULE = re.compile(r"([^{}]+)\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")


def rules() -> Mapping[str, Mapping[str, str]]:
    """Every rule, in the order of the file."""
    text = (browser_files.FOLDER / "ringfinder.grass").read_text(encoding="utf-8")
    return {
        selector.strip(): {
            name.strip(): value.strip().strip('"')
            for name, _, value in (line.partition(":") for line in body.split(";") if line.strip())
        }
        for selector, body in _RULE.findall(text)
    }


def style(labels: Iterable[str], tag: str = "node") -> dict[str, str]:
    """What a node with these labels looks like."""
    wanted, found = set(labels), dict[str, str]()
    for selector, props in rules().items():
        kind, *classes = selector.split(".")
        if kind == tag and wanted.issuperset(classes):
            found.update(props)
    return found
