"""Statements as Browser takes them: with their parameters in `:param` lines, and as a link that opens there."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from ringfinder.neo4j.library import CypherFile

RING_PICTURE = "investigate/ring-picture"
DEFAULT_BROWSER = "http://127.0.0.1:7474/browser/"


def literal(value: str | float | bool) -> str:  # noqa: FBT001 - a value of any kind
    """A value as Cypher writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
    return json.dumps(value)


def as_pasted(file: CypherFile, values: Mapping[str, str | int | float | bool]) -> str:
    """A file with these parameters, to be pasted into Browser."""
    lines = [f":param {param.name} => {literal(values[param.name])};" for param in file.params]
    return "\n".join([f"// {file.id}: {file.zh} | {file.en}", *lines, "", file.statement])


def link(browser: str, file: CypherFile, values: Mapping[str, str | int | float | bool]) -> str:
    """Address that opens a file in Browser's editor; whoever follows it looks before they run it."""
    parts = urlsplit(browser)
    base = urlunsplit((parts.scheme, parts.netloc, "/browser/", "", ""))
    return f"{base}?cmd=edit&arg={quote(as_pasted(file, values), safe='')}"
