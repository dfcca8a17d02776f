"""API keys on both databases: what fails, fails alike and at the same cost; what is stored cannot be used."""

import hmac
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError
from tests.contract.identity.conftest import ADMIN

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.identity import ApiKeys, Role, UnauthenticatedError, Users, acting
from ringfinder.keychain import PEPPER, secret_file
from ringfinder.store import Workspace
from ringfinder.store.schema import api_keys

NOBODYS = "rf_0123456789ab_" + "A" * 43


@pytest.fixture
def key(users: Users, keys: ApiKeys) -> str:
    """A good one."""
    user = users.create("王五", by=ADMIN, roles=[Role.INVESTIGATOR, Role.AUDITOR], branches=["B1"])
    return keys.create(user, "laptop", by=ADMIN)


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """Counts keyed hashes and comparisons in constant time, wherever they are made."""
    counts: Counter[str] = Counter()

    def counting(name: str) -> Callable[..., object]:
        real = getattr(hmac, name)

        def call(*arguments: object) -> object:
            counts[name] += 1
            return real(*arguments)

        return call

    with monkeypatch.context() as patch:
        for name in ("digest", "compare_digest", "new"):
            patch.setattr(hmac, name, counting(name))
        yield counts


def _malformed(_site: Workspace, _key: str) -> str:
    return "rf_not-a-key"


def _empty(_site: Workspace, _key: str) -> str:
    return ""


def _endless(_site: Workspace, key: str) -> str:
    return key + "A" * 1_000_000


def _no_text(_site: Workspace, key: str) -> str:
    return key[:-1] + "\udcff"


def _other_digits(_site: Workspace, key: str) -> str:
    return key.replace(key[3:15], "١" * 12)


def _line_end(_site: Workspace, key: str) -> str:
    return key + "\n"


def _unknown(_site: Workspace, _key: str) -> str:
    return NOBODYS


def _wrong_secret(_site: Workspace, key: str) -> str:
    return key[:-2] + ("AA" if not key.endswith("AA") else "BB")


