"""Users on both databases: made, changed, linked, revoked, and every change journalled with whoever made it."""

import pytest
from tests.contract.identity.conftest import ADMIN

from ringfinder.errors import InputError
from ringfinder.identity import Role, Users
from ringfinder.store import Workspace


def said(site: Workspace) -> list[tuple[str, str]]:
    return [(one.action, one.object) for one in site.journal.entries()[1:]]


@pytest.mark.parametrize(
    "name", ["", " ", "operator:root", "a\nb", "-x", "_x", "x" * 129, "名\u2028字", "a\x00", "\udcff", "<b>"]
)
def test_names_that_mislead_are_refused(users: Users, site: Workspace, name: str) -> None:
    with pytest.raises(InputError, match="cannot be the name"):
        users.create(name, by=ADMIN)
    assert (users.all(), said(site)) == ([], [])


@pytest.mark.parametrize("code", ["", " ", "b" * 65, "a\nb", "\udcff", "\x00"])
def test_branches_that_cannot_be_are_refused(users: Users, site: Workspace, code: str) -> None:
    with pytest.raises(InputError, match="branch code"):
        users.create("王五", by=ADMIN, branches=["B1", code])
    users.create("王五", by=ADMIN)
    with pytest.raises(InputError, match="branch code"):
        users.change("王五", by=ADMIN, branches=[code])
    assert users.find("王五").branches is None


def test_a_name_is_given_once_even_after_it_was_revoked(users: Users, site: Workspace) -> None:
    first = users.create("王五", by=ADMIN, roles=[Role.INVESTIGATOR])
    for _ in range(2):
        with pytest.raises(InputError, match="already"):
            users.create("王五", by=ADMIN, roles=[Role.ADMIN])
        if users.find("王五").revoked_at is None:
            users.revoke("王五", by=ADMIN)
    assert [(one.user_id, one.roles) for one in users.all()] == [(first.user_id, frozenset({Role.INVESTIGATOR}))]
    assert said(site) == [("user created", first.user_id), ("user revoked", first.user_id)]


def test_who_is_not_there_is_told_without_repeating_the_name(users: Users) -> None:
    for act in (
        lambda: users.find("王五"),
        lambda: users.revoke("王五", by=ADMIN),
        lambda: users.change("王五", by=ADMIN, roles=[]),
        lambda: users.link("王五", by=ADMIN, issuer="i", subject="s"),
        lambda: users.unlink("王五", by=ADMIN, issuer="i", subject="s"),
    ):
        with pytest.raises(InputError, match="no user of that name") as told:
            act()
        assert "王五" not in told.value.message


def test_a_user_is_as_it_was_made_and_changed(users: Users, site: Workspace) -> None:
    made = users.create("王五", by=ADMIN, roles=[Role.REVIEWER, Role.AUDITOR], branches=["B,1", "分 2"])
    robot = users.create("nightly-job 2@hq", by=ADMIN, service=True)
    assert users.find("王五") == made
    assert users.all() == [robot, made]
    assert (made.roles, made.branches, made.service) == (
        frozenset({Role.REVIEWER, Role.AUDITOR}),
        frozenset({"B,1", "分 2"}),
        False,
    )
    assert (robot.roles, robot.branches, robot.service) == (frozenset(), None, True)
    assert made.created_at.tzinfo is not None
    changed = users.change("王五", by=ADMIN, roles=[Role.DESK])
    assert (changed.roles, changed.branches) == (frozenset({Role.DESK}), frozenset({"B,1", "分 2"}))
    changed = users.change("王五", by=ADMIN, branches=[])
    assert (changed.roles, changed.branches) == (frozenset({Role.DESK}), None)
    assert users.change("王五", by=ADMIN, roles=[]).roles == frozenset()
    entry = site.journal.entries(action="user changed")[0]
    assert entry.actor == "operator:me"
    assert entry.object == made.user_id
    assert entry.details == {"name": "王五", "roles": ["desk"], "branches": ["B,1", "分 2"]}
    assert site.journal.verify().whole


def test_a_user_is_revoked_once(users: Users) -> None:
    users.create("王五", by=ADMIN)
    assert users.revoke("王五", by=ADMIN).revoked_at is not None
    with pytest.raises(InputError, match="already"):
        users.revoke("王五", by=ADMIN)


@pytest.mark.parametrize("subject", ["", "s" * 256, "a\x00b", "\udcff"])
def test_a_subject_that_cannot_be_is_not_linked(users: Users, subject: str) -> None:
    users.create("王五", by=ADMIN)
    with pytest.raises(InputError, match="1 to 255"):
        users.link("王五", by=ADMIN, issuer="https://idp.example", subject=subject)


def test_a_subject_stands_for_one_user_and_stays_out_of_the_journal(users: Users, site: Workspace) -> None:
    for name in ("王五", "赵六"):
        users.create(name, by=ADMIN)
    users.link("王五", by=ADMIN, issuer="https://idp.example", subject="wang@example.com")
    with pytest.raises(InputError, match="linked to a user already"):
        users.link("赵六", by=ADMIN, issuer="https://idp.example", subject="wang@example.com")
    users.link("赵六", by=ADMIN, issuer="https://other.example", subject="wang@example.com")
    assert "wang@" not in str(site.journal.entries())
    assert [one[0] for one in said(site)] == ["user created", "user created", "subject linked", "subject linked"]


def test_one_subject_is_unlinked_and_may_be_linked_to_another_user(users: Users, site: Workspace) -> None:
    idp, mail = "https://idp.example", "wang@example.com"
    for name in ("王五", "赵六"):
        users.create(name, by=ADMIN)
    users.link("王五", by=ADMIN, issuer=idp, subject=mail)
    for name, issuer, subject in (("赵六", idp, mail), ("王五", "https://other.example", mail), ("王五", idp, "w")):
        with pytest.raises(InputError, match="not linked to that user"):
            users.unlink(name, by=ADMIN, issuer=issuer, subject=subject)
    users.unlink("王五", by=ADMIN, issuer=idp, subject=mail)
    with pytest.raises(InputError, match="not linked to that user"):
        users.unlink("王五", by=ADMIN, issuer=idp, subject=mail)
    users.link("赵六", by=ADMIN, issuer=idp, subject=mail)
    entries = site.journal.entries()
    assert [one.action for one in entries[-3:]] == ["subject linked", "subject unlinked", "subject linked"]
    assert (entries[-2].object, entries[-2].details) == (users.find("王五").user_id, {"name": "王五", "issuer": idp})
    assert mail not in str(entries)
