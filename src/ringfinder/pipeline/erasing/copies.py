"""Copies of facts outside the batches: stored runs, rejected rows, uploads, what Neo4j's last sync left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.errors import SurroundingsError
from ringfinder.pipeline.detection import COVERAGE
from ringfinder.pipeline.erasing.texts import ERASED, Words
from ringfinder.records.rings import (
    Associate,
    AttributeKey,
    Central,
    Evidence,
    Member,
    Ring,
    RowRef,
    SharedValue,
    Without,
)
from ringfinder.store import RunFiles, Workspace
from ringfinder.store.rewriting import FOLDER, Rewriting
from ringfinder.store.run_files import LINEAGE, MEMBERS, RINGS, rewrite_rings

_PACKED = (b"PK", b"PAR1", b"\x1f\x8b", b"\xd0\xcf\x11\xe0")
"""How workbooks, Parquet and archives begin: their text is not to be seen from outside."""

_OTHERS_BUSINESS = ("facts", "runs", "rejects", FOLDER)
_KEPT = ("decisions.sqlite", "journal", "anchor", ".")
"""Beginnings of names at the top of a workspace that are not copies: the database, the journal, locks."""


@dataclass(frozen=True)
class Gone:
    """What is taken out, as copies of it can be told.

    Parameters
    ----------
    numbers
        Customer numbers.
    rows
        By table, keys of the rows that go.
    words
        What names the person; None where rows go for their age.
    values
        Values that are nobody else's.
    """

    numbers: frozenset[str]
    rows: Mapping[str, Collection[str]]
    words: Words | None = None
    values: frozenset[str] = frozenset()


def clear_copies(workspace: Workspace, rewriting: Rewriting, gone: Gone) -> dict[str, int]:
    """Write every copy anew, or let it go where that cannot be done; return files by what became of them."""
    done: Counter[str] = Counter()
    for folder in sorted((workspace.path / "runs").glob("run-*")):
        done[_clear_run(RunFiles(folder, folder.name), rewriting, gone)] += 1
    if gone.words:
        for path in _files(workspace.path / "rejects"):
            done["rejects rewritten"] += _clear_rejects(path, rewriting, gone.words)
        for path in _elsewhere(workspace.path):
            if _may_hold(path, gone.words):
                rewriting.remove(path)
                done["other files removed"] += 1
    for path in (workspace.path / "neo4j").iterdir() if (workspace.path / "neo4j").is_dir() else ():
        if not path.name.startswith(".lock"):
            rewriting.remove(path)
    done.pop("", None)
    return {what: count for what, count in done.items() if count}


def _clear_run(files: RunFiles, rewriting: Rewriting, gone: Gone) -> str:
    """Rings and members of a run without what goes; say what was done."""
    known = {RINGS, MEMBERS, LINEAGE, COVERAGE}
    for path in files.folder.iterdir():
        if path.name not in known and (path.is_dir() or not path.name.startswith(".")):
            rewriting.remove(path)  # an index, or what a crash left of one: made from the rest
    coverage = files.folder / COVERAGE
    if gone.words and coverage.is_file():
        text = coverage.read_text(encoding="utf-8")
        if gone.words.inside(text):
            rewriting.place_of(coverage).write_text(gone.words.without_in_json(text), encoding="utf-8")
    if not files.there():
        return ""
    rings, members = rewriting.place_of(files.folder / RINGS), rewriting.place_of(files.folder / MEMBERS)
    try:
        rewrite_rings(files, rings, members, lambda ring: _without(ring, gone), lambda listed: _stay(listed, gone))
    except SurroundingsError:  # of a newer version, or damaged
        for name in (RINGS, MEMBERS, LINEAGE):
            rewriting.remove(files.folder / name)
        return "runs removed"
    return "runs rewritten" if rings.exists() or members.exists() else ""


def _stay(members: pa.Table, gone: Gone) -> pa.Array:
    theirs = pc.is_in(members["applicant_id"], value_set=pa.array(sorted(gone.numbers), pa.string()))
    requests = pa.array(sorted(gone.rows.get("surrender_requests", ())), pa.string())
    return pc.invert(pc.or_(theirs, pc.is_in(members["request_id"], value_set=requests)))


def _without(ring: Ring, gone: Gone) -> Ring | None:
    """A ring without what goes; score, money and numbers in sentences stay as they were found then."""
    tidied: Ring = _tidy_fields(ring, gone)
    if tidied == ring:
        return ring
    if not tidied.members:
        return None
    people = {member.applicant_id for member in ring.members} - {member.applicant_id for member in tidied.members}
    return replace(tidied, applicants=max(ring.applicants - bool(people), 1)) if people else tidied


def _tidy(value: Any, gone: Gone) -> Any:
    """A record, or part of one, without what goes; None where nothing of it stays."""
    if _goes(value, gone):
        return None
    if isinstance(value, Evidence):
        named = tuple(AttributeKey(key.kind, ERASED) if _goes(key, gone) else key for key in value.values)
        value = replace(value, values=())
        return replace(_tidy_fields(value, gone), values=named)
    if isinstance(value, tuple):
        return tuple(one for one in (_tidy(one, gone) for one in value) if one is not None)
    if isinstance(value, str):
        return gone.words.without(value) if gone.words else value
    return _tidy_fields(value, gone) if is_dataclass(value) and not isinstance(value, type) else value


def _tidy_fields(value: Any, gone: Gone) -> Any:
    changed = {}
    for field in fields(value):
        before = getattr(value, field.name)
        if isinstance(before, AttributeKey):  # its holder stays, or had gone with it
            continue
        after = _tidy(before, gone)
        if after is not None and after != before:
            changed[field.name] = after
    return replace(value, **changed) if changed else value


def _goes(value: Any, gone: Gone) -> bool:
    """Whether a part of a ring is of what goes."""
    match value:
        case Member():
            return value.applicant_id in gone.numbers or value.request_id in gone.rows.get("surrender_requests", ())
        case RowRef():
            return value.key in gone.rows.get(value.table, ())
        case AttributeKey():
            return value.value in gone.values or value.value in gone.numbers
        case Associate() | Central() | SharedValue() | Without():
            return _goes(value.key, gone)
        case str():
            return value in gone.rows.get("surrender_requests", ())
        case _:
            return False


def _clear_rejects(path: Path, rewriting: Rewriting, words: Words) -> bool:
    """Rejected rows without those that name the person; whether there were any."""
    text = path.read_text(encoding="utf-8-sig", errors="surrogateescape")
    header, *rows = list(_records(text)) or [""]
    kept = [row for row in rows if not words.inside(row)]
    if len(kept) == len(rows):
        return False
    written = "".join([header, *kept]).encode("utf-8-sig", errors="surrogateescape")
    rewriting.place_of(path).write_bytes(written)
    return True


def _records(text: str) -> Iterator[str]:
    """Rows of a CSV file as they are written; a line break inside quotes ends none."""
    record = ""
    for line in text.splitlines(keepends=True):
        record += line
        if record.count('"') % 2 == 0:
            yield record
            record = ""
    if record:
        yield record


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _elsewhere(workspace: Path) -> Iterator[Path]:
    """Files of a workspace that are neither facts nor decisions, such as uploads."""
    for top in sorted(workspace.iterdir()):
        if top.name in (*_OTHERS_BUSINESS, "neo4j") or top.name.startswith(_KEPT):
            continue
        yield from _files(top) if top.is_dir() else [top]


def _may_hold(path: Path, words: Words) -> bool:
    """Whether a file names the person, or its text cannot be seen."""
    content = path.read_bytes()
    return content.startswith(_PACKED) or holds(content, words)


def holds(content: bytes, words: Words) -> bool:
    """Whether bytes hold one of the words, in an encoding in use at insurers."""
    return any(word.encode(code, "ignore") in content for word in words.spellings() for code in ("utf-8", "gb18030"))
