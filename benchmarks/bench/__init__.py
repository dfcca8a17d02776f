"""What the benchmark scripts share: portfolios, measuring, judging, the frozen reference, the tables."""

from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
WORK = HERE / "work"
RESULTS = HERE / "results"
REFERENCE = HERE / "reference"
