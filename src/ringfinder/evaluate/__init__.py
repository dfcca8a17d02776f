"""How good the rings of a run are: metrics against the truth, and the baselines to beat."""

from ringfinder.evaluate.evaluation import Evaluation, evaluate, evaluate_folder, lines
from ringfinder.evaluate.outcomes import TrueRing, outcomes
from ringfinder.evaluate.stability import Stability, stability
from ringfinder.evaluate.tables import Found, FoundRing, Truth, read_found, read_truth

__all__ = [
    "Evaluation",
    "Found",
    "FoundRing",
    "Stability",
    "TrueRing",
    "Truth",
    "evaluate",
    "evaluate_folder",
    "lines",
    "outcomes",
    "read_found",
    "read_truth",
    "stability",
]
