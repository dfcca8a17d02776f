"""Surrender requests while they are made up: arrays with one place for each request."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ringfinder.simulate.world import SPAN, Bools, Floats, Ints, World

ROLES = ("member", "organiser_candidate", "delegate", "payee", "agent")
SURRENDER, COOLING_OFF, NEGOTIATED, PARTIAL = range(4)
COUNTER, APP, ONLINE, PHONE, HOTLINE, MAIL, AGENT, REFERRAL = range(8)
CASH, BETWEEN, PREMIUM = range(3)
"""What is asked for: the cash value, something between, the whole premium."""

_HOLIDAYS = ((39, 48), (121, 126), (273, 281), (393, 402), (486, 491), (638, 646), (777, 786), (851, 856))
"""Days since 2024-01-01 of Spring Festival, Labour Day and National Day."""
_CHANNELS = (0.38, 0.24, 0.12, 0.06, 0.05, 0.05, 0.06, 0.04)


FIELDS = ("phone", "address", "email", "account")
"""Contacts that are on file, by their names here."""


@dataclass
class Delegates:
    """Who hands requests in for others: a phone, and the person or agent behind it where known."""

    phone: list[int] = field(default_factory=list)
    person: list[int] = field(default_factory=list)
    agent: list[int] = field(default_factory=list)

    def add(self, phones: Ints, person: Ints | None = None, agent: Ints | None = None) -> Ints:
        """New delegates; their places."""
        first, nobody = len(self.phone), np.full(len(phones), -1)
        self.phone += phones.tolist()
        self.person += (nobody if person is None else person).tolist()
        self.agent += (nobody if agent is None else agent).tolist()
        return np.arange(first, len(self.phone))


@dataclass
class Letters:
    """Complaints: the request each belongs to, what it says and who sent it."""

    request: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    full: list[bool] = field(default_factory=list)
    regulator: list[bool] = field(default_factory=list)
    days_after: list[float] = field(default_factory=list)
    sender_phone: list[int] = field(default_factory=list)
    sender_address: list[int] = field(default_factory=list)
    paid_extra: list[bool] = field(default_factory=list)

    def add(
        self,
        request: int,
        text: str,
        *,
        full: bool,
        regulator: bool = False,
        days_after: float = -3.0,
        sender_phone: int = -1,
        sender_address: int = -1,
        paid_extra: bool = False,
    ) -> None:
        """One complaint around a request."""
        self.request.append(request)
        self.text.append(text)
        self.full.append(full)
        self.regulator.append(regulator)
        self.days_after.append(days_after)
        self.sender_phone.append(sender_phone)
        self.sender_address.append(sender_address)
        self.paid_extra.append(paid_extra)


@dataclass
class Intake:
    """All requests of a portfolio, shape (requests,) each; -1 means missing.

    Parameters
    ----------
    delegate
        Place in `delegates`.
    other_payee, payee
        Whether the account is not the applicant's, and the person whose it is (-1 for a stranger).
    changed
        For each of `FIELDS`, days before the request at which what it states was put on file; 0 for never.
    ring, role, cause
        Truth: ring number or -1; place of the role in `ROLES`; name of the honest group.
    new_agent, new_after, replaces
        Agent of a new policy bought after the request (-1 for none), so many days later, and whether
        it was disclosed as a replacement.
    owner, leak
        Person behind an account of an operator's; agent whose book a ring works through.
    staged
        Rings that are there to show something, and what.
    """

    world: World
    filled: int
    policy: Ints
    when: Floats
    kind: Ints
    channel: Ints
    asks: Ints
    phone: Ints
    address: Ints
    email: Ints
    account: Ints
    other_payee: Bools
    delegate: Ints
    device: Ints
    ip: Ints
    payee: Ints
    changed: dict[str, Ints]
    ring: Ints
    role: Ints
    new_agent: Ints
    new_after: Ints
    replaces: Bools
    cause: list[str]
    links: Ints
    letters: Letters = field(default_factory=Letters)
    delegates: Delegates = field(default_factory=Delegates)
    registry: list[tuple[str, int, str]] = field(default_factory=list)
    visits: list[tuple[int, int, int, int]] = field(default_factory=list)
    owner: dict[int, int] = field(default_factory=dict)
    leak: dict[int, int] = field(default_factory=dict)
    staged: dict[int, str] = field(default_factory=dict)
    next_device: int = 0

    @property
    def person(self) -> Ints:
        """Applicant of each request."""
        return self.world.policy_person[self.policy]

    def contacts(self, name: str) -> Ints:
        """What the requests state of one of `FIELDS`."""
        return {"phone": self.phone, "address": self.address, "email": self.email, "account": self.account}[name]

    def devices(self, count: int) -> Ints:
        """New devices."""
        first = self.next_device
        self.next_device += count
        return np.arange(first, first + count)

    def take(self, policies: Ints, when: Floats, cause: str = "") -> Ints:
        """Fill the next rows with requests for these policies, as an ordinary applicant would make them."""
        world, chance = self.world, self.world.chance
        count = len(policies)
        rows = np.arange(self.filled, self.filled + count)
        self.filled += count
        person = world.policy_person[policies]
        self.policy[rows], self.when[rows] = policies, when
        self.kind[rows] = chance.choice(4, count, p=[0.86, 0.05, 0.03, 0.06])
        self.asks[rows] = np.where(self.kind[rows] == NEGOTIATED, chance.integers(BETWEEN, PREMIUM + 1, count), CASH)
        self.channel[rows] = chance.choice(8, count, p=_CHANNELS)
        self._contacts(rows, person)
        self._places(rows, person)
        for row in rows.tolist():
            self.cause[row] = cause
        return rows

    def _contacts(self, rows: Ints, person: Ints) -> None:
        """Mostly what is on file; some have a new number, a new home, or left the field empty."""
        world, chance = self.world, self.world.chance
        count = len(rows)
        drawn = chance.random(count)
        phone = np.where(drawn < 0.14, world.phones(count), world.phone[person])
        recycled = drawn < 0.006  # a number that somebody else gave up
        phone = np.where(recycled, world.phone[chance.integers(0, len(world.phone), count)], phone)
        # Some fields stay empty, and some get a number that is none.
        typed = chance.random(count)
        phone = np.where(typed < 0.004, 13800000000, phone)
        self.phone[rows] = np.where(typed > 0.96, -1, phone)
        moved = chance.random(count) < 0.08
        address = world.address[person].copy()
        address[moved] = world.addresses.add(chance, world.branch_district[world.home[person[moved]]])
        self.address[rows] = np.where(chance.random(count) < 0.12, -1, address)
        self.email[rows] = np.where(chance.random(count) < 0.45, world.email[person], -1)
        other = chance.random(count)
        account = np.where(other < 0.1, world.accounts(count), world.account[person])
        # Some have a child or spouse receive the money, or go to the counter for them.
        near = np.minimum(person + 1, len(world.account) - 1)
        kin = (world.household[near] == world.household[person]) & (near != person)
        paid = np.flatnonzero((other > 0.94) & kin)
        account[paid] = world.account[near[paid]]
        self.account[rows] = account
        self.other_payee[rows[paid]] = account[paid] != world.account[person[paid]]
        self.payee[rows[paid]] = near[paid]
        sent = np.flatnonzero((chance.random(count) < 0.07) & kin)
        self.delegate[rows[sent]] = self.delegates.add(world.phone[near[sent]], person=near[sent])
        self.changed["phone"][rows] = recent(chance, drawn < 0.14, 0.25, 0.35)
        self.changed["address"][rows] = recent(chance, moved, 0.2, 0.4)
        self.changed["account"][rows] = recent(chance, other < 0.1, 0.1, 0.2)

    def _places(self, rows: Ints, person: Ints) -> None:
        """Devices of branches stand at counters; people at home have their own and share gateways."""
        world, chance = self.world, self.world.chance
        channel = self.channel[rows]
        counter = channel == COUNTER
        remote = (channel == APP) | (channel == ONLINE)
        branch = world.home[person]
        desk = -10 - (branch * 4 + chance.integers(0, 4, len(rows)))
        own = self.devices(len(rows))
        self.device[rows] = np.where(counter, desk, np.where(remote, own, -1))
        gateway = -10 - branch
        nat = chance.integers(0, max(world.requests // 150, 5), len(rows))
        home = 10**6 + own
        shared = np.where(chance.random(len(rows)) < 0.35, nat, home)
        self.ip[rows] = np.where(counter, gateway, np.where(remote, shared, -1))


def make_intake(world: World) -> Intake:
    """Empty rows for all requests."""
    count = world.requests

    def missing() -> Ints:
        return np.full(count, -1)

    return Intake(
        world=world,
        filled=0,
        policy=missing(),
        when=np.zeros(count),
        kind=missing(),
        channel=missing(),
        asks=missing(),
        phone=missing(),
        address=missing(),
        email=missing(),
        account=missing(),
        other_payee=np.zeros(count, np.bool_),
        delegate=missing(),
        device=missing(),
        ip=missing(),
        payee=missing(),
        changed={name: np.zeros(count, np.int64) for name in FIELDS},
        ring=missing(),
        role=np.zeros(count, np.int64),
        new_agent=missing(),
        new_after=missing(),
        replaces=np.zeros(count, np.bool_),
        cause=[""] * count,
        links=np.zeros(count, np.int64),
    )


class Stock:
    """Policies that nobody has surrendered yet, by branch, agent and product."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._used_person = np.zeros(len(world.phone), np.bool_)
        self._used = np.zeros(len(world.policy_person), np.bool_)
        keys = {
            "branch": world.home[world.policy_person],
            "book": world.book,
            "product": world.policy_product,
            "anywhere": np.zeros(len(world.policy_person), np.int64),
        }
        shuffled = world.chance.permutation(len(world.policy_person))
        self._order = {name: shuffled[np.argsort(key[shuffled], kind="stable")] for name, key in keys.items()}
        most = {
            "branch": len(world.branch_district),
            "book": len(world.agent_branch),
            "product": int(world.policy_product.max()) + 1,
            "anywhere": 1,
        }
        self._starts = {
            name: np.searchsorted(key[self._order[name]], np.arange(-1, most[name] + 1)) for name, key in keys.items()
        }

    def draw(self, pool: str, number: int, count: int, before: float, *, fresh: bool = False) -> Ints:
        """Up to `count` policies of different people, issued well before a day; fresh ones within 14 months."""
        starts = self._starts[pool]
        listed = self._order[pool][starts[number + 1] : starts[number + 2]]
        if pool == "anywhere":
            first = int(self._world.chance.integers(0, len(listed)))
            listed = np.take(listed, np.arange(first, first + min(len(listed), 60 * count + 200)), mode="wrap")
        person = self._world.policy_person[listed]
        issued = self._world.issued[listed]
        fine = ~self._used[listed] & ~self._used_person[person] & (issued < before - 40)
        if fresh:
            fine &= issued > before - 420
        listed = listed[fine]
        _, first_of = np.unique(self._world.policy_person[listed], return_index=True)
        chosen = listed[np.sort(first_of)][:count]
        self.use(chosen)
        return chosen

    def use(self, policies: Ints) -> None:
        """Mark policies and their holders as taken."""
        self._used[policies] = True
        self._used_person[self._world.policy_person[policies]] = True

    def rest(self, count: int) -> Ints:
        """Any policies for ordinary requests; a person may surrender two."""
        free = np.flatnonzero(~self._used & (self._world.issued < SPAN - 40))
        return self._world.chance.permutation(free)[:count]


