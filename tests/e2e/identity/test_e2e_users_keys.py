"""Users and keys from the command line: the first admin is made there, a key is shown once, and others are refused."""

import json
import re
from pathlib import Path

import pytest
from tests.journals import journalled
from tests.results import Command


def made(ringfinder: Command, *roles: str, name: str, more: tuple[str, ...] = ()) -> str:
    """A key that the command printed, alone, on standard output."""
    options = [part for role in roles for part in ("--role", role)]
    done = ringfinder("keys", "create", *options, "--name", name, *more)
    assert done.code == 0, done.err
    assert re.fullmatch(r"rf_[0-9a-f]{12}_[A-Za-z0-9_-]{43}\n", done.out)
    assert done.out.strip() not in done.err
    return done.out.strip()


def test_nothing_is_managed_without_the_role(ringfinder: Command, site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = made(ringfinder, "desk", "auditor", "investigator", "operator", name="counter")
    monkeypatch.setenv("RINGFINDER_KEY", key)
    before = len(journalled(site))
    for command in (
        ("users", "create", "x"),
        ("users", "change", "counter", "--role", "admin"),
        ("users", "list"),
        ("users", "revoke", "counter"),
        ("users", "link", "counter", "--issuer", "i", "--subject", "s"),
        ("users", "unlink", "counter", "--issuer", "i", "--subject", "s"),
        ("keys", "create", "--role", "admin", "--name", "x"),
        ("keys", "create", "--role", "desk", "--name", "x", "--user", "counter"),
        ("keys", "list"),
        ("keys", "revoke", key[3:15]),
    ):
        done = ringfinder(*command)
        assert (done.code, done.out) == (2, ""), command
        assert "may not manage users and keys" in done.err
    assert len(journalled(site)) == before


@pytest.mark.parametrize("key", ["admin", "rf_", "rf_000000000000_" + "A" * 43])
def test_no_key_works_that_nobody_made(
    ringfinder: Command, site: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGFINDER_KEY", key)
    for command in (("users", "list"), ("keys", "create", "--role", "admin", "--name", "x"), ("journal", "list")):
        done = ringfinder(*command)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("error: the key or token is not valid\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--name", "x"),
        ("--role", "god", "--name", "x"),
        ("--role", "admin"),
        ("--role", "admin", "--name", ""),
        ("--role", "admin", "--name", "x", "--days", "0"),
        ("--role", "admin", "--name", "x", "--user", "nobody"),
        ("--role", "admin", "--name", "x", "--user", "x", "--branch", "B1"),
    ],
)
def test_a_key_that_cannot_be_leaves_no_user_behind(
    ringfinder: Command, site: Path, arguments: tuple[str, ...]
) -> None:
    done = ringfinder("keys", "create", *arguments)
    assert (done.code, done.out) == (2, "")
    assert json.loads(ringfinder("users", "list", "--json").out) == []
    assert journalled(site) == []


def test_the_first_admin_is_made_where_there_is_no_workspace_yet(
    ringfinder: Command, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = made(ringfinder, "admin", name="first")
    assert (place / "facts").is_dir()
    monkeypatch.setenv("RINGFINDER_KEY", key)
    done = ringfinder("users", "create", "王五", "--role", "investigator", "--branch", "B1", "--branch", "B2")
    assert done.code == 0, done.err
    entries = journalled(place)
    assert [(one.action, one.actor.partition(":")[0], one.key_id) for one in entries] == [
        ("user created", "operator", ""),
        ("key created", "operator", ""),
        ("user created", "first", key[3:15]),
    ]
    assert entries[2].object == done.out.strip()
    assert entries[2].details["branches"] == ["B1", "B2"]


def test_what_a_key_may_do_ends_when_it_or_its_user_does(
    ringfinder: Command, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [made(ringfinder, "admin", name=name) for name in ("one", "other")]
    assert ringfinder("keys", "revoke", keys[0][3:15]).code == 0
    assert ringfinder("users", "revoke", "other").code == 0
    for key in keys:
        monkeypatch.setenv("RINGFINDER_KEY", key)
        assert ringfinder("users", "list").code == 2
    monkeypatch.delenv("RINGFINDER_KEY")
    assert ringfinder("keys", "revoke", keys[0][3:15]).code == 2
    assert ringfinder("users", "revoke", "other").code == 2
    assert ringfinder("users", "revoke", "nobody").code == 2


def test_lists_show_everything_but_secrets(ringfinder: Command, site: Path) -> None:
    user = ringfinder("users", "create", "王五", "--role", "reviewer", "--role", "auditor").out.strip()
    whole = made(ringfinder, "reviewer", name="laptop", more=("--user", "王五", "--days", "7"))
    service = made(ringfinder, "desk", name="counter", more=("--branch", "B1"))
    assert ringfinder("keys", "create", "--role", "admin", "--name", "x", "--user", "王五").code == 2
    assert ringfinder("keys", "create", "--role", "desk", "--name", "counter").code == 2
    assert ringfinder("users", "change", "王五", "--role", "aml", "--branch", "B9").code == 0
    assert ringfinder("users", "change", "counter", "--every-branch").code == 0
    assert ringfinder("users", "change", "counter").code == 2
    assert ringfinder("users", "change", "counter", "--no-role", "--role", "desk").code == 2
    people = {one["name"]: one for one in json.loads(ringfinder("users", "list", "--json").out)}
    assert (people["王五"]["user_id"], people["王五"]["roles"], people["王五"]["branches"]) == (user, ["aml"], ["B9"])
    assert (people["counter"]["service"], people["counter"]["branches"]) == (True, None)
    listed = json.loads(ringfinder("keys", "list", "--json").out)
    assert [(one["key_id"], one["user"], one["roles"]) for one in listed] == [
        (whole[3:15], "王五", ["reviewer"]),
        (service[3:15], "counter", ["desk"]),
    ]
    assert set(listed[0]) == {
        *("key_id", "user", "name", "roles", "created_at", "expires_at", "revoked_at", "last_used_at"),
    }
    for command in (("keys", "list"), ("users", "list"), ("keys", "list", "--json"), ("journal", "list", "--json")):
        out = ringfinder(*command).out
        assert "王五" in out or "laptop" in out
        assert not [key for key in (whole, service) if key[16:] in out]
    written = b"".join(path.read_bytes() for path in site.rglob("*") if path.is_file())
    assert not [key for key in (whole, service) if key[16:].encode() in written]


def test_a_subject_is_linked_once(ringfinder: Command, site: Path) -> None:
    ringfinder("users", "create", "王五")
    command = ("users", "link", "王五", "--issuer", "https://idp.example", "--subject", "s-1")
    assert ringfinder(*command).code == 0
    done = ringfinder(*command)
    assert done.code == 2
    assert "linked to a user already" in done.err
    assert journalled(site)[-1].action == "subject linked"


def test_a_subject_is_linked_and_unlinked(ringfinder: Command, site: Path) -> None:
    assert ringfinder("users", "create", "王五").code == 0
    subject = ("--issuer", "https://idp.example", "--subject", "wang@example.com")
    assert ringfinder("users", "link", "王五", *subject).code == 0
    assert ringfinder("users", "unlink", "王五", *subject).code == 0
    again = ringfinder("users", "unlink", "王五", *subject)
    assert (again.code, "not linked to that user" in again.err) == (2, True)
    assert ringfinder("users", "unlink", "王五", "--issuer", "x").code == 2
    assert [one.action for one in journalled(site)] == ["user created", "subject linked", "subject unlinked"]
