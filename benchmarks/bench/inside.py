"""Detection inside this process: a portfolio is read once, then detected many times under changed facts or settings.

The suites that run the command (`bench.quality`) measure what a user gets; here it is about what a change does, so
that reading, which no change touches, is done once.
"""

from __future__ import annotations

import csv
import statistics
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pyarrow as pa

from bench import RESULTS
from bench.families import DEVELOP_SEEDS
from bench.portfolios import OWN, Portfolio, prepare
from ringfinder.detect import DetectSettings, analysis
from ringfinder.detect.analysis import Stopwatch, analyse
from ringfinder.detect.score import members_by_group
from ringfinder.detect.standing import stand
from ringfinder.errors import InputError
from ringfinder.evaluate import Found, FoundRing, Truth, evaluate, read_truth
from ringfinder.graph.arrays import IntArray
from ringfinder.graph.network import Limits, Network
from ringfinder.pipeline.frames import load
from ringfinder.records import portfolio as facts
from ringfinder.records.portfolio import fact_schema
from ringfinder.records.tables import TABLES

Row = dict[str, Any]

_LETTERS = "_letters"  # the step of `analysis` that reads all complaints
_MOST_KEPT = 2  # the usual one and the last changed one

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


def asked(description: str | None) -> Namespace:
    """Options of a suite; `foreign` is the folder of the foreign simulators where there is one, else None."""
    parser = ArgumentParser(description=description)
    parser.add_argument("--portfolios", type=Path, help="folder with simulator_a.py and simulator_b.py")
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--jobs", type=int, default=2, help="portfolios at once")
    options = parser.parse_args()
    options.foreign = options.portfolios.resolve() if options.portfolios and options.portfolios.is_dir() else None
    return options


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
    found = []
    with _networks_kept():
        for variant in variants:
            changed = without(whole, variant.without) if variant.without else whole
            found.append(figures(changed, truth, variant.settings))
    print(f"{portfolio.name}: {len(found)} detections", flush=True)
    return found


def figures(portfolio: facts.Portfolio, truth: Truth, settings: DetectSettings | None) -> Figures:
    """Detect and compare with the truth; nothing is written about the rings, which takes longer than finding them."""
    settings = settings or DetectSettings()
    known = analyse(portfolio, settings, Stopwatch())
    standing = stand(known, settings)
    members, starts = members_by_group(known.groups, known.episodes)
    names = known.network.requests["request_id"].to_pylist()
    rings = tuple(
        FoundRing(
            f"{group:06d}",
            float(known.terms.score[group]),
            bool(standing.alert[group]),
            float(standing.q[group]),
            dict.fromkeys((names[row] for row in members[starts[group] : starts[group + 1]].tolist()), "member"),
        )
        for group in np.flatnonzero(standing.listed).tolist()
    )
    result = evaluate(Found(rings), truth)
    return Figures(result.b3_f1 if result.true_rings else None, result.false_rings, result.flagged)


@contextmanager
def _networks_kept() -> Iterator[None]:
    """Build a network and read its letters anew only for other facts or other limits: most constants come later."""
    networks: dict[tuple[int, Limits], tuple[facts.Portfolio, Network]] = {}
    letters: dict[int, tuple[Network, IntArray]] = {}
    build, read = analysis.build_network, getattr(analysis, _LETTERS)

    def built(portfolio: facts.Portfolio, limits: Limits) -> Network:
        key = id(portfolio), limits
        if key not in networks:
            networks[key] = portfolio, build(portfolio, limits)
            while len(networks) > _MOST_KEPT:
                networks.pop(list(networks)[1])
        return networks[key][1]

    def letter(network: Network) -> IntArray:
        if id(network) not in letters:
            letters[id(network)] = network, read(network)
            while len(letters) > _MOST_KEPT:
                letters.pop(list(letters)[1])
        return letters[id(network)][1]

    with patch.object(analysis, "build_network", built), patch.object(analysis, _LETTERS, letter):
        yield


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
