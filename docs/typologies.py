"""Write or check docs/typologies.md from the headers of the patterns and the truth of the scenario `typologies`.

`python docs/typologies.py --write`; with `--check` it fails when the page is stale.
"""

import csv
import sys
import tempfile
from collections import Counter
from pathlib import Path

from ringfinder.neo4j.library import CypherFile, Library
from ringfinder.records.tables import TABLES
from ringfinder.simulate import simulate

PAGE = Path(__file__).resolve().parent / "typologies.md"
REQUESTS, SEED = 600, 1
HEAD = f"""# Typologies

Written by `docs/typologies.py` from the headers of `cypher/patterns` and the truth of a simulated portfolio. For each
typology of proxy surrender (代理退保): what the insurer's columns must hold, which pattern finds it, and what it finds in

    ringfinder simulate typologies --scenario typologies --requests {REQUESTS} --seed {SEED}

which holds one planted case of each, its honest look-alikes, and ordinary requests
([the simulator](simulator.md), [the data contract](data-contract.md), [the patterns](../cypher/README.md)).
`typologies.labels/typologies.csv` says which entities are to be found (`planted` y) and which are not (n); a planted case of
one typology that is rightly found by another too stands there in several lines. A test loads it, syncs it
(`ringfinder neo4j sync --scope all`) and runs every pattern: it returns the planted rows and nothing else. Made to be tried,
not to be measured: in a crowd of a few hundred a chance find is rare, in thousands it is not.

Findings are leads (线索) for people to check, never verdicts.
"""
HARM = (
    "surrender_requests.kind", "surrender_requests.cash_value", "surrender_requests.requested_amount",
    "surrender_requests.agreed_amount", "surrender_requests.payout_account", "surrender_requests.payout_name",
    "policies.premium_paid", "policies.issued_on", "policies.premium_payer_account", "persons.name",
    "persons.bank_account", "complaints.demand", "contact_changes.changed_at", "callbacks.letter_is_own",
    "callbacks.paid_a_fee",
)  # fmt: skip
"""What the signs of harm are read from; any of them will do."""

PARTIES = (
    "surrender_requests.applicant_id", "persons.id_no", "persons.phone", "persons.address", "persons.email",
    "persons.bank_account", "persons.contacts_as_of", "contacts.field", "contacts.value", "contacts.since",
    "relations.relation", "agents.phone", "agents.id_no", "agents.left_on", "known_attributes.kind",
    "known_attributes.value", "known_attributes.class",
)  # fmt: skip
"""What tells unrelated households, kin, agents in post and values that are shared honestly."""

_LETTERS = ("complaints.applicant_id", "complaints.received_at", "complaints.policy_no", "complaints.source")
_BOTH = ("harm", "parties")
COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "T1": (
        (
            *("surrender_requests.phone", "surrender_requests.address", "surrender_requests.email"),
            *("surrender_requests.delegate_phone", "contact_changes.new_value", "complaints.phone"),
            *("complaints.sender_phone", "complaints.sender_address", "callbacks.number"),
        ),
        _BOTH,
    ),
    "T2": (
        (
            *("contact_changes.person_id", "contact_changes.field", "contact_changes.changed_at"),
            *("contact_changes.old_value", "contact_changes.new_value", "surrender_requests.applied_at"),
            "complaints.received_at",
        ),
        _BOTH,
    ),
    "T3": (
        (
            *_LETTERS,
            *("complaints.text", "complaints.phone", "complaints.sender_phone", "complaints.sender_address"),
            "complaints.waybill_no",
        ),
        _BOTH,
    ),
    "T4": (
        (
            *_LETTERS,
            *("complaints.sender_phone", "complaints.sender_address", "complaints.waybill_no", "complaints.text"),
        ),
        _BOTH,
    ),
    "T5": (
        (
            *("surrender_requests.delegate_id_no", "surrender_requests.delegate_phone"),
            *("surrender_requests.applied_at", "agents.hired_on"),
        ),
        _BOTH,
    ),
    "T6": (("surrender_requests.payout_account", "surrender_requests.payout_name"), _BOTH),
    "T7": (
        (
            *("surrender_requests.device_id", "surrender_requests.ip", "surrender_requests.channel"),
            "surrender_requests.applied_at",
        ),
        _BOTH,
    ),
    "T8": (
        (
            *("agents.agent_no", "agents.branch_code", "agents.left_on", "agents.phone", "agents.id_no"),
            *("policies.agent_no", "policies.issued_on", "policies.ended_on", "surrender_requests.policy_no"),
            *("surrender_requests.applied_at", "surrender_requests.kind", "surrender_requests.delegate_id_no"),
            *("surrender_requests.delegate_phone", "complaints.sender_phone"),
        ),
        _BOTH,
    ),
    "T9": (
        (
            *("policies.applicant_id", "policies.agent_no", "policies.product_code", "policies.issued_on"),
            *("policies.replaces_policy_no", "agents.manager_no", "agents.hired_on"),
            *("surrender_requests.policy_no", "surrender_requests.applied_at", "surrender_requests.kind"),
        ),
        ("parties",),
    ),
    "T10": (
        (
            *("policies.agent_no", "policies.issued_on", "policies.premium_paid", "policies.commission_paid"),
            *("policies.premium_payer_account", "policies.cash_value", "surrender_requests.cash_value"),
            *("surrender_requests.applied_at", "claims.policy_no"),
        ),
        ("parties",),
    ),
    "T11": (
        (
            *("surrender_requests.paid_at", "surrender_requests.kind", "surrender_requests.policy_no", *_LETTERS),
            *("complaints.demand", "complaints.paid_extra", "complaints.text", "complaints.phone"),
            *("complaints.sender_phone", "complaints.sender_address", "complaints.waybill_no"),
            "callbacks.letter_is_own",
        ),
        _BOTH,
    ),
    "T12": (
        (
            *("visits.visited_at", "visits.branch_code", "visits.person_id", "visits.party_size", "visits.demand"),
            *("visits.policy_no", "visits.spokesperson_phone"),
        ),
        ("parties",),
    ),
    "T14": (
        (
            *_LETTERS,
            *("complaints.text", "complaints.phone", "complaints.sender_phone", "complaints.sender_address"),
            "complaints.waybill_no",
        ),
        _BOTH,
    ),
}
"""For each typology the columns of the contract that its pattern reads, and the groups below that it also reads."""

