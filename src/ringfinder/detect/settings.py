"""Every constant of detection, with where it comes from.

Sources: [law], the contract or the insurer's rules, [published] a paper or a published case,
[principle] follows from what the term means, [measured] chosen on several independent portfolios
(docs/detection.md shows the figures at half and at double).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields
from functools import cached_property

from ringfinder.errors import InputError


@dataclass(frozen=True)
class DetectSettings:
    """One versioned snapshot of all constants; its hash stands in every run."""

    version: int = 1

    # Persons, households, values: what ringfinder.graph needs.
    fresh_days: float = 180.0  # [principle] half a year on file is not part of a ring's preparation
    household_least: int = 2  # [principle] one holder is no household
    household_most: int = 8  # [principle] three generations with in-laws
    most_relations: int = 12  # [principle] more recorded kin than a family has is a clerical entry
    counter_share: float = 0.5  # [principle] a device mostly at counters belongs to the branch
    spread_share: float = 0.4  # [measured] share of requests that also show an institution's value
    spread_least: int = 2  # [principle] one such request may be chance

    # --- harm of a request
    full_refund_ratio: float = 1.02  # [principle] more than the cash value, beyond rounding and interest
    takeover_days: float = 60.0  # [published] contacts changed 0-60 days before the complaint or request
    vest_from_days: float = 20.0  # [law] after cooling-off
    vest_to_days: float = 430.0  # [principle] commission vests in 13 months; one more to act

    # --- judging a value by the harm of its users
    judge_prior: float = 2.0  # [principle] Beta(2, 2): neither all nor none of a ring's members show harm
    base_rate_factor: float = 1.3  # [measured] sharers show more harm than everybody, without being rings
    found_from: float = 0.5  # [measured] nats for which a value may found a group
    found_device_from: float = 1.5  # [measured] devices are shared more loosely

    # --- links and communities
    rarity_exponent: float = 0.5  # [measured] plateau from .5 to 1
    full_pairs: int = 40  # [principle] all pairs up to here, a lattice of the same weight above
    cut_above: float = 0.3  # [published] modularity from which a block is known to have parts (Newman 2004)
    leiden_seed: int = 20211119  # [principle] any number; part of the settings so that runs repeat

    # --- score
    least_units: int = 3  # [published] "three or more unrelated" is what regulators ask for
    alarm_margin: float = 2.0  # [measured] nats by which concentration must exceed what honest life explains

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
                raise InputError(
                    f"setting {field.name} is {value!r}",
                    remedy="settings of detection are numbers of zero or more",
                )

    @cached_property
    def hash(self) -> str:
        """Short hash of all values: the same constants, the same hash."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
