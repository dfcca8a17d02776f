"""The Python API: pandas frames in, pandas frames out, and the same rings as the commands find.

>>> from ringfinder import detect, explain, load
>>> portfolio = load({"surrender_requests": requests, "persons": persons})  # doctest: +SKIP
>>> found = detect(portfolio)  # doctest: +SKIP
>>> print(explain(found, found.rings["ring_id"][0]).en)  # doctest: +SKIP
"""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import networkx as nx
import pandas as pd

from ringfinder.detect.detector import detect as find_rings
from ringfinder.detect.settings import DetectSettings
from ringfinder.detect.settings_file import read_settings, settings_of
from ringfinder.errors import InputError
from ringfinder.ingest import HeaderMapping, load_mapping
from ringfinder.pipeline.load import LoadResult, load_folder
from ringfinder.pipeline.scratch import private_scratch
from ringfinder.pipeline.tables import write_frames
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Detection, Ring
from ringfinder.report.evidence import ring_as_json
from ringfinder.report.explanation import Sentence, explain_ring
from ringfinder.report.graphml import ring_network
from ringfinder.report.masking import Masker
from ringfinder.report.results import MEMBER_COLUMNS, RING_COLUMNS
from ringfinder.settings import Settings
from ringfinder.store import Workspace

Frames = Mapping[str, pd.DataFrame]
"""Tables by their name in the data contract, in English or Chinese."""

SettingsLike = DetectSettings | Mapping[str, Any] | str | os.PathLike[str] | None
"""Settings of detection: whole, as the constants to change, as a TOML file, or the defaults."""

_MEMBER = (*MEMBER_COLUMNS, "applied_at", "file", "line")
_EVIDENCE = ("ring_id", "indicator", "weight", "counts", "baseline", "zh", "en", "values", "rows")


@dataclass(frozen=True)
class Loaded:
    """Tables that were read, and what became of every row.

    Parameters
    ----------
    portfolio
        The facts as detection takes them.
    account
        A line for each table or file: ``read = loaded + rejected + merged``, in rows.
    rejects
        A line for each reason why a row was not loaded; values of personal columns are masked.
    warnings
        Sentences about the tables.
    """

    portfolio: Portfolio
    account: pd.DataFrame
    rejects: pd.DataFrame
    warnings: tuple[str, ...] = ()

    def frame(self, table: str) -> pd.DataFrame:
        """The facts of one table, typed and with normal forms (``phone_nf``); raw personal values inside."""
        frame: pd.DataFrame = self.portfolio.table(table).to_pandas()
        return frame


@dataclass(frozen=True)
class Found:
    """The rings of a portfolio as frames; personal values in them are masked.

    Parameters
    ----------
    detection
        The rings as records, with raw values.
    """

    detection: Detection

    @cached_property
    def masker(self) -> Masker:
        """How values are shown: one name for one value in all frames of this result."""
        return Masker.of(self.detection.rings, reveal=False)

    @cached_property
    def rings(self) -> pd.DataFrame:
        """The columns of `rings.csv`, highest score first; money in yuan."""
        return pd.DataFrame([_ring_row(ring) for ring in self.detection.rings], columns=list(RING_COLUMNS))

    @cached_property
    def members(self) -> pd.DataFrame:
        """The columns of `ring_members.csv`, and when and where each request was handed over."""
        rows = [
            (
                ring.ring_id,
                member.request_id,
                member.applicant_id,
                member.role.value,
                member.weight,
                member.applied_at,
                member.row.file,
                member.row.line,
            )
            for ring in self.detection.rings
            for member in ring.members
        ]
        return pd.DataFrame(rows, columns=list(_MEMBER))

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """A line for each term of each score, weightiest first, as in `evidence.jsonl`."""
        rows = [
            {"ring_id": ring.ring_id, **term}
            for ring in self.detection.rings
            for term in ring_as_json(ring, self.masker)["evidence"]
        ]
        return pd.DataFrame(rows, columns=list(_EVIDENCE))

    @cached_property
    def coverage(self) -> pd.DataFrame:
        """Which evidence was on or off, and why."""
        rows = [(one.evidence, one.on, one.zh, one.en) for one in self.detection.coverage]
        return pd.DataFrame(rows, columns=["evidence", "on", "zh", "en"])

    @property
    def settings(self) -> str:
        """Hash of the settings."""
        return self.detection.settings_hash


