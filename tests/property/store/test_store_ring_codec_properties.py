"""Rings come back from their text as they were, whatever their records hold."""

import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.results import make_ring

from ringfinder.errors import SurroundingsError
from ringfinder.records.rings import (
    Associate,
    AttributeKey,
    Central,
    Change,
    Evidence,
    Hypothesis,
    Lineage,
    LineageStatus,
    LinkedRing,
    Member,
    Money,
    Ring,
    Role,
    RowRef,
    SharedValue,
    Tier,
    Without,
)
from ringfinder.store.ring_codec import RingDecoder, encode_ring, field_names

TEXT = st.text(st.characters(), max_size=6)  # with lone surrogates and control characters
FINITE = st.floats(allow_nan=False, allow_infinity=False)
FIGURES = st.dictionaries(TEXT, FINITE, max_size=3)
WHEN = st.datetimes().map(lambda when: when.replace(fold=0))  # local times of the facts have no fold
KEY = st.builds(AttributeKey, TEXT, TEXT)
ROW = st.builds(RowRef, TEXT, TEXT, TEXT, st.integers(0, 2**40))


def many(one: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(one, max_size=3).map(tuple)


RING = st.builds(
    Ring,
    ring_id=TEXT,
    score=FINITE,
    tier=st.sampled_from(Tier),
    q_value=st.none() | FINITE,
    kind=TEXT,
    members=many(st.builds(Member, TEXT, TEXT, st.sampled_from(Role), FINITE, ROW, st.none() | WHEN)),
    applicants=st.integers(),
    units=st.integers(),
    first_at=WHEN,
    last_at=WHEN,
    money=st.builds(Money, *[st.integers(-(2**70), 2**70)] * 4),
    evidence=many(st.builds(Evidence, TEXT, FINITE, FIGURES, FIGURES, TEXT, TEXT, many(KEY), many(ROW))),
    shared=many(
        st.builds(
            SharedValue, KEY, st.integers(), st.integers(), st.none() | WHEN, st.none() | WHEN, FINITE, many(TEXT)
        )
    ),
    associates=many(st.builds(Associate, st.sampled_from(Role), KEY, st.integers())),
    hypotheses=many(st.builds(Hypothesis, TEXT, st.booleans(), FIGURES, TEXT, TEXT)),
    without=many(st.builds(Without, KEY, FINITE, st.integers())),
    central=many(st.builds(Central, KEY, FINITE)),
    changes=many(st.builds(Change, TEXT, FIGURES, TEXT, TEXT)),
    linked=many(st.builds(LinkedRing, TEXT, many(KEY), st.integers())),
    lineage=st.none() | st.builds(Lineage, st.sampled_from(LineageStatus), many(TEXT), FINITE),
)


@given(RING)
def test_a_ring_comes_back_as_it_was(ring: Ring) -> None:
    line = encode_ring(ring)
    assert line.isascii()
    assert "\n" not in line
    back = RingDecoder(field_names()).ring(line)
    assert back == ring
    assert repr(back) == repr(ring), "types too: 1 is not 1.0 and 'alert' is no Tier"


def test_every_field_is_drawn_here() -> None:
    drawn = {"RowRef", "AttributeKey", "Evidence", "Hypothesis", "Member", "Associate", "SharedValue", "Money"}
    drawn |= {"Without", "Central", "Change", "LinkedRing", "Lineage", "Ring"}
    assert field_names().keys() == drawn, "a new record of rings needs a strategy above"
    assert field_names()["Ring"] == [field.name for field in dataclasses.fields(Ring)]


def test_a_file_of_an_older_version_is_read_with_the_defaults() -> None:
    fields = field_names()
    ring = dataclasses.replace(make_ring(), lineage=None, linked=())
    *named, body = json.loads(encode_ring(ring))
    assert fields["Ring"][-2:] == ["linked", "lineage"]
    older = fields | {"Ring": fields["Ring"][:-2]}
    assert RingDecoder(older).ring(json.dumps([*named, body[:-2]])) == ring


def test_a_file_of_a_newer_version_is_refused_with_the_remedy() -> None:
    fields = field_names()
    with pytest.raises(SurroundingsError, match="horoscope") as caught:
        RingDecoder(fields | {"Member": [*fields["Member"], "horoscope"]})
    assert "version" in caught.value.remedy


def test_a_figure_that_is_no_number_is_never_kept() -> None:
    with pytest.raises(ValueError, match="JSON"):
        encode_ring(make_ring(score=float("nan")))