def _expired(site: Workspace, key: str) -> str:
    with site.engine.begin() as connection:
        connection.execute(update(api_keys).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    return key


def _revoked(site: Workspace, key: str) -> str:
    ApiKeys(site).revoke(key[3:15], by=ADMIN)
    return key


def _of_a_revoked_user(site: Workspace, key: str) -> str:
    Users(site).revoke("王五", by=ADMIN)
    return key


def _of_another(site: Workspace, key: str) -> str:
    """The id of one key with the secret of another."""
    other = ApiKeys(site).create(Users(site).find("王五"), "phone", by=ADMIN)
    return other[:16] + key[16:]


def _mac_of_another(site: Workspace, key: str) -> str:
    """Somebody who may write the database gives an admin's key the MAC of a key that he knows."""
    admin = Users(site).create("boss", by=ADMIN, roles=[Role.ADMIN])
    other = ApiKeys(site).create(admin, "root", by=ADMIN)
    mine = select(api_keys.c.mac).where(api_keys.c.key_id == key[3:15]).scalar_subquery()
    with site.engine.begin() as connection:
        connection.execute(update(api_keys).where(api_keys.c.key_id == other[3:15]).values(mac=mine))
    return other[:16] + key[16:]


@pytest.mark.parametrize(
    "spoil",
    [
        *(_malformed, _empty, _endless, _no_text, _other_digits, _line_end, _unknown, _wrong_secret, _expired),
        *(_revoked, _of_a_revoked_user, _of_another, _mac_of_another),
    ],
)
def test_every_failing_path_costs_and_says_the_same(
    spoil: Callable[[Workspace, str], str],
    site: Workspace,
    keys: ApiKeys,
    key: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent = spoil(site, key)
    with counted(monkeypatch) as counts, pytest.raises(UnauthenticatedError) as told:
        keys.authenticate(sent)
    assert counts == {"digest": 1, "compare_digest": 1}
    assert (told.value.message, told.value.exit_code) == ("the key or token is not valid", 2)
    assert sent[:16] == "" or sent[:16] not in told.value.message + told.value.remedy


def test_a_good_key_costs_the_same_and_says_who(
    site: Workspace, users: Users, keys: ApiKeys, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert re.fullmatch(r"rf_[0-9a-f]{12}_[A-Za-z0-9_-]{43}", key)
    with counted(monkeypatch) as counts:
        found = keys.authenticate(key)
    assert counts == {"digest": 1, "compare_digest": 1}
    user = users.find("王五")
    assert (found.user_id, found.name, found.key_id) == (user.user_id, "王五", key[3:15])
    assert (found.roles, found.branches) == (user.roles, frozenset({"B1"}))


def test_what_is_stored_cannot_be_used(site: Workspace, keys: ApiKeys, key: str) -> None:
    secret = key[16:]
    with site.engine.connect() as connection:
        row = connection.execute(select(api_keys)).one()
    assert secret not in str(row)
    assert secret not in str(site.journal.entries())
    assert re.fullmatch("[0-9a-f]{64}", row.mac)
    assert row.mac not in str(site.journal.entries())
    assert row.mac not in str(keys.all())
    secret_file(PEPPER).unlink()
    with pytest.raises(UnauthenticatedError):
        ApiKeys(site).authenticate(key)


def test_a_pepper_inside_the_workspace_is_refused(site: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(site.path / "secret"))
    with pytest.raises(SurroundingsError, match="lies inside the workspace"):
        ApiKeys(site)


def test_a_key_has_a_part_of_its_users_roles_at_most(users: Users, keys: ApiKeys) -> None:
    user = users.create("王五", by=ADMIN, roles=[Role.INVESTIGATOR, Role.AUDITOR])
    with pytest.raises(InputError, match="has not the role admin"):
        keys.create(user, "laptop", by=ADMIN, roles=[Role.ADMIN, Role.AUDITOR])
    part = keys.create(user, "laptop", by=ADMIN, roles=[Role.AUDITOR])
    none = keys.create(user, "nothing", by=ADMIN, roles=[])
    whole = keys.create(user, "all", by=ADMIN)
    assert keys.authenticate(part).roles == frozenset({Role.AUDITOR})
    assert keys.authenticate(none).roles == frozenset()
    users.change("王五", by=ADMIN, roles=[Role.INVESTIGATOR, Role.DESK])
    assert keys.authenticate(part).roles == frozenset(), "a role that the user lost is lost to the key"
    assert keys.authenticate(whole).roles == frozenset({Role.INVESTIGATOR, Role.DESK})


@pytest.mark.parametrize(("name", "days"), [("", 1), (" ", 1), ("a\nb", 1), ("x" * 129, 1), ("x", 0), ("x", 3651)])
def test_names_and_days_that_cannot_be_are_refused(users: Users, keys: ApiKeys, name: str, days: int) -> None:
    user = users.create("王五", by=ADMIN)
    with pytest.raises(InputError):
        keys.create(user, name, by=ADMIN, days=days)
    assert keys.all() == []


def test_no_key_for_a_revoked_user(users: Users, keys: ApiKeys) -> None:
    users.create("王五", by=ADMIN)
    with pytest.raises(InputError, match="is revoked"):
        keys.create(users.revoke("王五", by=ADMIN), "laptop", by=ADMIN)


def test_keys_are_listed_and_revoked_once(site: Workspace, keys: ApiKeys, users: Users, key: str) -> None:
    short = keys.create(users.find("王五"), "短期", by=ADMIN, roles=[Role.AUDITOR], days=30)
    keys.revoke(key[3:15], by=ADMIN)
    for wrong in (key[3:15], "nothing", ""):
        with pytest.raises(InputError, match="no such key"):
            keys.revoke(wrong, by=ADMIN)
    first, second = keys.all()
    assert (first.key_id, first.user, first.name, first.roles) == (key[3:15], "王五", "laptop", None)
    assert first.revoked_at is not None
    assert (second.key_id, second.name, second.roles, second.revoked_at) == (
        short[3:15],
        "短期",
        frozenset({Role.AUDITOR}),
        None,
    )
    assert second.expires_at is not None
    assert second.expires_at - second.created_at == timedelta(days=30)
    assert [(one.action, one.object) for one in site.journal.entries()[2:]] == [
        ("key created", key[3:15]),
        ("key created", short[3:15]),
        ("key revoked", key[3:15]),
    ]


def test_the_last_use_is_noted_once_a_minute(site: Workspace, keys: ApiKeys, key: str) -> None:
    assert keys.all()[0].last_used_at is None
    keys.authenticate(key)
    first = keys.all()[0].last_used_at
    assert first is not None
    assert abs(datetime.now(UTC) - first) < timedelta(seconds=30)
    keys.authenticate(key)
    assert keys.all()[0].last_used_at == first
    with site.engine.begin() as connection:
        connection.execute(update(api_keys).values(last_used_at=first - timedelta(seconds=61)))
    keys.authenticate(key)
    later = keys.all()[0].last_used_at
    assert later is not None
    assert later > first


def test_a_database_too_busy_to_note_it_refuses_nobody(
    site: Workspace, keys: ApiKeys, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy() -> object:
        raise OperationalError("UPDATE", {}, Exception("database is locked"))

    monkeypatch.setattr(site.engine, "begin", busy)
    assert keys.authenticate(key).name == "王五"


@pytest.mark.parametrize("attack", ["' OR '1'='1", "rf_' OR ''='_" + "A" * 43, "%", "rf_%_" + "A" * 43])
def test_sql_in_a_key_is_no_key(keys: ApiKeys, key: str, attack: str) -> None:
    with pytest.raises(UnauthenticatedError):
        keys.authenticate(attack)


def test_the_command_line_acts_as_the_key_or_as_the_account(
    site: Workspace, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "somebody-else")
    account = acting(site)
    assert account.user_id == ""
    assert account.name.startswith("operator:")
    assert "somebody-else" not in account.name
    assert {Role.OPERATOR, Role.ADMIN, Role.INVESTIGATOR} <= account.roles
    assert Role.AML not in account.roles
    assert acting(None) == account
    monkeypatch.setenv("RINGFINDER_KEY", key)
    assert (acting(site).name, acting(site).key_id) == ("王五", key[3:15])
    with pytest.raises(InputError, match="no workspace to which the key belongs"):
        acting(None)
    monkeypatch.setenv("RINGFINDER_KEY", NOBODYS)
    with pytest.raises(UnauthenticatedError):
        acting(site)


def test_a_row_that_somebody_spoiled_is_nobodys(site: Workspace, keys: ApiKeys, key: str) -> None:
    with site.engine.begin() as connection:
        connection.execute(text("UPDATE api_keys SET mac = 'ü'"))
    with pytest.raises(UnauthenticatedError):
        keys.authenticate(key)
