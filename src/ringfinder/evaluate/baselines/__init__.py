"""What anybody could do with the same tables in a week: the methods that detection has to beat.

All of them see the same normal forms as detection, the same columns, applicants as units, and values
used by at least two applicants. They differ in the graph method alone. Run one with
``python -m ringfinder.evaluate.baselines NAME FOLDER OUT``; it writes the same two files as a run.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from ringfinder.evaluate.baselines.fraudar import fraudar
from ringfinder.evaluate.baselines.groups import Group
from ringfinder.evaluate.baselines.holders import Holders, read_holders
from ringfinder.evaluate.baselines.partitions import components, label_propagation, leiden, louvain

BASELINES: Mapping[str, Callable[[Holders], list[Group]]] = MappingProxyType(
    {
        "components": components,
        "louvain": louvain,
        "leiden": leiden,
        "label_propagation": label_propagation,
        "fraudar": fraudar,
    }
)
"""Every baseline by name."""

__all__ = ["BASELINES", "Group", "Holders", "read_holders"]
