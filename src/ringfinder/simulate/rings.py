"""Operators: they find clients, take over their contacts, write for them, and rotate what they use."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ringfinder.simulate.families import Operators
from ringfinder.simulate.intake import (
    APP,
    NEGOTIATED,
    ONLINE,
    PREMIUM,
    REFERRAL,
    ROLES,
    SURRENDER,
    Intake,
    Stock,
    when_open,
)
from ringfinder.simulate.letters import Template, own_words
from ringfinder.simulate.world import NEVER, SPAN, Floats, Ints

_COLUMNS = {"phone": "phone", "address": "address", "email": "email", "account": "account", "device": "device"}
_HABITS = ("negotiated", "full_demand", "complaint", "takeover", "letters", "pays_premiums", "poach", "second_bite")
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
                    self.items[trace] = intake.delegates.add(world.phones(count))
        self.payers = world.accounts(int(np.ceil(clients / operators.per_item)))
        self.insider, self.role = -1, 0


def plant(intake: Intake, stock: Stock, operators: Operators, first: int = 0) -> int:
    """All rings of a family, numbered from `first`; returns the number after the last."""
    chance = intake.world.chance
    wanted = int(operators.share * intake.world.requests)
    templates = [Template(chance)]
    neighbour: Desk | None = None
    ring = first
    while wanted > 0:
        own = _own_way(chance, operators)
        size = _size(chance, own, wanted)
        if chance.random() < 1 / _TEMPLATES_FOR:
            templates.append(Template(chance))
        # A recruiter may find too few people: then the ring comes to nothing, and another one tries.
        rows, agent = _recruit(intake, stock, own, size)
        wanted -= max(len(rows), 1)
        if len(rows) >= operators.sizes[0]:
            neighbour = _work(intake, own, rows, agent, templates[-1], neighbour)
            intake.ring[rows] = ring
            intake.leak[ring] = agent
            ring += 1
    return ring


def plant_one(intake: Intake, stock: Stock, operators: Operators, size: int, ring: int) -> Ints:
    """One ring of so many clients, who are found anywhere, by an operator with exactly these habits; its requests."""
    rows, _ = _recruit(intake, stock, replace(operators, recruits={"anywhere": 1.0}), size)
    if len(rows):
        _work(intake, operators, rows, -1, Template(intake.world.chance), None)
        intake.ring[rows] = ring
        intake.leak[ring] = -1
    return rows


def _own_way(chance: np.random.Generator, operators: Operators) -> Operators:
    """How this one operator works: around the habits of the family, never the same twice.

    Rings that all show one thing equally often would reward a method for learning that figure.
    """

    def around(share: float) -> float:
        return min(share * float(np.exp(chance.normal(0, 0.25))), max(share, 0.95))

    habits: dict[str, Any] = {habit: around(getattr(operators, habit)) for habit in _HABITS}
    traces = {trace: around(share) for trace, share in operators.traces.items()}
    per_item = max(2.0, operators.per_item * float(np.exp(chance.normal(0, 0.2))))
    return replace(operators, traces=traces, per_item=per_item, **habits)


def _size(chance: np.random.Generator, operators: Operators, wanted: int) -> int:
    """Heavy-tailed between the smallest and the largest."""
    low, high = operators.sizes
    size = int(low * (1 - chance.random()) ** -0.9)
    return max(low, min(size + int(chance.integers(0, 5)), high, max(wanted, low)))


def _recruit(intake: Intake, stock: Stock, operators: Operators, size: int) -> tuple[Ints, int]:
    """Requests of clients found in one way over the time that the operator works, and the agent whose book it is."""
    world, chance = intake.world, intake.world.chance
    nobody = np.zeros(0, np.int64)
    ways = list(operators.recruits)
    way = str(chance.choice(ways, p=np.array([operators.recruits[one] for one in ways])))
    days = min(float(chance.integers(operators.days[0], operators.days[1] + 1)), SPAN - 60.0)
    start = float(chance.uniform(20, SPAN - days - 10))
    fresh = bool(chance.random() < operators.fresh_policies)
    number = agent = 0 if way != "book" else _whose_book(intake, start, fresh=fresh)
    if way == "book":
        if agent < 0:
            return nobody, -1
        if not fresh:
            start = max(start, float(world.agent_left[agent]) - 30)
        days = min(days, SPAN - start - 5)
        if days <= operators.sizes[0]:
            return nobody, -1
    elif way != "anywhere":
        number = int(chance.integers(0, len(world.branch_district) if way == "branch" else 24))
    policies = stock.draw(way, number, size, start)
    if len(policies) < operators.sizes[0]:
        return nobody, -1
    when = _pace(chance, start, days, len(policies))
    if fresh:
        # Written for the commission: surrendered as soon as it has vested.
        held = chance.integers(35, 400, len(policies))
        hired = world.agent_hired[agent] if way == "book" else -NEVER
        world.issued[policies] = np.minimum(
            np.maximum(when.astype(np.int64) - held, hired + 1), when.astype(np.int64) - 21
        )
        world.rate[policies] = chance.uniform(0.7, 1.1, len(policies))
    return intake.take(policies, when), agent if way == "book" else -1


def _whose_book(intake: Intake, start: float, *, fresh: bool) -> int:
    """An agent who left within two years before, or one at work for policies that are written to be surrendered."""
    world = intake.world
    if fresh:
        fit = np.flatnonzero((world.agent_hired < start - 100) & (world.agent_left > start))
    else:
        fit = np.flatnonzero((world.agent_left > start - 700) & (world.agent_left < min(start + 60, SPAN)))
    return int(world.chance.choice(fit)) if len(fit) else -1


def _pace(chance: np.random.Generator, start: float, days: float, count: int) -> Floats:
    """Clients come in waves with pauses between them."""
    waves = np.sort(chance.uniform(0, days, max(1, count // 5)))
    width = max(days / 12, 2.0)
    when = np.clip(chance.choice(waves, count) + chance.normal(0, width, count), 0, days)
    return when_open(chance, np.floor(start + np.sort(when)) + chance.uniform(9, 18, count) / 24)


def _work(
    intake: Intake, operators: Operators, rows: Ints, agent: int, letter: Template, neighbour: Desk | None
) -> Desk:
    chance = intake.world.chance
    desk = Desk(intake, operators, len(rows))
    _insiders(intake, operators, rows, agent, desk)
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
    _pay_premiums(intake, operators, rows, desk)
    _move(intake, operators, rows)
    return desk


def _insiders(intake: Intake, operators: Operators, rows: Ints, agent: int, desk: Desk) -> None:
    """Now and then one of the clients works for the operator, or the ex-agent lends a hand.

    Then the first of a kind in the stock is their own phone, account or identity.
    """
    world, chance = intake.world, intake.world.chance
    if agent >= 0 and chance.random() < operators.ex_agent:
        person = int(world.agent_person[agent])
        usable = [trace for trace in ("delegate", "sender", "account") if operators.traces[trace]]
        if usable:
            _lend(intake, desk, str(chance.choice(usable)), person, agent)
    if chance.random() < 0.35:
        usable = [trace for trace in ("phone", "account", "delegate") if operators.traces[trace]]
        if usable:
            row = int(rows[0])
            trace = str(chance.choice(usable))
            _lend(intake, desk, trace, int(intake.person[row]), -1)
            role = {"phone": "organiser_candidate", "account": "payee", "delegate": "delegate"}[trace]
            intake.role[row] = ROLES.index(role)


def _lend(intake: Intake, desk: Desk, trace: str, person: int, agent: int) -> None:
    """Put somebody's own phone, account or identity into the stock."""
    world = intake.world
    phone = int(world.agent_phone[agent] if agent >= 0 else world.phone[person])
    match trace:
        case "delegate":
            one = intake.delegates.add(np.array([phone]), np.array([person]), np.array([agent]))
            desk.items[trace][0] = one[0]
        case "account":
            if person >= 0:
                desk.items[trace][0] = world.account[person]
                intake.owner[int(world.account[person])] = person
        case _:
            desk.items[trace][0] = phone


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
    intake.other_payee[paid] = intake.account[paid] != intake.world.account[intake.person[paid]]
    intake.payee[paid] = [intake.owner.get(account, -1) for account in intake.account[paid].tolist()]
    online = rows[shown["device"] >= 0]
    intake.channel[online] = intake.world.chance.choice([APP, ONLINE], len(online))
    there = shown["delegate"] >= 0
    intake.delegate[rows[there]] = shown["delegate"][there]


