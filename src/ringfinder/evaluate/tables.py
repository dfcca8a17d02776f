"""The rings of a run and the truth, read from their CSV files and checked.

A run's output is what `ringfinder run` wrote: `rings.csv` and `ring_members.csv`. The truth is a
`labels.csv` with `request_id,ring_id` and, where known, `role` and `links`; an empty `ring_id` means
that the request is known to be honest.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.records.rings import Role

MANY_LINKS = 9
"""Stands for a missing `links`: without it a member counts as within reach."""

_TRUE = {"1", "true", "yes"}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_ROLE_ORDER = {role.value: place for place, role in enumerate(Role)}


@dataclass(frozen=True)
class FoundRing:
    """A listed ring; `q_value` is None where the run gives none, `roles` maps request to role."""

    ring_id: str
    score: float
    flagged: bool
    q_value: float | None = None
    roles: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What a run listed, and sentences about what was odd in its files."""

    rings: tuple[FoundRing, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Truth:
    """The truth about requests.

    Parameters
    ----------
    ring_of
        Request to true ring; the empty string for an honest request.
    role_of
        Request to true role, for members of a ring with a known role.
    links_of
        Request to the number of others of its ring with whom it shares a value, where known.
    warnings
        Sentences about what was odd in the file.
    """

    ring_of: dict[str, str]
    role_of: dict[str, str] = field(default_factory=dict)
    links_of: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def names_members_only(self) -> bool:
        """Whether no honest request is listed, so that an unlisted one must be taken as honest."""
        return bool(self.ring_of) and all(self.ring_of.values())


def read_found(folder: Path) -> Found:
    """Read `rings.csv` and `ring_members.csv` of a run.

    Parameters
    ----------
    folder
        The folder that the run wrote.

    Raises
    ------
    InputError
        If a file or column is missing, or a score is no finite number.
    """
    if not folder.is_dir():
        raise InputError(
            f"{folder} is not a folder with the output of a run",
            remedy="give the folder that `ringfinder run --out` wrote",
        )
    rings = _read_rings(folder / "rings.csv")
    strangers = _read_members(folder / "ring_members.csv", rings)
    empty = sum(1 for ring in rings.values() if not ring.roles)
    warnings = []
    if strangers:
        warnings.append(f"{strangers} rows of ring_members.csv name a ring that rings.csv does not list: left out")
    if empty:
        warnings.append(f"{empty} rings of rings.csv have no request in ring_members.csv: left out")
    return Found(tuple(ring for ring in rings.values() if ring.roles), tuple(warnings))


def read_truth(path: Path) -> Truth:
    """Read a `labels.csv`.

    Parameters
    ----------
    path
        File with the columns `request_id` and `ring_id`, and perhaps `role` and `links`.

    Raises
    ------
    InputError
        If the file or a column is missing, or a request is in two true rings.
    """
    ring_of: dict[str, str] = {}
    role_of: dict[str, str] = {}
    links_of: dict[str, int] = {}
    for line, (request, ring, role, links) in _rows(path, ("request_id", "ring_id"), {"role": "", "links": ""}):
        if not request:
            raise InputError(f"{path}, line {line}: request_id is empty", remedy="give every label its request")
        if ring_of.setdefault(request, ring) != ring:
            raise InputError(
                f"{path}, line {line}: the request was already listed with another ring",
                remedy="a request belongs to at most one true ring: keep one of the two lines",
            )
        if ring and role:
            role_of[request] = role
        if ring and links:
            links_of[request] = _whole(links, path, line)
    warnings = [] if any(ring_of.values()) else ["the labels name no true ring: recall means nothing here"]
    return Truth(ring_of, role_of, links_of, tuple(warnings))


def _read_rings(path: Path) -> dict[str, FoundRing]:
    """Rings of a `rings.csv` by id, in no order that matters; without `flagged` all are flagged."""
    rings: dict[str, FoundRing] = {}
    for line, (ring_id, score, flagged, q_value) in _rows(
        path, ("ring_id", "score"), {"flagged": "true", "q_value": ""}
    ):
        if not ring_id or ring_id in rings:
            what = "appears a second time" if ring_id else "is empty"
            raise InputError(f"{path}, line {line}: ring_id {what}", remedy="every ring needs an id of its own")
        q = _number(q_value, path, line, "q_value") if q_value else None
        flag = flagged.lower() in _TRUE
        rings[ring_id] = FoundRing(ring_id, _number(score, path, line, "score"), flag, q)
    return rings


def _read_members(path: Path, rings: dict[str, FoundRing]) -> int:
    """Fill the members of `rings`; return how many rows name an unlisted ring.

    Rows without a request (a delegate or payee around the ring) are no members. A request that is
    listed twice in a ring, in two roles, keeps the role that comes first in `Role`.
    """
    strangers = 0
    for _, (ring_id, request, role) in _rows(path, ("ring_id", "request_id"), {"role": ""}):
        if not request:
            continue
        ring = rings.get(ring_id)
        if ring is None:
            strangers += 1
            continue
        roles = sorted((ring.roles.get(request, role), role), key=_role_place)
        ring.roles[request] = roles[0]
    return strangers


def _role_place(role: str) -> int:
    return _ROLE_ORDER.get(role, len(_ROLE_ORDER))


def _rows(path: Path, required: Sequence[str], optional: Mapping[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Line number and wanted cells of every row; `optional` maps a column to what stands for its absence."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            # The limit is the process's, and whoever read a table before may have moved it.
            csv.field_size_limit(max(csv.field_size_limit(), path.stat().st_size + 1))
            reader = csv.reader(file)
            header = [name.strip() for name in next(reader, [])]
            places = [(_place(header, name, path), "") for name in required]
            places += [(_place(header, name, path, required=False), absent) for name, absent in optional.items()]
            for row in reader:
                if not row:
                    continue
                if len(row) != len(header):
                    raise InputError(
                        f"{path}, line {reader.line_num}: {len(row)} cells under {len(header)} headers",
                        remedy="mend the line, or write the file again",
                    )
                yield reader.line_num, [_cell(row[at]) if at >= 0 else absent for at, absent in places]
    except (FileNotFoundError, IsADirectoryError) as error:
        raise InputError(f"{path} is not a file", remedy=f"it must hold {', '.join(required)}") from error
    except PermissionError as error:
        raise SurroundingsError(f"{path} may not be read", remedy="mend its permissions") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{path} is not a CSV file in UTF-8", remedy="write it as CSV in UTF-8") from error


def _place(header: list[str], name: str, path: Path, *, required: bool = True) -> int:
    """Place of column `name`, or -1 where it is optional and missing."""
    count = header.count(name)
    if count > 1:
        raise InputError(f"{path}: the column {name} appears {count} times", remedy="keep one of them")
    if count == 1:
        return header.index(name)
    if required:
        raise InputError(f"{path} lacks the column {name}", remedy="the first line must name the columns")
    return -1


def _cell(text: str) -> str:
    """Trim a cell, without the quote that a formula-safe writer puts before `=`, `+`, `-` and `@`."""
    stripped = text.strip()
    if stripped.startswith("'") and stripped[1:].startswith(_FORMULA_STARTS):
        return stripped[1:]
    return stripped


def _number(text: str, path: Path, line: int, column: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise InputError(f"{path}, line {line}: {column} is no finite number", remedy="write the file again")
    return number


def _whole(text: str, path: Path, line: int) -> int:
    try:
        return int(text)
    except ValueError:
        raise InputError(f"{path}, line {line}: links is no whole number", remedy="give a count") from None
