"""The libraries of the extra `reports`, imported when a file needs them."""

from __future__ import annotations

import importlib
from types import ModuleType

from ringfinder.errors import SurroundingsError


def library(name: str) -> ModuleType:
    """A module of the extra.

    Raises
    ------
    SurroundingsError
        If it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise SurroundingsError(
            f"{error.name} is not installed, which report files need", remedy="pip install 'ringfinder[reports]'"
        ) from None
