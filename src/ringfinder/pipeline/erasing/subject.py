"""Who a person is to the workspace: all customer numbers of one ID, policies, complaints, and values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.errors import InputError
from ringfinder.keychain import Keyring
from ringfinder.pipeline.erasing.removal import COMPLAINT, OWNERS, PERSON, POLICY
from ringfinder.pipeline.erasing.texts import Words
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.portfolio import normal_form
from ringfinder.records.tables import TABLES
from ringfinder.store import Workspace
from ringfinder.store.current import Part, read_current
from ringfinder.store.holds import Erased

FILED = ("phone", "address", "email", "bank_account")
KEPT_OUT = (PERSON, POLICY, ColumnKind.ID_NO.value, ColumnKind.BANK_ACCOUNT.value)
"""Kinds that must not come back: a phone or an address may be somebody else's one day."""

_NAMES = (ColumnKind.NAME.value, ColumnKind.ADDRESS.value)

BoolArray = npt.NDArray[np.bool_]
Values = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Subject:
    """A person, as the rows of the workspace know that one.

    Parameters
    ----------
    numbers
        Customer numbers.
    policies, complaints
        Of the person; complaints also where they name nobody and only the person's requests refer to them.
    values
        Names, IDs, phones …, as written and in normal form, by kind.
    alone
        Those that no other customer filed.
    """

    numbers: frozenset[str]
    policies: frozenset[str] = frozenset()
    complaints: frozenset[str] = frozenset()
    values: Values = field(default_factory=dict)
    alone: Values = field(default_factory=dict)

    def has(self, kind: str, values: pa.Array, *, alone: bool = True) -> BoolArray:
        """Which values of a kind are the person's, shape (n,); with `alone` nobody else's."""
        ids = {PERSON: self.numbers, POLICY: self.policies, COMPLAINT: self.complaints}
        wanted = ids[kind] if kind in ids else (self.alone if alone else self.values).get(kind, frozenset())
        if not wanted:
            return np.zeros(len(values), np.bool_)
        found: BoolArray = pc.is_in(values, value_set=pa.array(sorted(wanted), pa.string())).to_numpy(
            zero_copy_only=False
        )
        return found

    def words(self, papers: Iterable[str] = ()) -> Words:
        """What names the person in a text, with ids of the person's papers."""
        named = {value for kind in _NAMES for value in self.alone.get(kind, ())}
        numbers = {value for kind, values in self.alone.items() if kind not in _NAMES for value in values}
        return Words({*self.numbers, *self.policies, *self.complaints, *numbers, *papers}, named)

    def keys(self, keyring: Keyring) -> list[tuple[str, str]]:
        """Kinds and keys of what must not come back."""
        of_kind: dict[str, frozenset[str]] = {**self.alone, PERSON: self.numbers, POLICY: self.policies}
        return [(kind, keyring.key(kind, value)) for kind in KEPT_OUT for value in of_kind.get(kind, ())]


class ErasedMarks:
    """Tells who was erased by the keys that were kept; of no value is it known whether others filed it."""

    def __init__(self, erased: Erased, keyring: Keyring) -> None:
        self._keys = erased.keys
        self._keyring = keyring

    def has(self, kind: str, values: pa.Array, *, alone: bool = True) -> BoolArray:
        """Which values of a kind were erased, shape (n,)."""
        del alone
        wanted = self._keys.get(kind)
        if not wanted or values.null_count == len(values):
            return np.zeros(len(values), np.bool_)
        coded = values.dictionary_encode()
        known = [key in wanted for key in self._keyring.keys(kind, coded.dictionary.to_pylist())]
        found: BoolArray = pc.fill_null(pa.array(known, pa.bool_()).take(coded.indices), fill_value=False).to_numpy(
            zero_copy_only=False
        )
        return found


def find_subject(workspace: Workspace, person: str) -> Subject:
    """The person of a customer number, with all numbers of the same valid ID.

    Raises
    ------
    InputError
        If no row names that number.
    """
    known = workspace.known()
    parts = workspace.parts(known)
    numbers = numbers_of(parts, person)
    named = (
        numbers & set(rows[column].drop_null().to_pylist())
        for table, columns in OWNERS.items()
        for rows in _versions(parts, table, columns)
        for column in columns
    )
    if not any(named):
        raise InputError("no row names that customer number", remedy="check it; it is written as in the tables")
    policies = _policies(parts, numbers)
    values, others = _values(parts, numbers)
    values.setdefault(ColumnKind.BANK_ACCOUNT.value, set()).update(
        _own_accounts(parts, numbers, values.get(ColumnKind.NAME.value, set()))
    )
    alone = {kind: frozenset(found - others.get(kind, set())) for kind, found in values.items()}
    return Subject(
        numbers,
        policies,
        _complaints(parts, numbers, policies),
        {kind: frozenset(found) for kind, found in values.items()},
        alone,
    )


def numbers_of(parts: Mapping[str, Sequence[Part]], person: str) -> frozenset[str]:
    """A customer number and all others of the same valid ID."""
    number = person.strip()
    if not parts.get("persons"):
        return frozenset([number])
    persons = read_current(TABLES["persons"], parts["persons"], as_written=False)
    mine = persons.filter(pc.equal(persons["person_id"], number))
    ids = mine["id_no_nf"].drop_null()
    same = persons.filter(pc.is_in(persons["id_no_nf"], value_set=ids.combine_chunks()))
    return frozenset([number, *(same["person_id"].to_pylist() if len(ids) else [])])


