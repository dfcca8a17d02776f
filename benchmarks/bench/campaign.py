"""What every campaign does around its cases: its number, a folder to work in, the table of results, the last word."""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from bench import RESULTS

Case = TypeVar("Case", bound=Any)  # a dataclass


def concluded(
    name: str,
    number: int,
    run: Callable[[int, Path], Sequence[Case]],
    tell: Callable[[Sequence[Case], int], str],
    bad: Callable[[Case], bool],
) -> int:
    """Run a campaign, write ``results/NAME.csv`` and say how it ended; 1 where a case is bad.

    Parameters
    ----------
    number
        What the cases hang on, a seed mostly; the command line may name another.
    run
        Makes the cases, from that number, in a folder that goes afterwards.
    tell
        The sentence on them, from the cases and the number of bad ones.
    """
    number = int(sys.argv[1]) if len(sys.argv) > 1 else number
    with tempfile.TemporaryDirectory() as work:
        cases = run(number, Path(work))
    RESULTS.mkdir(parents=True, exist_ok=True)
    with (RESULTS / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(asdict(cases[0])))
        writer.writeheader()
        writer.writerows(asdict(one) for one in cases)
    wrong = [one for one in cases if bad(one)]
    print(tell(cases, len(wrong)))
    for one in wrong[:10]:
        print(one)
    return 1 if wrong else 0
