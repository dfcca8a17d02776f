"""The surrender requests as the insurer's system holds them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.simulate import text
from ringfinder.simulate.families import Scenario
from ringfinder.simulate.intake import BETWEEN, NEGOTIATED, PREMIUM, Intake
from ringfinder.simulate.tables.naming import Names, operators, styles, worth
from ringfinder.simulate.world import NEVER, SPAN, Floats, Ints, World

_KINDS = ("surrender", "cooling_off", "negotiated", "partial")
_CHANNELS = ("counter", "app", "online", "phone", "hotline", "mail", "agent", "referral")
_REASONS = ("急需用钱", "收益不如预期", "无力续交", "家庭变故", "重复投保", "对服务不满", "销售误导", "其他")


def requests_table(intake: Intake, scenario: Scenario, names: Names, complaint_of: pa.Array) -> pa.Table:
    """One row for each request."""
    world = intake.world
    count, person = world.requests, intake.person
    columns = {
        "request_id": names.request,
        "policy_no": names.policy.take(pa.array(intake.policy)),
        "applicant_id": names.person.take(pa.array(person)),
        "applied_at": text.moments(intake.when),
        "kind": text.pick(_KINDS, intake.kind),
        "channel": text.pick(_CHANNELS, intake.channel),
        "branch_code": names.branch.take(pa.array(world.home[person])),
        **_money(intake),
        **_payout(intake),
        "phone": text.phones(intake.phone, styles(world, scenario, count)),
        "address": text.addresses(world.addresses, intake.address, styles(world, scenario, count)),
        "email": text.emails(intake.email),
        **_delegates(intake, scenario),
        **_places(intake),
        "complaint_id": complaint_of,
    }
    return pa.table(columns)


def _money(intake: Intake) -> dict[str, pa.Array]:
    """Cash value, what is asked, agreed and paid, and how the desk fared."""
    world, chance = intake.world, intake.world.chance
    count = world.requests
    premium, cash = worth(world, intake.policy, intake.when)
    asked = np.where(intake.asks == PREMIUM, premium, cash)
    between = np.round(cash + (premium - cash) * chance.uniform(0.2, 0.9, count), 2)
    asked = np.where(intake.asks == BETWEEN, between, asked)
    hard = intake.kind == NEGOTIATED
    agreed = np.where(hard & (chance.random(count) < 0.7), np.round(cash + (asked - cash) * 0.8, 2), np.nan)
    settled = intake.when + chance.uniform(3, 28, count)
    # The desk talks some out of it; clients of an operator were told to insist.
    stays = (chance.random(count) < np.where(intake.ring >= 0, 0.02, 0.08)) & ~hard
    talked = chance.random(count) < 0.6
    outcome = np.where(stays, np.where(chance.random(count) < 0.7, 0, 2), 1)
    paid = (settled < SPAN) & (chance.random(count) < 0.93) & ~stays
    spoken = intake.when + chance.uniform(0.1, 2.5, count)
    spoken = np.where((talked | stays) & (spoken < SPAN), spoken, np.nan)
    status = np.where(paid, 0, np.where(stays, 2, 1))
    return {
        "cash_value": text.money(cash),
        "requested_amount": text.money(asked),
        "agreed_amount": text.money(agreed),
        "paid_amount": text.money(np.where(paid, np.where(np.isnan(agreed), cash, agreed), np.nan)),
        "paid_at": text.moments(np.where(paid, settled, np.nan)),
        "status": text.pick(("paid", "pending", "cancelled"), status),
        "reason": text.blank(text.pick(_REASONS, chance.integers(0, 8, count)), chance.random(count) < 0.7),
        "desk_outcome": text.blank(text.pick(("persuaded", "insisted", "withdrawn"), outcome), ~np.isnan(spoken)),
        "desk_outcome_at": text.moments(spoken),
    }


def _payout(intake: Intake) -> dict[str, pa.Array]:
    """Where the money goes: to the applicant, to somebody known, or to a stranger with a name of their own."""
    world = intake.world
    known = intake.payee >= 0
    payee = np.where(intake.other_payee & known, intake.payee, intake.person)
    own = text.names(world.surname[payee], world.given[payee])
    mixed = text.scattered(intake.account % 10**9)
    stranger = text.names(mixed % 40, mixed // 40 % 900)
    return {
        "payout_account": text.numbers(intake.account),
        "payout_name": pc.if_else(pa.array(intake.other_payee & ~known), stranger, own),
    }


def _delegates(intake: Intake, scenario: Scenario) -> dict[str, pa.Array]:
    world, delegates = intake.world, intake.delegates
    place = intake.delegate
    there = place >= 0
    phone, person, agent = (
        np.array([*column, -1])[place] for column in (delegates.phone, delegates.person, delegates.agent)
    )
    name, identity = people(intake.world, place, person, agent)
    return {
        "delegate_name": text.blank(name, there),
        "delegate_id_no": text.blank(identity, there),
        "delegate_phone": text.phones(phone, styles(world, scenario, len(place))),
    }


def people(world: World, place: Ints, person: Ints, agent: Ints) -> tuple[pa.Array, pa.Array]:
    """Names and ID numbers of customers, agents, and strangers known by a number alone."""
    as_person = np.where(agent >= 0, world.agent_person[np.maximum(agent, 0)], person)
    known, one = as_person >= 0, np.maximum(as_person, 0)
    # An agent who is no customer has a number of its own among the strangers'.
    number = text.scattered(np.where(agent >= 0, 10**6 + agent, np.maximum(place, 0)))
    surname = np.where(known, world.surname[one], number % 40)
    given = np.where(known, world.given[one], number // 40 % 900)
    district = np.where(known, world.branch_district[world.home[one]], number % 20)
    born = np.where(known, world.born[one], -8000 - number // 20 % 14000)
    serial = np.where(known, world.serial[one], number % 499)
    woman = np.where(known, world.woman[one], number % 2 == 0)
    return text.names(surname, given), text.identities(district, born, serial, woman)


def _places(intake: Intake) -> dict[str, pa.Array]:
    """Devices, IP addresses and the clerks who took the request."""
    world, chance = intake.world, intake.world.chance
    clerks = world.home[intake.person] * 8 + chance.integers(0, 8, world.requests)
    return {
        "device_id": devices(intake.device),
        "ip": ips(intake.ip),
        "operator": text.blank(operators(clerks), np.isin(intake.channel, (0, 3, 4, 5, 7))),
    }


def devices(values: Ints) -> pa.Array:
    """Names of devices: those of counters below -9, people's own from 0, -1 for none."""
    counter = pc.binary_join_element_wise("POS-", text.numbers(np.maximum(-10 - values, 0)), "")
    own = pc.binary_join_element_wise("D", pc.utf8_lpad(text.numbers(text.scattered(values)), 10, "0"), "")
    return text.blank(pc.if_else(pa.array(values < -1), counter, own), values != -1)


def ips(values: Ints) -> pa.Array:
    """IP addresses: gateways of branches below -9, others from 0, -1 for none."""
    safe = np.where(values >= 0, text.scattered(values), (-10 - np.minimum(values, -10)) % 65536)
    parts = [
        pa.array(part).cast(pa.string())
        for part in (safe // 2**24 % 223 + 1, safe // 2**16 % 256, safe // 256 % 256, safe % 256)
    ]
    public = pc.binary_join_element_wise(*parts, ".")
    private = pc.binary_join_element_wise("10.8", parts[2], parts[3], ".")
    return text.blank(pc.if_else(pa.array(values < -1), private, public), values != -1)


def ended(intake: Intake, policies: int) -> tuple[Floats, Ints]:
    """For each policy the day for which it is valued, and the day on which it ended."""
    day, end = np.full(policies, float(SPAN)), np.full(policies, NEVER)
    day[intake.policy] = intake.when
    end[intake.policy] = intake.when.astype(np.int64) + 20
    return day, end