def _versions(parts: Mapping[str, Sequence[Part]], table: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    for part in parts.get(table, ()):
        yield part.read(columns)


def _policies(parts: Mapping[str, Sequence[Part]], numbers: frozenset[str]) -> frozenset[str]:
    """Policies of the person today, and those that only requests of the person name."""
    known: set[str] = set()
    mine: set[str] = set()
    if parts.get("policies"):
        policies = read_current(TABLES["policies"], parts["policies"], as_written=False)
        for policy, applicant in zip(
            policies["policy_no"].to_pylist(), policies["applicant_id"].to_pylist(), strict=True
        ):
            known.add(policy)
            if applicant in numbers:
                mine.add(policy)
    named: set[str] = set()
    for rows in _versions(parts, "surrender_requests", ("policy_no", "applicant_id")):
        pairs = zip(rows["policy_no"].to_pylist(), rows["applicant_id"].to_pylist(), strict=True)
        named.update(policy for policy, applicant in pairs if applicant in numbers)
    return frozenset(mine | (named - known))


def _complaints(
    parts: Mapping[str, Sequence[Part]], numbers: frozenset[str], policies: frozenset[str]
) -> frozenset[str]:
    """Complaints that are the person's by applicant or policy, or because nobody else's request refers to them."""
    mine: set[str] = set()
    nobodys: set[str] = set()
    for rows in _versions(parts, "complaints", ("complaint_id", "applicant_id", "policy_no")):
        for row in rows.to_pylist():
            if row["applicant_id"] in numbers or (row["applicant_id"] is None and row["policy_no"] in policies):
                mine.add(row["complaint_id"])
            elif row["applicant_id"] is None and row["policy_no"] is None:
                nobodys.add(row["complaint_id"])
    referring: dict[str, set[bool]] = {}
    for rows in _versions(parts, "surrender_requests", ("complaint_id", "applicant_id")):
        pairs = zip(rows["complaint_id"].to_pylist(), rows["applicant_id"].to_pylist(), strict=True)
        for complaint, applicant in pairs:
            if complaint in nobodys:
                referring.setdefault(complaint, set()).add(applicant in numbers)
    return frozenset(mine | {complaint for complaint, whose in referring.items() if whose == {True}})


def _values(
    parts: Mapping[str, Sequence[Part]], numbers: frozenset[str]
) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """Values that the person filed, as written and in normal form, and those of them that others filed; by kind."""
    known = pa.array(sorted(numbers), pa.string())
    mine: dict[str, set[str]] = {}
    for kind, owners, values in _filed(parts):
        own = pc.is_in(owners, value_set=known)
        mine.setdefault(kind, set()).update(values.filter(own).drop_null().to_pylist())
    others: dict[str, set[str]] = {}
    for kind, owners, values in _filed(parts):
        if not mine.get(kind) or kind == ColumnKind.ID_NO.value:  # an ID is one person's, whoever wrote it elsewhere
            continue
        held = pc.is_in(values, value_set=pa.array(sorted(mine[kind]), pa.string()))
        shared = pc.and_(held, pc.invert(pc.is_in(owners, value_set=known)))
        others.setdefault(kind, set()).update(values.filter(shared).drop_null().to_pylist())
    return mine, others


def _filed(parts: Mapping[str, Sequence[Part]]) -> Iterator[tuple[str, pa.ChunkedArray, pa.ChunkedArray]]:
    """What customers filed, as written and in normal form: kind, customer number, value."""
    for rows in _versions(parts, "persons", ["person_id", "name"]):
        yield ColumnKind.NAME.value, rows["person_id"], rows["name"]
    for column in (ColumnKind.ID_NO.value, *FILED):
        for rows in _versions(parts, "persons", ["person_id", column, normal_form(column)]):
            for name in (column, normal_form(column)):
                yield column, rows["person_id"], rows[name]
    for table, columns in (("contacts", ["value"]), ("contact_changes", ["old_value", "new_value"])):
        for column in columns:
            for rows in _versions(parts, table, ["person_id", "field", column, normal_form(column)]):
                for kind in FILED:
                    chosen = rows.filter(pc.fill_null(pc.equal(rows["field"], kind), fill_value=False))
                    for name in (column, normal_form(column)):
                        yield kind, chosen["person_id"], chosen[name]


def _own_accounts(parts: Mapping[str, Sequence[Part]], numbers: frozenset[str], names: set[str]) -> set[str]:
    """Accounts in the person's own name that the person was, or was to be, paid to."""
    columns = ["applicant_id", "payout_name", "payout_account", normal_form("payout_account")]
    found: set[str] = set()
    for rows in _versions(parts, "surrender_requests", columns):
        own = pc.and_(
            pc.is_in(rows["applicant_id"], value_set=pa.array(sorted(numbers), pa.string())),
            pc.is_in(rows["payout_name"], value_set=pa.array(sorted(names), pa.string())),
        )
        for name in columns[2:]:
            found.update(rows[name].filter(own).drop_null().to_pylist())
    return found
