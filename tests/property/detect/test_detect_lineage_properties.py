"""Laws of lineage: order never matters, the same rings go on, ids are given once, nobody gets lost."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st
from tests.results import make_member, make_ring

from ringfinder.detect.lineage import KEEPS, persons_of, trace
from ringfinder.records.rings import LineageStatus, Ring

BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@st.composite
def partitions(draw: st.DrawFn, letter: str) -> list[Ring]:
    """Rings of few people, so that two partitions meet often; a person may be in several rings."""
    groups = draw(st.lists(st.sets(st.integers(0, 24), min_size=1, max_size=9), max_size=7))
    return [
        replace(
            make_ring(f"RF-{letter * 6}A{BASE32[place]}"),
            members=tuple(make_member(number, prefix=f"{letter}{place}-") for number in sorted(group)),
        )
        for place, group in enumerate(groups)
    ]


NOW, BEFORE, EARLIER = partitions("N"), partitions("B"), partitions("E")


@given(NOW, BEFORE, EARLIER, st.randoms(use_true_random=False))
def test_the_order_of_rings_never_matters(
    now: list[Ring], before: list[Ring], earlier: list[Ring], random: Random
) -> None:
    old = {ring.ring_id: persons_of(ring) for ring in before}
    gone = {ring.ring_id: persons_of(ring) for ring in earlier}
    plain = trace(now, old, earlier=gone)
    shuffled = list(now)
    random.shuffle(shuffled)
    turned = trace(shuffled, dict(reversed(old.items())), earlier=dict(reversed(gone.items())))
    assert {ring.members: ring for ring in plain.rings} == {ring.members: ring for ring in turned.rings}
    assert plain.faded == turned.faded


@given(BEFORE)
def test_the_same_rings_all_continue(rings: list[Ring]) -> None:
    traced = trace(rings, {ring.ring_id: persons_of(ring) for ring in rings})
    assert traced.faded == ()
    for old, new in zip(rings, traced.rings, strict=True):
        assert new.lineage is not None
        assert new.lineage.status is LineageStatus.CONTINUED
        assert new.lineage.likeness == 1.0
        assert new.ring_id == old.ring_id
        assert new.members == old.members


@given(NOW, BEFORE, EARLIER, st.sets(st.sampled_from([f"RF-NNNNNNA{letter}" for letter in BASE32])))
def test_ids_are_given_once_and_kept_only_by_likeness(
    now: list[Ring], before: list[Ring], earlier: list[Ring], used: set[str]
) -> None:
    old = {ring.ring_id: persons_of(ring) for ring in before}
    gone = {ring.ring_id: persons_of(ring) for ring in earlier}
    traced = trace(now, old, earlier=gone, used=used)
    names = [ring.ring_id for ring in traced.rings]
    assert len(set(names)) == len(names) == len(now)
    for ring in traced.rings:
        assert ring.lineage is not None
        if ring.ring_id in used | set(old) | set(gone):
            former = {**gone, **old}[ring.ring_id]
            people = persons_of(ring)
            assert len(people & former) / len(people | former) >= KEEPS


@given(NOW, BEFORE)
def test_every_ring_of_before_goes_on_or_has_faded(now: list[Ring], before: list[Ring]) -> None:
    traced = trace(now, {ring.ring_id: persons_of(ring) for ring in before})
    told = {old for ring in traced.rings for old in (ring.lineage.before if ring.lineage else ())}
    assert told | set(traced.faded) == {ring.ring_id for ring in before}
    assert not told & set(traced.faded)
    for ring in traced.rings:
        assert ring.lineage is not None
        assert (ring.lineage.status is LineageStatus.BORN) == (not ring.lineage.before)
