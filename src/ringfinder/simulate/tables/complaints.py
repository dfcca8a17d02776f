"""Complaints around the requests: by operators, by honest groups, and by ordinary people in their own words."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.simulate import text
from ringfinder.simulate.families import Scenario
from ringfinder.simulate.intake import Intake
from ringfinder.simulate.letters import own_words
from ringfinder.simulate.tables.naming import Names, random_ids, styles
from ringfinder.simulate.world import SPAN


def complaints_table(intake: Intake, scenario: Scenario, names: Names) -> tuple[pa.Table, pa.Array]:
    """All complaints, and the complaint that each request names."""
    world, chance, letters = intake.world, intake.world.chance, intake.letters
    _ordinary(intake)
    row = np.array(letters.request, np.int64)
    count = len(row)
    ids = random_ids(chance, "C", count)
    after = np.array(letters.days_after)
    # What is still to come is not in the extract.
    late = intake.when[row] + (SPAN - intake.when[row]) * chance.uniform(0.05, 1, count)
    when = np.where(intake.when[row] + after < SPAN, np.maximum(intake.when[row] + after, 0), late)
    person = intake.person[row]
    source = np.where(letters.regulator, "regulator", chance.choice(["hotline", "web", "letter", "visit"], count))
    other = chance.choice(["partial_refund", "apology", "investigation", "other"], count)
    sender, place = np.array(letters.sender_phone, np.int64), np.array(letters.sender_address, np.int64)
    mailed = (sender >= 0) | (source == "letter")
    # Who writes a letter of their own gives their own phone on the envelope.
    own_sender = mailed & (sender < 0) & (chance.random(count) < 0.6)
    sender = np.where(own_sender, world.phone[person], sender)
    sender_name = text.names(text.scattered(sender % 10**9) % 40, text.scattered(sender % 10**9) // 40 % 900)
    own_name = text.names(world.surname[person], world.given[person])
    closed = when + chance.uniform(3, 45, count)
    done = closed < SPAN
    forwarded = source == "regulator"
    outcome = chance.choice(["negotiated", "upheld", "rejected", "withdrawn"], count, p=[0.4, 0.15, 0.35, 0.1])
    table = pa.table(
        {
            "complaint_id": ids,
            "received_at": text.moments(when),
            "applicant_id": names.person.take(pa.array(person)),
            "policy_no": text.blank(names.policy.take(pa.array(intake.policy[row])), chance.random(count) < 0.95),
            "source": pa.array(source.astype(str)),
            "category": pa.array(chance.choice(["sales", "service", "product"], count, p=[0.8, 0.1, 0.1]).astype(str)),
            "demand": pa.array(np.where(letters.full, "full_refund", other).astype(str)),
            "text": pa.array(letters.text, pa.string()),
            "phone": text.phones(
                np.where(chance.random(count) < 0.7, intake.phone[row], -1), styles(world, scenario, count)
            ),
            "sender_name": text.blank(pc.if_else(pa.array(own_sender), own_name, sender_name), sender >= 0),
            "sender_phone": text.phones(sender, styles(world, scenario, count)),
            "sender_address": text.addresses(world.addresses, place, styles(world, scenario, count)),
            "waybill_no": text.blank(
                pc.binary_join_element_wise("SF", text.numbers(10**12 + text.scattered(np.arange(count))), ""), mailed
            ),
            "regulator_ref": text.blank(random_ids(chance, "JG", count), forwarded),
            "paid_extra": text.money(
                np.where(letters.paid_extra, np.round(world.annual[intake.policy[row]] * 0.5, 2), np.nan)
            ),
            "closed_at": text.moments(np.where(done, closed, np.nan)),
            "outcome": text.blank(pa.array(outcome.astype(str)), done),
        }
    )
    named = np.full(world.requests, -1)
    before = (after < 0) & (chance.random(count) < 0.8)
    named[row[before]] = np.flatnonzero(before)
    return table, text.blank(ids.take(pa.array(np.maximum(named, 0))), named >= 0)


def _ordinary(intake: Intake) -> None:
    """One honest applicant in sixteen complains, most before the request, some long after it."""
    chance, letters = intake.world.chance, intake.letters
    silent = np.setdiff1d(np.flatnonzero(intake.ring < 0), np.array(letters.request, np.int64))
    for row in silent[chance.random(len(silent)) < 0.06].tolist():
        late = chance.random() < 0.15
        letters.add(
            row,
            own_words(chance),
            full=bool(chance.random() < 0.3),
            regulator=bool(chance.random() < 0.25),
            days_after=float(chance.uniform(30, 500)) if late else -float(chance.uniform(1, 40)),
            paid_extra=bool(late and chance.random() < 0.2),
        )
