"""Identities over runs: who keeps an id, who is new, what became of the rest."""

from collections.abc import Iterable
from dataclasses import replace

from tests.results import PHONE, make_member, make_ring

from ringfinder.detect.lineage import persons_of, trace
from ringfinder.records.rings import Lineage, LinkedRing, Ring
from ringfinder.records.rings import LineageStatus as Is

A, B, C, D = (f"RF-{letter * 8}" for letter in "ABCD")


def ring(name: str, people: Iterable[int]) -> Ring:
    members = tuple(make_member(number) for number in people)
    return replace(make_ring(name), members=members, applicants=len(members), units=len(members))


def people(numbers: Iterable[int]) -> frozenset[str]:
    return persons_of(ring(A, numbers))


def test_a_first_run_has_only_born_rings() -> None:
    traced = trace([ring(A, range(4)), ring(B, range(10, 14))], {})
    assert [one.ring_id for one in traced.rings] == [A, B]
    assert {one.lineage for one in traced.rings} == {Lineage(Is.BORN)}
    assert traced.faded == ()


def test_half_of_all_people_keep_the_id_and_less_do_not() -> None:
    old = {A: people(range(10))}
    at_half = trace([ring(B, [*range(5, 10), *range(20, 20)])], old)
    assert (at_half.rings[0].ring_id, at_half.rings[0].lineage) == (A, Lineage(Is.CONTINUED, (A,), 0.5))
    below = trace([ring(B, range(6, 10))], old).rings[0]
    assert (below.ring_id, below.lineage) == (B, Lineage(Is.CONTINUED, (A,), 0.4))


def test_a_fifth_more_members_is_growth() -> None:
    old = {A: people(range(10))}
    eleven, twelve = (trace([ring(B, range(size))], old).rings[0].lineage for size in (11, 12))
    assert eleven is not None
    assert eleven.status is Is.CONTINUED
    assert twelve == Lineage(Is.GREW, (A,), 10 / 12)


def test_two_rings_melted_are_merged_and_the_nearer_gives_the_id() -> None:
    old = {A: people(range(4)), B: people(range(4, 12))}
    traced = trace([ring(C, range(12))], old)
    assert traced.rings[0].ring_id == B
    assert traced.rings[0].lineage == Lineage(Is.MERGED, (B, A), 8 / 12)
    assert traced.faded == ()


def test_parts_of_a_ring_are_split_and_the_larger_keeps_the_id() -> None:
    traced = trace([ring(C, range(7)), ring(D, range(7, 10))], {A: people(range(10))})
    large, small = traced.rings
    assert (large.ring_id, small.ring_id) == (A, D)
    assert large.lineage == Lineage(Is.CONTINUED, (A,), 0.7)
    assert small.lineage == Lineage(Is.SPLIT, (A,), 0.3)


def test_one_busy_person_makes_no_kin_and_what_is_gone_has_faded() -> None:
    traced = trace([ring(C, range(9, 20))], {A: people(range(10)), B: people(range(30, 34))})
    assert traced.rings[0].lineage == Lineage(Is.BORN)
    assert traced.faded == (A, B)


def test_exact_halves_are_settled_by_name() -> None:
    old = {A: people(range(10))}
    halves = [ring(D, range(5)), ring(C, range(5, 10))]
    for order in (halves, halves[::-1]):
        found = {one.members[0].applicant_id: one for one in trace(order, old).rings}
        assert found["P00005"].ring_id == A
        assert found["P00000"].ring_id == D
        assert found["P00000"].lineage == Lineage(Is.SPLIT, (A,), 0.5)


def test_an_id_that_was_given_once_is_not_given_to_another_ring() -> None:
    founders = ring(A, range(3))
    traced = trace([founders, ring(B, range(3, 20))], {A: people(range(20))}, used={C})
    small, large = traced.rings
    assert large.ring_id == A
    assert small.ring_id not in {A, B, C}
    assert small.lineage == Lineage(Is.SPLIT, (A,), 0.15)
    again = trace([ring(C, range(40, 44))], {}, used={C, small.ring_id}).rings[0]
    assert again.ring_id not in {C, small.ring_id}
    assert again.ring_id == trace([ring(C, range(50, 54))], {}, used={C}).rings[0].ring_id, "made from the name alone"


def test_a_ring_that_comes_back_is_the_same_ring() -> None:
    traced = trace([ring(C, range(5))], {B: people(range(30, 34))}, earlier={A: people(range(4))}, used={A, B, C})
    assert traced.rings[0].ring_id == A
    assert traced.rings[0].lineage == Lineage(Is.GREW, (A,), 0.8)
    assert traced.faded == (B,)


def test_an_earlier_ring_gives_its_id_where_no_ring_of_the_run_before_does() -> None:
    traced = trace([ring(C, range(5))], {B: people(range(2, 7))}, earlier={A: people(range(5))}, used={A, B})
    assert traced.rings[0].ring_id == A
    assert traced.rings[0].lineage == Lineage(Is.CONTINUED, (A, B), 1.0)
    assert traced.faded == (), "its people were in that ring meanwhile"


def test_the_run_before_goes_first_where_both_would_give_their_id() -> None:
    traced = trace([ring(C, range(5))], {B: people(range(4))}, earlier={A: people(range(5))}, used={A, B})
    assert traced.rings[0].ring_id == B
    assert traced.rings[0].lineage == Lineage(Is.GREW, (B,), 0.8)


def test_links_follow_the_lasting_ids() -> None:
    first = replace(ring(C, range(4)), linked=(LinkedRing(D, (PHONE,), 2), LinkedRing("RF-ZZZZZZZZ", (), 1)))
    traced = trace([first, ring(D, range(10, 14))], {A: people(range(10, 14))})
    assert [link.ring_id for link in traced.rings[0].linked] == [A, "RF-ZZZZZZZZ"]
