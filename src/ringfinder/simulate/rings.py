"""Operators: they find clients, take over their contacts, write for them, and rotate what they use."""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from ringfinder.simulate.families import Operators
from ringfinder.simulate.intake import APP, NEGOTIATED, ONLINE, PREMIUM, REFERRAL, SURRENDER, Intake, Stock
from ringfinder.simulate.letters import Template, own_words
from ringfinder.simulate.world import SPAN, Floats, Ints

_COLUMNS = {"phone": "phone", "address": "address", "email": "email", "account": "account", "device": "device"}
_TEMPLATES_FOR = 4
"""Operators that buy from one seller of letters, on average."""


class Desk:
    """What one operator has at hand: items of each kind, each for a few clients and then retired."""

    def __init__(self, intake: Intake, operators: Operators, clients: int) -> None:
        self.items: dict[str, Ints] = {}
        world = intake.world
        for trace, share in operators.traces.items():
            count = int(np.ceil(max(clients * share, 1) / operators.per_item))
            match trace:
                case "phone" | "sender":
                    self.items[trace] = world.phones(count)
                case "address":
                    self.items[trace] = world.addresses.add(world.chance, world.chance.integers(0, 20, count))
                case "email":
                    self.items[trace] = world.emails(count)
                case "account":
                    self.items[trace] = world.accounts(count)
                case "device":
                    self.items[trace] = intake.devices(count)
                case _:
                    first = len(intake.delegate_phone)
                    intake.delegate_phone += world.phones(count).tolist()
                    self.items[trace] = np.arange(first, first + count)


def plant(intake: Intake, stock: Stock, operators: Operators) -> int:
    """All rings of a family; returns how many there are."""
    chance = intake.world.chance
    wanted = int(operators.share * intake.world.requests)
    templates = [Template(chance)]
    neighbour: Desk | None = None
    ring = 0
    while wanted > 0:
        size = _size(chance, operators, wanted)
        if chance.random() < 1 / _TEMPLATES_FOR:
            templates.append(Template(chance))
        # A recruiter may find too few people: then the ring comes to nothing, and another one tries.
        rows = _recruit(intake, stock, operators, size)
        wanted -= max(len(rows), 1)
        if len(rows) >= operators.sizes[0]:
            neighbour = _work(intake, operators, rows, templates[-1], neighbour)
            intake.ring[rows] = ring
            ring += 1
    return ring


def _size(chance: np.random.Generator, operators: Operators, wanted: int) -> int:
    """Heavy-tailed between the smallest and the largest."""
    low, high = operators.sizes
    size = int(low * (1 - chance.random()) ** -0.9)
    return max(low, min(size + int(chance.integers(0, 5)), high, max(wanted, low)))


def _recruit(intake: Intake, stock: Stock, operators: Operators, size: int) -> Ints:
    """Requests of clients found in one way, over the time that the operator works."""
    world, chance = intake.world, intake.world.chance
    ways = list(operators.recruits)
    way = str(chance.choice(ways, p=np.array([operators.recruits[one] for one in ways])))
    days = min(float(chance.integers(operators.days[0], operators.days[1] + 1)), SPAN - 60.0)
    start = float(chance.uniform(20, SPAN - days - 10))
    number = 0
    if way == "book":
        gone = np.flatnonzero(world.agent_left < min(start + 60, SPAN))
        number = int(chance.choice(gone)) if len(gone) else 0
        start = max(start, float(world.agent_left[number]) + 10) if len(gone) else start
        days = min(days, SPAN - start - 5)
        if days <= operators.sizes[0]:
            return np.zeros(0, np.int64)
    elif way != "anywhere":
        number = int(chance.integers(0, len(world.branch_district) if way == "branch" else 24))
    fresh = bool(chance.random() < operators.fresh_policies)
    policies = stock.draw(way, number, size, start, fresh=fresh)
    if len(policies) < operators.sizes[0]:
        return np.zeros(0, np.int64)
    return intake.take(policies, _pace(chance, start, days, len(policies)))