def _press(intake: Intake, operators: Operators, rows: Ints, letter: Template, shown: dict[str, Ints]) -> None:
    """Negotiate, complain, and put the operator's contacts on file shortly before."""
    chance = intake.world.chance
    count = len(rows)
    hard = chance.random(count) < operators.negotiated
    intake.kind[rows] = np.where(hard, NEGOTIATED, SURRENDER)
    intake.asks[rows] = np.where(hard, PREMIUM, intake.asks[rows])
    for name, part in (("phone", 1.0), ("address", 0.5), ("email", 0.5), ("account", 0.35)):
        there = shown[name] >= 0
        changed = (chance.random(count) < operators.takeover * part) & there
        intake.changed[name][rows[there]] = np.where(changed, chance.integers(3, 50, count), 0)[there]
    intake.channel[rows[chance.random(count) < 0.15]] = REFERRAL
    for place, row in enumerate(rows.tolist()):
        sender = int(shown["sender"][place])
        if sender < 0 and chance.random() >= operators.complaint:
            continue
        text = letter.write(chance) if chance.random() < operators.letters else own_words(chance)
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


def _pay_premiums(intake: Intake, operators: Operators, rows: Ints, desk: Desk) -> None:
    """The operator paid the premium of a policy that was written to be surrendered."""
    chance = intake.world.chance
    paid = chance.random(len(rows)) < operators.pays_premiums
    accounts = _rotated(chance, desk.payers, len(rows), chain=False)
    intake.world.payer[intake.policy[rows[paid]]] = accounts[paid]


def _move(intake: Intake, operators: Operators, rows: Ints) -> None:
    """Sell the clients something else, through up to three newcomers of one manager."""
    world, chance = intake.world, intake.world.chance
    moved = chance.random(len(rows)) < operators.poach
    if not moved.any():
        return
    start = int(intake.when[rows].min())
    new = np.flatnonzero((world.agent_hired > start - 250) & (world.agent_hired < start) & (world.agent_left > SPAN))
    if not len(new):
        return
    team = chance.permutation(new)[:3]
    boss = int(world.agent_manager[team[0]])
    if boss >= 0:
        world.agent_manager[team] = boss
    after = chance.integers(8, 150, len(rows))
    moved &= intake.when[rows] + after < SPAN
    intake.new_agent[rows[moved]] = chance.choice(team, int(moved.sum()))
    intake.new_after[rows[moved]] = after[moved]
