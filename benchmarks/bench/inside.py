"""Detection inside this process: a portfolio is read once, then detected many times under changed facts or settings.

The suites that run the command (`bench.quality`) measure what a user gets; here it is about what a change does, so
that reading, which no change touches, is done once.
"""

from __future__ import annotations

import csv
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pyarrow as pa

from bench import RESULTS
from bench.families import DEVELOP_SEEDS
from bench.portfolios import OWN, Portfolio, prepare
from ringfinder.detect import DetectSettings, detect
from ringfinder.errors import InputError
from ringfinder.evaluate import Found, FoundRing, Truth, evaluate, read_truth
from ringfinder.pipeline.frames import load
from ringfinder.records import portfolio as facts
from ringfinder.records.portfolio import fact_schema
from ringfinder.records.rings import Tier
from ringfinder.records.tables import TABLES

Row = dict[str, Any]

OWN_FAMILIES = ("town", "payee", "arbitrage", "letters", "poach", "hard_leak", "mixed", "quiet_hard")
"""Own families of different channels, and an honest one."""

FOREIGN_FAMILIES = {
    "A": ("open", "one_channel", "hard_mixed", "hard_clean"),
    "B": ("town", "payee", "poach", "quiet", "all"),
}
"""Foreign families, where the simulators are there."""


@dataclass(frozen=True)
class Variant:
    """One way to detect: a name, settings, and what is taken out of the facts."""

    name: str
    settings: DetectSettings | None = None
    without: tuple[str, ...] = ()


@dataclass(frozen=True)
class Figures:
    """What one detection came to; `f1` is None on a portfolio without a ring."""

    f1: float | None
    false_rings: int
    flagged: int


Measure = Callable[[Portfolio], Sequence[Figures]]


def chosen(requests: int, foreign: Path | None, seed: int = DEVELOP_SEEDS[0]) -> list[Portfolio]:
    """The portfolios of these suites, a develop seed of each family."""
    families = [(OWN, OWN_FAMILIES), *(FOREIGN_FAMILIES.items() if foreign else ())]
    return [
        Portfolio(source, family, requests, seed, "develop" if source == OWN else "foreign")
        for source, names in families
        for family in names
    ]


def measured(
    portfolios: Sequence[Portfolio], variants: Sequence[Variant], foreign: Path | None, jobs: int
) -> list[Sequence[Figures]]:
    """Figures of every variant on every portfolio, in their order; portfolios go side by side."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        return list(pool.map(partial(_on_one, variants=tuple(variants), foreign=foreign), portfolios))


def _on_one(portfolio: Portfolio, variants: Sequence[Variant], foreign: Path | None) -> list[Figures]:
    tables = prepare(portfolio, foreign)
    whole, truth = load(tables.folder).portfolio, read_truth(tables.labels)
    found = [figures(without(whole, variant.without), truth, variant.settings) for variant in variants]
    print(f"{portfolio.name}: {len(found)} detections", flush=True)
    return found


def figures(portfolio: facts.Portfolio, truth: Truth, settings: DetectSettings | None) -> Figures:
    """Detect and compare with the truth."""
    rings = tuple(
        FoundRing(
            ring.ring_id,
            ring.score,
            ring.tier is Tier.ALERT,
            ring.q_value,
            {member.request_id: member.role.value for member in ring.members},
        )
        for ring in detect(portfolio, settings).rings
    )
    result = evaluate(Found(rings), truth)
    return Figures(result.b3_f1 if result.true_rings else None, result.false_rings, result.flagged)


def without(portfolio: facts.Portfolio, names: Iterable[str]) -> facts.Portfolio:
    """The portfolio as if tables (``agents``) or columns (``policies.agent_no``) had never been handed over."""
    for name in names:
        table, _, column = name.partition(".")
        if table not in TABLES or (column and column not in TABLES[table].by_name):
            raise InputError(f"the contract has no {name}", remedy="name a table, or table.column")
        portfolio = _blanked(portfolio, table, column) if column else _dropped(portfolio, table)
    return portfolio


def _dropped(portfolio: facts.Portfolio, table: str) -> facts.Portfolio:
    return replace(
        portfolio,
        tables={name: rows for name, rows in portfolio.tables.items() if name != table},
        present={name: columns for name, columns in portfolio.present.items() if name != table},
    )


def _blanked(portfolio: facts.Portfolio, table: str, column: str) -> facts.Portfolio:
    if table not in portfolio.tables:
        return portfolio
    rows, schema = portfolio.tables[table], fact_schema(TABLES[table])
    for name in (column, facts.normal_form(column), facts.remarks(column)):
        if name in rows.column_names:
            place = rows.column_names.index(name)
            rows = rows.set_column(place, name, pa.nulls(rows.num_rows, schema.field(name).type))
    present = {**portfolio.present, table: portfolio.present.get(table, frozenset()) - {column}}
    return replace(portfolio, tables={**portfolio.tables, table: rows}, present=present)


def mean_f1(found: Sequence[Figures]) -> float:
    """Mean F1 over the portfolios that have a ring."""
    return statistics.fmean(one.f1 for one in found if one.f1 is not None)


def false_rings(found: Sequence[Figures]) -> float:
    """Mean false rings over all portfolios."""
    return statistics.fmean(one.false_rings for one in found)


def keep(name: str, rows: Sequence[Mapping[str, Any]]) -> Path:
    """Write a file of results anew."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / name
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path
