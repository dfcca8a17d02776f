"""From links to rings: harm, judged values, communities, evidence, score, tiers, reasons."""

from ringfinder.detect.detector import detect
from ringfinder.detect.settings import DetectSettings

__all__ = ["DetectSettings", "detect"]
