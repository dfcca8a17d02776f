"""The mapping of an insurer's own names: a small TOML file, checked strictly.

timezone = "Asia/Shanghai"

[tables.surrender_requests]
file = "TB_SURR.csv"              # or sheet = "...", source = "schema.table" for a database
money_unit = "yuan"               # or "fen"
date_format = "%d/%m/%Y"
[tables.surrender_requests.columns]
request_id = "受理编号"
[tables.surrender_requests.values.kind]
"协退" = "negotiated"
"""

from __future__ import annotations

import difflib
import hashlib
import json
import time
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ringfinder.errors import InputError
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.tables import TABLES

DEFAULT_TIMEZONE = "Asia/Shanghai"
MONEY_UNITS = {"yuan": 100, "fen": 1, "wan": 1_000_000}
_TEXTS = ("file", "sheet", "source", "date_format")


@dataclass(frozen=True)
class TableMapping:
    """How one table of the contract is found and read.

    Parameters
    ----------
    file, sheet, source
        Where it is, if not under its own name: file and sheet of a folder, table of a database.
    columns
        Column of the contract -> the insurer's header.
    values
        Column of the contract -> the insurer's value -> value of the contract.
    date_format
        `strptime` format tried before all others.
    money_unit
        What a number in a money column counts: yuan, fen or wan.
    """

    file: str = ""
    sheet: str = ""
    source: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    date_format: str = ""
    money_unit: str = "yuan"


@dataclass(frozen=True)
class HeaderMapping:
    """A whole mapping; the default one maps nothing."""

    tables: Mapping[str, TableMapping] = field(default_factory=dict)
    timezone: str = DEFAULT_TIMEZONE

    def of(self, table: str) -> TableMapping:
        """Mapping of one table."""
        return self.tables.get(table, TableMapping())

    @property
    def sources(self) -> dict[str, str]:
        """Table of the contract -> table of a database, where the mapping names one."""
        return {name: table.source for name, table in self.tables.items() if table.source}

    @property
    def hash(self) -> str:
        """Hash of what the mapping says (not of how the file is written)."""
        said = {
            name: [
                *(table.file, table.sheet, table.source, table.date_format, table.money_unit),
                dict(table.columns),
                {column: dict(values) for column, values in table.values.items()},
            ]
            for name, table in self.tables.items()
        }
        return hashlib.sha256(json.dumps([self.timezone, said], sort_keys=True).encode()).hexdigest()


def load_mapping(path: Path) -> HeaderMapping:
    """Read a mapping file.

    Raises
    ------
    InputError
        Naming the key that is unknown or of the wrong type, with the nearest known one.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(f"no mapping file {path}", remedy="make one with: ringfinder mapping suggest FILE") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder, not a mapping file", remedy="name the TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid TOML: {error}", remedy="mend the line that is named") from None
    _known(given, ("timezone", "tables"), str(path), "")
    zone = given.get("timezone", DEFAULT_TIMEZONE)
    try:
        ZoneInfo(str(zone))
    except (ZoneInfoNotFoundError, ValueError):
        raise InputError(f"{path}: timezone {zone!r} is unknown", remedy='such as "Asia/Shanghai"') from None
    tables = _section(given, "tables", str(path), "")
    _known(tables, TABLES, str(path), "tables")
    return HeaderMapping({name: _table(name, tables, str(path)) for name in tables}, str(zone))


def _table(name: str, tables: Mapping[str, Any], path: str) -> TableMapping:
    where = f"tables.{name}"
    given = _section(tables, name, path, "tables")
    _known(given, (*_TEXTS, "columns", "values", "money_unit"), path, where)
    for key in (*_TEXTS, "money_unit"):
        if not isinstance(given.get(key, ""), str):
            raise InputError(f"{path}: {where}.{key} is not text", remedy=f'write {key} = "..."')
    unit = given.get("money_unit", "yuan")
    if unit not in MONEY_UNITS:
        raise InputError(f"{path}: {where}.money_unit is {unit!r}", remedy=f"one of {', '.join(MONEY_UNITS)}")
    contract = TABLES[name].by_name
    _date_format(given.get("date_format", ""), path, where)
    columns = _section(given, "columns", path, where)
    _known(columns, contract, path, f"{where}.columns")
    _texts(columns, path, f"{where}.columns")
    values = _section(given, "values", path, where)
    choices = [column for column, declared in contract.items() if declared.kind is ColumnKind.CHOICE]
    _known(values, choices, path, f"{where}.values")
    for column in values:
        chosen = _section(values, column, path, f"{where}.values")
        _texts(chosen, path, f"{where}.values.{column}")
        for value in chosen.values():
            _known({value: ""}, contract[column].choices, path, f"{where}.values.{column}")
    texts = {key: given.get(key, "") for key in _TEXTS}
    return TableMapping(columns=columns, values=values, money_unit=unit, **texts)


def _date_format(written: str, path: str, where: str) -> None:
    try:
        time.strptime("", written)
    except ValueError as error:
        # An empty date fits no format: that alone is no slip. A directive that is none is said to be bad.
        if "bad directive" in str(error) or "stray" in str(error):
            raise InputError(
                f"{path}: {where}.date_format is {written!r}: {error}", remedy='such as "%d/%m/%Y %H:%M"'
            ) from None


def _section(given: Mapping[str, Any], key: str, path: str, where: str) -> Mapping[str, Any]:
    found = given.get(key, {})
    if not isinstance(found, dict):
        place = f"{where}.{key}" if where else key
        raise InputError(f"{path}: {place} is not a table", remedy=f"write [{place}] and its lines below")
    return found


def _texts(given: Mapping[str, Any], path: str, where: str) -> None:
    for key, value in given.items():
        if not isinstance(value, str):
            raise InputError(f"{path}: {where}.{key} is not text", remedy=f'write {key} = "..."')


def _known(given: Iterable[str], known: Iterable[str], path: str, where: str) -> None:
    names = list(known)
    for key in given:
        if key not in names:
            near = difflib.get_close_matches(key, names, n=3) or names[:8]
            place = f"{where}.{key}" if where else key
            raise InputError(f"{path}: {place} is not known", remedy=f"did you mean {', '.join(near)}?")
