"""How long rows of each table are kept: a small TOML file, checked strictly. Nothing set, nothing goes.

[months]
surrender_requests = 120
complaints = 120
runs = 24
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from ringfinder.errors import InputError
from ringfinder.records.tables import TABLES

DATES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "surrender_requests": ("applied_at",),
        "persons": ("updated_at", "contacts_as_of"),
        "contacts": ("until",),
        "contact_changes": ("changed_at",),
        "policies": ("ended_on",),
        "agents": ("left_on",),
        "complaints": ("closed_at", "received_at"),
        "relations": ("updated_at",),
        "visits": ("visited_at",),
        "callbacks": ("called_at",),
        "claims": ("claimed_at",),
        "data_access": ("accessed_at",),
        "known_attributes": ("valid_to",),
        "watchlist": ("valid_to",),
    }
)
"""From which date a row's period runs: the first of these that it has. A row without one never expires.

What is still in force has no such date: a policy runs from its end, a contact from when it was given up, an
agent from leaving, a listed value from its expiry. A person expires only once no policy, request, complaint
or visit names that person any more.
"""

FILES = ("runs", "rejects", "uploads")
"""Copies with periods of their own: files of runs other than the current one, rejected rows, uploads."""

_MOST = 1200


@dataclass(frozen=True)
class Periods:
    """Months by table or kind of file."""

    months: Mapping[str, int] = field(default_factory=dict)

    @property
    def tables(self) -> dict[str, int]:
        """Months of each table that has a period."""
        return {name: self.months[name] for name in TABLES if name in self.months}

    @property
    def files(self) -> dict[str, int]:
        """Months of each kind of file that has a period."""
        return {name: self.months[name] for name in FILES if name in self.months}


def read_periods(path: Path) -> Periods:
    """Read a file of periods.

    Raises
    ------
    InputError
        Naming the key that is unknown or no number of months.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError(
            f"no file of periods {path}", remedy="write one: [months], then lines like runs = 24"
        ) from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder", remedy="name the TOML file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not valid TOML: {error}", remedy="mend the line that is named") from None
    for key in given:
        if key != "months":
            raise InputError(f"{path}: {key} is not known", remedy="there is one section, [months]")
    months = given.get("months", {})
    if not isinstance(months, dict):
        raise InputError(f"{path}: months is not a section", remedy="write [months] and its lines below")
    for name, value in months.items():
        if name not in (*TABLES, *FILES):
            near = difflib.get_close_matches(name, [*TABLES, *FILES], n=1)
            remedy = f"did you mean {near[0]}?" if near else f"one of {', '.join([*TABLES, *FILES])}"
            raise InputError(f"{path}: months.{name} is not known", remedy=remedy)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 < value <= _MOST:
            raise InputError(f"{path}: months.{name} is {value!r}", remedy=f"a whole number from 1 to {_MOST}")
    return Periods(months)
