"""Which evidence a set of tables allows: each kind with the columns it needs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Need:
    """One kind of evidence: it is on if any of its alternatives is wholly there.

    Each alternative is a set of ``table.column``.
    """

    evidence: str
    alternatives: tuple[frozenset[str], ...]
    without: str


def _any(evidence: str, without: str, *alternatives: str) -> Need:
    return Need(evidence, tuple(frozenset(one.split(" ")) for one in alternatives), without)


_R = "surrender_requests"
NEEDS = (
    _any("shared phones", "no request tells a phone", f"{_R}.phone", f"{_R}.delegate_phone", "complaints.sender_phone"),
    _any("shared addresses", "no request tells an address", f"{_R}.address", "complaints.sender_address"),
    _any("shared e-mails", "no request tells an e-mail", f"{_R}.email"),
    _any("shared payees", "no request tells where the money goes", f"{_R}.payout_account"),
    _any("shared devices", "no request tells a device", f"{_R}.device_id"),
    _any("delegates", "no request tells a delegate", f"{_R}.delegate_id_no", f"{_R}.delegate_phone"),
    _any("own contacts told from others'", "without filed contacts a family's own phone may link it", "persons.phone", "contacts.value"),
    _any("one person behind several numbers", "without IDs two customer numbers stay two people", "persons.id_no"),
    _any("recorded kinship", "without it families are known by shared filed contacts alone", "relations.relation"),
    _any("contact takeover", "needs the changes of contacts with their dates", "contact_changes.changed_at contact_changes.field"),
    _any("negotiated payment", "needs the kind, or amounts beside the cash value", f"{_R}.kind", f"{_R}.requested_amount {_R}.cash_value"),
    _any("demand for the full premium", "needs complaints with their demand", "complaints.demand"),
    _any("third-party payee", "needs names of payees and of customers", f"{_R}.payout_name persons.name"),
    _any("commission window", "needs the policies' dates of issue", "policies.issued_on"),
    _any("premium paid by a stranger", "needs payers and filed accounts", "policies.premium_payer_account persons.bank_account"),
    _any("agents' own phones set apart", "without agents their phones look like anybody's", "agents.phone"),
    _any("registry of honestly shared values", "without it hubs are judged by their use alone", "known_attributes.value"),
    _any("money at risk", "needs premiums and cash values", "policies.premium_paid policies.cash_value"),
)  # fmt: skip
"""Every kind of evidence, in the order in which it is told."""


def allowed(present: Mapping[str, frozenset[str]]) -> list[tuple[str, bool, str]]:
    """Evidence, whether the columns allow it, and what is missing where they do not."""
    there = {f"{table}.{column}" for table, columns in present.items() for column in columns}
    found = []
    for need in NEEDS:
        on = any(one <= there for one in need.alternatives)
        lacking = " or ".join(" and ".join(sorted(one - there)) for one in need.alternatives)
        found.append((need.evidence, on, "" if on else f"{need.without} (missing: {lacking})"))
    return found