def recent(chance: np.random.Generator, new: Bools, soon: float, earlier: float) -> Ints:
    """Days before the request at which a new contact was put on file; 0 where it was not."""
    drawn = chance.random(len(new))
    days = np.where(drawn < soon, chance.integers(1, 90, len(new)), chance.integers(90, 900, len(new)))
    return np.where(new & (drawn < soon + earlier), days, 0)


def open_for_business() -> Floats:
    """How much of its business each day does: little at weekends, nearly nothing on holidays."""
    days = np.arange(SPAN)
    weight: Floats = np.where(days % 7 == 5, 0.35, np.where(days % 7 == 6, 0.2, 1.0))
    for first, last in _HOLIDAYS:
        weight[(days >= first) & (days < last)] *= 0.1
    return weight


def when_open(chance: np.random.Generator, when: Floats) -> Floats:
    """Days on which groups come, honest or not: a day on which the counter is closed becomes one of the week after.

    Without this the calendar alone would tell a group from ordinary life. Those of one day move together.
    """
    weight = open_for_business()
    planned, place = np.unique(np.floor(when).astype(np.int64), return_inverse=True)
    day = planned.copy()
    late = chance.random(len(day)) > weight[day]
    while late.any():
        day[late] += chance.integers(1, 8, int(late.sum()))
        day = np.minimum(day, SPAN - 1)
        late &= (day < SPAN - 1) & (chance.random(len(day)) > weight[day])
    return when + (day - planned)[place]


