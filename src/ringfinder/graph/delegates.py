"""Delegates as persons: by ID, and where only a phone is given, by the ID that phone was seen with."""

from __future__ import annotations

import numpy as np

from ringfinder.graph.arrays import NONE, IntArray, pairs
from ringfinder.graph.codes import Codes


def resolve(phones: Codes, ids: Codes) -> IntArray:
    """Delegate of each request, -1 where there is none.

    Codes below ``len(ids.values)`` are IDs; above it stand phones that nobody's ID is known for.
    An ID is looked for among the delegates of other requests, then among agents, then among
    customers who filed that phone; where it is not the only one, the phone stays a phone.
    """
    own_id = ids.of("surrender_requests", "delegate_id_no")
    phone = phones.of("surrender_requests", "delegate_phone")
    owner = np.full(len(phones.values) + 1, NONE, np.int64)  # the last is that of a missing phone
    for table, phone_column, id_column in (
        ("persons", "phone", "id_no"),
        ("agents", "phone", "id_no"),
        ("surrender_requests", "delegate_phone", "delegate_id_no"),
    ):
        _learn(owner, phones.of(table, phone_column), ids.of(table, id_column))
    by_phone = owner[phone]
    named = np.where(by_phone >= 0, by_phone, np.where(phone >= 0, phone + len(ids.values), NONE))
    return np.where(own_id >= 0, own_id, named)


def _learn(owner: IntArray, phone: IntArray, identity: IntArray) -> None:
    """Enter the ID of each phone that was seen with exactly one; in place, later tables win."""
    seen = pairs(phone, identity, (len(owner), int(identity.max(initial=0)) + 1))
    single = seen.row_sizes[seen.rows] == 1
    owner[seen.rows[single]] = seen.columns[single]
