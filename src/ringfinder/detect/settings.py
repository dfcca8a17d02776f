"""Every constant of detection, with where it comes from.

Sources: [law], the contract or the insurer's rules, [published] a paper or a published case,
[principle] follows from what the term means, [measured] chosen on several independent portfolios
(docs/method.md shows the figures at half and at double).
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import asdict, dataclass, fields
from functools import cached_property

from ringfinder.errors import InputError

KIND_SHARES = tuple(
    f"share_{kind}" for kind in ("phone", "address", "email", "bank_account", "delegate", "device", "ip", "flow")
)
"""Shares of ring values among the shared values of each kind."""

SHARES = (*KIND_SHARES, "counter_share", "spread_share", "cut_above", "unlinked_share", "most_false")
"""Settings that are shares: at most 1."""

MEANS = ("ring_mean", "commission_mean")
"""Means of densities over 0 to 1: strictly between."""

POSITIVE = (
    "household_least", "household_most", "kind_cases", "pressure_cases", "commission_cases", "shape_cases", "rounds",
    "ring_precision", "honest_precision", "commission_odds", "letter_weight", "agent_weight", "flow_book",
    "flow_managers", "full_pairs", "most_partners", "unlinked_share", "group_cases", "loose_odds", "no_letter",
    "least_units", "decoy_groups", "most_decoys",
)  # fmt: skip
"""Settings of which nothing is no choice: they are divided by, or a logarithm is taken of them."""


@dataclass(frozen=True)
class DetectSettings:
    """One versioned snapshot of all constants; its hash stands in every run."""

    version: int = 2

    # Persons, households, values: what ringfinder.graph needs.
    fresh_days: float = 180.0  # [principle] half a year on file is not part of a ring's preparation
    household_least: int = 2  # [principle] one holder is no household
    household_most: int = 8  # [principle] three generations with in-laws
    most_relations: int = 12  # [principle] more recorded kin than a family has is a clerical entry
    counter_share: float = 0.5  # [principle] a device mostly at counters belongs to the branch
    spread_share: float = 0.4  # [measured] share of requests that also show an institution's value
    spread_least: int = 2  # [principle] one such request may be chance
    episode_days: float = 30.0  # [principle] requests of one person within a month are one decision

    # Signs of harm.
    full_refund_ratio: float = 1.02  # [principle] more than the cash value, beyond rounding and interest
    most_of_premium: float = 0.5  # [principle] half of what could be gained divides a goodwill from a refund
    takeover_days: float = 60.0  # [published] contacts changed 0-60 days before the complaint or request
    cooling_off_days: float = 20.0  # [law] cooling-off and the days to hand in
    first_vest_days: float = 75.0  # [principle] first-year commission is paid within two months
    vest_to_days: float = 450.0  # [published] T10: months 1-14, with a month to act

    # How often rings are imagined before anything is learnt, and how much that weighs.
    share_phone: float = 0.25  # [measured] share of ring values among shared values of the kind
    share_address: float = 0.15  # [measured] the same
    share_email: float = 0.2  # [measured] the same
    share_bank_account: float = 0.4  # [measured] the same
    share_delegate: float = 0.2  # [measured] the same
    share_device: float = 0.06  # [measured] devices are shared by agents' customers
    share_ip: float = 0.0  # [principle] never founds a group
    share_flow: float = 0.5  # [principle] a flow brings its own surprise
    kind_cases: float = 10.0  # [principle] imagined values of each kind
    pressure_cases: float = 50.0  # [principle] imagined members in the profile of pressure
    commission_cases: float = 30.0  # [principle] imagined members in the profile of commission
    shape_cases: float = 20.0  # [principle] imagined values in the tables of shapes
    shape_cap: float = 2.0  # [principle] nats that one shape may add or take
    rounds: int = 6  # [measured] profiles settle in four

    # Beta-binomial densities of the share of harmed households.
    ring_mean: float = 0.7  # [measured] mean in rings that press for refunds
    ring_precision: float = 4.0  # [principle] rings differ much from one another
    commission_mean: float = 0.75  # [measured] mean in rings that live on commission
    commission_odds: float = 0.1  # [principle] one such ring to ten that press
    honest_precision: float = 10.0  # [measured] honest groups differ little
    least_ratio: float = 2.5  # [principle] nats by which the absence of a sign may speak against
    most_ratio: float = 3.5  # [principle] nats by which one sign may speak for

    # Context of letter and agent.
    letter_weight: float = 3.0  # [principle] imagined others with the same letter
    letter_cap: float = 2.5  # [principle] nats
    agent_weight: float = 5.0  # [principle] imagined others of the same agent
    agent_cap: float = 2.0  # [principle] nats

    # Flows of clients to newcomers.
    newcomer_days: float = 365.0  # [published] T9: under 12 months in post
    flow_days: float = 180.0  # [published] T9: within 180 days
    flow_before_days: float = 15.0  # [principle] the new policy may be signed before the old one is given up
    flow_book: float = 5.0  # [principle] imagined requests of every book
    flow_managers: float = 50.0  # [principle] managers among whom movers spread at least
    flow_margin: float = 4.0  # [measured] nats for honest moves of friends
    flow_alert: float = 6.0  # [measured] further nats for an alarm by a flow alone

    # Links and communities.
    rarity_exponent: float = 0.5  # [measured] plateau from .5 to 1
    full_pairs: int = 40  # [principle] all pairs up to here, a lattice of the same weight above
    cut_above: float = 0.3  # [published] modularity from which a block is known to have parts (Newman 2004)
    leiden_seed: int = 20211119  # [principle] any number; part of the settings so that runs repeat
    linked_odds: float = 2.0  # [measured] nats by which one shared value speaks for one ring
    further_link: float = 1.5  # [measured] nats of every further one
    use_time: int = 1  # [principle] 0 leaves time out of joining, attaching and the score, to see what hangs on it
    join_margin: float = 6.0  # [measured] nats beyond the search among all groups
    most_partners: int = 40  # [principle] groups of one agent or letter, the nearest in time

    # Attaching loose episodes.
    unlinked_share: float = 0.4  # [measured] share of a ring that shares nothing with anybody
    group_cases: float = 6.0  # [principle] imagined members in a group's own profile
    harm_cap: float = 4.0  # [principle] nats by which harm may speak for belonging
    loose_odds: float = 2.0  # [measured] members that share nothing, to those that do
    letter_most: float = 8.0  # [principle] nats by which a letter may speak for belonging
    no_letter: float = 0.7  # [measured] factor for an episode without a letter

    # Score.
    least_units: int = 3  # [published] "three or more unrelated" is what regulators ask for
    kin_units: int = 5  # [principle] "kin to about five": relatives and friends whom one person helps
    kin_margin: float = 1.0  # [measured] nats that so small a group on one shared value must show beyond the usual
    most_false: float = 0.33  # [principle] two of three alerts are rings: an investigator reads three to find two
    decoy_groups: float = 100.0  # [principle] decoys times rings, for a false-discovery rate down to a hundredth
    most_decoys: int = 30  # [principle] runs with drawn signs, for portfolios with few rings

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
                raise InputError(
                    f"setting {field.name} is {value!r}",
                    remedy="settings of detection are numbers of zero or more",
                )
            if not math.isfinite(value):
                raise InputError(
                    f"setting {field.name} is {value!r}", remedy="settings of detection are finite numbers"
                )
            if field.name in SHARES and value > 1:
                raise InputError(f"setting {field.name} is {value!r}", remedy="a share is between 0 and 1")
            if field.name in MEANS and not 0 < value < 1:
                raise InputError(f"setting {field.name} is {value!r}", remedy="a mean share is between 0 and 1")
            if field.name in POSITIVE and not value:
                raise InputError(f"setting {field.name} is {value!r}", remedy="write a number above zero")
        if not self.cooling_off_days <= self.first_vest_days <= self.vest_to_days:
            raise InputError(
                "settings cooling_off_days, first_vest_days and vest_to_days are out of order",
                remedy="each is as long as the one before, or longer",
            )

    @cached_property
    def hash(self) -> str:
        """Short hash of all values: the same constants, the same hash."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]
