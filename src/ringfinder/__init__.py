"""ringfinder: finds proxy-surrender rings in an insurer's tables, and says why.

Its outputs are leads for people to judge, never verdicts about a person.

``from ringfinder import load, detect, explain`` is the Python API, with pandas frames in and out; it is
imported when it is used, so that ``import ringfinder`` stays light (see docs/decisions/0031).
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any

__version__ = "0.1.0"
__all__ = ["__version__", "detect", "explain", "load"]

_FRAMES = "ringfinder.pipeline.frames"


class _CallablePackage(ModuleType):
    """`ringfinder.detect`: a package with the stages of detection, and the function of the Python API."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return importlib.import_module(_FRAMES).detect(*args, **kwargs)


class _Package(ModuleType):
    """`ringfinder` itself: importing `ringfinder.detect` binds its name here, where the API's function has it too."""

    def __setattr__(self, name: str, value: object) -> None:
        if name == "detect" and isinstance(value, ModuleType):
            value.__class__ = _CallablePackage
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    if name == "detect":
        return importlib.import_module("ringfinder.detect")
    if name in __all__:
        return getattr(importlib.import_module(_FRAMES), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
