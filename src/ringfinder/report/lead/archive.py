"""DOCX and XLSX in one form: the same parts are the same bytes, whenever and wherever they are written."""

from __future__ import annotations

import io
import zipfile

_FIRST = "[Content_Types].xml"  # readers look for it at the start
_STAMP = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP knows
_UNIX = 3


def in_one_form(packed: bytes) -> bytes:
    """The parts of a package in order of their names, with one stamp."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for name in sorted(source.namelist(), key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, _STAMP)
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, _UNIX, 0o600 << 16
            target.writestr(entry, source.read(name))
    return written.getvalue()
