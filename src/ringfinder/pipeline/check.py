"""Check: what a folder of tables holds and allows, before anything is loaded. Writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.errors import SurroundingsError
from ringfinder.ingest import HeaderMapping, find_sources, read_source
from ringfinder.ingest.cells import flat
from ringfinder.ingest.hashing import HashArray, hash_rows
from ringfinder.normalize.masking import mask
from ringfinder.pipeline.allowed import allowed
from ringfinder.records.kinds import SHARED_KINDS, ColumnKind, remark_names
from ringfinder.records.portfolio import HASH, IncomingTable, Reject, normal_form, remarks
from ringfinder.records.tables import TABLES
from ringfinder.settings import Settings
from ringfinder.store import Workspace

_TOP = 5
_TYPED = (ColumnKind.PHONE, ColumnKind.ADDRESS, ColumnKind.EMAIL, ColumnKind.BANK_ACCOUNT, ColumnKind.ID_NO)
_SUSPECT_SHARE = 0.002
_SUSPECT_LEAST = 20


@dataclass(frozen=True)
class TableCheck:
    """One table: rows, rejects, how full each column is, what was remarked."""

    table: str
    read: int
    rejected: int
    fill: Mapping[str, float]
    remarks: Mapping[str, int]


@dataclass(frozen=True)
class SharedCheck:
    """One value with many holders, masked; suspect where it looks typed to fill a field."""

    kind: str
    value: str
    requests: int
    suspect: bool


@dataclass(frozen=True)
class CheckResult:
    """Everything that the pre-flight tells.

    Parameters
    ----------
    known
        ``policy`` and ``person``: share of requests whose policy or applicant is in the tables.
    doubles
        Customers who have several numbers: by ID, and by name, birth date and phone.
    oddities
        What is no error but worth a look, with counts.
    changes
        For each table ``new``, ``changed`` and ``same`` keys against the workspace.
    """

    tables: tuple[TableCheck, ...]
    shared: tuple[SharedCheck, ...]
    known: Mapping[str, float]
    doubles: Mapping[str, int]
    oddities: Mapping[str, int]
    changes: Mapping[str, Mapping[str, int]]
    evidence: tuple[tuple[str, bool, str], ...]
    warnings: tuple[str, ...]
    rejects: tuple[Reject, ...] = field(default=())


def check(folder: Path, mapping: HeaderMapping | None = None, settings: Settings | None = None) -> CheckResult:
    """Look at the tables of a folder.

    Raises
    ------
    InputError
        If a file cannot be read at all.
    """
    found = find_sources(folder, mapping)
    incoming: dict[str, list[IncomingTable]] = {}
    for source in found.sources:
        incoming.setdefault(source.table, []).append(read_source(source, mapping))
    facts = {
        name: pa.concat_tables([one.rows for one in parts]).unify_dictionaries() for name, parts in incoming.items()
    }
    present = {name: frozenset().union(*(one.present for one in parts)) for name, parts in incoming.items()}
    parts = [one for listed in incoming.values() for one in listed]
    warnings = [f"{name}: not named after a table" for name in found.ignored]
    warnings += [said for one in parts for said in one.warnings]
    return CheckResult(
        tables=tuple(_table(name, incoming[name], facts[name]) for name in incoming),
        shared=tuple(_shared(facts)),
        known=_known(facts),
        doubles=_doubles(facts.get("persons")),
        oddities=_oddities(facts),
        changes=_changes(facts, settings, warnings),
        evidence=tuple(allowed(present)),
        warnings=tuple(warnings),
        rejects=tuple(reject for one in parts for reject in one.rejects),
    )


def _table(name: str, parts: list[IncomingTable], facts: pa.Table) -> TableCheck:
    present = frozenset().union(*(one.present for one in parts))
    columns = [column for column in TABLES[name].columns if column.name in present]
    rows = max(facts.num_rows, 1)
    counts: dict[str, int] = {}
    for column in columns:
        if column.normalised:
            seen = pc.value_counts(facts[remarks(column.name)])
            for one in seen.to_pylist():
                for flag in remark_names(one["values"] or 0):
                    counts[f"{column.name}: {flag}"] = counts.get(f"{column.name}: {flag}", 0) + one["counts"]
    return TableCheck(
        name,
        sum(one.read for one in parts),
        sum(one.rejected for one in parts),
        {column.name: 1 - facts[column.name].null_count / rows for column in columns},
        counts,
    )


def _shared(facts: Mapping[str, pa.Table]) -> list[SharedCheck]:
    """The most shared values of requests by kind; suspects are those far above what a family shares."""
    requests = facts.get("surrender_requests")
    if requests is None or not requests.num_rows:
        return []
    found = []
    for kind in SHARED_KINDS:
        columns = [c.name for c in TABLES["surrender_requests"].columns if c.kind is kind]
        if not columns:
            continue
        values = pa.chunked_array(
            [chunk for name in columns for chunk in requests[normal_form(name)].chunks], pa.string()
        )
        counted = pc.value_counts(values.drop_null())
        counts = counted.field("counts").to_numpy()
        limit = max(_SUSPECT_LEAST, _SUSPECT_SHARE * requests.num_rows)
        for place in np.argsort(-counts, kind="stable")[:_TOP].tolist():
            if counts[place] > 1:
                value = mask(kind.value, counted.field("values")[place].as_py())
                suspect = kind in _TYPED and bool(counts[place] > limit)
                found.append(SharedCheck(kind.value, value, int(counts[place]), suspect))
    return found


def _known(facts: Mapping[str, pa.Table]) -> dict[str, float]:
    requests = facts.get("surrender_requests")
    if requests is None or not requests.num_rows:
        return {}
    known = {}
    for what, column, table, key in (
        ("policy", "policy_no", "policies", "policy_no"),
        ("person", "applicant_id", "persons", "person_id"),
    ):
        there = flat(facts[table][key]) if table in facts else pa.array([], pa.string())
        known[what] = float(np.mean(pc.is_in(requests[column], value_set=there).to_numpy()))
    return known


def _doubles(persons: pa.Table | None) -> dict[str, int]:
    if persons is None:
        return {}
    same_id = persons["id_no_nf"].drop_null()
    softly = persons.select(["name", "birth_date", "phone_nf"]).drop_null()
    groups = softly.group_by(["name", "birth_date", "phone_nf"]).aggregate([([], "count_all")])
    return {
        "same ID": len(same_id) - len(same_id.unique()),
        "same name, birth date and phone": int(pc.sum(groups["count_all"]).as_py() or 0) - groups.num_rows,
    }


def _oddities(facts: Mapping[str, pa.Table]) -> dict[str, int]:
    requests = facts.get("surrender_requests")
    if requests is None:
        return {}
    found: dict[str, int] = {}
    if "persons" in facts:
        persons = facts["persons"]
        own = pc.index_in(requests["applicant_id"], value_set=persons["person_id"].combine_chunks())
        own_id = persons["id_no_nf"].combine_chunks().take(own.combine_chunks())
        found["an applicant who is their own delegate"] = int(
            pc.sum(pc.fill_null(pc.equal(requests["delegate_id_no_nf"], own_id), fill_value=False)).as_py() or 0
        )
    paid_before = pc.less(requests["paid_at"], requests["applied_at"])
    found["paid before it was applied for"] = int(pc.sum(pc.fill_null(paid_before, fill_value=False)).as_py() or 0)
    if "policies" in facts:
        found["a request whose policy is unknown"] = round((1 - _known(facts)["policy"]) * requests.num_rows)
    return {what: count for what, count in found.items() if count}


def _changes(
    facts: Mapping[str, pa.Table], settings: Settings | None, warnings: list[str]
) -> dict[str, dict[str, int]]:
    """New, changed and same keys against what the workspace holds; nothing where there is none."""
    if settings is None or not (settings.workspace / "facts").is_dir():
        return {}
    try:
        with Workspace.open(settings) as workspace:
            if not workspace.known():
                return {}
            held = workspace.portfolio()
    except SurroundingsError as error:
        # The pre-flight is about the folder: a workspace that is out of order must not stop it.
        warnings.append(f"not compared with the workspace: {error.message}")
        return {}
    found = {}
    for name, rows in facts.items():
        keys, content = _hashes(name, rows)
        held_keys, held_content = _hashes(name, held.table(name))
        known = np.isin(keys, held_keys)
        same = np.isin(content, held_content)
        found[name] = {
            "new": int((~known).sum()),
            "changed": int((known & ~same).sum()),
            "same": int((known & same).sum()),
        }
    return found


def _hashes(name: str, rows: pa.Table) -> tuple[HashArray, HashArray]:
    """Hash of the key and of the content of each row."""
    key = hash_rows({column: flat(rows[column]) for column in TABLES[name].key})
    return key, flat(rows[HASH]).to_numpy()
