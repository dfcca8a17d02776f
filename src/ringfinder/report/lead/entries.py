"""The lines of a lead report's tables: people, requests, policies and money, shared values, events, letters, rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with everything that it says as fields.

    Parameters
    ----------
    name
        Stable name of what is said.
    counts, money, texts
        Its numbers, its sums (fen), and its dates, ids and values, by name.
    rows
        Numbers of the rows behind it (`EvidenceRow.number`).
    """

    name: str
    zh: str
    en: str
    counts: Mapping[str, float] = field(default_factory=dict)
    money: Mapping[str, int] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who made requests of the ring, under one or several customer numbers.

    Parameters
    ----------
    number
        In this report, from 1.
    household
        Number of the household in this report: people of one household count once.
    birth_date
        ISO 8601; the year alone where the report is masked.
    role
        One of `ringfinder.records.rings.Role`; other than ``member`` it is suspected, never shown.
    possibly_exploited
        Whether the person may have been used by others: every member, and whoever has signs of it.
    signs
        What speaks for that, each a fact of the insurer's own rows.
    row
        Number of the row of ``persons``, None where there is none.
    """

    number: int
    applicant_ids: tuple[str, ...]
    household: int
    name: str | None
    id_no: str | None
    birth_date: str | None
    gender: str | None
    phone: str | None
    address: str | None
    email: str | None
    bank_account: str | None
    vulnerable: str | None
    role: str
    possibly_exploited: bool
    signs: tuple[Statement, ...]
    row: int | None


@dataclass(frozen=True, slots=True)
class Member:
    """A surrender request of the ring.

    Parameters
    ----------
    number
        In this report, from 1.
    person
        Who made it (`Person.number`).
    weight
        How strongly it belongs, 0 to 1.
    kind, channel, status
        As in the data contract.
    shared
        Numbers of the shared values that it shows (`SharedValue.number`).
    row
        Number of its row.
    """

    number: int
    request_id: str
    person: int
    applicant_id: str
    policy_no: str | None
    role: str
    weight: float
    applied_at: datetime | None
    kind: str | None
    channel: str | None
    branch_code: str | None
    status: str | None
    shared: tuple[int, ...]
    row: int


@dataclass(frozen=True, slots=True)
class PolicyMoney:
    """Policy and money of one request, in fen.

    Parameters
    ----------
    member
        The request (`Member.number`).
    first
        Whether the policy stands in an earlier line; its premium then counts there.
    premium_paid, policy_cash_value
        What the policy's row says.
    cash_value, requested, agreed, paid
        What the request's row says.
    difference
        ``paid - cash_value``; None where one of the two is not known.
    payout_account, payout_name
        Where the money goes.
    row
        Number of the policy's row, None where there is none.
    """

    member: int
    request_id: str
    policy_no: str | None
    first: bool
    product_code: str | None
    issued_on: datetime | None
    agent_no: str | None
    premium_paid: int | None
    policy_cash_value: int | None
    cash_value: int | None
    requested: int | None
    agreed: int | None
    paid: int | None
    paid_at: datetime | None
    difference: int | None
    payout_account: str | None
    payout_name: str | None
    row: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of the known amounts of all lines in fen; the premium of each policy once."""

    policies: int
    premium_paid: int
    cash_value: int
    requested: int
    agreed: int
    paid: int
    difference: int


@dataclass(frozen=True, slots=True)
class SharedValue:
    """A value that several members use.

    Parameters
    ----------
    number
        In this report, from 1.
    people, households, requests
        Of the ring that use it.
    holders
        Households that use it in the whole portfolio.
    first_at, last_at
        Its first and last use by members.
    weight
        What it adds to the score, in nats.
    members
        The requests (`Member.number`).
    """

    number: int
    kind: str
    value: str
    people: int
    households: int
    requests: int
    holders: int
    first_at: datetime | None
    last_at: datetime | None
    weight: float
    members: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Associate:
    """Somebody around the ring who made no request of it: delegate, payee, sender or agent."""

    role: str
    kind: str
    value: str
    requests: int


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened, as a row tells it.

    Parameters
    ----------
    kind
        ``contact_change``, ``complaint``, ``request``, ``payment``, ``callback``, ``visit`` or ``agent_left``.
    person, member
        Numbers of whom and which request it concerns, None for none.
    """

    at: datetime
    kind: str
    zh: str
    en: str
    person: int | None
    member: int | None
    row: int


@dataclass(frozen=True, slots=True)
class Letter:
    """Complaints of the ring whose texts are near-identical.

    Parameters
    ----------
    complaints
        Ids of the complaints in this ring.
    members
        The requests that they go with (`Member.number`).
    copies
        Copies in the whole portfolio.
    text
        One of the copies; None where the report is masked, for a letter names people.
    """

    number: int
    complaints: tuple[str, ...]
    members: tuple[int, ...]
    copies: int
    first_at: datetime
    last_at: datetime
    text: str | None
    rows: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent of the insurer whose policies the ring surrenders; that alone says nothing against an agent.

    Parameters
    ----------
    policies
        Policies of the ring from this agent's book.
    left_first
        Whether the agent left before the last request about them.
    row
        Number of the row of ``agents``, None where there is none.
    """

    agent_no: str
    name: str | None
    branch_code: str | None
    manager_no: str | None
    joined_on: datetime | None
    left_on: datetime | None
    policies: int
    left_first: bool
    row: int | None


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """A row of the insurer's tables behind the report.

    Parameters
    ----------
    number
        In this report, from 1, in the order in which rows are first named.
    table, key, file, line
        Where it was handed over; the header of a file is line 1.
    batch
        The load that brought it; ``intake`` for a row that was recorded alone.
    sha256
        Of the file, as it was handed over; None for a row that came in none, or where it is not known any more.
    cells
        Column and content as written, masked unless the report was made otherwise; empty cells are left out.
    """

    number: int
    table: str
    key: str
    file: str
    line: int
    batch: str | None
    sha256: str | None
    cells: tuple[tuple[str, str], ...]
