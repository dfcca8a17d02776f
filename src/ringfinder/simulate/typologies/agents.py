"""Agents and counters: T8, T9, T10, T12 and their honest look-alikes."""

from __future__ import annotations

from ringfinder.simulate.typologies.cast import Agent, Cast
from ringfinder.simulate.typologies.values import date_of
from ringfinder.simulate.world import SPAN

_MOVED, _CLOSED, _UPGRADED, _INCIDENT = 24, 25, 26, 29
"""Products that none of the crowd has: what one product's holders do is compared with all its holders."""


def ex_agent(cast: Cast) -> None:
    """T8: a book is surrendered far above other orphaned books, and the ex-agent writes letters again."""
    branch = cast.new_branch
    head = cast.agent(hired=-4000, branch=branch)
    leaver = cast.agent(left=540, manager=head)
    ring = _book(cast, leaver, 22, 18, 560, 880, letters=2)
    cast.as_ring(ring)
    cast.planted("T8", "agent", leaver.agent_no, ring)
    # as many surrenders and more, of a book that is large: orphaned policies are surrendered by nature
    for left, size, gone in ((150, 60, 20), (250, 40, 8)):
        other = cast.agent(left=left, manager=head)
        cast.honest(
            "T8", "orphaned_book", "agent", other.agent_no, _book(cast, other, size, gone, left + 20, left + 600)
        )


def _book(cast: Cast, agent: Agent, size: int, gone: int, first: int, last: int, letters: int = 0) -> list[str]:
    """Policies that an agent left behind, some of them surrendered between two days."""
    found = []
    for number, one in enumerate(cast.people(size, agent.branch)):
        if number >= gone:
            cast.policy(one, agent=agent)
            continue
        day = cast.day(first, last)
        policy = cast.policy(one, agent=agent, ends=day)
        if number < letters:
            cast.complaint(
                one, day - 4, policy,
                source="letter", sender_name=agent.name, sender_phone=agent.phone, demand="full_refund",
            )  # fmt: skip
        found.append(cast.request(one, day, policy, harm=number < letters))
    return found


def poach(cast: Cast) -> None:
    """T9: clients of one team are moved to another's newcomers; who upgrades and whose product closes moves openly."""
    start = int(cast.day(350, 550))
    before = cast.agent(manager=cast.agent(hired=-4000))
    boss = cast.agent(hired=-3500)
    newcomers = [cast.agent(hired=start - 60 - 30 * number, manager=boss) for number in range(2)]
    ring = [_move(cast, before, newcomers[number % 2], start, _MOVED) for number in range(5)]
    cast.as_ring(ring)
    cast.planted("T9", "agent", boss.agent_no, ring)

    head = cast.agent(hired=-3500)
    same = cast.agent(hired=start - 100, manager=head)
    upgraded = [_move(cast, same, same, start, _UPGRADED, disclosed=True) for _ in range(4)]
    cast.honest("T9", "upgrade", "agent", head.agent_no, upgraded)

    head, old = cast.agent(hired=-3500), cast.agent(manager=cast.agent(hired=-4000))
    new, long = cast.agent(hired=start - 80, manager=head), cast.agent(manager=head)
    closed = [_move(cast, old, new if number < 3 else long, start, _CLOSED) for number in range(8)]
    cast.honest("T9", "product_closing", "agent", head.agent_no, closed)


def _move(cast: Cast, before: Agent, after: Agent, start: int, product: int, *, disclosed: bool = False) -> str:
    """Somebody surrenders a policy of one agent and takes out another with the next."""
    (one,), day = cast.people(1, before.branch), cast.day(start, start + 90)
    old = cast.policy(one, agent=before, ends=day, product=product)
    replaces = old.policy_no if disclosed else None
    cast.policy(
        one, agent=after, issued=int(day) + int(cast.chance.integers(10, 120)), product=product, replaces=replaces
    )
    return cast.request(one, day, old)


def commission(cast: Cast) -> None:
    """T10: policies whose premium a third account paid, surrendered once the commission has vested."""
    payer, agent = cast.account(), cast.agent()
    ring = [_sold(cast, agent, payer, share=0.2, paid=0.95) for _ in range(4)]
    cast.as_ring(ring)
    cast.planted("T10", "agent", agent.agent_no, ring)
    agent = cast.agent()
    single = [_sold(cast, agent, "", share=0.98, paid=0.06) for _ in range(4)]
    cast.honest("T10", "single_premium", "agent", agent.agent_no, single)
    agent = cast.agent()
    hardship = [_sold(cast, agent, cast.account(), share=0.2, paid=0.95, claim=True) for _ in range(4)]
    cast.honest("T10", "hardship", "agent", agent.agent_no, hardship)


def _sold(cast: Cast, agent: Agent, payer: str, *, share: float, paid: float, claim: bool = False) -> str:
    """A policy of one agent that is surrendered within fourteen months; shares of the premium in cash and commission."""
    (one,), day = cast.people(1, agent.branch), cast.day(400, SPAN - 60)
    premium = float(cast.chance.integers(80, 400)) * 100
    issued = int(day) - int(cast.chance.integers(60, 350))
    policy = cast.policy(
        one, agent=agent, ends=day, issued=issued, premium=premium, cash=premium * share, commission=premium * paid,
        payer=payer or None,
    )  # fmt: skip
    if claim:
        cast.claim(policy, issued + 40.5)
    return cast.request(one, day, policy)


def collective_visit(cast: Cast) -> None:
    """T12: four come with one demand and a speaker who is none of them; after a real incident one of those speaks."""
    for cause, count, product in (("", 4, None), ("product_incident", 6, _INCIDENT)):
        branch, day, demand = cast.person_branch(), int(cast.day(350, 800)), "要求全额退保"
        people = cast.people(count, branch)
        speaker = people[2].phone if cause else cast.phone()
        made = []
        for one in people:
            later = cast.day(day + 3, day + 20)
            policy = cast.policy(one, ends=later, product=product)
            cast.visit(policy, day + float(cast.chance.uniform(0.38, 0.42)), branch, demand, speaker)
            made.append(cast.request(one, later, policy, harm=True))
        entity = f"{branch}/{date_of(day)}/{demand}/{speaker}"
        if cause:
            cast.honest("T12", cause, "visit", entity, made)
        else:
            cast.as_ring(made)
            cast.planted("T12", "visit", entity, made)