WORDS = {"harm": "signs of harm", "parties": "who is unrelated"}
NO_DATA = "| T13 | Impersonation (冒充监管) | – | no data in the contract: no table of calls to agents, no recordings | – | – |"


def page() -> str:
    """The whole page."""
    patterns = {one.typology: one for one in Library.open().files if one.part == "rows"}
    found, spared = truth()
    lines = [
        _line(patterns[typology], columns, groups, found[typology], spared[typology])
        for typology, (columns, groups) in COLUMNS.items()
    ]
    lines.insert(list(COLUMNS).index("T12") + 1, NO_DATA)
    missing = patterns.keys() - COLUMNS.keys()
    if missing:
        raise SystemExit(f"no columns are said for {', '.join(sorted(missing))}")
    return "\n".join(
        [
            HEAD,
            "| | typology | pattern | columns that it reads | expected rows | honest look-alikes that are not found |",
            "| --- | --- | --- | --- | --- | --- |",
            *lines,
            "",
            f"*{WORDS['harm']}*, of which any will do: {_columns(HARM)}.",
            "",
            f"*{WORDS['parties']}*, kin, agents in post, and what is shared honestly: {_columns(PARTIES)}.",
            "",
        ]
    )


def truth() -> tuple[dict[str, Counter[str]], dict[str, Counter[str]]]:
    """For each typology: planted entities by kind; look-alikes by cause."""
    with tempfile.TemporaryDirectory() as place:
        simulate("typologies", REQUESTS, SEED, Path(place) / "typologies")
        labels = Path(place) / "typologies.labels"
        cause = {row["request_id"]: row["cause"] for row in _read(labels / "honest.csv")}
        found: dict[str, Counter[str]] = {typology: Counter() for typology in COLUMNS}
        spared: dict[str, Counter[str]] = {typology: Counter() for typology in COLUMNS}
        for row in _read(labels / "typologies.csv"):
            if row["planted"] == "y":
                found[row["typology"]][row["entity_kind"]] += 1
            else:
                spared[row["typology"]][cause[row["request_ids"].split()[0]]] += 1
    return found, spared


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _line(
    file: CypherFile, columns: tuple[str, ...], groups: tuple[str, ...], found: Counter[str], spared: Counter[str]
) -> str:
    read = "; ".join([_columns(columns), *(f"*{WORDS[one]}*" for one in groups)])
    rows = f"{found.total()}: " + ", ".join(f"{count} {kind}" for kind, count in sorted(found.items()))
    honest = ", ".join(one.replace("_", " ") for one in sorted(spared))
    return f"| {file.typology} | {file.en} ({file.zh}) | [{file.id.partition('/')[2]}](../cypher/{file.id}.cypher) | {read} | {rows} | {honest} |"


def _columns(columns: tuple[str, ...]) -> str:
    """Columns by table; one that the contract does not have ends the script."""
    tables: dict[str, list[str]] = {}
    for one in columns:
        table, _, column = one.partition(".")
        if column not in TABLES[table].by_name:
            raise SystemExit(f"the contract has no {one}")
        tables.setdefault(table, []).append(column)
    return ", ".join(f"{table} " + " ".join(f"`{column}`" for column in names) for table, names in tables.items())


def main() -> int:
    """Write the page, or compare it."""
    text = page()
    if "--write" in sys.argv:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if PAGE.read_text(encoding="utf-8") != text:
        print(f"{PAGE} is stale; run docs/typologies.py --write")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
