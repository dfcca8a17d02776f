"""From links to rings: signs of harm, judged values, groups, evidence, score, tiers, reasons."""

from ringfinder.detect.detector import detect
from ringfinder.detect.settings import DetectSettings

__all__ = ["DetectSettings", "detect"]
