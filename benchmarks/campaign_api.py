"""Send 500 examples of schemathesis to every operation of the service, on both databases.

The examples, the checks and what is asked of the answers are those of tests/api/hostile, which sends 50.
`make campaign` writes benchmarks/results/campaign_api.csv; another number of examples may be named.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

from bench.campaign import concluded

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = 500
_TESTS = "tests/api/hostile/test_api_schemathesis.py"
_PYTEST = [sys.executable, "-m", "pytest", "-q", _TESTS, "-o", "junit_family=xunit1"]


@dataclass(frozen=True)
class Outcome:
    """What came of the examples of one operation: failures, and how often each status came."""

    operation: str
    database: str
    examples: int
    failures: int
    statuses: str


def exercise(examples: int, work: Path) -> list[Outcome]:
    """Run the tests with so many examples of each operation, and read what they say."""
    written = work / "examples.xml"
    subprocess.run(
        [*_PYTEST, f"--junitxml={written}"],
        cwd=ROOT,
        env=os.environ | {"RINGFINDER_API_EXAMPLES": str(examples)},
        check=False,
    )
    cases = ET.parse(written).iter("testcase")  # noqa: S314 - written by pytest just now
    found = [one for case in cases if (one := _outcome(case)) is not None]
    return sorted(found, key=lambda one: (one.database, one.operation))


def _outcome(case: ET.Element) -> Outcome | None:
    """The outcome of a test of one operation; None of another test."""
    said = {one.get("name"): one.get("value", "") for one in case.iter("property")}
    if "operation" not in said:
        return None
    failures = sum(1 for one in case if one.tag in {"failure", "error"})
    database = "postgres" if "[postgres" in case.get("name", "") else "sqlite"
    return Outcome(said["operation"], database, int(said["examples"]), failures, said.get("statuses", ""))


def tell(outcomes: Sequence[Outcome], bad: int) -> str:
    """The sentence on all of them."""
    sent = sum(one.examples for one in outcomes)
    return f"{sent} examples of {len({one.operation for one in outcomes})} operations, {bad} operations failed"


if __name__ == "__main__":
    sys.exit(concluded("campaign_api", EXAMPLES, exercise, tell, lambda one: one.failures > 0))
