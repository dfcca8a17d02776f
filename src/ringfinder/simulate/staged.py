"""What the demo shows besides a few rings of every way: two hubs of which one means nothing, and a ring nobody can see."""

from __future__ import annotations

from types import MappingProxyType

from ringfinder.simulate.families import Operators
from ringfinder.simulate.intake import HOTLINE, MAIL, PHONE, Intake, Stock, usual_days
from ringfinder.simulate.rings import plant_one

HUB, UNSEEN = "hub", "unseen"
"""Names of the staged rings in `staged.csv`."""

BRANCH_LINE = "branch_line"
"""Cause of the honest hub in `honest.csv`."""

_CAREFUL = 200.0  # clients that one item serves: more than any ring has, so that it is never changed
_ONE_PHONE = Operators(
    sizes=(3, 200),
    traces=MappingProxyType(
        {"phone": 0.93, "account": 0.3, "address": 0.0, "email": 0.0, "device": 0.1, "delegate": 0.1, "sender": 0.2}
    ),
    per_item=_CAREFUL,
    days=(180, 420),
)
"""An operator whose one telephone is given for nearly every client, over half a year and more."""

_NOTHING = Operators(
    sizes=(3, 200),
    traces=MappingProxyType(dict.fromkeys(_ONE_PHONE.traces, 0.0)),
    days=(120, 400),
    complaint=0.4,
    letters=0.0,
    takeover=0.0,
)
"""An operator who only tells clients what to say: their own phones, their own accounts, their own words."""


def stage(intake: Intake, stock: Stock) -> int:
    """Plant the hub, the branch line and the unseen ring; returns the number after the last ring."""
    chance, most = intake.world.chance, intake.world.requests // 12
    hub = min(int(chance.integers(66, 81)), most)
    rows = plant_one(intake, stock, _ONE_PHONE, hub, 0)
    branch_line(intake, stock, min(len(rows) + int(chance.integers(20, 41)), most))
    plant_one(intake, stock, _NOTHING, min(int(chance.integers(7, 12)), most), 1)
    intake.staged = {0: HUB, 1: UNSEEN}
    return 2


def branch_line(intake: Intake, stock: Stock, count: int) -> None:
    """A branch takes requests by telephone and by mail, and types its own line where the customer's number belongs.

    It is a second line that nobody entered into the registry: only the lives of those who have it can tell.
    """
    world, chance = intake.world, intake.world.chance
    branch = int(chance.integers(0, len(world.branch_district)))
    policies = stock.draw("branch", branch, count, 60)
    rows = intake.take(policies, usual_days(chance, len(policies)).clip(60), BRANCH_LINE)
    intake.channel[rows] = chance.choice([PHONE, HOTLINE, MAIL], len(rows))
    intake.device[rows] = intake.ip[rows] = -1
    intake.changed["phone"][rows] = 0  # nobody's number: it is not put on file
    intake.phone[rows] = 57100000000 + int(chance.integers(10**7, 9 * 10**7))
