"""Screening against the batch, and its speed.

python benchmarks/screening.py [--requests 100000] [--family mixed] [--held-back 1000]

Holds requests back, detects on the rest, screens each held-back request, then loads and detects all: where did each
end? Writes benchmarks/results/screening.csv.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from bench import RESULTS
from ringfinder.detect import DetectSettings
from ringfinder.detect.detector import Found, find
from ringfinder.detect.lineage import trace
from ringfinder.graph.order import in_order
from ringfinder.index import build as index_build
from ringfinder.index.files import Files, Writer
from ringfinder.records.portfolio import Portfolio
from ringfinder.screen.incoming import Incoming
from ringfinder.screen.screener import Screener
from ringfinder.simulate import simulate_portfolio

WORK = Path(__file__).parent / "work" / "screening"


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--family", default="mixed")
    parser.add_argument("--held-back", type=int, default=1_000)
    parser.add_argument("--seed", type=int, default=1)
    print(parser.parse_args())


if __name__ == "__main__":
    main()
