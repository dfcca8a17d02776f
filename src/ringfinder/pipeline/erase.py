"""Erase: everything of a person out of a workspace, in all files, and kept out of later loads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from sqlalchemy import Connection

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.keychain import SUBJECTS, Keyring, read_secret
from ringfinder.pipeline.erasing.copies import Gone, clear_copies
from ringfinder.pipeline.erasing.removal import OWNERS, PERSON, columns_that_tell, own_rows, take_out
from ringfinder.pipeline.erasing.search import files_that_name
from ringfinder.pipeline.erasing.subject import Subject, find_subject, numbers_of
from ringfinder.pipeline.erasing.texts import Words
from ringfinder.records.tables import TABLES
from ringfinder.store import DEFAULT_WAIT, Workspace
from ringfinder.store.current import Part
from ringfinder.store.holds import Hold, keep_erased
from ringfinder.store.intake import rewrite_rows
from ringfinder.store.rewriting import Rewriting, Why
from ringfinder.store.scrubbing import scrub

Note = Callable[[str, str, str, Mapping[str, Any]], object]
"""Writes an entry of the journal: action, purpose, object, details."""


@dataclass(frozen=True)
class Erasure:
    """What was erased.

    Parameters
    ----------
    subject_key
        The person from now on: a key that only the site's secret makes.
    counts
        Rows and cells by table, files by what became of them, texts of the database.
    left
        Files that still name the person; empty unless something is wrong or others bear the very same words.
    """

    erasure_id: str
    subject_key: str
    counts: Mapping[str, Any] = field(default_factory=dict)
    left: tuple[Path, ...] = ()


def subject_keys(workspace: Workspace) -> Keyring:
    """Makes keys of customers who are held or erased; its secret is made at first use."""
    return Keyring(read_secret(SUBJECTS, workspace.path))


def holds_on(workspace: Workspace, numbers: frozenset[str]) -> list[Hold]:
    """Legal holds that last on any of the customer numbers.

    Raises
    ------
    SurroundingsError
        If holds were made with another secret, so that nobody can tell on whom they are.
    """
    lasting, keyring = _lasting(workspace)
    keys = set(keyring.keys(PERSON, numbers)) if keyring else set()
    return [hold for hold in lasting if hold.subject_key in keys]


def held_numbers(workspace: Workspace, parts: Mapping[str, Sequence[Part]]) -> frozenset[str]:
    """Every customer number on which a legal hold lasts, with all others of the same valid ID.

    Raises
    ------
    SurroundingsError
        If nobody can tell on whom they are.
    """
    lasting, keyring = _lasting(workspace)
    if keyring is None:
        return frozenset()
    keys = {hold.subject_key for hold in lasting}
    numbers = {
        number
        for table, columns in OWNERS.items()
        for part in parts.get(table, ())
        for column in columns
        for number in part.read([column])[column].unique().drop_null().to_pylist()
    }
    held = [number for number in numbers if keyring.key(PERSON, number) in keys]
    return frozenset().union(*(numbers_of(parts, number) for number in held))


def _lasting(workspace: Workspace) -> tuple[list[Hold], Keyring | None]:
    """Holds that last, and what makes keys of those whom they are on."""
    lasting = workspace.holds.lasting()
    if not lasting:
        return [], None
    keyring = subject_keys(workspace)
    if any(hold.key_id != keyring.key_id for hold in lasting):
        raise SurroundingsError(
            "the secret of legal holds is another than when they were placed: nobody can tell who is held",
            remedy="bring the secret 'subject-key' back from a backup; or release these holds and place them again",
        )
    return lasting, keyring


def hold(workspace: Workspace, person: str, reason: str, actor: str) -> Hold:
    """Put a person under legal hold; the customer number is not kept, a key of it is.

    Raises
    ------
    InputError
        If there is no reason, or no row names the number.
    """
    if not reason.strip():
        raise InputError("a hold needs a reason", remedy="say which with --reason TEXT")
    find_subject(workspace, person)
    keyring = subject_keys(workspace)
    return workspace.holds.place(keyring.key(PERSON, person.strip()), keyring.key_id, reason, actor)


def erase(
    workspace: Workspace,
    person: str,
    purpose: str,
    actor: str,
    note: Note | None = None,
    wait: float = DEFAULT_WAIT,
) -> Erasure:
    """Take everything of a person out of the workspace.

    Parameters
    ----------
    person
        One customer number; all numbers with the same valid ID go with it.
    note
        Writes to the journal, before anything is changed.

    Raises
    ------
    InputError
        If there is no purpose or it names the person, no row names the number, or a legal hold lasts.
    SurroundingsError
        If others hold the workspace for longer than `wait` seconds, or it cannot be written. What was
        committed is finished by `ringfinder erase --resume`, or when the workspace is opened next.
    """
    if not purpose.strip():
        raise InputError("erasing needs a purpose", remedy="say why with --purpose TEXT; it is journalled")
    keyring = subject_keys(workspace)
    with workspace.rewriting(wait) as rewriting:
        subject = find_subject(workspace, person)
        _check(workspace, subject, purpose)
        gone = _gone(workspace, subject)
        words = gone.words or Words((), ())
        counts: dict[str, Any] = _rewrite_facts(workspace, rewriting, subject, words)
        counts["files"] = clear_copies(workspace, rewriting, gone)
        why = Why("subject", purpose, actor, keyring.key(PERSON, person.strip()))
        if note:
            note("erase", purpose, f"person {why.subject_key}", {"erasure": rewriting.erasure_id, **counts["rows"]})

        def also(connection: Connection) -> None:
            rewrite_rows(connection, lambda name, rows: _taken(name, rows, subject, words))
            keep_erased(connection, rewriting.erasure_id, keyring.key_id, subject.keys(keyring))
            scrub(connection, words.spellings(), words.without_in_json)

        rewriting.commit(why, counts, also)
    return Erasure(rewriting.erasure_id, why.subject_key, counts, tuple(files_that_name(workspace.path, words)))


def _check(workspace: Workspace, subject: Subject, purpose: str) -> None:
    held = holds_on(workspace, subject.numbers)
    if held:
        raise InputError(
            f"a legal hold lasts on this person: {held[0].hold_id} since {held[0].placed_at.date()}",
            remedy=f"once it is over: ringfinder store release {held[0].hold_id}",
        )
    if subject.words().inside(purpose):
        raise InputError("the purpose names the person", remedy="the journal keeps it: say why without naming whom")


def _gone(workspace: Workspace, subject: Subject) -> Gone:
    """What goes, as copies of it can be told."""
    rows: dict[str, set[str]] = {}
    papers: set[str] = set()
    for name, parts in workspace.parts(workspace.known()).items():
        for part in parts:
            keys = _own_keys(name, part, subject)
            rows.setdefault(name, set()).update(" ".join(key) for key in keys)
            if len(TABLES[name].key) == 1:
                papers.update(key[0] for key in keys)
    for name in ("contacts", "persons"):
        rows.setdefault(name, set()).update(subject.numbers)
    values = frozenset(value for values in subject.alone.values() for value in values)
    return Gone(subject.numbers, rows, subject.words(papers), values)


def _own_keys(name: str, part: Part, subject: Subject) -> Sequence[tuple[str, ...]]:
    """Keys of the rows of a part that are the person's."""
    rows = part.read(columns_that_tell(name))
    own = rows.filter(pa.array(own_rows(name, rows, subject))).select(list(TABLES[name].key))
    return [tuple(str(cell) for cell in row.values()) for row in own.to_pylist()]


def _rewrite_facts(workspace: Workspace, rewriting: Rewriting, subject: Subject, words: Words) -> dict[str, Any]:
    """Write the batches anew; return rows and cells by table."""
    removed: Counter[str] = Counter()
    blanked: Counter[str] = Counter()
    for batch in workspace.batches():
        for file in batch.files:
            if not file.part:
                continue
            rows = workspace.read_part(batch, file)
            taken = take_out(file.table, rows, subject, words)
            if taken.changed:
                gone = int(taken.removed.sum())
                rewriting.part(batch, file, taken.rows, gone, taken.blanked)
                removed[file.table] += gone
                blanked[file.table] += taken.blanked
    return {
        "rows": {name: n for name, n in removed.items() if n},
        "cells": {name: n for name, n in blanked.items() if n},
    }


def _taken(name: str, rows: pa.Table, subject: Subject, words: Words) -> tuple[pa.Table, np.ndarray[Any, Any]]:
    taken = take_out(name, rows, subject, words)
    return taken.rows, taken.removed


def is_held(workspace: Workspace, person: str) -> list[Hold]:
    """Legal holds that last on a person, under any of the person's numbers."""
    return holds_on(workspace, numbers_of(workspace.parts(workspace.known()), person))
