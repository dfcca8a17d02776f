"""Who does what: an organiser only by what is on file as an applicant's own, delegates and payees around."""

from collections.abc import Sequence

from tests.detection import Row, portfolio, town

from ringfinder.detect import detect
from ringfinder.records.rings import Ring, Role

PHONE, ACCOUNT, IDENTITY = "18812345671", "6217000053149414636", "110105198506066912"


def ring(rows: Sequence[Row], **tables: Sequence[Row]) -> Ring:
    return detect(portfolio(surrender_requests=rows, **tables)).rings[0]


def test_the_applicant_whose_own_phone_the_others_use_is_a_possible_organiser() -> None:
    persons = [{"person_id": "C0003", "phone": PHONE, "contacts_as_of": "2015-01-01"}]
    found = ring(town(range(12), phone=PHONE, payout_account=ACCOUNT), persons=persons)
    roles = {member.applicant_id: member.role for member in found.members}
    assert roles.pop("C0003") is Role.ORGANISER_CANDIDATE
    assert set(roles.values()) == {Role.MEMBER}


def test_the_applicant_whose_account_takes_the_money_is_the_payee() -> None:
    persons = [{"person_id": "C0003", "bank_account": ACCOUNT, "contacts_as_of": "2015-01-01"}]
    found = ring(town(range(12), phone=PHONE, payout_account=ACCOUNT), persons=persons)
    assert {member.applicant_id for member in found.members if member.role is Role.PAYEE} == {"C0003"}


def test_without_files_everybody_is_a_member_and_the_stranger_is_around() -> None:
    found = ring(town(range(12), phone=PHONE, delegate_id_no=IDENTITY, payout_account=ACCOUNT))
    assert {member.role for member in found.members} == {Role.MEMBER}
    around = {(one.role, one.key.kind): one.requests for one in found.associates}
    assert around == {(Role.DELEGATE, "delegate"): 12, (Role.PAYEE, "bank_account"): 12}


def test_who_sends_the_letters_of_several_is_a_possible_organiser_around() -> None:
    complaints = [
        {"complaint_id": f"T{n}", "policy_no": f"L{n:04d}", "received_at": "2025-06-20", "sender_phone": PHONE}
        for n in range(12)
    ]
    found = ring(town(range(12), payout_account=ACCOUNT), complaints=complaints)
    assert (Role.ORGANISER_CANDIDATE, PHONE) in {(one.role, one.key.value) for one in found.associates}


def test_the_agent_of_most_policies_is_around_it() -> None:
    policies = [
        {"policy_no": f"L{n:04d}", "applicant_id": f"C{n:04d}", "agent_no": "A7" if n < 8 else f"B{n}"}
        for n in range(400)
    ]
    found = ring(town(range(12), phone=PHONE), policies=policies)
    agents = {one.key.value: one.requests for one in found.associates if one.role is Role.AGENT}
    assert agents == {"A7": 8}
