"""Honest bulk life: groups that share things for reasons that have nothing to do with an operator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ringfinder.simulate.intake import AGENT, COUNTER, NEGOTIATED, PREMIUM, Intake, Stock, when_open
from ringfinder.simulate.letters import INTERNET, Template, own_words
from ringfinder.simulate.world import SPAN, Floats, Ints

REGISTERED = 0.6
"""How much of what is shared honestly the insurer's registry knows."""

Group = Callable[[Intake, Stock], None]


def _start(intake: Intake, days: float) -> float:
    return float(intake.world.chance.uniform(30, SPAN - days - 5))


def _spread(intake: Intake, start: float, days: float, count: int) -> Floats:
    chance = intake.world.chance
    when: Floats = np.floor(start + np.sort(chance.uniform(0, days, count))) + chance.uniform(9, 17, count) / 24
    return when_open(chance, when)


def _branch(intake: Intake) -> int:
    return int(intake.world.chance.integers(0, len(intake.world.branch_district)))


def _some(intake: Intake, rows: Ints, share: float) -> Ints:
    return rows[intake.world.chance.random(len(rows)) < share]


def _register(intake: Intake, kind: str, value: int, use: str) -> None:
    if intake.world.chance.random() < REGISTERED:
        intake.registry.append((kind, value, use))


def _delegate(intake: Intake, phone: int) -> int:
    return int(intake.delegates.add(np.array([phone]))[0])


def layoff(intake: Intake, stock: Stock) -> None:
    """A factory closes: twenty people give the personnel office's phone, within two weeks."""
    chance = intake.world.chance
    branch, start = _branch(intake), _start(intake, 16)
    policies = stock.draw("branch", branch, int(chance.integers(10, 32)), start)
    rows = intake.take(policies, _spread(intake, start, 16, len(policies)), "layoff")
    phone = int(intake.world.phones(1)[0])
    intake.phone[_some(intake, rows, 0.8)] = phone
    place = intake.world.addresses.add_named(chance, int(intake.world.branch_district[branch]), "机械厂")
    intake.address[_some(intake, rows, 0.4)] = place
    _register(intake, "phone", phone, "employer")


def village_clerk(intake: Intake, stock: Stock) -> None:
    """A clerk files for the old people of a village, for months."""
    chance = intake.world.chance
    start = _start(intake, 240)
    policies = stock.draw("branch", _branch(intake), int(chance.integers(6, 24)), start)
    rows = intake.take(policies, _spread(intake, start, 240, len(policies)), "village_clerk")
    phone = int(intake.world.phones(1)[0])
    intake.delegate[rows] = _delegate(intake, phone)
    intake.phone[_some(intake, rows, 0.6)] = phone
    _register(intake, "phone", phone, "public")


def law_office(intake: Intake, stock: Stock) -> None:
    """A law office or consumer association has its own form and sends it for its clients."""
    chance = intake.world.chance
    start = _start(intake, 200)
    policies = stock.draw("anywhere", 0, int(chance.integers(6, 20)), start)
    rows = intake.take(policies, _spread(intake, start, 200, len(policies)), "law_office")
    form, phone = Template(chance, 0.2), int(intake.world.phones(1)[0])
    place = intake.world.addresses.add_named(chance, int(chance.integers(0, 20)), "正信律师事务所")
    for row in rows.tolist():
        if chance.random() < 0.4:
            intake.kind[row], intake.asks[row] = NEGOTIATED, PREMIUM
        full = bool(chance.random() < 0.6)
        intake.letters.add(row, form.write(chance), full=full, sender_phone=phone, sender_address=place)
    _register(intake, "phone", phone, "public")
    _register(intake, "address", place, "public")


def agent_day(intake: Intake, stock: Stock) -> None:
    """An agent takes several requests in a day on one tablet, some with the agent's own phone."""
    world, chance = intake.world, intake.world.chance
    start = _start(intake, 2)
    agent = _at_work(intake, start)
    policies = stock.draw("book", agent, int(chance.integers(4, 12)), start)
    rows = intake.take(policies, _spread(intake, start, 1, len(policies)), "agent_day")
    intake.channel[rows] = AGENT
    intake.device[rows] = intake.devices(1)[0]
    intake.phone[_some(intake, rows, 0.35)] = world.agent_phone[agent]


def successor(intake: Intake, stock: Stock) -> None:
    """An orphaned book: the successor visits the customers and files for those who want out."""
    world, chance = intake.world, intake.world.chance
    gone = np.flatnonzero((world.agent_heir >= 0) & (world.agent_left > -300) & (world.agent_left < SPAN - 200))
    if not len(gone):
        return
    agent = int(chance.choice(gone))
    start = float(max(world.agent_left[agent] + 20, 10))
    policies = stock.draw("book", agent, int(chance.integers(6, 22)), start)
    rows = intake.take(policies, _spread(intake, start, 170, len(policies)), "successor")
    heir = world.agent_heir[[agent]]
    helped = _some(intake, rows, 0.6)
    intake.delegate[helped] = intake.delegates.add(world.agent_phone[heir], person=world.agent_person[heir], agent=heir)
    intake.channel[helped] = AGENT


