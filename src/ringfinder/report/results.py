"""The tables of a run: `rings.csv`, `ring_members.csv`, and the account in `coverage.json`.

Others rely on their columns; docs/outputs.md describes each, and tests hold them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path

from ringfinder import __version__
from ringfinder.normalize.masking import mask_numbers
from ringfinder.records.portfolio import Tally
from ringfinder.records.rings import Detection, Ring, Tier
from ringfinder.report.sheets import write_sheet, write_text
from ringfinder.report.written import moment, rounded, yuan

RING_COLUMNS = (
    "ring_id",
    "score",
    "tier",
    "flagged",
    "q_value",
    "kind",
    "requests",
    "applicants",
    "units",
    "first_at",
    "last_at",
    "money_at_risk",
    "money_requested",
    "money_agreed",
    "money_paid",
)
MEMBER_COLUMNS = ("ring_id", "request_id", "applicant_id", "role", "weight")
COVERAGE_VERSION = 1


@dataclass(frozen=True)
class Account:
    """What was read for a run, as the results tell it.

    Parameters
    ----------
    tallies
        One for each file.
    batch_id
        Content name of the rows that were loaded.
    as_of
        Events after this local time were left out.
    warnings
        Sentences for the user.
    other_values
        ``table.column -> {value: rows}`` outside a listed set.
    batches
        Content names of all batches that were read; empty stands for `batch_id` alone.
    known_at
        Batches loaded after this time were left out.
    window
        Requests so many months before `as_of` were left out.
    """

    tallies: Sequence[Tally] = ()
    batch_id: str = ""
    as_of: datetime | None = None
    warnings: Sequence[str] = ()
    other_values: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    batches: Sequence[str] = ()
    known_at: datetime | None = None
    window: int | None = None


def write_rings(path: Path, rings: Sequence[Ring]) -> int:
    """Write `rings.csv`: one line for each ring down to the review tier, highest score first.

    Raises
    ------
    ValueError
        If two rings have one id or a score is not finite, which the detector must not hand on.
    """
    if len({ring.ring_id for ring in rings}) != len(rings):
        raise ValueError("two rings have one id")
    return write_sheet(path, RING_COLUMNS, (_ring_row(ring) for ring in rings))


def _ring_row(ring: Ring) -> tuple[object, ...]:
    money = ring.money
    return (
        ring.ring_id,
        f"{rounded(ring.score):.4f}",
        ring.tier.value,
        "true" if ring.tier is Tier.ALERT else "false",
        "" if ring.q_value is None else f"{rounded(ring.q_value):.4f}",
        ring.kind,
        len(ring.members),
        ring.applicants,
        ring.units,
        moment(ring.first_at),
        moment(ring.last_at),
        *(yuan(fen) for fen in (money.at_risk, money.requested, money.agreed, money.paid)),
    )


def write_members(path: Path, rings: Iterable[Ring]) -> int:
    """Write `ring_members.csv`: one line for each request in a ring.

    Raises
    ------
    ValueError
        If a request is in two rings, which the detector must not hand on.
    """
    return write_sheet(path, MEMBER_COLUMNS, _member_rows(rings))


def _member_rows(rings: Iterable[Ring]) -> Iterator[tuple[object, ...]]:
    seen: set[str] = set()
    for ring in rings:
        for member in ring.members:
            if not member.request_id or member.request_id in seen:
                raise ValueError(f"a member of {ring.ring_id} is no request, or is listed already")
            seen.add(member.request_id)
            yield (
                ring.ring_id,
                member.request_id,
                member.applicant_id,
                member.role.value,
                f"{rounded(member.weight, 3):.3f}",
            )


def write_coverage(path: Path, detection: Detection, account: Account, *, reveal: bool) -> None:
    """Write `coverage.json`: the account of each file, and which evidence was on or off, and why.

    It holds no clock time, so that the same tables give the same file.
    """
    alerts = sum(ring.tier is Tier.ALERT for ring in detection.rings)
    said = {
        "version": COVERAGE_VERSION,
        "ringfinder": __version__,
        "masked": not reveal,
        "batch": account.batch_id,
        "settings": detection.settings_hash,
        "as_of": moment(account.as_of) if account.as_of else None,
        "requests": detection.requests,
        "rings": {"alert": alerts, "review": len(detection.rings) - alerts},
        "files": [asdict(tally) for tally in account.tallies],
        "evidence": [asdict(one) for one in detection.coverage],
        "warnings": list(account.warnings),
        "other_values": {column: _masked_values(values) for column, values in sorted(account.other_values.items())},
        "batches": list(account.batches or filter(None, [account.batch_id])),
        "known_at": moment(account.known_at) if account.known_at else None,
        "window": account.window,
    }
    write_text(path, json.dumps(said, ensure_ascii=False, indent=2) + "\n")


def _masked_values(values: Mapping[str, int]) -> dict[str, int]:
    """Counts by value, most first; a number that stands in a wrong column is masked."""
    counts: dict[str, int] = {}
    for value, count in sorted(values.items(), key=lambda pair: (-pair[1], pair[0])):
        shown = mask_numbers(value)
        counts[shown] = counts.get(shown, 0) + count
    return counts
