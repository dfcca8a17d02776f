"""Where the Cypher files are: inside an installed package, else in the checkout."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from ringfinder.errors import SurroundingsError

_CHECKOUT = Path(__file__).resolve().parents[3] / "cypher"


def cypher_folder() -> Path:
    """Folder of the Cypher library: the packaged one first, then the checkout's.

    Raises
    ------
    SurroundingsError
        If neither is there, which means a damaged installation.
    """
    packaged = Path(str(files("ringfinder"))) / "cypher"
    for folder in (packaged, _CHECKOUT):
        if folder.is_dir():
            return folder
    raise SurroundingsError("the Cypher files are missing", remedy="install ringfinder again")