def relative(intake: Intake, stock: Stock) -> None:
    """One of a wide family does the paperwork for uncles and cousins nobody recorded as kin."""
    chance = intake.world.chance
    start = _start(intake, 300)
    policies = stock.draw("branch", _branch(intake), int(chance.integers(3, 7)), start)
    rows = intake.take(policies, _spread(intake, start, float(chance.integers(5, 300)), len(policies)), "relative")
    intake.phone[_some(intake, rows, 0.9)] = intake.world.phones(1)[0]
    paid = _some(intake, rows, 0.45)
    intake.account[paid] = intake.world.accounts(1)[0]
    intake.other_payee[paid] = True


def dormitory(intake: Intake, stock: Stock) -> None:
    """A care home or dormitory: one address, one telephone at the desk."""
    chance = intake.world.chance
    branch, start = _branch(intake), _start(intake, 500)
    policies = stock.draw("branch", branch, int(chance.integers(6, 30)), start)
    rows = intake.take(policies, _spread(intake, start, 500, len(policies)), "dormitory")
    place = intake.world.addresses.add_named(chance, int(intake.world.branch_district[branch]), "康乐养老院")
    intake.address[rows] = place
    phone = int(intake.world.phones(1)[0])
    intake.phone[_some(intake, rows, 0.5)] = phone
    _register(intake, "address", place, "public")
    _register(intake, "phone", phone, "public")


def public_letter(intake: Intake, stock: Stock) -> None:
    """People who do not know each other copy a letter from the internet."""
    chance = intake.world.chance
    policies = stock.draw("anywhere", 0, int(chance.integers(6, 18)), 60)
    rows = intake.take(policies, _spread(intake, 100, SPAN - 120, len(policies)), "public_letter")
    for row in rows.tolist():
        if chance.random() < 0.4:
            intake.kind[row], intake.asks[row] = NEGOTIATED, PREMIUM
        intake.letters.add(
            row, INTERNET.write(chance), full=bool(chance.random() < 0.7), regulator=bool(chance.random() < 0.4)
        )


def default_values(intake: Intake, stock: Stock) -> None:
    """A branch types its own number and address where a customer left the field empty."""
    world, chance = intake.world, intake.world.chance
    branch = _branch(intake)
    policies = stock.draw("branch", branch, int(chance.integers(10, 45)), 60)
    rows = intake.take(policies, _spread(intake, 60, SPAN - 70, len(policies)), "default_values")
    intake.channel[rows] = COUNTER
    intake.phone[rows] = world.branch_phone[branch]
    _register(intake, "phone", int(world.branch_phone[branch]), "branch")


def carrier_address(intake: Intake, stock: Stock) -> None:
    """The business hall of a mobile carrier stands as the address of many people of a town."""
    chance = intake.world.chance
    branch = _branch(intake)
    policies = stock.draw("branch", branch, int(chance.integers(15, 50)), 60)
    rows = intake.take(policies, _spread(intake, 60, SPAN - 70, len(policies)), "carrier_address")
    place = intake.world.addresses.add_named(chance, int(intake.world.branch_district[branch]), "移动营业厅")
    intake.address[rows] = place
    _register(intake, "address", place, "public")


def mis_selling(intake: Intake, stock: Stock) -> None:
    """A product really was mis-sold in one branch: own phones, own accounts, own words, one visit."""
    world, chance = intake.world, intake.world.chance
    branch, start = _branch(intake), _start(intake, 90)
    policies = stock.draw("branch", branch, int(chance.integers(10, 36)), start)
    # What they have in common is the product, sold by one or two agents of the branch.
    world.policy_product[policies] = chance.integers(0, 24)
    team = np.flatnonzero((world.agent_branch == branch) & (world.agent_left > start) & (world.agent_hired < -1000))
    if len(team) and len(policies):
        sellers = chance.choice(team, 2)
        seller = chance.choice(sellers, len(policies))
        sold = (chance.random(len(policies)) < 0.8) & (world.agent_hired[seller] < world.issued[policies])
        world.policy_agent[policies[sold]] = seller[sold]
    rows = intake.take(policies, _spread(intake, start, 90, len(policies)), "mis_selling")
    for row in rows.tolist():
        if chance.random() < 0.6:
            intake.kind[row], intake.asks[row] = NEGOTIATED, PREMIUM
        intake.letters.add(row, own_words(chance), full=bool(chance.random() < 0.6))
    day = int(start + 30)
    came = _some(intake, rows, 0.4)
    speaker = int(intake.phone[came[0]]) if len(came) else -1
    intake.visits += [(row, branch, day, speaker) for row in came.tolist()]


