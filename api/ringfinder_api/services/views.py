"""Runs as they are shown: heads and members in memory, and what those who are bound to branches see of them.

A run never changes, so what was read of it is kept for the requests to come; what is kept of a folder whose
files were written anew (a person was erased) is read again.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.errors import InputError
from ringfinder.pipeline.compare import Comparison, compare_runs
from ringfinder.records.rings import Ring
from ringfinder.report.listing import Head
from ringfinder.store import Run, RunFiles
from ringfinder.store.run_files import MEMBERS, RINGS
from ringfinder.store.runs import CURRENT, Runs
from ringfinder_api.errors import NotFoundError

_KEPT_RUNS, _KEPT_SCOPES, _KEPT_COMPARISONS = 4, 64, 16
_MEMBER_COLUMNS = ("ring_id", "request_id", "applicant_id", "applied_at", "role", "weight", "policy_no")
_PLACE_COLUMNS = ("branch_code", "agent_no")

Branches = frozenset[str] | None
Member = Mapping[str, Any]
Stamp = tuple[int, ...]


@dataclass(frozen=True)
class Scope:
    """What one caller sees of a run.

    Parameters
    ----------
    whole
        Whether that is everything.
    heads
        Of the rings with a member in the caller's branches, in the order of the run.
    members
        Requests of these rings in the caller's branches, ring by ring.
    """

    run: Run
    whole: bool
    heads: Sequence[Head]
    members: pa.Table

    @cached_property
    def by_id(self) -> Mapping[str, Head]:
        """Heads by the id of the ring."""
        return {head["ring_id"]: head for head in self.heads}

    @cached_property
    def _spans(self) -> Mapping[str, tuple[int, int]]:
        """First row and number of rows of each ring in `members`."""
        ids = self.members["ring_id"].combine_chunks()
        if not len(ids):
            return {}
        starts = np.flatnonzero(
            np.concatenate([[True], pc.not_equal(ids[1:], ids[:-1]).to_numpy(zero_copy_only=False)])
        )
        lengths = np.diff(np.append(starts, len(ids)))
        names = ids.take(pa.array(starts)).to_pylist()
        return dict(zip(names, zip(starts.tolist(), lengths.tolist(), strict=True), strict=True))

    def members_of(self, ring_id: str) -> list[Member]:
        """The caller's members of a ring, in the order of the run."""
        start, length = self._spans.get(ring_id, (0, 0))
        rows: list[Member] = self.members.slice(start, length).to_pylist()
        return rows

    def rings_with(self, column: str, value: str) -> frozenset[str]:
        """Rings with a member of the caller's of that ``branch_code`` or ``agent_no``."""
        return frozenset(self.members.filter(pc.equal(self.members[column], value))["ring_id"].to_pylist())


class View:
    """One run in memory."""

    def __init__(self, run: Run, files: RunFiles) -> None:
        self.run = run
        self.files = files
        self.heads: list[Head] = files.heads().to_pylist()
        self._members = files.members((*_MEMBER_COLUMNS, *_PLACE_COLUMNS))
        self._place = {head["ring_id"]: place for place, head in enumerate(self.heads)}
        self._scopes: OrderedDict[Branches, Scope] = OrderedDict()

    def scope(self, branches: Branches) -> Scope:
        """What somebody sees who is bound to `branches`; everything where to none."""
        found = self._scopes.get(branches)
        if found is None:
            found = self._made(branches)
            self._scopes[branches] = found
            while len(self._scopes) > _KEPT_SCOPES:
                self._scopes.popitem(last=False)
        return found

    def _made(self, branches: Branches) -> Scope:
        if branches is None:
            return Scope(self.run, whole=True, heads=self.heads, members=self._members)
        own = pa.array(sorted(branches), pa.string())
        members = self._members.filter(pc.is_in(self._members["branch_code"], value_set=own))
        seen = set(members["ring_id"].unique().to_pylist())
        return Scope(
            self.run, whole=False, heads=[one for one in self.heads if one["ring_id"] in seen], members=members
        )

    def ring(self, ring_id: str) -> Ring:
        """One ring whole; whether it may be shown is for the scope to say."""
        ring = self.files.ring(ring_id, self._place.get(ring_id))
        if ring is None:
            raise NotFoundError("there is no such ring in this run")
        return ring


class Views:
    """The runs of a workspace as they are shown."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._kept: OrderedDict[int, tuple[Stamp, View]] = OrderedDict()
        self._compared: OrderedDict[tuple[int, int], tuple[Stamp, Comparison]] = OrderedDict()
        self._lock, self._comparing = threading.Lock(), threading.Lock()

    def find(self, name: str = CURRENT) -> View:
        """A run by its name.

        Raises
        ------
        NotFoundError
            If there is none, or its files are gone.
        """
        number = self._number(name)
        files = self._runs.files(number)
        stamp = _stamp(files)
        with self._lock:
            kept = self._kept.get(number)
            if kept is None or kept[0] != stamp:
                kept = stamp, View(self.run(str(number)), files)
            _keep(self._kept, number, kept, _KEPT_RUNS)
            return kept[1]

    def run(self, name: str) -> Run:
        """What the database says of a run, whether or not its files are there.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        try:
            return self._runs.find(name)
        except InputError:
            raise NotFoundError("there is no such run") from None

    def compare(self, old: str, new: str) -> Comparison:
        """Two runs side by side.

        Raises
        ------
        NotFoundError
            If one is not there, or its files are gone.
        """
        before, after = self.run(old), self.run(new)
        numbers = before.number, after.number
        stamp = _stamp(self._runs.files(before.number)) + _stamp(self._runs.files(after.number))
        with self._comparing:
            kept = self._compared.get(numbers)
            if kept is None or kept[0] != stamp:
                kept = stamp, compare_runs(before, after, self._runs.files)
            _keep(self._compared, numbers, kept, _KEPT_COMPARISONS)
            return kept[1]

    def _number(self, name: str) -> int:
        """The number of a run; of the current one by one small question to the database."""
        number = self._runs.current_number() if name == CURRENT else None
        return self.run(name).number if number is None else number


def _stamp(files: RunFiles) -> Stamp:
    """Changes when the files of a run are written anew."""
    try:
        found = [(files.folder / name).stat() for name in (RINGS, MEMBERS)]
    except FileNotFoundError:
        raise NotFoundError("the files of this run are gone") from None
    return tuple(figure for one in found for figure in (one.st_mtime_ns, one.st_size, one.st_ino))


def _keep(kept: OrderedDict[Any, Any], key: object, value: object, most: int) -> None:
    """Keep a value, and let go of the one that was not used for longest."""
    kept[key] = value
    kept.move_to_end(key)
    while len(kept) > most:
        kept.popitem(last=False)
