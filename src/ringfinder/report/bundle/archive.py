"""A bundle as one ZIP file in one form only: the same files are the same bytes, and other bytes are another bundle.

Nothing is compressed (what is large in a bundle is so already), so that the bytes depend on no version of a library,
and a file cannot grow when it is opened. Layout by PKWARE's APPNOTE: a local header and the content of each file in
order of names, the directory, its end; stamps are all alike, and nothing stands before, between or behind.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping

from ringfinder.errors import InputError

MOST_BYTES = 1 << 29
MOST_FILES = 10_000

_NEEDED = 20  # version 2.0 of the format
_MADE_BY = 3 << 8 | _NEEDED  # Unix
_UTF8 = 1 << 11  # names are UTF-8
_TIME, _DATE = 0, 1 << 5 | 1  # 1980-01-01 00:00, the first moment that a ZIP knows
_FILE = 0o100600 << 16  # a regular file for its owner alone
_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


def as_zip(files: Mapping[str, bytes]) -> bytes:
    """The bytes of the ZIP of some files.

    Raises
    ------
    InputError
        If they are too large or too many for a bundle.
    """
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_BYTES:
        raise InputError(
            f"a bundle holds at most {MOST_FILES:,} files and {MOST_BYTES >> 20} MB as a ZIP",
            remedy="write it as a folder: a name that does not end in .zip",
        )
    parts: list[bytes] = []
    entries: list[bytes] = []
    place = 0
    for name, content in sorted(files.items()):
        raw, size = name.encode(), len(content)
        shared = (_NEEDED, _UTF8, 0, _TIME, _DATE, zlib.crc32(content), size, size, len(raw), 0)
        local = _LOCAL.pack(b"PK\x03\x04", *shared) + raw
        entries.append(_ENTRY.pack(b"PK\x01\x02", _MADE_BY, *shared, 0, 0, 0, _FILE, place) + raw)
        parts += [local, content]
        place += len(local) + size
    directory = b"".join(entries)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), place, 0)
    return b"".join([*parts, directory, end])
