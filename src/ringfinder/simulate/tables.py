"""The tables that an insurer would hand over, made from the world and its intake."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.simulate import text
from ringfinder.simulate.families import Scenario
from ringfinder.simulate.intake import BETWEEN, NEGOTIATED, PREMIUM, Intake
from ringfinder.simulate.letters import own_words
from ringfinder.simulate.world import SPAN, Floats, Ints, World

NEVER = 10**6
_KINDS = ("surrender", "cooling_off", "negotiated", "partial")
_CHANNELS = ("counter", "app", "online", "phone", "hotline", "mail", "agent", "referral")
_SALES = ("agency", "bancassurance", "broker", "online", "telesales")
_PRODUCTS = ("annuity", "whole_life", "universal", "critical_illness", "endowment", "participating")


class Names:
    """Identifiers that tell nothing: shuffled once, the same in all tables."""

    def __init__(self, world: World, extra_policies: int) -> None:
        chance = world.chance
        self.request = _ids(chance, "R", world.requests)
        self.person = _ids(chance, "P", len(world.phone))
        self.policy = _ids(chance, "88", len(world.policy_person) + extra_policies)
        self.agent = _ids(chance, "A", len(world.agent_branch))
        self.branch = pa.array([f"B{number:03d}" for number in range(len(world.branch_district))])


def _ids(chance: np.random.Generator, head: str, count: int) -> pa.Array:
    drawn = chance.choice(10**9, count, replace=False) if count < 10**7 else chance.permutation(10**9)[:count]
    return pc.binary_join_element_wise(head, pc.utf8_lpad(pa.array(drawn).cast(pa.string()), 9, "0"), "")


def all_tables(intake: Intake, scenario: Scenario) -> tuple[dict[str, pa.Table], Names]:
    """Every table by name, rows shuffled, all cells text."""
    world = intake.world
    bought = np.flatnonzero(intake.new_agent >= 0)
    names = Names(world, len(bought))
    complaints, complaint_of = _complaints(intake, names)
    tables = {
        "surrender_requests": _requests(intake, scenario, names, complaint_of),
        "persons": _persons(intake, scenario, names),
        "policies": _policies(intake, names, bought),
        "agents": _agents(world, names),
        "complaints": complaints,
        "contact_changes": _changes(intake, scenario, names),
        "relations": _relations(world, names),
        "visits": _visits(intake, names),
        "callbacks": _callbacks(intake, names),
        "claims": _claims(world, names),
        "data_access": _access(world, names),
        "known_attributes": _registry(intake),
    }
    if scenario.contacts == "history":
        tables["contacts"] = _history(intake, names)
    shuffled = {name: rows.take(pa.array(world.chance.permutation(rows.num_rows))) for name, rows in tables.items()}
    return shuffled, names


def _style(world: World, scenario: Scenario, count: int) -> Ints:
    """How each value is written: 0 for neatly."""
    drawn = world.chance.integers(1, 12, count)
    return np.where(world.chance.random(count) < scenario.dirty, drawn, 0)


def _worth(world: World, policy: Ints, day: Floats) -> tuple[Floats, Floats]:
    """Premium paid and cash value of policies on a day: a loss in early years, nearly even after ten."""
    years = np.maximum(day - world.issued[policy], 0) / 365
    premium = world.annual[policy] * np.minimum(np.floor(years) + 1, 10)
    share = 0.12 + 0.8 * (1 - np.exp(-years / (3.5 + world.policy_product[policy] % 4)))
    return premium, np.round(premium * np.minimum(share, 0.98), 2)


def _requests(intake: Intake, scenario: Scenario, names: Names, complaint_of: pa.Array) -> pa.Table:
    world, chance = intake.world, intake.world.chance
    count, person = world.requests, intake.person
    premium, cash = _worth(world, intake.policy, intake.when)
    asked = np.where(intake.asks == PREMIUM, premium, cash)
    asked = np.where(
        intake.asks == BETWEEN, np.round(cash + (premium - cash) * chance.uniform(0.2, 0.9, count), 2), asked
    )
    hard = intake.kind == NEGOTIATED
    agreed = np.where(hard & (chance.random(count) < 0.7), np.round(cash + (asked - cash) * 0.8, 2), np.nan)
    settled = intake.when + chance.uniform(3, 28, count)
    paid = (settled < SPAN) & (chance.random(count) < 0.85)
    paid_amount = np.where(paid, np.where(np.isnan(agreed), cash, agreed), np.nan)
    delegate_phone = np.array([*intake.delegate_phone, -1])[intake.delegate]
    delegate = np.maximum(intake.delegate, 0)
    has_delegate = intake.delegate >= 0
    own_name = text.names(world.surname[person], world.given[person])
    other_name = text.names(intake.account % 40, intake.account // 7 % 900)
    counter_device = pc.binary_join_element_wise("POS-", text.numbers(np.maximum(-10 - intake.device, 0)), "")
    own_device = pc.binary_join_element_wise(
        "D", pc.utf8_lpad(text.numbers(text.scattered(intake.device)), 10, "0"), ""
    )
    columns = {
        "request_id": names.request,
        "policy_no": names.policy.take(pa.array(intake.policy)),
        "applicant_id": names.person.take(pa.array(person)),
        "applied_at": text.moments(intake.when),
        "kind": text.pick(_KINDS, intake.kind),
        "channel": text.pick(_CHANNELS, intake.channel),
        "branch_code": names.branch.take(pa.array(world.home[person])),
        "cash_value": text.money(cash),
        "requested_amount": text.money(asked),
        "agreed_amount": text.money(agreed),
        "paid_amount": text.money(paid_amount),
        "paid_at": text.moments(np.where(paid, settled, np.nan)),
        "payout_account": text.numbers(intake.account),
        "payout_name": pc.if_else(pa.array(intake.other_payee), other_name, own_name),
        "phone": text.phones(intake.phone, _style(world, scenario, count)),
        "address": text.addresses(world.addresses, intake.address, _style(world, scenario, count)),
        "email": text.emails(intake.email),
        "delegate_name": text.blank(text.names(delegate * 7 % 40, delegate * 13 % 900), has_delegate),
        "delegate_id_no": text.blank(
            text.identities(delegate % 20, -9000 - delegate * 37 % 9000, delegate + 500, delegate % 2 == 0),
            has_delegate,
        ),
        "delegate_phone": text.phones(delegate_phone, _style(world, scenario, count)),
        "device_id": text.blank(
            pc.if_else(pa.array(intake.device < -1), counter_device, own_device), intake.device != -1
        ),
        "ip": _ips(intake.ip),
        "complaint_id": complaint_of,
    }
    return pa.table(columns)


def _ips(values: Ints) -> pa.Array:
    safe = np.where(values >= 0, text.scattered(values), (-10 - np.minimum(values, -10)) % 65536)
    parts = [
        pa.array(part).cast(pa.string())
        for part in (safe // 2**24 % 223 + 1, safe // 2**16 % 256, safe // 256 % 256, safe % 256)
    ]
    public = pc.binary_join_element_wise(*parts, ".")
    private = pc.binary_join_element_wise("10.8", parts[2], parts[3], ".")
    return text.blank(pc.if_else(pa.array(values < -1), private, public), values != -1)


def _persons(intake: Intake, scenario: Scenario, names: Names) -> pa.Table:
    world = intake.world
    count = len(world.phone)
    phone = world.phone.copy()
    if scenario.contacts != "issue":
        changed = np.flatnonzero((intake.takeover > 0) & (intake.phone >= 0))
        phone[intake.person[changed]] = intake.phone[changed]
    as_of = "2023-12-31" if scenario.contacts == "issue" else "2026-07-01"
    kept = world.chance.random(count) < 0.94
    return pa.table(
        {
            "person_id": names.person,
            "name": text.names(world.surname, world.given),
            "id_no": text.identities(world.branch_district[world.home], world.born, world.serial, world.woman),
            "birth_date": text.dates(world.born),
            "gender": pc.if_else(pa.array(world.woman), "F", "M"),
            "phone": text.blank(text.phones(phone, _style(world, scenario, count)), kept),
            "address": text.addresses(world.addresses, world.address, _style(world, scenario, count)),
            "email": text.emails(np.where(world.chance.random(count) < 0.5, world.email, -1)),
            "bank_account": text.numbers(np.where(world.chance.random(count) < 0.8, world.account, -1)),
            "contacts_as_of": pa.array([as_of] * count),
        }
    )


def _policies(intake: Intake, names: Names, bought: Ints) -> pa.Table:
    world, chance = intake.world, intake.world.chance
    count = len(world.policy_person)
    day = np.full(count, float(SPAN))
    day[intake.policy] = intake.when
    premium, cash = _worth(world, np.arange(count), day)
    commission = np.round(world.annual * 0.4, 2)
    ended = np.full(count, NEVER)
    ended[intake.policy] = intake.when.astype(np.int64) + 20
    old = {
        "policy_no": names.policy.slice(0, count),
        "applicant_id": names.person.take(pa.array(world.policy_person)),
        "insured_id": names.person.take(pa.array(world.policy_person)),
        "product_code": pc.binary_join_element_wise("PR", text.numbers(world.policy_product), ""),
        "product_type": text.pick(_PRODUCTS, world.policy_product % 6),
        "channel": text.pick(_SALES, np.where(chance.random(count) < 0.75, 0, chance.integers(1, 5, count))),
        "branch_code": names.branch.take(pa.array(world.home[world.policy_person])),
        "agent_no": text.blank(names.agent.take(pa.array(np.maximum(world.policy_agent, 0))), world.policy_agent >= 0),
        "issued_on": text.dates(world.issued),
        "premium_paid": text.money(premium),
        "annual_premium": text.money(world.annual),
        "cash_value": text.money(cash),
        "premium_payer_account": text.numbers(world.payer),
        "commission_paid": text.money(commission),
        "ended_on": text.dates(np.where(ended < SPAN, ended, NEVER)),
    }
    person, agent = intake.person[bought], intake.new_agent[bought]
    annual = np.round(np.exp(chance.normal(8.9, 0.7, len(bought))), -2) + 500
    new = {
        "policy_no": names.policy.slice(count),
        "applicant_id": names.person.take(pa.array(person)),
        "insured_id": names.person.take(pa.array(person)),
        "product_code": pa.array(["PR30"] * len(bought), pa.string()),
        "product_type": pa.array(["annuity"] * len(bought), pa.string()),
        "channel": pa.array(["agency"] * len(bought), pa.string()),
        "branch_code": names.branch.take(pa.array(world.agent_branch[agent])),
        "agent_no": names.agent.take(pa.array(agent)),
        "issued_on": text.dates(intake.when[bought].astype(np.int64) + chance.integers(8, 150, len(bought))),
        "premium_paid": text.money(annual),
        "annual_premium": text.money(annual),
        "cash_value": text.money(np.round(annual * 0.15, 2)),
        "premium_payer_account": text.numbers(world.account[person]),
        "commission_paid": text.money(np.round(annual * 0.4, 2)),
        "ended_on": pa.nulls(len(bought), pa.string()),
    }
    return pa.concat_tables([pa.table(old), pa.table(new)])


def _agents(world: World, names: Names) -> pa.Table:
    count = len(world.agent_branch)
    manager = world.agent_manager
    number = np.arange(count)
    return pa.table(
        {
            "agent_no": names.agent,
            "name": text.names(number * 11 % 40, number * 17 % 900),
            "id_no": text.identities(
                world.branch_district[world.agent_branch], -8000 - number * 29 % 9000, number + 200, number % 2 == 0
            ),
            "phone": text.numbers(world.agent_phone),
            "branch_code": names.branch.take(pa.array(world.agent_branch)),
            "manager_no": text.blank(names.agent.take(pa.array(np.maximum(manager, 0))), manager >= 0),
            "hired_on": text.dates(world.agent_hired),
            "left_on": text.dates(np.where(world.agent_left > 0, world.agent_left, NEVER)),
        }
    )


def _complaints(intake: Intake, names: Names) -> tuple[pa.Table, pa.Array]:
    """All complaints, and the complaint that each request names."""
    world, chance, letters = intake.world, intake.world.chance, intake.letters
    silent = np.setdiff1d(np.flatnonzero(intake.ring < 0), np.array(letters.request, np.int64))
    for row in silent[chance.random(len(silent)) < 0.06].tolist():
        letters.add(row, own_words(chance), full=bool(chance.random() < 0.3), regulator=bool(chance.random() < 0.25))
    row = np.array(letters.request, np.int64)
    count = len(row)
    ids = _ids(chance, "C", count)
    after = np.array(letters.days_after)
    when = np.clip(intake.when[row] + after, 1, SPAN + 400)
    person = intake.person[row]
    source = np.where(letters.regulator, "regulator", chance.choice(["hotline", "web", "letter", "visit"], count))
    demand = np.where(
        letters.full, "full_refund", chance.choice(["partial_refund", "apology", "investigation", "other"], count)
    )
    sender, place = np.array(letters.sender_phone, np.int64), np.array(letters.sender_address, np.int64)
    mailed = (sender >= 0) | (source == "letter")
    phone = np.where(chance.random(count) < 0.7, intake.phone[row], -1)
    table = pa.table(
        {
            "complaint_id": ids,
            "received_at": text.moments(when),
            "applicant_id": names.person.take(pa.array(person)),
            "policy_no": names.policy.take(pa.array(intake.policy[row])),
            "source": pa.array(source.astype(str)),
            "category": pa.array(chance.choice(["sales", "service", "product"], count, p=[0.8, 0.1, 0.1]).astype(str)),
            "demand": pa.array(demand.astype(str)),
            "text": pa.array(letters.text, pa.string()),
            "phone": text.numbers(phone),
            "sender_phone": text.numbers(sender),
            "sender_address": text.addresses(world.addresses, place, np.zeros(count, np.int64)),
            "waybill_no": text.blank(
                pc.binary_join_element_wise("SF", text.numbers(10**12 + text.scattered(row)), ""), mailed
            ),
            "paid_extra": text.money(
                np.where(letters.paid_extra, np.round(world.annual[intake.policy[row]] * 0.5, 2), np.nan)
            ),
        }
    )
    named = np.full(world.requests, -1)
    before = (after < 0) & (chance.random(count) < 0.8)
    named[row[before]] = np.flatnonzero(before)
    return table, text.blank(
        ids.take(pa.array(np.maximum(named, 0))) if count else pa.nulls(len(named), pa.string()), named >= 0
    )


def _changes(intake: Intake, scenario: Scenario, names: Names) -> pa.Table:
    """Filed phones that were changed: shortly before a request, or at any time in an ordinary life."""
    world, chance = intake.world, intake.world.chance
    rows = np.flatnonzero((intake.takeover > 0) & (intake.phone >= 0))
    others = chance.choice(len(world.phone), len(world.phone) // 12, replace=False)
    others = np.setdiff1d(others, intake.person[rows])
    person = np.concatenate([intake.person[rows], others])
    when = np.concatenate([intake.when[rows] - intake.takeover[rows], chance.uniform(-900, SPAN, len(others))])
    current = world.phone[others]
    old = np.concatenate([world.phone[intake.person[rows]], world.phones(len(others))])
    new = np.concatenate([intake.phone[rows], current])
    if scenario.contacts == "issue":
        # What is on file is from before these changes.
        old[len(rows) :], new[len(rows) :] = current, old[len(rows) :].copy()
    return pa.table(
        {
            "change_id": _ids(chance, "X", len(person)),
            "person_id": names.person.take(pa.array(person)),
            "field": pa.array(["phone"] * len(person)),
            "changed_at": text.moments(when),
            "old_value": text.numbers(old),
            "new_value": text.phones(new, _style(world, scenario, len(person))),
            "channel": pa.array(chance.choice(["counter", "app", "hotline"], len(person)).astype(str)),
        }
    )


def _history(intake: Intake, names: Names) -> pa.Table:
    """Every phone that was ever on file, with its dates."""
    world = intake.world
    rows = np.flatnonzero((intake.takeover > 0) & (intake.phone >= 0))
    changed = np.full(len(world.phone), np.nan)
    changed[intake.person[rows]] = intake.when[rows] - intake.takeover[rows]
    start = np.full(len(world.phone), -1500.0)
    person = np.concatenate([np.arange(len(world.phone)), intake.person[rows]])
    until = np.concatenate([changed, np.full(len(rows), np.nan)])
    since = np.concatenate([start, changed[intake.person[rows]]])
    return pa.table(
        {
            "person_id": names.person.take(pa.array(person)),
            "field": pa.array(["phone"] * len(person)),
            "value": text.numbers(np.concatenate([world.phone, intake.phone[rows]])),
            "since": text.moments(since),
            "until": text.moments(until),
        }
    )


def _relations(world: World, names: Names) -> pa.Table:
    """Some of the kinship in households, as the insurer happens to know it."""
    chance = world.chance
    order = np.argsort(world.household, kind="stable")
    same = np.flatnonzero(world.household[order[1:]] == world.household[order[:-1]])
    same = same[chance.random(len(same)) < 0.35]
    left, right = order[same], order[same + 1]
    # Two numbers of one customer are no relatives.
    apart = (world.same_as[left] != right) & (world.same_as[right] != left)
    apart &= (world.same_as[left] < 0) | (world.same_as[left] != world.same_as[right])
    left, right = left[apart], right[apart]
    kin = chance.choice(["spouse", "parent", "child", "sibling"], len(left)).astype(str)
    return pa.table(
        {
            "person_id": names.person.take(pa.array(left)),
            "related_person_id": names.person.take(pa.array(right)),
            "relation": pa.array(kin),
        }
    )


def _visits(intake: Intake, names: Names) -> pa.Table:
    person, branch, day = (
        (np.array(column, np.int64) for column in zip(*intake.visits, strict=True))
        if intake.visits
        else (np.zeros(0, np.int64),) * 3
    )
    chance = intake.world.chance
    return pa.table(
        {
            "visit_id": _ids(chance, "V", len(person)),
            "visited_at": text.moments(day + 0.4),
            "branch_code": names.branch.take(pa.array(branch)),
            "person_id": names.person.take(pa.array(person)),
            "party_size": text.numbers(chance.integers(1, 6, len(person))),
        }
    )


def _callbacks(intake: Intake, names: Names) -> pa.Table:
    """The insurer calls some of them; clients of an operator are seldom reached themselves."""
    chance = intake.world.chance
    rows = np.flatnonzero(chance.random(intake.world.requests) < 0.08)
    ring = intake.ring[rows] >= 0

    def answers(honest: float, member: float) -> pa.Array:
        yes = chance.random(len(rows)) < np.where(ring, member, honest)
        return pc.if_else(pa.array(yes), "y", "n")

    return pa.table(
        {
            "callback_id": _ids(chance, "K", len(rows)),
            "policy_no": names.policy.take(pa.array(intake.policy[rows])),
            "called_at": text.moments(intake.when[rows] + 0.9),
            "number": text.numbers(intake.phone[rows]),
            "answered_by_self": answers(0.93, 0.6),
            "signed_by_self": answers(0.96, 0.7),
            "letter_is_own": answers(0.9, 0.5),
            "paid_a_fee": answers(0.02, 0.3),
        }
    )


def _claims(world: World, names: Names) -> pa.Table:
    chance = world.chance
    policies = np.flatnonzero(chance.random(len(world.issued)) < 0.04)
    return pa.table(
        {
            "claim_id": _ids(chance, "L", len(policies)),
            "policy_no": names.policy.take(pa.array(policies)),
            "claimed_at": text.moments(chance.uniform(np.minimum(world.issued[policies] + 30, SPAN - 1), SPAN)),
            "kind": pa.array(chance.choice(["medical", "accident"], len(policies)).astype(str)),
            "amount": text.money(np.round(np.exp(chance.normal(7.5, 1, len(policies))), 2)),
        }
    )


def _access(world: World, names: Names) -> pa.Table:
    chance = world.chance
    policies = np.flatnonzero(chance.random(len(world.issued)) < 0.15)
    return pa.table(
        {
            "policy_no": names.policy.take(pa.array(policies)),
            "accessed_at": text.moments(chance.uniform(0, SPAN, len(policies))),
            "operator": pc.binary_join_element_wise("OP", text.numbers(chance.integers(0, 400, len(policies))), ""),
        }
    )


def _registry(intake: Intake) -> pa.Table:
    """What the insurer knows to be shared honestly."""
    world = intake.world
    kinds, values, uses = [], [], []
    for kind, value, use in intake.registry:
        place = np.array([value])
        if kind == "address":
            shown = text.addresses(world.addresses, place, np.zeros(1, np.int64))
        else:
            shown = text.phones(place, np.zeros(1, np.int64)) if kind == "phone" else text.numbers(place)
        kinds.append(kind)
        values.append(shown[0].as_py())
        uses.append(use)
    columns = {"kind": kinds, "value": values, "class": uses}
    return pa.table({name: pa.array(column, pa.string()) for name, column in columns.items()})
