"""Which header of a file is which column of the contract."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ringfinder.errors import InputError
from ringfinder.ingest.mapping import TableMapping
from ringfinder.records.contract import Table

_NOISE = re.compile(r"[\s_\-./()\[\]{}:：*【】]+")


@dataclass(frozen=True, slots=True)
class Headers:
    """Which header is which.

    Parameters
    ----------
    places
        Column of the contract -> its place in the file.
    unknown
        Headers that are no column of the contract.
    written
        All headers as they stand in the file.
    """

    places: Mapping[str, int]
    unknown: tuple[str, ...]
    written: tuple[str, ...]


def plain(header: str) -> str:
    """A header without case, width, spaces and punctuation."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", header)).casefold()


def spellings(table: Table) -> dict[str, str]:
    """Every known header of a table in its plain form, with its column."""
    return {plain(header): column.name for column in table.columns for header in (column.name, *column.zh)}


def match_headers(table: Table, headers: Sequence[str], mapping: TableMapping, file: str) -> Headers:
    """Find each column of the contract among the headers of a file.

    Raises
    ------
    InputError
        If a header stands twice, two headers mean one column, a mapped header is not there, or a
        required column is missing.
    """
    _refuse_repeated(headers, file)
    by_mapping = _mapped(table, headers, mapping, file)
    known = spellings(table)
    places: dict[str, int] = {name: headers.index(header) for name, header in by_mapping.items()}
    unknown = []
    for place, header in enumerate(headers):
        if place in places.values():
            continue
        name = known.get(plain(header))
        if name is None:
            unknown.append(header)
        elif name in places:
            if name not in by_mapping:
                raise InputError(
                    f"{file}: columns {places[name] + 1} ({headers[places[name]]!r}) and {place + 1} "
                    f"({header!r}) both mean {name}",
                    remedy="remove one, or say in a mapping which one counts",
                )
            unknown.append(header)
        else:
            places[name] = place
    _require(table, places, headers, file)
    return Headers(places, tuple(unknown), tuple(headers))


def _refuse_repeated(headers: Sequence[str], file: str) -> None:
    first: dict[str, int] = {}
    for place, header in enumerate(headers, 1):
        if header and header in first:
            raise InputError(
                f"{file}: line 1: header {header!r} stands twice, in columns {first[header]} and {place}",
                remedy="remove or rename one of them",
            )
        first[header] = place


def _mapped(table: Table, headers: Sequence[str], mapping: TableMapping, file: str) -> dict[str, str]:
    for name, header in mapping.columns.items():
        if header not in headers:
            near = difflib.get_close_matches(header, headers, n=3) or list(headers[:6])
            raise InputError(
                f"{file}: the mapping of {table.name}.{name} names {header!r}, no header of the file",
                remedy=f"its headers are like {', '.join(map(repr, near))}",
            )
    return dict(mapping.columns)


def _require(table: Table, places: Mapping[str, int], headers: Sequence[str], file: str) -> None:
    for name in table.required:
        if name not in places:
            column = table.by_name[name]
            names = [column.name, *column.zh]
            near = [header for header in headers if difflib.get_close_matches(header, names, n=1, cutoff=0.5)]
            found = ", ".join(map(repr, near or headers[:8]))
            raise InputError(
                f"{file}: line 1: required column {name} ({' / '.join(column.zh)}) is missing",
                remedy=f"found {found}; if one of these is it: ringfinder mapping suggest {file}",
            )
