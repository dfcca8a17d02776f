"""One suite for both databases: the same key and request, the same answer, and nothing done twice."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.exc import IntegrityError
from tests.long_work import OTHER, USER

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.jobs.idempotency import Answer, Idempotency, Reservation, fingerprint, forget_old
from ringfinder.jobs.names import JOB
from ringfinder.jobs.refusals import KeyReusedError, UnderWayError
from ringfinder.jobs.seal import Sealer
from ringfinder.jobs.worker import Worker
from ringfinder.store.schema import idempotency_keys as table

ONE, ANOTHER = fingerprint("POST", "/v1/jobs", b"{}"), fingerprint("POST", "/v1/jobs", b"{ }")
ANSWER = Answer(202, '{"name": "张三"}', {"Location": "/v1/jobs/J-1"})


@pytest.fixture
def keys(engine: Engine) -> Idempotency:
    return Idempotency(engine, Sealer(b"k" * 32))


def reserved(keys: Idempotency, key: str = "abc", user: str = USER) -> Reservation:
    found = keys.begin(user, key, ONE)
    assert isinstance(found, Reservation)
    return found


@pytest.mark.parametrize("key", ["", "x" * 129, "two\nlines", "schlüssel", "\0"])
def test_a_key_that_cannot_be_used(key: str, keys: Idempotency) -> None:
    with pytest.raises(InputError):
        keys.begin(USER, key, ONE)


def test_a_user_who_is_not_there(keys: Idempotency) -> None:
    with pytest.raises(IntegrityError):
        keys.begin("nobody", "abc", ONE)


def test_the_answer_is_given_again_and_only_to_the_same_request_of_the_same_user(
    keys: Idempotency, engine: Engine
) -> None:
    first = reserved(keys)
    with pytest.raises(UnderWayError) as caught:
        keys.begin(USER, "abc", ONE)
    assert caught.value.retry_after > 0
    with pytest.raises(KeyReusedError):
        keys.begin(USER, "abc", ANOTHER)
    keys.finish(first, ANSWER)
    assert keys.begin(USER, "abc", ONE) == ANSWER
    with pytest.raises(KeyReusedError):
        keys.begin(USER, "abc", ANOTHER)
    assert reserved(keys, user=OTHER).token != first.token
    with engine.connect() as connection:
        stored = " ".join(map(str, connection.execute(select(table)).all()))
    assert "张三" not in stored
    assert "J-1" not in stored
    with pytest.raises(SurroundingsError):
        Idempotency(engine, Sealer(b"x" * 32)).begin(USER, "abc", ONE)


def test_a_request_that_was_not_answered_may_be_repeated(keys: Idempotency) -> None:
    keys.give_up(reserved(keys))
    again = reserved(keys)
    keys.finish(again, ANSWER)
    keys.give_up(again)
    assert keys.begin(USER, "abc", ONE) == ANSWER, "an answer is not forgotten"


def test_a_request_that_was_cut_off_goes_on_under_its_names(keys: Idempotency, engine: Engine) -> None:
    first = reserved(keys)
    dead = replace(Worker.this(), started="long ago").text()
    with engine.begin() as connection:
        connection.execute(update(table).values(owner=dead))
    with pytest.raises(KeyReusedError):
        keys.begin(USER, "abc", ANOTHER)
    again = reserved(keys)
    assert again.name(JOB) == first.name(JOB)
    with pytest.raises(UnderWayError):
        keys.begin(USER, "abc", ONE)


def test_of_many_who_see_a_cut_off_request_one_goes_on(keys: Idempotency, engine: Engine) -> None:
    reserved(keys)
    elsewhere = replace(Worker.this(), host="another-host").text()
    with engine.begin() as connection:
        connection.execute(update(table).values(owner=elsewhere))
    with pytest.raises(UnderWayError):
        keys.begin(USER, "abc", ONE)
    with engine.begin() as connection:
        connection.execute(update(table).values(created_at=datetime.now(UTC) - timedelta(minutes=11)))
    assert sum(at_once(keys, 8)) == 1


def at_once(keys: Idempotency, number: int) -> list[bool]:
    """Whether each of so many simultaneous requests may answer; the others are told to wait."""
    barrier = Barrier(number)

    def ask(_: int) -> bool:
        barrier.wait()
        try:
            return isinstance(keys.begin(USER, "abc", ONE), Reservation)
        except UnderWayError:
            return False

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(ask, range(number)))


def test_of_many_requests_at_once_one_is_answered(keys: Idempotency, engine: Engine) -> None:
    for _ in range(5):
        assert sum(at_once(keys, 8)) == 1
        forget_old(engine, timedelta(0))


def test_a_key_is_free_after_a_day(keys: Idempotency, engine: Engine) -> None:
    first = reserved(keys)
    keys.finish(first, ANSWER)
    assert forget_old(engine) == 0
    with engine.begin() as connection:
        connection.execute(update(table).values(created_at=datetime.now(UTC) - timedelta(hours=25)))
    other = keys.begin(USER, "abc", ANOTHER)
    assert isinstance(other, Reservation), "also before anybody swept"
    assert other.token != first.token
    with engine.begin() as connection:
        connection.execute(update(table).values(created_at=datetime.now(UTC) - timedelta(hours=25)))
    assert forget_old(engine) == 1
