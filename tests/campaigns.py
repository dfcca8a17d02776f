"""Scripts of `benchmarks/`, whose parts the short forms of the campaigns use."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType

BENCHMARKS = Path(__file__).resolve().parents[1] / "benchmarks"


def campaign_of(name: str) -> ModuleType:
    """The script of that name; what scripts share lies beside them."""
    if str(BENCHMARKS) not in sys.path:
        sys.path.insert(0, str(BENCHMARKS))
    return importlib.import_module(name)
