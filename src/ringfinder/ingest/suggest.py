"""A first mapping for a file with headers of its own: by similar names, and by what the values look like."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.errors import InputError
from ringfinder.ingest.headers import plain, spellings
from ringfinder.ingest.raw import RawTable
from ringfinder.ingest.sources import Source, table_named
from ringfinder.records.contract import Column, Table
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.tables import TABLES

_SAMPLE = 2000
_LIKELY = 0.6
_SHAPES = {
    ColumnKind.ID_NO: r"^[0-9]{17}[0-9Xx]$|^[0-9]{15}$",
    ColumnKind.PHONE: r"^(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}$",
    ColumnKind.BANK_ACCOUNT: r"^[0-9 ]{16,23}$",
    ColumnKind.EMAIL: r"^[^@\s]+@[^@\s]+$",
    ColumnKind.DATE: r"^[12][0-9]{3}[-/.年]?[0-9]{1,2}[-/.月]?[0-9]{1,2}",
    ColumnKind.ADDRESS: "[省市区县].*[路街村号]",
    ColumnKind.IP: r"^(?:[0-9]{1,3}[.]){3}[0-9]{1,3}$",
}


@dataclass(frozen=True, slots=True)
class Guess:
    """A column of the contract for a header, how sure, and why."""

    column: str
    header: str
    sure: float
    why: str


def suggest_mapping(path: Path, table: str | None = None) -> str:
    """A mapping file (TOML) for one file, with a remark for each line and for what is left over.

    Raises
    ------
    InputError
        If the file cannot be read, or nothing tells which table it holds.
    """
    if not path.is_file():
        raise InputError(f"no file {path}", remedy="name one file of the extract")
    raw = Source(table or "", path.name, path).read()
    name = table or table_named(path.stem) or _likeliest(raw)
    if name not in TABLES:
        raise InputError(f"no table {name!r}", remedy=f"--table is one of {', '.join(TABLES)}")
    contract = TABLES[name]
    guesses = _guesses(contract, raw)
    lines = [
        f"# A first mapping of {path.name}: read it, mend it, then: ringfinder check FOLDER --mapping THIS",
        f"[tables.{name}]",
        f"file = {_quoted(path.name)}",
        "",
        f"[tables.{name}.columns]",
    ]
    lines += [f"{one.column} = {_quoted(one.header)}  # {one.why}" for one in guesses]
    taken = {one.header for one in guesses}
    lines += [f"# left over: {_quoted(header)}" for header in raw.headers if header not in taken]
    missing = [column for column in contract.required if column not in {one.column for one in guesses}]
    lines += [f"# required and not found: {column} ({' / '.join(contract.by_name[column].zh)})" for column in missing]
    return "\n".join(lines) + "\n"


def _likeliest(raw: RawTable) -> str:
    """The table with most of its headers in the file."""
    headers = {plain(header) for header in raw.headers}
    scores = {name: len(headers & spellings(table).keys()) for name, table in TABLES.items()}
    best = max(scores, key=lambda name: scores[name])
    if not scores[best]:
        raise InputError(
            "nothing tells which table this file holds", remedy=f"say so with --table, one of {', '.join(TABLES)}"
        )
    return best


def _guesses(table: Table, raw: RawTable) -> list[Guess]:
    """The best header for each column; each header serves once."""
    samples = {header: _sample(raw, place) for place, header in enumerate(raw.headers)}
    found = [
        guess
        for column in table.columns
        for header in raw.headers
        if (guess := _guess(column, header, samples[header])) is not None
    ]
    chosen: dict[str, Guess] = {}
    taken: set[str] = set()
    for guess in sorted(found, key=lambda one: -one.sure):
        if guess.column not in chosen and guess.header not in taken:
            chosen[guess.column] = guess
            taken.add(guess.header)
    return [chosen[column.name] for column in table.columns if column.name in chosen]


def _sample(raw: RawTable, place: int) -> pa.Array:
    return raw.cells.column(place).drop_null().slice(0, _SAMPLE).combine_chunks()


def _guess(column: Column, header: str, sample: pa.Array) -> Guess | None:
    names = [plain(name) for name in (column.name, *column.zh)]
    written = plain(header)
    if written in names:
        return Guess(column.name, header, 1.0, "by its name")
    alike = max(difflib.SequenceMatcher(None, written, name).ratio() for name in names)
    shape = _SHAPES.get(column.kind)
    looks = 0.0
    if shape and len(sample):
        looks = float(pc.mean(pc.match_substring_regex(sample, shape)).as_py())
        if looks < _LIKELY / 2:
            return None
    sure = 0.65 * alike + 0.35 * looks if shape else alike
    if sure < _LIKELY:
        return None
    why = f"likely: names {alike:.0%} alike" + (f", {looks:.0%} of the values look like it" if shape else "")
    return Guess(column.name, header, sure, why)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
