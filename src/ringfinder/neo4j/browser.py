"""Statements as Browser takes them: one at a time, with their parameters in place, and as a link that opens there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from ringfinder.neo4j.library import CypherFile

RING_PICTURE = "investigate/ring-picture"
# A parameter, or a text, comment or name in quotes, in which `$` stands for itself.
_TOKEN = re.compile(
    r"\$([A-Za-z_][A-Za-z0-9_]*)|'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`|//[^\n]*|/\*.*?\*/", re.DOTALL
)


def literal(value: str | float | bool) -> str:  # noqa: FBT001 - a value of any kind
    """A value as Cypher writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
    return json.dumps(value)


def with_literals(statement: str, literals: Mapping[str, str]) -> str:
    """A statement with Cypher literals in place of the parameters that they are given for."""
    return _TOKEN.sub(lambda one: literals.get(one[1], one[0]) if one[1] else one[0], statement)


def as_pasted(file: CypherFile, values: Mapping[str, str | int | float | bool]) -> str:
    """A file with these parameters, to be pasted into Browser.

    They stand in the text as literals: of several statements at once, `:param` lines among them, Browser shows
    neither rows nor picture.
    """
    statement = with_literals(file.statement, {name: literal(value) for name, value in values.items()})
    return f"// {file.zh} | {file.en}\n// {file.id}\n{statement}"


def link(browser: str, file: CypherFile, values: Mapping[str, str | int | float | bool]) -> str:
    """Address that opens a file in Browser's editor; whoever follows it looks before they run it."""
    parts = urlsplit(browser)
    base = urlunsplit((parts.scheme, parts.netloc, "/browser/", "", ""))
    return f"{base}?cmd=edit&arg={quote(as_pasted(file, values), safe='')}"
