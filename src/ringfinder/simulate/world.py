"""The population: branches, agents, households, people with their contacts, and policies.

Everything is an array with one place for each branch, agent, person or policy. Phones and accounts are
numbers; addresses are places in a table of their own; text is made only when the tables are written.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ringfinder.simulate.places import DISTRICTS, Addresses

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

FIRST_DAY = np.datetime64("2024-01-01")
SPAN = 910
"""Days over which requests come in."""

NEVER = 10**6
"""A day that does not come."""

PERSONS_PER_REQUEST = 1.6
POLICIES_PER_REQUEST = 1.3
REQUESTS_PER_AGENT = 60
REQUESTS_PER_BRANCH = 2500
TWO_NUMBERS = 0.05
"""Customers with two customer numbers; 3 to 8 % at insurers."""


@dataclass
class World:
    """Everything that is there before anybody surrenders."""

    chance: np.random.Generator
    requests: int
    branch_district: Ints
    branch_phone: Ints
    agent_branch: Ints
    agent_manager: Ints
    agent_phone: Ints
    agent_hired: Ints
    agent_left: Ints
    home: Ints
    household: Ints
    surname: Ints
    given: Ints
    woman: Bools
    born: Ints
    serial: Ints
    phone: Ints
    address: Ints
    email: Ints
    account: Ints
    same_as: Ints
    policy_person: Ints
    policy_agent: Ints
    policy_product: Ints
    issued: Ints
    annual: Floats
    payer: Ints
    addresses: Addresses
    book: Ints
    rate: Floats
    since: Ints
    agent_person: Ints
    agent_heir: Ints
    next_email: int = 0

    def contacts(self, field: str) -> Ints:
        """What each person has of one field: phone, address, email or account."""
        return {"phone": self.phone, "address": self.address, "email": self.email, "account": self.account}[field]

    def fresh(self, field: str, person: Ints) -> Ints:
        """A new value of one field for each of these people, near where they live."""
        match field:
            case "phone":
                return self.phones(len(person))
            case "address":
                return self.addresses.add(self.chance, self.branch_district[self.home[person]])
            case "email":
                return self.emails(len(person))
            case _:
                return self.accounts(len(person))

    def phones(self, count: int) -> Ints:
        """Mobile numbers that nobody had before (by far most likely)."""
        head = self.chance.choice([13, 15, 17, 18, 19], count)
        return head * 10**9 + self.chance.integers(10**8, 10**9, count)

    def accounts(self, count: int) -> Ints:
        """Card numbers of 19 digits, the last by Luhn."""
        body = 621700 * 10**12 + self.chance.integers(10**11, 10**12, count)
        return body * 10 + luhn_digit(body)

    def emails(self, count: int) -> Ints:
        """New mailboxes."""
        first = self.next_email
        self.next_email += count
        return np.arange(first, first + count)


def luhn_digit(body: Ints) -> Ints:
    """The digit that makes each number valid (ISO/IEC 7812-1)."""
    total = np.zeros_like(body)
    rest, double = body.copy(), True
    while rest.any():
        digit = rest % 10
        if double:
            digit = np.where(digit > 4, digit * 2 - 9, digit * 2)
        total += digit
        rest, double = rest // 10, not double
    return (10 - total % 10) % 10


def make_world(requests: int, seed: int) -> World:
    """Draw branches, agents, households, people and policies for a portfolio of this size."""
    chance = np.random.default_rng([seed, 1])
    branches = max(4, requests // REQUESTS_PER_BRANCH)
    agents = max(30, requests // REQUESTS_PER_AGENT)
    persons = int(requests * PERSONS_PER_REQUEST)
    policies = int(requests * POLICIES_PER_REQUEST)
    branch_district = chance.integers(0, len(DISTRICTS), branches)
    agent_branch = chance.integers(0, branches, agents)
    hired, left = _service(chance, agents)
    household, home = _households(chance, persons, branches)
    world = World(
        chance=chance,
        requests=requests,
        branch_district=branch_district,
        branch_phone=57100000000 + chance.integers(10**7, 9 * 10**7, branches),
        agent_branch=agent_branch,
        agent_manager=_managers(chance, agent_branch),
        agent_phone=np.zeros(0, np.int64),
        agent_hired=hired,
        agent_left=left,
        home=home,
        household=household,
        surname=_first_of(chance.integers(0, 40, persons), household, chance.random(persons) < 0.55),
        given=chance.integers(0, 900, persons),
        woman=chance.random(persons) < 0.5,
        born=-chance.integers(22 * 365, 85 * 365, persons),
        serial=chance.integers(1, 500, persons),
        phone=np.zeros(0, np.int64),
        address=np.zeros(0, np.int64),
        email=np.zeros(0, np.int64),
        account=np.zeros(0, np.int64),
        same_as=np.full(persons, -1),
        policy_person=_holders(chance, persons, policies),
        policy_agent=np.zeros(0, np.int64),
        policy_product=chance.choice(24, policies, p=_shares(24)),
        issued=_issue_days(chance, policies),
        annual=np.asarray(np.round(np.exp(chance.normal(8.9, 0.7, policies)), -2) + 500, np.float64),
        payer=np.zeros(0, np.int64),
        addresses=Addresses(),
        book=np.zeros(0, np.int64),
        rate=np.round(chance.uniform(0.25, 0.7, policies), 3),
        since=np.zeros(0, np.int64),
        agent_person=np.full(agents, -1),
        agent_heir=np.full(agents, -1),
    )
    world.agent_phone = world.phones(agents)
    _contacts(world, persons)
    _agents_as_customers(world)
    _books(world)
    world.since = -chance.integers(0, 3650, persons)
    np.minimum.at(world.since, world.policy_person, world.issued)
    world.payer = np.where(chance.random(policies) < 0.97, world.account[world.policy_person], world.accounts(policies))
    return world


def _service(chance: np.random.Generator, agents: int) -> tuple[Ints, Ints]:
    """Days on which agents came and left: a quarter came within the time of the requests, four in ten left."""
    hired = np.where(
        chance.random(agents) < 0.25, chance.integers(0, SPAN - 60, agents), -chance.integers(30, 4500, agents)
    )
    left = np.maximum(hired + chance.integers(90, 500, agents), chance.integers(-700, SPAN - 60, agents))
    return hired, np.where((chance.random(agents) < 0.45) & (left < SPAN - 20), left, NEVER)


def _agents_as_customers(world: World) -> None:
    """Most agents have policies of their own: the same name, ID and phone in both tables."""
    chance = world.chance
    for number in np.unique(world.agent_branch):
        team = np.flatnonzero(world.agent_branch == number)
        near = np.flatnonzero((world.home == number) & (world.same_as < 0))
        team = team[chance.random(len(team)) < 0.7][: len(near)]
        world.agent_person[team] = chance.choice(near, len(team), replace=False)
    known = np.flatnonzero(world.agent_person >= 0)
    world.phone[world.agent_person[known]] = world.agent_phone[known]


def _holders(chance: np.random.Generator, persons: int, policies: int) -> Ints:
    """Who holds each policy: most people one, some several."""
    one_each = chance.permutation(persons)[:policies]
    return np.where(chance.random(policies) < 0.12, chance.integers(0, persons, policies), one_each)


def _issue_days(chance: np.random.Generator, policies: int) -> Ints:
    """Days of issue over ten years, one policy in six within the time of the requests."""
    new = chance.random(policies) < 1 / 6
    return np.where(new, chance.integers(0, SPAN - 60, policies), -chance.integers(0, 3650, policies))


def _shares(count: int) -> Floats:
    weights = 1.0 / np.arange(1, count + 1)
    shares: Floats = weights / weights.sum()
    return shares


def _households(chance: np.random.Generator, persons: int, branches: int) -> tuple[Ints, Ints]:
    """Household of each person (one to five people), and the branch near which it lives."""
    sizes = chance.choice([1, 2, 3, 4, 5], persons, p=[0.6, 0.24, 0.11, 0.04, 0.01])
    household = np.repeat(np.arange(persons), sizes)[:persons]
    return household, chance.integers(0, branches, persons)[household]


def _first_of(values: Ints, household: Ints, follows: Bools) -> Ints:
    """The value of the first of the household for those who follow it."""
    _, first = np.unique(household, return_index=True)
    return np.where(follows, values[first][household], values)


def _managers(chance: np.random.Generator, branch: Ints) -> Ints:
    """One agent in twelve manages the others of the branch."""
    manager = np.full(len(branch), -1)
    for number in np.unique(branch):
        team = np.flatnonzero(branch == number)
        heads = team[: max(1, len(team) // 12)]
        manager[team] = chance.choice(heads, len(team))
        manager[heads] = -1
    return manager


def _contacts(world: World, persons: int) -> None:
    """Phones, homes, mailboxes and accounts; some families have one for all."""
    chance = world.chance
    homes = world.addresses.add(chance, world.branch_district[world.home])
    world.address = _first_of(homes, world.household, chance.random(persons) < 0.92)
    world.phone = _first_of(world.phones(persons), world.household, chance.random(persons) < 0.12)
    world.account = _first_of(world.accounts(persons), world.household, chance.random(persons) < 0.08)
    world.email = world.emails(persons)
    # A second customer number of the same person, opened years later with other contacts.
    doubles = chance.choice(persons, int(persons * TWO_NUMBERS), replace=False)
    originals = chance.integers(0, persons, len(doubles))
    fine = ~np.isin(originals, doubles)
    doubles, originals = doubles[fine], originals[fine]
    world.same_as[doubles] = originals
    for column in (world.surname, world.given, world.woman, world.born, world.serial, world.home, world.household):
        column[doubles] = column[originals]


def _books(world: World) -> None:
    """Most policies of a branch are in the books of agents who were at work when they were issued."""
    chance = world.chance
    branch = world.home[world.policy_person]
    book = np.full(len(branch), -1)
    teams = {int(number): np.flatnonzero(world.agent_branch == number) for number in np.unique(branch)}
    places = {number: np.flatnonzero(branch == number) for number in teams}
    for _ in range(8):
        for number, team in teams.items():
            rows = places[number]
            rows = rows[book[rows] < 0]
            if not len(team) or not len(rows):
                continue
            drawn = chance.choice(team, len(rows), p=_shares(len(team)))
            served = (world.agent_hired[drawn] < world.issued[rows]) & (world.issued[rows] < world.agent_left[drawn])
            book[rows[served]] = drawn[served]
    # The rest, and one in twelve, came through banks, brokers and the net.
    world.book = np.where(chance.random(len(book)) < 1 / 12, -1, book)
    world.policy_agent = world.book.copy()
    _orphans(world)


def _orphans(world: World) -> None:
    """Some of the policies of those who left show their successor's number."""
    chance = world.chance
    for number in np.unique(world.agent_branch):
        team = np.flatnonzero(world.agent_branch == number)
        gone, there = team[world.agent_left[team] < NEVER], team[world.agent_left[team] == NEVER]
        if len(there):
            world.agent_heir[gone] = np.where(chance.random(len(gone)) < 0.6, chance.choice(there, len(gone)), -1)
    heir = np.where(world.book >= 0, world.agent_heir[np.maximum(world.book, 0)], -1)
    world.policy_agent = np.where((heir >= 0) & (chance.random(len(heir)) < 0.4), heir, world.policy_agent)
