"""Who acts on the command line: the key in `RINGFINDER_KEY`, else the account of the operating system."""

from __future__ import annotations

import getpass
import os

from ringfinder.errors import InputError
from ringfinder.identity.keys import ApiKeys
from ringfinder.identity.principal import OPERATORS, Principal
from ringfinder.store import Workspace

KEY_VARIABLE = "RINGFINDER_KEY"


def acting(workspace: Workspace | None) -> Principal:
    """The principal of this process.

    Parameters
    ----------
    workspace
        Which knows the key; None where a command works without one.

    Raises
    ------
    UnauthenticatedError
        If there is a key and it is not valid here.
    InputError
        If there is a key and nobody to ask about it.
    """
    key = os.environ.get(KEY_VARIABLE, "")
    if not key:
        return Principal(user_id="", name=f"operator:{_account()}", roles=OPERATORS)
    if workspace is None:
        raise InputError(
            f"{KEY_VARIABLE} is set, and no workspace to which the key belongs",
            remedy=f"name it with --workspace DIR, or unset {KEY_VARIABLE}",
        )
    return ApiKeys(workspace).authenticate(key)


def _account() -> str:
    """Name of the account that runs the process, which the environment cannot pretend."""
    try:
        import pwd  # noqa: PLC0415 - not on every system
    except ImportError:
        return getpass.getuser()
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
