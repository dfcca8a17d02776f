"""Screening against the batch: requests are held back, screened one by one, and then detected with all others."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ringfinder.detect import DetectSettings
from ringfinder.detect.detector import find
from ringfinder.graph.order import in_order
from ringfinder.index.files import Files, Writer
from ringfinder.index.making import Found, make_index
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Ring
from ringfinder.records.tables import TABLES
from ringfinder.screen.incoming import Incoming
from ringfinder.screen.screener import Screener

_TABLE = TABLES["surrender_requests"]
_FEN = 100


@dataclass(frozen=True)
class Ending:
    """Where one held-back request ended.

    Parameters
    ----------
    way
        What screening said it would do.
    said, truth
        Ring by screening and by the batch (ids of the batch); empty for none, ``new`` for a ring of its own making.
    seconds
        Of reading and screening it.
    """

    request_id: str
    way: str
    said: str
    truth: str
    seconds: float

    @property
    def same(self) -> bool:
        """Whether both put it into the same ring, or into none."""
        return self.said == self.truth


def held_back(
    portfolio: Portfolio, wanted: Collection[str], folder: Path, settings: DetectSettings | None = None
) -> list[Ending]:
    """Screen the wanted requests against a run on all others; `folder` takes its index."""
    settings = settings or DetectSettings()
    portfolio = in_order(portfolio)
    requests = portfolio.table("surrender_requests")
    truth = {
        member.request_id: ring.ring_id for ring in find(portfolio, settings).detection.rings for member in ring.members
    }
    mine = np.array([one in wanted for one in requests["request_id"].to_pylist()])
    rest = {**portfolio.tables, "surrender_requests": requests.filter(pa.array(~mine))}
    found = find(in_order(replace(portfolio, tables=rest)), settings)
    if found.analysis is None or found.standing is None:
        return []
    writer = Writer(folder)
    rings = found.detection.rings
    make_index(writer, Found(found.analysis, found.standing, settings, found.groups, [ring.ring_id for ring in rings]))
    writer.finish({"run_id": "held back"})
    screener = Screener(Files(folder))
    names = {ring.ring_id: _name(ring, truth) for ring in rings}
    columns = [column.name for column in _TABLE.columns if column.name in requests.column_names]
    rows = requests.filter(pa.array(mine)).select(columns).to_pylist()
    return [_ending(screener, _cells(row), names, truth) for row in rows]


def _name(ring: Ring, truth: Mapping[str, str]) -> str:
    """The ring of the batch that holds most of its members."""
    counted = Counter(truth[member.request_id] for member in ring.members if member.request_id in truth)
    return counted.most_common(1)[0][0] if counted else "gone"


def _cells(row: Mapping[str, Any]) -> dict[str, str]:
    """A row as somebody would write it."""
    found = {}
    for name, cell in row.items():
        if cell is None:
            continue
        if _TABLE.by_name[name].kind is ColumnKind.MONEY:
            found[name] = f"{cell / _FEN:.2f}"
        else:
            found[name] = cell.isoformat() if isinstance(cell, datetime) else str(cell)
    return found


def _ending(screener: Screener, cells: dict[str, str], names: Mapping[str, str], truth: Mapping[str, str]) -> Ending:
    since = time.perf_counter()
    answer = screener.screen(Incoming.of(cells))
    seconds = time.perf_counter() - since
    said = ""
    if answer.tier:
        said = names[answer.rings[0]] if answer.rings else "new"
    ended = truth.get(answer.request_id, "")
    if said == "new" and ended and ended not in names.values():
        said = ended  # the batch makes a ring there too
    return Ending(answer.request_id, answer.way, said, ended, seconds)
