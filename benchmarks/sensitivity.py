"""Every constant of detection at half and at double: what hangs on it.

python benchmarks/sensitivity.py [--portfolios DIR] [--requests N] [--jobs N]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace

from bench.inside import Figures, Row, Variant, asked, chosen, false_rings, keep, mean_f1, measured
from ringfinder.detect import DetectSettings
from ringfinder.detect.settings import MEANS, SHARES

EXEMPT = ("version", "leiden_seed")
"""Their half and double mean nothing; what another seed does is tested in tests/e2e."""

DECIDED = 0.03
"""A constant that moves mean F1 by more needs a decision record."""

_MOST_MEAN = 0.95  # a mean share of 1 is no density


def main() -> int:
    """Run the suite; return the exit code."""
    options = asked(__doc__)
    steps = list(changes(DetectSettings()))
    variants = [Variant("as it is"), *(Variant(f"{name} {value}", changed) for name, value, changed in steps)]
    found = measured(chosen(options.requests, options.foreign), variants, options.foreign, options.jobs)
    path = keep("settings.csv", rows_of(steps, found))
    print(f"written: {path.name}")
    return 0


def changes(settings: DetectSettings) -> Iterator[tuple[str, float, DetectSettings]]:
    """Name, value and settings of each constant at half and then at double."""
    for name, value in asdict(settings).items():
        if name in EXEMPT:
            continue
        for factor in (0.5, 2.0):
            number = value * factor
            if name in MEANS:
                number = min(number, _MOST_MEAN)
            elif name in SHARES:
                number = min(number, 1.0)
            if isinstance(value, int):
                number = max(int(number + 0.5), 1) if name != "use_time" else int(value * factor)
            yield name, number, replace(settings, **{name: number})


def rows_of(steps: Sequence[tuple[str, float, DetectSettings]], found: Sequence[Sequence[Figures]]) -> list[Row]:
    """A row for each constant: mean F1 and false rings as it is, at half and at double, and the largest move."""
    usual, rows = asdict(DetectSettings()), []
    means = [(mean_f1(mine), false_rings(mine)) for mine in zip(*found, strict=True)]
    for place in range(0, len(steps), 2):
        name = steps[place][0]
        half, double = means[1 + place], means[2 + place]
        moved = max(abs(half[0] - means[0][0]), abs(double[0] - means[0][0]))
        row: Row = {
            "setting": name,
            "value": usual[name],
            "half": steps[place][1],
            "double": steps[place + 1][1],
            "f1": round(means[0][0], 4),
            "f1_half": round(half[0], 4),
            "f1_double": round(double[0], 4),
            "false": round(means[0][1], 2),
            "false_half": round(half[1], 2),
            "false_double": round(double[1], 2),
            "moved": round(moved, 4),
            "decide": "yes" if moved > DECIDED else "",
        }
        rows.append(row)
        print(f"{name}: {row['f1_half']} / {row['f1']} / {row['f1_double']} {row['decide']}")
    return rows


if __name__ == "__main__":
    sys.exit(main())