def group_payer(intake: Intake, stock: Stock) -> None:
    """An employer paid the premiums and gets the refunds of the group's contracts."""
    chance = intake.world.chance
    start = _start(intake, 40)
    policies = stock.draw("branch", _branch(intake), int(chance.integers(5, 14)), start)
    rows = intake.take(policies, _spread(intake, start, 40, len(policies)), "group_payer")
    account = int(intake.world.accounts(1)[0])
    intake.account[rows], intake.other_payee[rows] = account, True
    intake.world.payer[policies] = account
    _register(intake, "bank_account", account, "employer")


def family(intake: Intake, stock: Stock) -> None:
    """A couple and their parents surrender together; nobody wrote down that they are kin."""
    chance = intake.world.chance
    start = _start(intake, 20)
    policies = stock.draw("branch", _branch(intake), int(chance.integers(3, 6)), start)
    rows = intake.take(policies, _spread(intake, start, 20, len(policies)), "family")
    intake.phone[rows] = intake.world.phones(1)[0]
    intake.address[rows] = intake.world.address[intake.person[rows[:1]]]


def upgrade(intake: Intake, stock: Stock) -> None:
    """A product closes: its agent moves customers to the next one, and says so on the form."""
    chance = intake.world.chance
    start = _start(intake, 200)
    agent = _at_work(intake, start + 60)
    policies = stock.draw("book", agent, int(chance.integers(5, 15)), start)
    rows = intake.take(policies, _spread(intake, start, 110, len(policies)), "upgrade")
    bought = _some(intake, rows, 0.8)
    intake.new_agent[bought] = agent
    intake.new_after[bought] = chance.integers(1, 60, len(bought))
    intake.replaces[_some(intake, bought, 0.8)] = True


def newcomer(intake: Intake, stock: Stock) -> None:
    """Somebody who just became an agent sells to old friends who had given up a policy elsewhere."""
    world, chance = intake.world, intake.world.chance
    new = np.flatnonzero((world.agent_hired > 60) & (world.agent_hired < SPAN - 380) & (world.agent_left > SPAN))
    if not len(new):
        return
    agent = int(chance.choice(new))
    start = float(world.agent_hired[agent] + 10)
    policies = stock.draw("branch", int(world.agent_branch[agent]), int(chance.integers(3, 8)), start)
    rows = intake.take(policies, _spread(intake, start, 180, len(policies)), "newcomer")
    intake.new_agent[rows], intake.new_after[rows] = agent, chance.integers(5, 170, len(rows))


def web_default(intake: Intake, stock: Stock) -> None:
    """A service point types one mailbox for all who have none, and one telephone number for all who are in a hurry."""
    chance = intake.world.chance
    policies = stock.draw("branch", _branch(intake), int(chance.integers(8, 30)), 60)
    rows = intake.take(policies, _spread(intake, 60, SPAN - 70, len(policies)), "web_default")
    mailbox = int(intake.world.emails(1)[0])
    intake.email[_some(intake, rows, 0.9)] = mailbox
    intake.phone[_some(intake, rows, 0.2)] = 13800000000
    _register(intake, "email", mailbox, "placeholder")


def _at_work(intake: Intake, day: float) -> int:
    """An agent who was there before a day and stays."""
    world = intake.world
    there = np.flatnonzero((world.agent_hired < day - 400) & (world.agent_left > day + 150))
    return int(world.chance.choice(there)) if len(there) else 0


PER_10_000: tuple[tuple[Group, float], ...] = (
    (layoff, 2.0),
    (village_clerk, 2.5),
    (law_office, 1.5),
    (agent_day, 10.0),
    (successor, 3.0),
    (relative, 24.0),
    (dormitory, 2.0),
    (public_letter, 1.2),
    (default_values, 2.0),
    (carrier_address, 1.5),
    (mis_selling, 1.5),
    (group_payer, 2.0),
    (family, 14.0),
    (upgrade, 3.0),
    (newcomer, 3.0),
    (web_default, 1.5),
)
"""Each kind of honest group, and how many there are among 10,000 requests."""


def honest_life(intake: Intake, stock: Stock, amount: float) -> None:
    """All honest groups; at least one of each kind."""
    chance = intake.world.chance
    for group, number in PER_10_000:
        wanted = number * amount * intake.world.requests / 10_000
        for _ in range(max(1, int(chance.poisson(wanted)))):
            # A small portfolio has no room for everybody: ordinary people stay the majority.
            if intake.filled < 0.6 * intake.world.requests - 60:
                group(intake, stock)
