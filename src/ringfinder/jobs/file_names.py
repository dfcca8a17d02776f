"""Names of uploaded files: taken as they are or refused, never bent into shape.

The name decides which table a file is read as, so a guess at what was meant would load rows into the wrong one.
"""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

from ringfinder.ingest.sources import DELIMITED, PARQUET, WORKBOOKS
from ringfinder.jobs.refusals import UploadRefusedError

TEXT, TABLE, WORKBOOK, MAPPING = "text", "parquet", "workbook", "mapping"
FORMS = {
    **dict.fromkeys(DELIMITED, TEXT),
    **dict.fromkeys(PARQUET, TABLE),
    **dict.fromkeys(WORKBOOKS, WORKBOOK),
    ".toml": MAPPING,
}
"""Extensions that may be uploaded, and what their content has to be."""

_LONGEST = 200  # bytes; file systems take 255, and results are named after it
_UNSAFE = re.compile(r'[/\\:*?"<>|]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)


def safe_name(name: str, place: int) -> str:
    """The name under which a file is kept, in one spelling of Unicode.

    Parameters
    ----------
    place
        Which file of the upload it is, from 1: messages tell that, for a name may be anything.

    Raises
    ------
    UploadRefusedError
        If it names a folder, a device or nothing, holds what cannot be seen, or is too long.
    """
    plain = unicodedata.normalize("NFC", name)
    wrong = _wrong(plain)
    if wrong:
        raise UploadRefusedError(
            f"file {place}: its name {wrong}", remedy="name it after its table: surrender_requests.csv"
        )
    return plain


def form_of(name: str, place: int) -> str:
    """What the content of a file has to be, by its extension.

    Raises
    ------
    UploadRefusedError
        If the extension is none of `FORMS`.
    """
    form = FORMS.get(PurePosixPath(name).suffix.lower())
    if form is None:
        raise UploadRefusedError(f"file {place}: its extension is not one of ours", remedy=", ".join(sorted(FORMS)))
    return form


def _wrong(name: str) -> str:
    if not name or name.strip(" .") == "":
        return "is empty"
    if _UNSAFE.search(name):
        return "holds a separator or a character that some systems forbid"
    if not name.isprintable():  # control, format (also what turns the direction of text), odd blanks, unassigned
        return "holds characters that cannot be seen"
    if name.startswith((".", "~", " ", "-")) or name.endswith((".", " ")):
        return "begins or ends with a sign that hides it or that systems drop"
    if _DEVICES.fullmatch(name):
        return "is that of a device"
    return "is too long" if len(name.encode()) > _LONGEST else ""