def usual_days(chance: np.random.Generator, count: int) -> Floats:
    """Days and hours as requests come in: fewer at weekends and on holidays, more after the year's end."""
    days = np.arange(SPAN)
    weight = open_for_business()
    weight *= 1 + 0.25 * np.cos(2 * np.pi * (days % 365 - 60) / 365) + 0.2 * days / SPAN
    found: Floats = chance.choice(days, count, p=weight / weight.sum()) + chance.uniform(8.5, 17.5, count) / 24
    return found


def ordinary(intake: Intake, stock: Stock) -> None:
    """Fill the rest of the rows with people who surrender for reasons of their own."""
    world, chance = intake.world, intake.world.chance
    count = world.requests - intake.filled
    policies = stock.rest(count)
    if len(policies) < count:
        policies = np.concatenate([policies, chance.choice(len(world.issued), count - len(policies))])
    when = usual_days(chance, count)
    early = when < world.issued[policies] + 15
    when[early] = when_open(chance, chance.uniform(np.maximum(world.issued[policies[early]] + 15, 0), SPAN))
    _buy_again(intake, intake.take(policies, when))


def _buy_again(intake: Intake, rows: Ints) -> None:
    """A few buy another policy within a year, from their agent or from whoever works near them."""
    world, chance = intake.world, intake.world.chance
    rows = rows[chance.random(len(rows)) < 0.05]
    own = world.policy_agent[intake.policy[rows]]
    near = chance.integers(0, len(world.agent_branch), len(rows))
    order = np.argsort(world.agent_branch, kind="stable")
    starts = np.searchsorted(world.agent_branch[order], np.arange(len(world.branch_district) + 1))
    home = world.home[intake.person[rows]]
    there = starts[home + 1] - starts[home]
    near = np.where(there > 0, order[np.minimum(starts[home] + near % np.maximum(there, 1), len(order) - 1)], near)
    same = (chance.random(len(rows)) < 0.4) & (own >= 0)
    agent, after = np.where(same, own, near), chance.integers(1, 330, len(rows))
    day = intake.when[rows] + after
    fine = (world.agent_hired[agent] < day) & (world.agent_left[agent] > day) & (day < SPAN)
    rows = rows[fine]
    intake.new_agent[rows], intake.new_after[rows] = agent[fine], after[fine]
    intake.replaces[rows] = same[fine] & (chance.random(len(rows)) < 0.6)
