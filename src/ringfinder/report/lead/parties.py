"""The people of a ring, and what speaks for their being used by others."""

from __future__ import annotations

from collections.abc import Iterator

from ringfinder.records.rings import Role
from ringfinder.report.lead.entries import (
    Person,
    Statement,
)
from ringfinder.report.lead.names import Cells, Names
from ringfinder.report.lead.reading import RingFacts
from ringfinder.report.lead.rows import RowBook, reference
from ringfinder.report.lead.statements import other_payee, statement
from ringfinder.report.words import Words

_RANK = (Role.ORGANISER_CANDIDATE, Role.DELEGATE, Role.PAYEE, Role.AGENT, Role.MEMBER)

VULNERABLE: dict[str, Words] = {
    "elderly": ("老年人", "elderly"),
    "illiterate": ("不识字", "illiterate"),
    "ill": ("患病", "ill"),
    "other": ("其他", "other"),
}


def people(facts: RingFacts, book: RowBook, names: Names) -> tuple[Person, ...]:
    """Everybody who made a request of the ring, in the order of the requests."""
    places: dict[int, list[int]] = {}
    for place, person in enumerate(facts.people):
        places.setdefault(person, []).append(place)
    return tuple(_person(number, mine, facts, book, names) for number, mine in sorted(places.items()))


def _person(number: int, places: list[int], facts: RingFacts, book: RowBook, names: Names) -> Person:
    members = [facts.ring.members[place] for place in places]
    role = min((member.role for member in members), key=_RANK.index)
    row = next((facts.persons[place] for place in places if facts.persons[place]), None)
    signs = tuple(_signs(places, row, facts, book))
    told: Cells = row or {}
    return Person(
        number=number,
        applicant_ids=tuple(sorted({member.applicant_id for member in members})),
        household=facts.households[places[0]],
        name=names.name(told.get("name")),
        id_no=names.value("id_no", told, "id_no"),
        birth_date=names.birth_date(told.get("birth_date")),
        gender=told.get("gender"),
        phone=names.value("phone", told, "phone"),
        address=names.value("address", told, "address"),
        email=names.value("email", told, "email"),
        bank_account=names.value("bank_account", told, "bank_account"),
        vulnerable=told.get("vulnerable"),
        role=role.value,
        possibly_exploited=role is Role.MEMBER or bool(signs),
        signs=signs,
        row=book.number(reference("persons", row)) if row else None,
    )


def _signs(places: list[int], row: Cells | None, facts: RingFacts, book: RowBook) -> Iterator[Statement]:
    """Facts of the insurer's rows that speak for somebody's being used."""
    mine = set(places)
    found = {table: [one.cells for one in joined if mine & {*one.members}] for table, joined in facts.around.items()}
    calls = [one for one in found["callbacks"] if one["letter_is_own"] == "n" or one["paid_a_fee"] == "y"]
    if calls:
        yield statement(
            "callback",
            "回访 {count} 次表示信件非本人所写或曾付费给他人",
            "said on {count} callback(s) that the letter is not their own or that they paid somebody",
            {"count": float(len(calls))},
            rows=book.of("callbacks", calls),
        )
    if row and row["vulnerable"]:
        yield statement(
            "vulnerable",
            "登记为特殊客群：{group}",
            "on file as vulnerable: {group}",
            texts={"group": VULNERABLE.get(row["vulnerable"], (row["vulnerable"], row["vulnerable"]))},
            rows=book.of("persons", [row]),
        )
    if found["contact_changes"]:
        yield statement(
            "contact_changes",
            "申请前半年内联系方式或账户变更 {count} 次",
            "contacts or accounts changed {count} time(s) in the half year before",
            {"count": float(len(found["contact_changes"]))},
            rows=book.of("contact_changes", found["contact_changes"]),
        )
    others = [facts.requests[place] for place in places if other_payee(facts.requests[place], facts.persons[place])]
    if others:
        yield statement(
            "third_payee",
            "{count} 件申请的收款户名不是本人",
            "{count} request(s) pay an account in another name",
            {"count": float(len(others))},
            rows=book.of("surrender_requests", [one for one in others if one]),
        )
