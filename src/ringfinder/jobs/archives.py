"""Archives that workbooks are: looked at entry by entry before anything else opens them.

Sizes that an archive states are claims. Each entry is unpacked once, counted and thrown away, so that one
that lies about its size, or grows beyond measure, is found here and not in the reader's memory.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_LOCAL = struct.Struct("<4s5H3L2H")  # the header before each entry; its last two numbers are lengths
_LOCAL_MARK = b"PK\x03\x04"
_END_MARK, _END = b"PK\x05\x06", 22  # what an archive without a comment ends with, and its length
_PIECE = 1 << 18
_OVERLAP = 64  # bytes of a piece that are looked at again with the next: a word may lie across the border
_ENCRYPTED = 0x1
_DOCTYPE = re.compile(rb"<\0?!\0?(D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")
_FOLDER_UP = re.compile(r"(^|[/\\])\.\.([/\\]|$)|^[/\\]|^[A-Za-z]:|[\0-\x1f\x7f]")
_MARKUP = (".xml", ".rels", ".vml")


@dataclass(frozen=True, slots=True)
class ArchiveLimits:
    """What an archive may be.

    Parameters
    ----------
    entries
        How many.
    unpacked
        Bytes of all of them together.
    ratio
        Bytes unpacked for each packed one, of an entry larger than `small`: tables of a few repeated
        words reach a hundred, a bomb a thousand.
    """

    entries: int = 2_000
    unpacked: int = 4 << 30
    ratio: int = 300
    small: int = 4 << 20


def what_is_wrong(path: Path, limits: ArchiveLimits) -> str:
    """Why an archive may not be opened; empty where it may."""
    try:
        with zipfile.ZipFile(path) as archive, path.open("rb") as file:
            entries = archive.infolist()
            return _listing(entries, limits) or _ends(file, entries) or _contents(file, entries, limits)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, NotImplementedError, OverflowError):
        return "is damaged"


def _listing(entries: list[zipfile.ZipInfo], limits: ArchiveLimits) -> str:
    """What the table of contents gives away."""
    names = [entry.orig_filename for entry in entries]
    usual = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    findings = (
        (len(entries) > limits.entries, "holds too many entries"),
        (sum(entry.file_size for entry in entries) > limits.unpacked, "unpacks to too much"),
        (any(_FOLDER_UP.search(name) for name in names), "holds an entry that names a place outside"),
        (len({name.casefold() for name in names}) < len(names), "holds an entry twice"),
        (any(entry.flag_bits & _ENCRYPTED for entry in entries), "is encrypted"),
        (any(entry.compress_type not in usual for entry in entries), "is packed in an unusual way"),
    )
    return next((said for found, said in findings if found), "")


def _ends(file: BinaryIO, entries: list[zipfile.ZipInfo]) -> str:
    """Whether the file is the archive and nothing else: two readers may see two archives in one that holds more."""
    file.seek(-_END, 2)
    whole = file.read(len(_END_MARK)) == _END_MARK and entries and not min(entry.header_offset for entry in entries)
    return "" if whole else "has something before or behind it"


def _contents(file: BinaryIO, entries: list[zipfile.ZipInfo], limits: ArchiveLimits) -> str:
    """What unpacking shows."""
    reached, total = 0, 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < reached:
            return "holds entries that overlap"
        start = _start(file, entry)
        reached = start + entry.compress_size
        size, markup, tail = 0, entry.filename.lower().endswith(_MARKUP), b""
        for piece in _unpacked(file, start, entry):
            if markup and ((not size and piece.startswith(_UTF16)) or _DOCTYPE.search(tail + piece)):
                return "holds markup that defines words of its own"
            tail = piece[-_OVERLAP:]
            size += len(piece)
            if total + size > limits.unpacked:
                return "unpacks to too much"
            if size > limits.small and size > limits.ratio * max(entry.compress_size, 1):
                return "is packed far more tightly than tables are"
        if size != entry.file_size:
            return "is not as large as it says"
        total += size
    return ""


def _start(file: BinaryIO, entry: zipfile.ZipInfo) -> int:
    """Where the packed bytes of an entry begin."""
    file.seek(entry.header_offset)
    mark, *_, name, extra = _LOCAL.unpack(file.read(_LOCAL.size))
    if mark != _LOCAL_MARK:
        raise zipfile.BadZipFile
    return entry.header_offset + _LOCAL.size + int(name) + int(extra)


def _unpacked(file: BinaryIO, start: int, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """The bytes of an entry, a piece at a time, however many they are."""
    file.seek(start)
    left = entry.compress_size
    engine = zlib.decompressobj(-zlib.MAX_WBITS) if entry.compress_type == zipfile.ZIP_DEFLATED else None
    while left:
        packed = file.read(min(_PIECE, left))
        if not packed:
            raise EOFError
        left -= len(packed)
        if engine is None:
            yield packed
            continue
        while packed:
            yield engine.decompress(packed, _PIECE)
            packed = engine.unconsumed_tail
            if engine.eof:
                break
        if engine.eof:
            break
    if engine is not None:
        while piece := engine.decompress(engine.unconsumed_tail, _PIECE):
            yield piece
        if not engine.eof:
            raise EOFError
