"""Whose account a refund went to: the applicant's, a relative's, one filed lately, or one that others share."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.graph.arrays import NONE, BoolArray, FloatArray, IntArray, contains, pick
from ringfinder.graph.columns import days, encode, is_one_of, lookup, whole
from ringfinder.graph.people import components
from ringfinder.records.portfolio import normal_form
from ringfinder.records.rings import AttributeKey
from ringfinder.statistics.facts import Facts

_ALWAYS = -np.inf
"""The day of what is on file and of which nobody says since when."""


class Payees:
    """Accounts and names of some refunds against what is on file.

    Parameters
    ----------
    rows
        Of `facts.requests`, shape (n,); so are the answers.
    """

    def __init__(self, facts: Facts, rows: IntArray) -> None:
        portfolio = facts.portfolio
        self._persons, self._relations = portfolio.table("persons"), portfolio.table("relations")
        self._day = facts.requests.refunded_on[rows]
        requests = facts.requests.rows.select(["applicant_id", "payout_name", normal_form("payout_account")]).take(rows)
        self._row = lookup(requests["applicant_id"], self._persons["person_id"])
        (applicant, *_), _ = encode(requests["applicant_id"])
        # One person may have several customer numbers; who is not in the table of persons is somebody by the number.
        self._person = np.where(
            self._row >= 0, pick(self._same_person, self._row, NONE), len(self._persons) + applicant
        )
        self._name, self._own_names = encode(requests["payout_name"], self._persons["name"])[0]
        self._starred = pc.fill_null(pc.match_substring_regex(whole(requests["payout_name"]), "[*＊]"), True)  # noqa: FBT003
        changes, contacts = portfolio.table("contact_changes"), portfolio.table("contacts")
        changes = changes.filter(pa.array(is_one_of(changes["field"], "bank_account")))
        contacts = contacts.filter(pa.array(is_one_of(contacts["field"], "bank_account")))
        codes, self._values = encode(
            requests[normal_form("payout_account")],
            self._persons[normal_form("bank_account")],
            changes[normal_form("new_value")],
            changes[normal_form("old_value")],
            contacts[normal_form("value")],
        )
        self._account = codes[0]
        changed, since = days(changes["changed_at"]), days(contacts["since"])
        holder = lookup(changes["person_id"], self._persons["person_id"])
        self._filed = [
            (holder, codes[2], changed),
            (holder, codes[3], np.full(len(changed), _ALWAYS)),
            (lookup(contacts["person_id"], self._persons["person_id"]), codes[4], np.nan_to_num(since, nan=_ALWAYS)),
        ]
        self._undated = codes[1]

    @cached_property
    def _same_person(self) -> IntArray:
        """First row of each person with the same ID."""
        (ids,), _ = encode(self._persons[normal_form("id_no")])
        rows = np.arange(len(ids))
        known = np.flatnonzero(ids >= 0)
        _, first, inverse = np.unique(ids[known], return_index=True, return_inverse=True)
        rows[known] = known[first][inverse]
        return rows

    def third_party(self) -> BoolArray:
        """A named payee who is neither the applicant nor recorded as related; what is unknown or starred is none."""
        own = pick(self._own_names, self._row, NONE)
        starred = self._starred.to_numpy(zero_copy_only=False)
        known = (self._name >= 0) & (own >= 0) & ~starred
        left, right = self._kin
        width = np.int64(max(self._name.max(initial=0), self._own_names.max(initial=0)) + 1)
        named = np.sort(left * width + self._own_names[right])[:] if len(left) else np.zeros(0, np.int64)
        found: BoolArray = known & (self._name != own) & ~contains(named, self._row * width + self._name)
        return found

    @cached_property
    def _kin(self) -> tuple[IntArray, IntArray]:
        """Rows of persons who are recorded as related, in both directions."""
        one = lookup(self._relations["person_id"], self._persons["person_id"])
        other = lookup(self._relations["related_person_id"], self._persons["person_id"])
        known = (one >= 0) & (other >= 0)
        one, other = one[known], other[known]
        return np.concatenate([one, other]), np.concatenate([other, one])

    @cached_property
    def _first_filed(self) -> FloatArray:
        """The first day on which the account was on file for the applicant; NaN where it never was."""
        rows, codes, first = (np.concatenate(each) for each in zip(*self._filed, strict=True))
        keys, wanted = self._key(rows, codes), self._key(self._row, self._account)
        order = np.lexsort((first, keys))
        keys, first = keys[order], first[order]
        at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        dated = contains(keys, wanted) & (self._row >= 0) & (self._account >= 0)
        found = np.full(len(wanted), np.nan)
        undated = (self._account >= 0) & (pick(self._undated, self._row, NONE) == self._account)
        found[undated] = _ALWAYS
        found[dated] = first[at[dated]]
        return found

    def _key(self, rows: IntArray, codes: IntArray) -> IntArray:
        return rows * np.int64(len(self._values) + 1) + codes

    def new_account(self, most_days: int) -> BoolArray:
        """The account was filed at most so many days before the payment."""
        gap = self._day - self._first_filed
        return (gap >= 0) & (gap <= most_days)

    def not_on_file(self) -> BoolArray:
        """The applicant has accounts on file, and the payment went to none of them."""
        has = self._undated >= 0
        for rows, codes, _ in self._filed:
            has[rows[(rows >= 0) & (codes >= 0)]] = True
        known = pick(has, self._row, False)  # noqa: FBT003 - who is not in the table has nothing on file
        return (self._account >= 0) & known & np.isnan(self._first_filed)

    def shared(self) -> BoolArray:
        """The account took refunds of several persons among these."""
        return (self._account >= 0) & (pick(self._people_of, self._account, 0) > 1)

    @cached_property
    def _people_of(self) -> IntArray:
        """Number of persons of each account."""
        rows = self._account >= 0
        width = np.int64(self._person.max(initial=0) + 1)
        pairs = np.unique(self._account[rows] * width + self._person[rows])
        return np.bincount(pairs // width, minlength=len(self._values) + 1)

    def account(self, at: int) -> AttributeKey | None:
        """The account of a refund; raw personal data."""
        code = int(self._account[at])
        return AttributeKey("bank_account", self._values[code].as_py()) if code >= 0 else None

    def people(self, key: AttributeKey) -> int:
        """Persons whose refunds went to an account."""
        return int(self._people_of[self._code(key)])

    def related(self, key: AttributeKey) -> bool:
        """Whether recorded relations tie all of them together."""
        rows = self._account == self._code(key)
        people = np.unique(self._person[rows])
        return (
            len(people) > 0
            and len(np.unique(pick(self._family, people, NONE))) == 1
            and bool((people < len(self._persons)).all())
        )

    @cached_property
    def _family(self) -> IntArray:
        """Number of the family of each row of persons, padded for those who are in no table."""
        left, right = self._kin
        rows = np.arange(len(self._persons))
        size = len(self._persons)
        beyond = int(self._person.max(initial=0)) + 1
        _, labels = components(
            max(size, beyond), np.concatenate([left, rows]), np.concatenate([right, self._same_person])
        )
        return labels

    def _code(self, key: AttributeKey) -> int:
        return self._code_of[key.value]

    @cached_property
    def _code_of(self) -> dict[str, int]:
        return {value: code for code, value in enumerate(self._values.to_pylist())}
