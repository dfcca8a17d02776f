"""What a lead report says, held against the files that were handed over."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace

import pytest
from tests.leading import RING, Site

from ringfinder.detect.indicators import written
from ringfinder.pipeline.again import facts_of
from ringfinder.pipeline.stored import find_ring
from ringfinder.records.rings import Ring
from ringfinder.report.lead import LeadReport, lead_report
from ringfinder.report.lead.statements import amount
from ringfinder.report.masking import Masker
from ringfinder.settings import Settings
from ringfinder.store import Workspace

NUMBER = re.compile(r"-?[0-9][0-9,]*(?:[.][0-9]+)?")


def fen(text: str) -> int:
    return round(float(text) * 100)


@pytest.fixture(scope="module")
def ring(site: Site) -> Ring:
    with Workspace.open(Settings(site.workspace)) as workspace:
        return find_ring(workspace, workspace.runs.find(), RING)


def test_members_and_money_are_those_of_the_files(site: Site, unmasked: LeadReport, ring: Ring) -> None:
    requests = {row["request_id"]: row for row in site.table("surrender_requests")}
    policies = {row["policy_no"]: row for row in site.table("policies")}
    assert [one.request_id for one in unmasked.members] == [one.request_id for one in ring.members]
    for member, line in zip(unmasked.members, unmasked.policies, strict=True):
        told, policy = requests[member.request_id], policies[line.policy_no or ""]
        assert (member.policy_no, member.branch_code) == (told["policy_no"], told["branch_code"])
        assert line.premium_paid == fen(policy["premium_paid"])
        assert line.cash_value == fen(told["cash_value"])
        assert line.paid == (fen(told["paid_amount"]) if told["paid_amount"] else None)
        assert line.difference == (None if line.paid is None else line.paid - fen(told["cash_value"]))
        assert (line.agent_no or "") == policy["agent_no"]


def test_totals_are_sums_and_agree_with_the_exposure(masked: LeadReport, ring: Ring) -> None:
    lines = masked.policies
    assert masked.totals.premium_paid == sum(one.premium_paid or 0 for one in lines if one.first)
    assert masked.totals.paid == sum(one.paid or 0 for one in lines) > 0
    assert masked.totals.difference == sum(one.difference or 0 for one in lines) > 0
    assert masked.exposure == ring.money
    assert ring.money.paid == sum(max(one.difference or 0, 0) for one in lines)
    over = [(one.requested or 0) - (one.cash_value or 0) for one in lines]
    assert ring.money.requested == sum(max(one, 0) for one in over)


def test_a_policy_that_stands_twice_has_its_premium_counted_once(site: Site, ring: Ring) -> None:
    with Workspace.open(Settings(site.workspace)) as workspace:
        run = workspace.runs.find()
        portfolio, batches = facts_of(workspace, run, []), workspace.batches()
    twice = replace(ring, members=(*ring.members, ring.members[0]))
    report = lead_report(twice, run, portfolio, batches, masked=True)
    once = lead_report(ring, run, portfolio, batches, masked=True)
    assert report.totals.premium_paid == once.totals.premium_paid
    assert (report.totals.policies, report.policies[-1].first) == (len(ring.members), False)
    assert report.totals.cash_value > once.totals.cash_value


def test_every_row_leads_to_its_line_and_the_hash_of_its_file(site: Site, unmasked: LeadReport) -> None:
    assert [row.number for row in unmasked.rows] == list(range(1, len(unmasked.rows) + 1))
    assert len({(row.table, row.file, row.line) for row in unmasked.rows}) == len(unmasked.rows)
    for row in unmasked.rows:
        handed_over = site.table(row.table)[row.line - 2]
        assert row.key in handed_over.values()
        assert row.sha256 == hashlib.sha256((site.portfolio / row.file).read_bytes()).hexdigest()
        for name, cell in row.cells:
            assert cell, name
        if row.table == "persons":
            assert dict(row.cells)["name"] == handed_over["name"]


def test_numbers_of_rows_are_those_of_the_list(masked: LeadReport) -> None:
    known = {row.number for row in masked.rows}
    named = {number for said in (*masked.verified, *masked.unverified) for number in said.rows}
    named |= {number for term in masked.evidence for number in term.rows}
    named |= {event.row for event in masked.timeline} | {member.row for member in masked.members}
    assert named <= known
    table = {row.number: row.table for row in masked.rows}
    assert {table[member.row] for member in masked.members} == {"surrender_requests"}
    by_name = {one.name: one for one in masked.verified}
    assert {table[row] for row in by_name["complaints"].rows} == {"complaints"}
    assert {table[row] for row in by_name["callbacks"].rows} == {"callbacks"}


def test_shared_values_name_the_rows_in_which_they_stand(unmasked: LeadReport) -> None:
    rows = {row.number: row for row in unmasked.rows}
    phones = [
        one
        for one in unmasked.verified
        if one.name == "shared_value" and re.fullmatch("1[0-9]{10}", one.texts["value"])
    ]
    assert phones
    for said in phones:
        for number in said.rows:
            cells = "".join(re.sub("[^0-9]", "", cell) for _, cell in rows[number].cells)
            assert said.texts["value"] in cells


def numbers(text: str, without: Iterable[str]) -> set[str]:
    for part in sorted(without, key=len, reverse=True):
        text = text.replace(part, " ")
    return set(NUMBER.findall(text))


def test_every_number_of_a_sentence_is_one_of_its_fields(masked: LeadReport) -> None:
    seen = 0
    signs = [sign for person in masked.people for sign in person.signs]
    for said in (*masked.source, *masked.verified, *masked.unverified, *masked.limits, *signs):
        known = {written(number) for number in said.counts.values()} | {amount(sum_) for sum_ in said.money.values()}
        values = (
            [value for term in masked.evidence for _, value in term.values] if said.name.startswith("term_") else []
        )
        for text in (said.zh, said.en):
            found = numbers(text, [*said.texts.values(), *values, masked.ring_id])
            assert found <= known, (text, found - known)
            seen += len(found)
    assert seen > 60


def test_facts_and_inferences_are_apart(masked: LeadReport) -> None:
    verified, inferred = ({one.name for one in said} for said in (masked.verified, masked.unverified))
    assert {"requests", "paid", "shared_value", "complaints", "callbacks", "contact_changes"} <= verified
    assert {"one_ring", "role_organiser_candidate", "term_shared_phone"} <= inferred
    assert not verified & inferred
    assert not [name for name in verified if name.startswith(("term_", "role_"))]


def test_members_are_named_as_possibly_exploited_and_a_suspect_only_with_a_sign(masked: LeadReport) -> None:
    assert {one.role for one in masked.people} == {"member", "organiser_candidate"}
    for person in masked.people:
        assert person.possibly_exploited == (person.role == "member" or bool(person.signs))
        assert all(sign.rows for sign in person.signs)


def test_the_timeline_runs_forward_and_has_every_request(masked: LeadReport) -> None:
    assert [one.at for one in masked.timeline] == sorted(one.at for one in masked.timeline)
    asked = [one.member for one in masked.timeline if one.kind == "request"]
    assert sorted(filter(None, asked)) == [one.number for one in masked.members]
    assert {"complaint", "callback", "payment", "contact_change"} <= {one.kind for one in masked.timeline}


def test_letters_are_copies_in_this_ring(site: Site, unmasked: LeadReport, masked: LeadReport) -> None:
    text = {row["complaint_id"]: row["text"] for row in site.table("complaints")}
    (letter,) = unmasked.letters
    assert len(letter.complaints) >= 2
    assert letter.copies >= len(letter.complaints)
    assert letter.text == text[letter.complaints[0]]
    assert masked.letters[0].text is None


def test_agents_have_their_dates(site: Site, masked: LeadReport) -> None:
    agents = {row["agent_no"]: row for row in site.table("agents")}
    assert sum(one.policies for one in masked.agents) == sum(one.agent_no is not None for one in masked.policies) > 0
    for one in masked.agents:
        assert (one.joined_on and one.joined_on.date().isoformat()) == agents[one.agent_no]["hired_on"]
        assert (one.left_on.date().isoformat() if one.left_on else "") == agents[one.agent_no]["left_on"]


def test_sentences_are_those_of_the_ring(masked: LeadReport, ring: Ring) -> None:
    masker = Masker.of([ring], reveal=False)
    terms = sorted(ring.evidence, key=lambda term: -term.weight)
    assert [one.zh for one in masked.evidence] == [masker.fill(term.zh, term.values) for term in terms]
    assert [(one.ruled_out, one.en) for one in masked.explanations] == [
        (one.ruled_out, one.en) for one in ring.hypotheses
    ]
    assert {one.number for one in masked.for_members} == {one.number for one in masked.evidence if one.weight < 0}


def test_limits_tell_what_it_is_not_and_what_was_not_known(site: Site, ring: Ring, masked: LeadReport) -> None:
    assert {"lead", "right", "rows_only", "not_called"} <= {one.name for one in masked.limits}
    assert "不是结论" in masked.limits[0].zh
    with Workspace.open(Settings(site.workspace)) as workspace:
        run = workspace.runs.find()
        facts, batches = facts_of(workspace, run, []), workspace.batches()
    little = replace(
        facts,
        tables={name: facts.tables[name] for name in ("surrender_requests",)},
        present={"surrender_requests": facts.present["surrender_requests"]},
    )
    bare = lead_report(ring, run, little, batches, masked=True)
    names = {one.name: one for one in bare.limits}
    assert names["no_policy"].counts["count"] == len(ring.members)
    assert {"off_takeover", "off_agents", "off_households"} <= set(names)
    assert bare.people[0].name is None
    assert (bare.letters, bare.agents) == ((), ())


def test_a_request_that_is_gone_leaves_its_number_and_nothing_else(site: Site, ring: Ring) -> None:
    with Workspace.open(Settings(site.workspace)) as workspace:
        run = workspace.runs.find()
        facts, batches = facts_of(workspace, run, []), workspace.batches()
    requests = facts.tables["surrender_requests"]
    gone = ring.members[0].request_id
    kept = requests.filter([key != gone for key in requests["request_id"].to_pylist()])
    report = lead_report(
        ring, run, replace(facts, tables={**facts.tables, "surrender_requests": kept}), batches, masked=False
    )
    assert next(one for one in report.limits if one.name == "gone").counts == {"count": 1.0}
    first = report.members[0]
    assert (first.request_id, first.policy_no, report.policies[0].paid) == (gone, None, None)
    row = report.rows[first.row - 1]
    assert (row.key, row.cells, row.batch, row.sha256) == (gone, (), None, None)
