"""The frozen reference: figures that a family must not fall below.

`benchmarks/reference/*.csv` is in git. Refreshing it (`--freeze`) is a commit of its own, with the reason.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TOLERANCE = 0.01
"""A family may fall this far below its reference."""

_ROUNDING = 1e-9
COLUMNS = ("source", "family", "requests", "seeds", "b3_f1", "false_rings")

Key = tuple[str, str, str, str]


@dataclass(frozen=True)
class Level:
    """Mean B-cubed F1 and false rings of one family at one size over one set of seeds."""

    source: str
    family: str
    requests: int
    seeds: str
    b3_f1: float
    false_rings: float

    @property
    def key(self) -> Key:
        """What identifies the level."""
        return self.source, self.family, str(self.requests), self.seeds

    @property
    def name(self) -> str:
        """The level's name for people."""
        return f"{self.source} {self.family} ({self.requests} requests, {self.seeds} seeds)"


def read(path: Path) -> dict[Key, Level]:
    """Read a frozen reference; nothing where there is none."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8", newline="") as file:
        levels = [
            Level(
                row["source"],
                row["family"],
                int(row["requests"]),
                row["seeds"],
                float(row["b3_f1"]),
                float(row["false_rings"]),
            )
            for row in csv.DictReader(file)
        ]
    return {level.key: level for level in levels}


def freeze(path: Path, levels: Iterable[Level]) -> None:
    """Replace the levels that were measured; those of other runs stay."""
    merged = read(path) | {level.key: level for level in levels}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for _, level in sorted(merged.items()):
            writer.writerow((*level.key, f"{level.b3_f1:.4f}", f"{level.false_rings:.2f}"))


def falls(levels: Sequence[Level], frozen: Mapping[Key, Level]) -> list[str]:
    """Say which families fall more than the tolerance below their reference in B-cubed F1."""
    return [
        f"{level.name}: B-cubed F1 {level.b3_f1:.3f}, reference {frozen[level.key].b3_f1:.3f}"
        for level in levels
        if level.key in frozen and frozen[level.key].b3_f1 - level.b3_f1 > TOLERANCE + _ROUNDING
    ]


def notes(levels: Sequence[Level], frozen: Mapping[Key, Level]) -> list[str]:
    """Say what is worth knowing but is no failure: more false rings, families without a reference."""
    told = [
        f"{level.name}: {level.false_rings:g} false rings, reference {frozen[level.key].false_rings:g}"
        for level in levels
        if level.key in frozen and level.false_rings > frozen[level.key].false_rings + _ROUNDING
    ]
    new = [level.name for level in levels if level.key not in frozen]
    if new:
        told.append(f"not in the reference: {', '.join(new)}")
    return told
