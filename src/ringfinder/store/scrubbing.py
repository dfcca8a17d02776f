"""Texts of the decisions database without what names somebody, whatever table they are in.

The journal is left alone: it holds keys only, and nothing of it may change. So are users and their keys,
and intake, whose rows are taken out as rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Column, Connection, String, Table, bindparam, or_, select, update

from ringfinder.store.schema import metadata

LEFT_ALONE = frozenset(
    {"journal", "intake", "erasures", "erased_keys", "users", "user_roles", "api_keys", "oidc_subjects", "webhooks"}
)

_AT_ONCE = 50


def scrub(connection: Connection, spellings: Sequence[str], tidy: Callable[[str], str]) -> dict[str, int]:
    """Put tidy texts in the place of those that hold one of `spellings`; return cells changed by table."""
    changed: dict[str, int] = {}
    for table, column in _text_columns():
        keys = list(table.primary_key.columns)
        found: dict[tuple[object, ...], str] = {}
        for start in range(0, len(spellings), _AT_ONCE):
            some = [column.contains(one, autoescape=True) for one in spellings[start : start + _AT_ONCE]]
            for *key, text in connection.execute(select(*keys, column).where(or_(*some))):
                found[tuple(key)] = text
        tidied = {key: tidy(text) for key, text in found.items()}
        rows = [
            {**{f"key{place}": part for place, part in enumerate(key)}, "tidy": text}
            for key, text in tidied.items()
            if text != found[key]
        ]
        if rows:
            writing = update(table).where(*(one == bindparam(f"key{place}") for place, one in enumerate(keys)))
            connection.execute(writing.values({column.name: bindparam("tidy")}), rows)
            changed[table.name] = changed.get(table.name, 0) + len(rows)
    return changed


def _text_columns() -> Iterator[tuple[Table, Column[str]]]:
    """Columns of free text; keys and references hold none."""
    for table in metadata.sorted_tables:
        for column in table.columns if table.name not in LEFT_ALONE else ():
            if isinstance(column.type, String) and column.type.length is None and not column.primary_key:
                yield table, column
