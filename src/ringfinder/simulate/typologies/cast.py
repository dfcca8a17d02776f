"""People and papers one by one, for cases that are written by hand among a crowd that is drawn.

Every row has the columns of the simulator's own tables; identifiers, names, contacts and money are made like
everybody's. What a case does not say is as an ordinary customer would have it: own phone, own account, the cash value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from ringfinder.simulate.letters import Template, own_words
from ringfinder.simulate.tables.naming import Names
from ringfinder.simulate.typologies.values import Values, date_of, form, moment, money
from ringfinder.simulate.world import SPAN

_ALIKE = 2  # sentences that two letters may have in common
Cell = str | int | float | None
_CHANNELS = ("app", "online")
_TYPES = ("annuity", "whole_life", "universal", "critical_illness", "endowment", "participating")
_KEYS = {
    "surrender_requests": ("request_id", "R"),
    "persons": ("person_id", "P"),
    "policies": ("policy_no", "88"),
    "agents": ("agent_no", "A"),
    "complaints": ("complaint_id", "C"),
    "contact_changes": ("change_id", "X"),
    "visits": ("visit_id", "V"),
    "callbacks": ("callback_id", "K"),
    "claims": ("claim_id", "L"),
}
_SHOWN = {
    **{name: name for name in ("phone", "address", "email")},
    "payout_account": "account",
    "device_id": "device",
    "delegate_id_no": "delegate",
    "delegate_phone": "phone",
}


@dataclass(frozen=True, slots=True)
class Person:
    """A customer and what is on file."""

    person_id: str
    name: str
    id_no: str
    branch: str
    phone: str
    address: str
    email: str
    account: str


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent of the insurer's."""

    agent_no: str
    name: str
    id_no: str
    phone: str
    branch: str


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy, the day of its issue, and its money on the day for which it is valued."""

    policy_no: str
    owner: Person
    issued: float
    premium: float
    cash: float


@dataclass(frozen=True, slots=True)
class Truth:
    """What a pattern is to say of one entity, and the requests that make it up."""

    typology: str
    planted: bool
    kind: str
    entity: str
    requests: tuple[str, ...]


@dataclass
class Cast(Values):
    """Collects rows beside those of a crowd.

    Parameters
    ----------
    names, tables
        The crowd, whose identifiers are not given twice.
    ring, cause
        Truth of each request: number of its ring, or name of its honest group.
    """

    names: Names
    tables: dict[str, pa.Table]
    rows: dict[str, list[dict[str, Cell]]] = field(default_factory=dict)
    truths: list[Truth] = field(default_factory=list)
    ring: dict[str, int] = field(default_factory=dict)
    cause: dict[str, str] = field(default_factory=dict)
    _given: dict[str, set[str]] = field(default_factory=dict)
    _letters: list[Template] = field(default_factory=list)
    _staff: list[Agent] = field(default_factory=list)

    @property
    def new_branch(self) -> str:
        """A branch that none of the crowd goes to."""
        return f"B{len(self.names.branch):03d}"

    # -- people ---------------------------------------------------------------------------------------------------

    def person(self, branch: str = "", **filed: str) -> Person:
        """A customer who lives alone, with contacts of their own unless said otherwise."""
        born = -self.chance.integers(25 * 365, 80 * 365, 1)
        one = Person(
            person_id=self._id("persons"),
            name=self.name(),
            id_no=self.identity_of(born),
            branch=branch or str(self.names.branch[int(self.chance.integers(0, len(self.names.branch)))]),
            phone=filed.get("phone") or self.phone(),
            address=filed.get("address") or self.address(),
            email=self.email(),
            account=filed.get("account") or self.account(),
        )
        self._add(
            "persons",
            person_id=one.person_id, name=one.name, id_no=one.id_no, birth_date=date_of(int(born[0])),
            gender="F" if int(one.id_no[16]) % 2 == 0 else "M", phone=one.phone, address=one.address, email=one.email,
            bank_account=one.account, contacts_as_of=date_of(-int(self.chance.integers(3700, 4200))),
        )  # fmt: skip
        return one

    def people(self, count: int, branch: str = "") -> list[Person]:
        """So many customers who have nothing to do with one another."""
        return [self.person(branch) for _ in range(count)]

    def family(self, *kin: str, phone: str = "", account: str = "") -> list[Person]:
        """Somebody and kin in one home, whose kinship is recorded; of each what they are to the first."""
        branch, address = self.person_branch(), self.address()
        shared = {"address": address, "phone": phone, "account": account}
        all_of = [self.person(branch, **shared) for _ in range(len(kin) + 1)]
        for other, relation in zip(all_of[1:], kin, strict=True):
            self.relate(all_of[0], other, relation)
        return all_of

    def person_branch(self) -> str:
        """Any branch of the crowd's."""
        return str(self.names.branch[int(self.chance.integers(0, len(self.names.branch)))])

    def relate(self, one: Person, other: Person, relation: str) -> None:
        """Record what one is to the other."""
        self._add("relations", person_id=one.person_id, related_person_id=other.person_id, relation=relation)

    def agent(
        self, *, hired: float = -2000.0, left: float | None = None, manager: Agent | None = None, branch: str = ""
    ) -> Agent:
        """An agent, in post unless a day of leaving is given."""
        one = Agent(
            self._id("agents"), self.name(), self.identity(), self.phone(),
            branch or (manager.branch if manager else self.person_branch()),
        )  # fmt: skip
        self._add(
            "agents",
            agent_no=one.agent_no, name=one.name, id_no=one.id_no, phone=one.phone, branch_code=one.branch,
            manager_no=manager.agent_no if manager else None, hired_on=date_of(int(hired)),
            left_on=None if left is None else date_of(int(left)), licence_no=f"02{self._digits(10)}",
        )  # fmt: skip
        return one

    def staff(self) -> Agent:
        """Somebody long in post who sold an ordinary policy."""
        if not self._staff:
            heads = [self.agent(hired=-4000) for _ in range(3)]
            self._staff = [self.agent(hired=-3900, manager=head) for head in heads for _ in range(4)]
        return self._staff[int(self.chance.integers(0, len(self._staff)))]

    # -- papers ---------------------------------------------------------------------------------------------------

    def policy(self, owner: Person, *, agent: Agent | None = None, ends: float | None = None, **said: Cell) -> Policy:
        """A policy; years old, sold by one of the staff and paid by the owner unless said otherwise.

        Parameters
        ----------
        ends
            Day for which it is valued: of the request where there is one.
        said
            `issued` (day), `product`, `payer`, `premium`, `cash`, `commission` and `replaces`.
        """
        day = SPAN if ends is None else ends
        issued = float(said.get("issued") or -int(self.chance.integers(600, 3600)))
        years = max(day - issued, 0) / 365
        annual = float(np.round(np.exp(self.chance.normal(8.9, 0.5)), -2) + 500)
        premium = float(said.get("premium") or annual * min(int(years) + 1, 10))
        share = min(0.12 + 0.8 * (1 - float(np.exp(-years / 4.5))), 0.95)
        cash = round(float(said.get("cash") or premium * share), 2)
        product = int(said.get("product") or self.chance.integers(0, 24))
        over = ends is not None and ends + 20 < SPAN
        one = Policy(self._id("policies"), owner, issued, premium, cash)
        self._add(
            "policies",
            policy_no=one.policy_no, applicant_id=owner.person_id, insured_id=owner.person_id,
            product_code=f"PR{product}", product_type=_TYPES[product % 6], channel="agency", branch_code=owner.branch,
            agent_no=(agent or self.staff()).agent_no, issued_on=date_of(int(issued)), premium_paid=money(premium),
            annual_premium=money(annual), cash_value=money(cash), sum_insured=money(annual * 10),
            premium_payer_account=said.get("payer") or owner.account,
            commission_paid=money(float(said.get("commission") or annual * self.chance.uniform(0.25, 0.6))),
            replaces_policy_no=said.get("replaces"), status="ended" if over else "active",
            ended_on=date_of(int(day) + 20) if over else None,
        )  # fmt: skip
        return one

    def request(
        self, owner: Person, day: float, policy: Policy | None = None, *, harm: bool = False, **said: Cell
    ) -> str:
        """A request for the cash value, online, of an old policy unless said otherwise; its number.

        Parameters
        ----------
        harm
            The whole premium is asked for.
        said
            Cells that are otherwise.
        """
        policy = policy or self.policy(owner, ends=day)
        asked = policy.premium if harm else policy.cash
        settled = day + float(self.chance.uniform(4, 20))
        paid = settled < SPAN - 1
        number = self._id("surrender_requests")
        cells: dict[str, Cell] = {
            "request_id": number, "policy_no": policy.policy_no, "applicant_id": owner.person_id,
            "applied_at": moment(day), "kind": "negotiated" if harm else "surrender",
            "channel": _CHANNELS[int(self.chance.integers(0, 2))], "branch_code": owner.branch,
            "cash_value": money(policy.cash), "requested_amount": money(asked),
            "paid_amount": money(policy.cash) if paid else None, "paid_at": moment(settled) if paid else None,
            "status": "paid" if paid else "pending", "payout_account": owner.account, "payout_name": owner.name,
            "phone": owner.phone, "address": owner.address, "device_id": self.device(), "ip": self.ip(),
        }  # fmt: skip
        cells |= said
        if cells["channel"] not in (*_CHANNELS, "counter", "agent"):
            cells |= {"device_id": None, "ip": None}
        self._add("surrender_requests", **cells)
        return number

    def complaint(self, owner: Person, day: float, policy: Policy, words: str = "", **said: Cell) -> str:
        """A complaint in somebody's own words and from their own phone unless said otherwise; its number."""
        number = self._id("complaints")
        closed = day + float(self.chance.uniform(5, 30))
        source = said.get("source") or "hotline"
        cells: dict[str, Cell] = {
            "complaint_id": number, "received_at": moment(day), "applicant_id": owner.person_id,
            "policy_no": policy.policy_no, "source": source, "category": "sales", "demand": "partial_refund",
            "text": words or own_words(self.chance), "phone": owner.phone,
            "regulator_ref": f"JG{self._digits(9)}" if source == "regulator" else None,
            "closed_at": moment(closed) if closed < SPAN - 1 else None,
            "outcome": "rejected" if closed < SPAN - 1 else None,
        }  # fmt: skip
        self._add("complaints", **(cells | said))
        return number

    def letter(self) -> Template:
        """A letter that is sold many times, unlike those of the other cases."""
        found = Template(self.chance, 0)
        while any(found.in_common(one) > _ALIKE for one in self._letters):
            found = Template(self.chance, 0)
        self._letters.append(found)
        return found

    def copy(self, letter: Template, policy: Policy) -> str:
        """A letter as somebody fills it in."""
        return f"本人{policy.owner.name}，保单号{policy.policy_no}。{letter.write(self.chance)}"

    def waybills(self, count: int) -> list[str]:
        """Waybill numbers that one counter hands out in a row."""
        first = int(self._digits(10)) * 100 + int(self.chance.integers(0, 90 - count))
        return [f"SF1{first + number:012d}" for number in range(count)]

    def change(self, owner: Person, day: float, new: str, *, kind: str = "phone", operator: str = "") -> None:
        """A contact of the filed ones is changed to a new one."""
        old = {"phone": owner.phone, "address": owner.address}[kind]
        self._add(
            "contact_changes",
            change_id=self._id("contact_changes"), person_id=owner.person_id, field=kind, changed_at=moment(day),
            old_value=old, new_value=new, channel="hotline", operator=operator or f"OP{self._digits(3):0>4}",
        )  # fmt: skip

    def callback(self, policy: Policy, day: float, **said: str) -> None:
        """The insurer calls the number on file."""
        self._add(
            "callbacks",
            callback_id=self._id("callbacks"), policy_no=policy.policy_no, called_at=moment(day),
            number=policy.owner.phone, answered_by_self="y", signed_by_self="y", **said,
        )  # fmt: skip

    def claim(self, policy: Policy, day: float) -> None:
        """A claim on a policy."""
        self._add(
            "claims",
            claim_id=self._id("claims"), policy_no=policy.policy_no, claimed_at=moment(day), kind="medical",
            amount=money(float(self.chance.integers(500, 20000))),
        )  # fmt: skip

    def visit(self, policy: Policy, day: float, branch: str, demand: str, spokesperson: str) -> None:
        """The owner of a policy comes to a branch with a demand."""
        self._add(
            "visits",
            visit_id=self._id("visits"), visited_at=moment(day), branch_code=branch, person_id=policy.owner.person_id,
            party_size=1, demand=demand, policy_no=policy.policy_no, spokesperson_phone=spokesperson,
        )  # fmt: skip

    def register(self, kind: str, value: str, use: str) -> None:
        """The insurer knows that a value is shared honestly."""
        self._add("known_attributes", **{"kind": kind, "value": value, "class": use})

    # -- truth ----------------------------------------------------------------------------------------------------

    def planted(self, typologies: str, kind: str, entity: str, requests: Sequence[str]) -> None:
        """An entity that the patterns of these typologies (`T1 T2`) find, and the requests that it is known by."""
        for typology in typologies.split():
            self.truths.append(Truth(typology, True, kind, form(kind, entity), tuple(requests)))  # noqa: FBT003 - planted

    def honest(self, typology: str, cause: str, kind: str, entity: str, requests: Sequence[str]) -> None:
        """An honest look-alike of a typology, which its pattern does not find."""
        self.truths.append(Truth(typology, False, kind, form(kind, entity), tuple(requests)))  # noqa: FBT003 - planted
        self.cause |= dict.fromkeys(requests, cause)

    def as_ring(self, requests: Sequence[str]) -> None:
        """These requests go through one operator."""
        number = len(set(self.ring.values()))
        self.ring |= dict.fromkeys(requests, number)

    def links(self) -> list[int]:
        """For each request of a ring, how many others of it show a value that it shows too."""
        rows = self.rows["surrender_requests"]
        shown = {
            str(row["request_id"]): {(kind, row.get(name)) for name, kind in _SHOWN.items() if row.get(name)}
            for row in rows
        }
        by_policy = {row["policy_no"]: str(row["request_id"]) for row in rows}
        for row in self.rows["complaints"]:
            for name, kind in (("sender_phone", "phone"), ("sender_address", "address")):
                if row.get(name):
                    shown[by_policy[row["policy_no"]]].add((kind, row[name]))
        return [
            sum(
                other != one and ring == self.ring.get(one, -1) and bool(shown[one] & shown[other])
                for other, ring in self.ring.items()
            )
            for one in shown
        ]

    # -- tables ---------------------------------------------------------------------------------------------------

    def table(self, name: str) -> pa.Table:
        """The crowd's rows and these, shuffled."""
        crowd = self.tables[name]
        mine = pa.Table.from_pylist(
            [
                {key: None if cell is None else str(cell) for key, cell in row.items()}
                for row in self.rows.get(name, [])
            ],
            schema=crowd.schema,
        )
        whole = pa.concat_tables([crowd, mine])
        return whole.take(pa.array(self.chance.permutation(whole.num_rows)))

    def _add(self, table: str, /, **cells: Cell) -> None:
        self.rows.setdefault(table, []).append(cells)

    def _digits(self, count: int) -> str:
        return str(self.chance.integers(10 ** (count - 1), 10**count))

    def _id(self, table: str) -> str:
        column, head = _KEYS[table]
        if table not in self._given:
            self._given[table] = set(self.tables[table][column].to_pylist())
        while (one := f"{head}{self.chance.integers(0, 10**9):09d}") in self._given[table]:
            pass
        self._given[table].add(one)
        return one
