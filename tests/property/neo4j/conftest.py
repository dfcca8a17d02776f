"""Projections without any server or workspace: of made-up portfolios as they are, shuffled, and under other names."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import datetime

import numpy as np
import pyarrow as pa
import pytest
from tests.detection import portfolio

from ringfinder.detect import DetectSettings, detect
from ringfinder.neo4j.keys import Keyring
from ringfinder.neo4j.projection import Projection, RingFacts, RunFacts, Scope, Source, project, understand
from ringfinder.records.portfolio import FILE, Portfolio
from ringfinder.report.masking import Masker
from ringfinder.report.summary import summary
from ringfinder.simulate import simulate

KEYRING = Keyring(b"property" * 4)
SHAPES = ("mixed", "dirty", "chain")


def source_of(data: Portfolio) -> Source:
    """What detection finds in a portfolio, as the only run there is."""
    rings = detect(data).rings
    found = RingFacts(
        rings=rings,
        summaries=[summary(ring) for ring in rings],
        show=Masker.of(rings, reveal=False),
        runs=[RunFacts(1, "run-000001", datetime(2026, 1, 1).astimezone(), None, "-", 1, len(rings), 0)],
        current=1,
        first_run={ring.ring_id: 1 for ring in rings},
        since={(ring.ring_id, one.request_id): 1 for ring in rings for one in ring.members},
    )
    return understand(data, DetectSettings(), found)


def projections(source: Source) -> Mapping[Scope, Projection]:
    """All scopes."""
    return {scope: project(source, scope, KEYRING) for scope in Scope}


def shuffled(data: Portfolio, seed: int) -> Portfolio:
    """The same rows in another order, from files of another name."""
    chance = np.random.default_rng(seed)
    tables = {}
    for name, table in data.tables.items():
        rows = table.take(pa.array(chance.permutation(table.num_rows)))
        files = pa.array(["客户 资料.csv"] * rows.num_rows, rows.schema.field(FILE).type)
        tables[name] = rows.set_column(rows.column_names.index(FILE), rows.schema.field(FILE), files)
    return Portfolio(tables=tables, present=data.present)


@pytest.fixture(scope="session", params=SHAPES)
def data(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    folder = tmp_path_factory.mktemp("projection") / request.param
    simulate(request.param, 500, 7, folder)
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            tables[path.stem] = [{name: cell or None for name, cell in row.items()} for row in csv.DictReader(file)]
    return portfolio(**tables)


@pytest.fixture(scope="session")
def source(data: Portfolio) -> Source:
    found = source_of(data)
    assert found.found.rings
    return found


@pytest.fixture(scope="session")
def projected(source: Source) -> Mapping[Scope, Projection]:
    return projections(source)
