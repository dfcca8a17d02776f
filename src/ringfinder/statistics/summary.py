"""The statistics of a period: everything that is counted, and the tables that tell it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Any

from ringfinder.statistics.counts import MONEY, NEEDS, Counted, count
from ringfinder.statistics.coverage import Filled, filled
from ringfinder.statistics.facts import BRANCH, DIMENSIONS, MONTH, Facts
from ringfinder.statistics.period import Period
from ringfinder.statistics.rates import SURRENDER_RATE, Rate, overall, rates
from ringfinder.statistics.reasons import Reason, reasons
from ringfinder.statistics.refunds import Supervised, supervise
from ringfinder.statistics.rings import RunRings, Stake, by_kind, by_tier
from ringfinder.statistics.settings import StatSettings
from ringfinder.statistics.tables import Column, Kind, StatTable, table


@dataclass(frozen=True)
class PeriodStatistics:
    """Everything about one period, as of the latest event of the facts.

    Parameters
    ----------
    branches
        Branches that it is about; None for all.
    run_id
        The run that the rings are of; empty where there is none, and then no ring is known.
    """

    period: Period
    as_of: date | None
    branches: tuple[str, ...] | None
    run_id: str
    settings: StatSettings
    overall: Sequence[Rate]
    counted: Sequence[Counted]
    rates: Sequence[Rate]
    reasons: Sequence[Reason]
    by_kind: Sequence[Stake]
    by_tier: Sequence[Stake]
    refunds: Supervised
    coverage: Sequence[Filled]

    @property
    def warnings(self) -> list[Rate]:
        """What is higher than its cohort, the surest first."""
        found = [rate for rate in self.rates if rate.warned(self.settings)]
        return sorted(found, key=lambda rate: (rate.q, rate.p, rate.measure, rate.dimension, rate.value or ""))

    @property
    def tests(self) -> int:
        """How many tests were made."""
        return sum(not math.isnan(rate.p) for rate in self.rates)

    @property
    def level(self) -> str:
        """What the surrender rate counts: policies, requests, or nothing (empty)."""
        return next((rate.level for rate in self.overall if rate.measure == SURRENDER_RATE), "")

    def of(self, dimension: str) -> Counted:
        """Counts by a dimension."""
        return next(one for one in self.counted if one.dimension == dimension)


def period_statistics(
    facts: Facts,
    period: Period,
    run: RunRings | None = None,
    settings: StatSettings | None = None,
    branches: Sequence[str] | None = None,
) -> PeriodStatistics:
    """Count a period.

    Parameters
    ----------
    facts
        Gathered for `branches`.
    run
        Rings that the caller sees; None where there is no run.
    """
    settings, rings = settings or StatSettings(), run or RunRings()
    counted = [count(facts, period, dimension, settings) for dimension in DIMENSIONS]
    return PeriodStatistics(
        period,
        facts.as_of.date() if facts.as_of else None,
        None if branches is None else tuple(sorted(branches)),
        rings.run_id,
        settings,
        overall(counted[DIMENSIONS.index(BRANCH)], settings),
        counted,
        rates(counted, settings, facts.agent_branch),
        reasons(facts, period, settings),
        by_kind(facts, period, rings) if rings.run_id else (),
        by_tier(facts, period, rings),
        supervise(facts, settings, rings, period),
        filled(facts, period),
    )


_NAME, _TEXT, _COUNT, _MONEY = Kind.NAME, Kind.TEXT, Kind.COUNT, Kind.MONEY


def columns(**kinds: Kind) -> tuple[Column, ...]:
    """Columns by name and kind."""
    return tuple(Column(name, kind) for name, kind in kinds.items())


_RATE = columns(
    measure=_NAME, level=_NAME, numerator=_COUNT, denominator=_COUNT, rate=Kind.SHARE, low=Kind.SHARE, high=Kind.SHARE
)
_BESIDE = (
    *columns(dimension=_NAME, value=_TEXT),
    *_RATE,
    *columns(cohort=_NAME, cohort_numerator=_COUNT, cohort_denominator=_COUNT, cohort_rate=Kind.SHARE),
    *columns(p=Kind.CHANCE, q=Kind.CHANCE),
)
_SUMS = (*columns(at_risk=_MONEY, requested=_MONEY, agreed=_MONEY), Column("paid", _MONEY, "paid_above_money"))
_FINDING = columns(refunds=_COUNT, applicants=_COUNT, paid=_MONEY, paid_minus_cash_value=_MONEY)


def tables_of(found: PeriodStatistics) -> list[StatTable]:
    """The tables of a period, in the order in which people read them."""
    return [
        table("overview", _RATE, map(_fields, found.overall)),
        table("warnings", _BESIDE, map(_fields, found.warnings)),
        table(
            "exposure",
            (*columns(tier=_NAME, rings=_COUNT, requests=_COUNT, applicants=_COUNT), *_SUMS),
            map(_stake, found.by_tier),
        ),
        table(
            "rings",
            (*columns(tier=_NAME, kind=_NAME, rings=_COUNT, requests=_COUNT, applicants=_COUNT), *_SUMS),
            map(_stake, found.by_kind),
        ),
        table(
            "reasons",
            columns(reason=_TEXT, requests=_COUNT, negotiated=_COUNT, paid_minus_cash_value=_MONEY),
            map(_fields, found.reasons),
        ),
        *refund_tables(found.refunds),
        table("totals", (*columns(dimension=_NAME, value=_TEXT), *_count_columns()), _totals(found)),
        table("rates", _BESIDE, map(_fields, found.rates)),
        table(
            "coverage",
            columns(table=_NAME, column=_TEXT, present=Kind.FLAG, rows=_COUNT, filled=_COUNT, filled_share=Kind.SHARE),
            map(_filled, found.coverage),
        ),
    ]


def refund_tables(found: Supervised) -> list[StatTable]:
    """Findings of all refunds, and ring by ring."""
    everything = {
        "finding": "any",
        "refunds": found.refunds,
        "applicants": found.applicants,
        "paid": found.paid,
        "paid_minus_cash_value": found.paid_minus_cash_value,
    }
    return [
        table("refunds", (*columns(finding=_NAME), *_FINDING), [everything, *map(_fields, found.sums)]),
        table("refund_rings", (*columns(ring_id=_TEXT, finding=_NAME), *_FINDING), map(_fields, found.of_rings)),
    ]


def _fields(one: Any) -> dict[str, Any]:
    """Fields of a record by name; `asdict` copies each cell, which takes a second for ten thousand rates."""
    return {field.name: getattr(one, field.name) for field in fields(one)}


def _stake(stake: Stake) -> dict[str, Any]:
    return {**_fields(stake), **asdict(stake.money)}


def _filled(one: Filled) -> dict[str, Any]:
    return {**_fields(one), "filled_share": one.filled / one.rows if one.rows else None}


def _count_columns() -> tuple[Column, ...]:
    return tuple(Column(name, _MONEY if name in MONEY else _COUNT) for name in NEEDS)


def _totals(found: PeriodStatistics) -> Iterator[Mapping[str, Any]]:
    """The whole period, then every value of every dimension of which anything is there."""
    whole = found.of(BRANCH)
    yield {
        "dimension": "period",
        "value": found.period.name,
        **{name: int(whole.total(name)) if name in whole.counts else None for name in NEEDS},
    }
    for one in found.counted:
        for at, value in enumerate(one.names):
            figures = {name: int(one.counts[name][at]) if name in one.counts else None for name in NEEDS}
            if one.dimension == MONTH or any(figures.values()):
                yield {"dimension": one.dimension, "value": value, **figures}
