"""All metrics of one run against the truth, as one object, as JSON and as text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ringfinder.evaluate import metrics, ranking
from ringfinder.evaluate.overlap import RoleCount, compare
from ringfinder.evaluate.tables import Found, Truth, read_found, read_truth

EVALUATION_VERSION = 1


@dataclass(frozen=True)
class Evaluation:
    """Every metric of one run; all over the flagged rings unless the name says otherwise.

    Formulas stand with the functions of `ringfinder.evaluate.metrics` and `.ranking`.
    """

    requests: int
    true_rings: int
    true_members: int
    listed: int
    flagged: int
    request_precision: float
    request_recall: float
    reach: float
    b3_precision: float
    b3_recall: float
    b3_f1: float
    average_precision: float
    average_precision_all: float
    rings_found: int
    matches: int
    matches_precision: float
    matches_recall: float
    over_merge: float | None
    fragmentation: float | None
    recall_by_size: dict[str, float | None]
    false_rings: int
    false_rings_per_10000: float | None
    role_accuracy: float | None
    roles: tuple[RoleCount, ...]
    calibration: list[ranking.QLevel]
    curve: list[ranking.CurvePoint]
    warnings: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values under the names of the fields, for JSON."""
        return {"version": EVALUATION_VERSION, **asdict(self)}


def evaluate_folder(out: Path, labels: Path) -> Evaluation:
    """Read a run's folder and a `labels.csv`, and compare them.

    Raises
    ------
    InputError
        If a file or a column is missing or damaged.
    """
    return evaluate(read_found(out), read_truth(labels))


def evaluate(found: Found, truth: Truth) -> Evaluation:
    """Compare found rings with the truth."""
    comparison = compare(found, truth)
    listed = comparison.overlap
    alerts = listed.alerts
    b_cubed = metrics.b_cubed(alerts)
    matched = metrics.matches(alerts)
    false = metrics.false_rings(alerts)
    return Evaluation(
        requests=listed.requests,
        true_rings=listed.true_size.size,
        true_members=int(listed.true_size.sum()),
        listed=listed.size.size,
        flagged=alerts.size.size,
        request_precision=metrics.request_precision(alerts),
        request_recall=metrics.request_recall(alerts),
        reach=metrics.reach(alerts),
        b3_precision=b_cubed.precision,
        b3_recall=b_cubed.recall,
        b3_f1=b_cubed.f1,
        average_precision=metrics.average_precision(alerts),
        average_precision_all=metrics.average_precision(listed),
        rings_found=sum(metrics.hits(alerts)),
        matches=matched.rings,
        matches_precision=matched.precision,
        matches_recall=matched.recall,
        over_merge=metrics.over_merge(alerts),
        fragmentation=metrics.fragmentation(alerts),
        recall_by_size=metrics.recall_by_size(alerts),
        false_rings=false,
        false_rings_per_10000=metrics.per_ten_thousand(alerts, false),
        role_accuracy=metrics.role_accuracy(comparison.roles),
        roles=comparison.roles,
        calibration=ranking.calibration(listed),
        curve=ranking.curve(listed),
        warnings=comparison.warnings,
    )


def lines(result: Evaluation) -> Iterable[str]:
    """Lines for a terminal, most important first."""
    yield (
        f"{result.requests or 'unknown number of'} requests, {result.true_rings} true rings with "
        f"{result.true_members} members; {result.listed} rings listed, {result.flagged} flagged"
    )
    yield ""
    yield "Flagged rings"
    yield from _rows(_headline(result))
    yield ""
    yield "Request recall by size of the true ring"
    yield from _rows([(band, _share(value)) for band, value in result.recall_by_size.items()])
    if result.roles:
        yield ""
        yield f"Roles of flagged true members: {_share(result.role_accuracy)} right"
        yield from _rows([(f"{r.true} told as {r.found or 'nothing'}", str(r.requests)) for r in result.roles])
    if result.calibration:
        yield ""
        yield "Calibration, all listed rings: claimed false share (largest q) and the share seen"
        yield _columns("q up to", "rings", "largest q", "seen", "95 % from", "to")
        for q in result.calibration:
            shares = (_share(value) for value in (q.largest_q, q.observed, q.low, q.high))
            yield _columns(f"{q.level:g}", str(q.rings), *shares)
    if result.curve:
        yield ""
        yield "F1 against false rings, all listed rings by falling score"
        yield _columns("score from", "rings", "false", "B3 prec.", "B3 recall", "B3 F1")
        for p in ranking.thin(result.curve):
            shares = (_share(value) for value in (p.b3_precision, p.b3_recall, p.b3_f1))
            yield _columns(f"{p.threshold:.3f}", str(p.rings), str(p.false_rings), *shares)


def _headline(result: Evaluation) -> list[tuple[str, str]]:
    rate = result.false_rings_per_10000
    per = "" if rate is None else f" ({rate:.2f} per 10,000 requests)"
    matched = f"{result.matches} ({_share(result.matches_precision)} of found, "
    return [
        ("request precision", _share(result.request_precision)),
        ("request recall", _share(result.request_recall)),
        ("reach", _share(result.reach)),
        ("B-cubed precision", _share(result.b3_precision)),
        ("B-cubed recall", _share(result.b3_recall)),
        ("B-cubed F1", _share(result.b3_f1)),
        ("average precision, flagged", _share(result.average_precision)),
        ("average precision, all listed", _share(result.average_precision_all)),
        ("true rings hit", str(result.rings_found)),
        ("one-to-one at Jaccard .5", f"{matched}{_share(result.matches_recall)} of true)"),
        ("over-merge (true per found)", _mean(result.over_merge)),
        ("fragmentation (found per true)", _mean(result.fragmentation)),
        ("false rings", f"{result.false_rings}{per}"),
    ]


def _rows(rows: list[tuple[str, str]]) -> list[str]:
    width = max([32, *(len(name) + 2 for name, _ in rows)])
    return [f"  {name:<{width}}{value}" for name, value in rows]


def _columns(*cells: str) -> str:
    return "  " + "".join(f"{cell:>12}" for cell in cells)


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _mean(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