@dataclass(frozen=True)
class Explanation:
    """Why one ring is listed; personal values are masked."""

    ring: Ring
    masker: Masker

    @property
    def ring_id(self) -> str:
        """Which ring."""
        return self.ring.ring_id

    @cached_property
    def sentences(self) -> pd.DataFrame:
        """Every sentence in order: ``section``, ``zh``, ``en``, ``weight``, ``note_zh``, ``note_en``, ``rows``."""
        return pd.DataFrame(self._said, columns=list(Sentence.__dataclass_fields__))

    @property
    def zh(self) -> str:
        """All sentences in Chinese, one a line; the first is the summary."""
        return "\n".join(one.zh for one in self._said)

    @property
    def en(self) -> str:
        """All sentences in English, one a line; the first is the summary."""
        return "\n".join(one.en for one in self._said)

    @cached_property
    def evidence(self) -> pd.DataFrame:
        """The terms of the score, weightiest first."""
        return pd.DataFrame(self._fields["evidence"], columns=list(_EVIDENCE[1:]))

    @cached_property
    def members(self) -> pd.DataFrame:
        """Requests with applicant, role, weight and time."""
        return pd.DataFrame(self._fields["members"]).drop(columns="row")

    @cached_property
    def shared(self) -> pd.DataFrame:
        """Shared values with their users here and in all."""
        names = ["kind", "value", "members", "holders", "first_at", "last_at", "weight", "requests"]
        return pd.DataFrame(self._fields["shared"], columns=names)

    @cached_property
    def graph(self) -> nx.Graph[str]:
        """Applicants, requests, values and associates as a `networkx` graph."""
        return ring_network(self.ring, self.masker)

    @cached_property
    def _said(self) -> tuple[Sentence, ...]:
        return explain_ring(self.ring, self.masker)

    @cached_property
    def _fields(self) -> dict[str, Any]:
        return ring_as_json(self.ring, self.masker)


def load(
    tables: Frames | str | os.PathLike[str], mapping: HeaderMapping | str | os.PathLike[str] | None = None
) -> Loaded:
    """Read tables, as frames or from a folder, and account for every row.

    Parameters
    ----------
    tables
        Frames by the name of their table (only ``surrender_requests`` is required), or a folder as
        `ringfinder load` takes it.
    mapping
        An insurer's own headers: a mapping, or its TOML file.

    Raises
    ------
    InputError
        If a table or its columns cannot be used; the message says which and what to do.
    """
    own = mapping if isinstance(mapping, HeaderMapping) else load_mapping(Path(mapping)) if mapping else HeaderMapping()
    with private_scratch() as scratch:
        if isinstance(tables, Mapping):
            folder = scratch / "tables"
            warnings = write_frames(tables, folder)
            # Frames are named by their table; where files are named by the mapping, there are none.
            own = replace(own, tables={name: replace(one, file="", sheet="") for name, one in own.tables.items()})
        else:
            folder, warnings = Path(tables), []
        with Workspace.open(Settings(scratch / "workspace")) as workspace:
            result = load_folder(workspace, folder, own)
            portfolio = workspace.portfolio()
    return Loaded(portfolio, _account(result), _rejects(result), (*warnings, *result.warnings))


def detect(portfolio: Loaded | Portfolio, settings: SettingsLike = None) -> Found:
    """Find rings.

    Parameters
    ----------
    portfolio
        What `load` gave.
    settings
        Settings of detection, the constants to change by name, or a TOML file of them.

    Raises
    ------
    InputError
        If a setting has a wrong name, type or value.
    """
    facts = portfolio.portfolio if isinstance(portfolio, Loaded) else portfolio
    if isinstance(settings, Mapping):
        chosen: DetectSettings | None = settings_of(settings)
    elif settings is None or isinstance(settings, DetectSettings):
        chosen = settings
    else:
        chosen = read_settings(Path(settings))
    return Found(find_rings(facts, chosen))


def explain(result: Found, ring_id: str) -> Explanation:
    """Say why a ring is listed.

    Raises
    ------
    InputError
        If the result has no such ring.
    """
    known = {ring.ring_id: ring for ring in result.detection.rings}
    ring = known.get(ring_id)
    if ring is None:
        near = difflib.get_close_matches(ring_id, known, n=3, cutoff=0.5)
        raise InputError(
            f"there is no ring {ring_id!r}",
            remedy=f"did you mean {', '.join(near)}?" if near else "the ids are in the frame `rings`",
        )
    return Explanation(ring, result.masker)


def _ring_row(ring: Ring) -> Sequence[object]:
    money = ring.money
    return (
        ring.ring_id,
        ring.score,
        ring.tier.value,
        ring.tier == "alert",
        math.nan if ring.q_value is None else ring.q_value,
        ring.kind,
        len(ring.members),
        ring.applicants,
        ring.units,
        ring.first_at,
        ring.last_at,
        *(fen / 100 for fen in (money.at_risk, money.requested, money.agreed, money.paid)),
    )


def _account(result: LoadResult) -> pd.DataFrame:
    rows = [(t.table, t.file, t.read, t.loaded, t.rejected, t.merged) for t in result.tallies]
    return pd.DataFrame(rows, columns=["table", "file", "read", "loaded", "rejected", "merged"])


def _rejects(result: LoadResult) -> pd.DataFrame:
    rows = [(one.file, one.line, one.column, one.value, one.reason) for one in result.rejects]
    return pd.DataFrame(rows, columns=["file", "line", "column", "value", "reason"])
