"""Libraries of the extra `reports`: imported when a report is written, and a plain sentence where they are missing."""

from __future__ import annotations

import importlib
from types import ModuleType

from ringfinder.errors import SurroundingsError


def library(name: str) -> ModuleType:
    """A module of a library of the extra `reports`.

    Raises
    ------
    SurroundingsError
        If it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise SurroundingsError(
            f"{error.name} is not installed, which the report of a period needs",
            remedy="pip install 'ringfinder[reports]'; --json needs none of it",
        ) from None
