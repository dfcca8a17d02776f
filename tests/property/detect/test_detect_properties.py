"""Partition and scores do not depend on the order of rows, nor on the random state around them."""

import random

import igraph
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.detection import portfolio, town

from ringfinder.detect import detect
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Detection

PHONE, ACCOUNT = "18812345671", "6217000053149414636"


def told(detection: Detection) -> list[tuple[str, float, str, tuple[str, ...]]]:
    """What is compared: identity, score, tier and members of each ring."""
    return [
        (ring.ring_id, ring.score, ring.tier.value, tuple(sorted(member.request_id for member in ring.members)))
        for ring in detection.rings
    ]


@pytest.fixture(scope="module")
def original() -> Portfolio:
    rows = town(range(10), 300, phone=PHONE)
    for row in rows[5:18]:
        row |= {"payout_account": ACCOUNT, "kind": "negotiated", "requested_amount": "4000"}
    return portfolio(surrender_requests=rows)


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=10, deadline=None)
def test_row_order_decides_nothing(original: Portfolio, seed: int) -> None:
    rows = original.tables["surrender_requests"]
    order = np.random.default_rng(seed).permutation(rows.num_rows)
    shuffled = Portfolio(tables={"surrender_requests": rows.take(pa.array(order))}, present=original.present)
    assert told(detect(shuffled)) == told(detect(original))


def test_the_callers_random_numbers_are_neither_used_nor_disturbed(original: Portfolio) -> None:
    random.seed(1)
    first = told(detect(original))
    after = random.random()
    random.seed(2)
    igraph.set_random_number_generator(random)
    assert told(detect(original)) == first
    random.seed(1)
    assert random.random() == after