def _pace(chance: np.random.Generator, start: float, days: float, count: int) -> Floats:
    """Clients come in waves with pauses between them."""
    waves = np.sort(chance.uniform(0, days, max(1, count // 5)))
    width = max(days / 12, 2.0)
    when = np.clip(chance.choice(waves, count) + chance.normal(0, width, count), 0, days)
    found: Floats = np.floor(start + np.sort(when)) + chance.uniform(9, 18, count) / 24
    return found


def _work(intake: Intake, operators: Operators, rows: Ints, letter: Template, neighbour: Desk | None) -> Desk:
    chance = intake.world.chance
    desk = Desk(intake, operators, len(rows))
    shown: dict[str, Ints] = {}
    for trace, share in operators.traces.items():
        chosen = chance.random(len(rows)) < share
        items = _rotated(chance, desk.items[trace], len(rows), chain=operators.chain)
        if neighbour is not None and operators.shared_stock:
            lent = chance.random(len(rows)) < operators.shared_stock
            items = np.where(lent, chance.choice(neighbour.items[trace], len(rows)), items)
        shown[trace] = np.where(chosen, items, -1)
    _show(intake, rows, shown)
    _press(intake, operators, rows, letter, shown)
    _organisers(intake, rows)
    _count_links(intake, rows, shown)
    return desk


def _rotated(chance: np.random.Generator, items: Ints, clients: int, *, chain: bool) -> Ints:
    """Which item each client gets: in turn over time, with a slip now and then.

    Each kind is changed at times of its own: a phone is given up when it is known, an account when the
    bank asks, so that a new one of one kind is used together with an old one of another.
    """
    phase = chance.random()
    turn = (np.arange(clients) + int(phase * 2)) // 2
    if not chain:
        turn = (np.arange(clients) * len(items) / max(clients, 1) + phase - 0.5).astype(np.int64).clip(0)
    slip = chance.random(clients) < (0.0 if chain else 0.15)
    turn = np.where(slip, chance.integers(0, len(items), clients), np.minimum(turn, len(items) - 1))
    return items[turn]


def _show(intake: Intake, rows: Ints, shown: dict[str, Ints]) -> None:
    """Put the operator's items where the client's own would stand."""
    for trace, name in _COLUMNS.items():
        there = shown[trace] >= 0
        getattr(intake, name)[rows[there]] = shown[trace][there]
    paid = rows[shown["account"] >= 0]
    intake.other_payee[paid] = True
    online = rows[shown["device"] >= 0]
    intake.channel[online] = intake.world.chance.choice([APP, ONLINE], len(online))
    there = shown["delegate"] >= 0
    intake.delegate[rows[there]] = shown["delegate"][there]


def _press(intake: Intake, operators: Operators, rows: Ints, letter: Template, shown: dict[str, Ints]) -> None:
    """Negotiate, complain, take over the filed phone, sell something else."""
    world, chance = intake.world, intake.world.chance
    count = len(rows)
    hard = chance.random(count) < operators.negotiated
    intake.kind[rows] = np.where(hard, NEGOTIATED, SURRENDER)
    intake.asks[rows] = np.where(hard, PREMIUM, intake.asks[rows])
    changed = (chance.random(count) < operators.takeover) & (shown["phone"] >= 0)
    intake.takeover[rows] = np.where(changed, chance.integers(3, 50, count), 0)
    intake.channel[rows[chance.random(count) < 0.15]] = REFERRAL
    for place, row in enumerate(rows.tolist()):
        sender = int(shown["sender"][place])
        if sender < 0 and chance.random() >= operators.complaint:
            continue
        text = letter.write() if chance.random() < operators.letters else own_words(chance)
        late = chance.random() < operators.second_bite
        intake.letters.add(
            row,
            text,
            full=bool(chance.random() < operators.full_demand),
            regulator=bool(chance.random() < 0.6),
            days_after=float(chance.uniform(60, 500)) if late else -float(chance.uniform(1, 25)),
            sender_phone=sender,
            paid_extra=bool(late and chance.random() < 0.6),
        )
    moved = chance.random(count) < operators.poach
    if moved.any():
        newcomers = np.flatnonzero(world.agent_manager >= 0)
        boss = int(chance.choice(world.agent_manager[newcomers]))
        team = np.flatnonzero(world.agent_manager == boss)
        # Newcomers of one manager, hired shortly before.
        team = chance.permutation(team)[:3]
        world.agent_hired[team] = int(intake.when[rows].min()) - chance.integers(20, 200, len(team))
        world.agent_left[team] = 10**6
        intake.new_agent[rows[moved]] = chance.choice(team, int(moved.sum()))


def _organisers(intake: Intake, rows: Ints) -> None:
    """Now and then one of the clients works for the operator."""
    chance = intake.world.chance
    if chance.random() < 0.3:
        intake.role[rows[: max(1, len(rows) // 15)]] = 1


def _count_links(intake: Intake, rows: Ints, shown: dict[str, Ints]) -> None:
    """With how many other clients of the ring each shares an item."""
    holders: dict[tuple[str, int], set[int]] = defaultdict(set)
    for trace, items in shown.items():
        for place, item in enumerate(items.tolist()):
            if item >= 0:
                holders[trace, item].add(place)
    met: list[set[int]] = [set() for _ in range(len(rows))]
    for group in holders.values():
        for place in group:
            met[place] |= group
    intake.links[rows] = [max(len(one) - 1, 0) for one in met]
