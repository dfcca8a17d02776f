"""Phones, accounts, delegates and devices of several people: T1, T2, T5, T6, T7 and their honest look-alikes."""

from __future__ import annotations

from ringfinder.simulate.typologies.cast import Cast

PLACEHOLDER = "13800000000"


def shared_contact(cast: Cast) -> None:
    """T1: a star around a phone that nobody had on file; families, agents, branches, employers share openly."""
    phone, start = cast.phone(), cast.day(300, 700)
    ring = [
        cast.request(one, cast.day(start, start + 90), phone=phone, harm=number < 4)
        for number, one in enumerate(cast.people(5))
    ]
    cast.as_ring(ring)
    cast.planted("T1", "phone", phone, ring)
    _family(cast)
    _agents_phone(cast)
    _branch_phone(cast)
    _employer(cast)
    _layoff(cast)
    empty = [cast.request(one, cast.day(300, 850), phone=PLACEHOLDER, harm=True) for one in cast.people(4)]
    cast.honest("T1", "placeholder", "phone", PLACEHOLDER, empty)


def _family(cast: Cast) -> None:
    """One phone and one home, on file for ten years, and the kinship is recorded."""
    phone, start = cast.phone(), cast.day(300, 800)
    kin = cast.family("spouse", "parent", "child", phone=phone)
    cast.honest("T1", "family", "phone", phone, [cast.request(one, start + 2, harm=True) for one in kin])


def _agents_phone(cast: Cast) -> None:
    """An agent in post gives the agent's own phone for customers whom the agent serves."""
    agent, start = cast.agent(), cast.day(300, 700)
    served = [
        cast.request(one, day, cast.policy(one, agent=agent, ends=day), phone=agent.phone, harm=True)
        for one in cast.people(4, agent.branch)
        for day in [cast.day(start, start + 100)]
    ]
    cast.honest("T1", "agents_phone", "phone", agent.phone, served)


def _branch_phone(cast: Cast) -> None:
    """A branch types its own line, which the registry knows."""
    phone, branch = f"0571{cast.chance.integers(10**7, 9 * 10**7)}", cast.person_branch()
    cast.register("phone", phone, "branch")
    typed = [
        cast.request(one, cast.day(200, 850), phone=phone, harm=True, channel="phone") for one in cast.people(4, branch)
    ]
    cast.honest("T1", "branch_phone", "phone", phone, typed)


def _employer(cast: Cast) -> None:
    """Workers have their letters sent to the factory, which the registry knows."""
    address = cast.address("第二纺织厂")
    cast.register("address", address, "employer")
    workers = [cast.request(one, cast.day(300, 800), address=address, harm=True) for one in cast.people(5)]
    cast.honest("T1", "employers_address", "address", address, workers)


def _layoff(cast: Cast) -> None:
    """One phone of the personnel office, two weeks, and nobody asks for more than the cash value."""
    phone, branch, start = cast.phone(), cast.person_branch(), cast.day(300, 800)
    laid_off = [cast.request(one, cast.day(start, start + 14), phone=phone) for one in cast.people(6, branch)]
    cast.honest("T1", "layoff", "phone", phone, laid_off)


def takeover(cast: Cast) -> None:
    """T2: phones are changed to the operator's shortly before; who moves, moves alone, and clerks clean up."""
    phone, start = cast.phone(), cast.day(300, 650)
    ring = []
    for one in cast.people(4):
        day = cast.day(start, start + 120)
        cast.change(one, day - float(cast.chance.integers(8, 45)), phone)
        ring.append(cast.request(one, day, phone=phone, harm=True))
    cast.as_ring(ring)
    # four households state a phone that was not on file: a shared contact, too
    cast.planted("T2 T1", "phone", phone, ring)

    (mover,), home, own = cast.people(1), cast.address(), cast.phone()
    day = cast.day(300, 800)
    cast.change(mover, day - 30, home, kind="address")
    cast.change(mover, day - 30, own)
    moved = cast.request(mover, day, address=home, phone=own, harm=True)
    cast.honest("T2", "real_move", "phone", own, [moved])
    cast.honest("T2", "real_move", "address", home, [moved])

    day, clerk = cast.day(300, 700), f"OP{cast.chance.integers(100, 400):04d}"
    for number, one in enumerate(cast.people(8, cast.person_branch())):
        mended = cast.phone()
        cast.change(one, day + number / 500, mended, operator=clerk)
        if number < 4:
            later = cast.request(one, cast.day(day + 5, day + 50), phone=mended, harm=True)
            cast.honest("T2", "clean_up", "phone", mended, [later])


def delegate_hub(cast: Cast) -> None:
    """T5: one delegate for unrelated policies; children, agents in post, lawyers and guardians act openly."""
    identity, name, phone, start = cast.identity(), cast.name(), cast.phone(), cast.day(300, 650)
    ring = [
        cast.request(
            one, cast.day(start, start + 150), harm=True,
            delegate_name=name, delegate_id_no=identity, delegate_phone=phone, channel="counter", device_id=None, ip=None,
        )
        for one in cast.people(4)
    ]  # fmt: skip
    cast.as_ring(ring)
    cast.planted("T5", "delegate", identity, ring)
    cast.planted("T1", "phone", phone, ring)  # the delegate's phone stands in all their requests

    for cause, relations in (("child_for_elders", ("parent",) * 3), ("guardian", ("other",) * 3)):
        (helper,), day = cast.people(1), cast.day(300, 800)
        helped = cast.people(3)
        for one, relation in zip(helped, relations, strict=True):
            cast.relate(helper, one, relation)
        done = [
            cast.request(
                one, day + number, harm=True,
                delegate_name=helper.name, delegate_id_no=helper.id_no, delegate_phone=helper.phone,
            )
            for number, one in enumerate(helped)
        ]  # fmt: skip
        cast.honest("T5", cause, "delegate", helper.id_no, done)

    agent, start = cast.agent(), cast.day(300, 700)
    served = [
        cast.request(
            one, day, cast.policy(one, agent=agent, ends=day), harm=True, channel="agent",
            delegate_name=agent.name, delegate_id_no=agent.id_no, delegate_phone=agent.phone, device_id=None, ip=None,
        )
        for one in cast.people(4, agent.branch)
        for day in [cast.day(start, start + 90)]
    ]  # fmt: skip
    cast.honest("T5", "servicing_agent", "delegate", agent.id_no, served)

    lawyer, office = cast.identity(), cast.phone()
    cast.register("phone", office, "public")
    clients = [
        cast.request(one, cast.day(300, 800), harm=True, delegate_id_no=lawyer, delegate_phone=office)
        for one in cast.people(4)
    ]
    cast.honest("T5", "lawyer", "delegate", lawyer, clients)


def shared_payee(cast: Cast) -> None:
    """T6: refunds of unrelated people into a stranger's account; a family has one, an employer paid and is refunded."""
    account, name, start = cast.account(), cast.name(), cast.day(300, 650)
    ring = [
        cast.request(one, cast.day(start, start + 60), harm=True, payout_account=account, payout_name=name)
        for one in cast.people(4)
    ]
    cast.as_ring(ring)
    cast.planted("T6", "bank_account", account, ring)

    account, day = cast.account(), cast.day(300, 800)
    kin = cast.family("spouse", "parent", "child", account=account)
    family = [cast.request(one, day + 1, harm=True, payout_account=account, payout_name=kin[0].name) for one in kin]
    cast.honest("T6", "family_account", "bank_account", account, family)

    account, day = cast.account(), cast.day(300, 800)
    cast.register("bank_account", account, "employer")
    group = [
        cast.request(
            one,
            day,
            cast.policy(one, ends=day, payer=account),
            harm=True,
            payout_account=account,
            payout_name="恒通机械有限公司",
        )
        for one in cast.people(5)
    ]
    cast.honest("T6", "group_payer", "bank_account", account, group)


def shared_device(cast: Cast) -> None:
    """T7: one device files for five in three weeks, three of them in one day from one address of the internet."""
    device, ip, start = cast.device(), cast.ip(), float(int(cast.day(300, 800)))
    ring = []
    for number, one in enumerate(cast.people(5)):
        day = start + 5 + cast.chance.uniform(9, 16) / 24 if number < 3 else cast.day(start, start + 20)
        ring.append(cast.request(one, day, harm=True, device_id=device, ip=ip if number < 3 else cast.ip()))
    cast.as_ring(ring)
    cast.planted("T7", "device", device, ring)
    cast.planted("T7", "ip", ip, ring[:3])

    number, branch, day = int(cast.chance.integers(500, 900)), cast.person_branch(), int(cast.day(300, 800))
    gateway = f"10.8.200.{number % 200}"
    cast.register("ip", gateway, "branch")
    counter = [
        cast.request(
            one, day + cast.chance.uniform(9, 16) / 24, harm=True,
            channel="counter", device_id=f"POS-{number}", ip=gateway,
        )
        for one in cast.people(5, branch)
    ]  # fmt: skip
    cast.honest("T7", "branch_counter", "device", f"POS-{number}", counter)
    cast.honest("T7", "branch_counter", "ip", gateway, counter)

    carrier = cast.ip()
    online = [
        cast.request(one, 200.4 + 60 * number, harm=True, ip=carrier) for number, one in enumerate(cast.people(8))
    ]
    cast.honest("T7", "carrier_address", "ip", carrier, online)

    agent, tablet, mobile, day = cast.agent(), cast.device(), cast.ip(), int(cast.day(300, 800))
    visited = [
        cast.request(
            one, day + cast.chance.uniform(9, 17) / 24, cast.policy(one, agent=agent, ends=day),
            channel="agent", device_id=tablet, ip=mobile,
        )
        for one in cast.people(5, agent.branch)
    ]  # fmt: skip
    cast.honest("T7", "agents_tablet", "device", tablet, visited)
    cast.honest("T7", "agents_tablet", "ip", mobile, visited)
