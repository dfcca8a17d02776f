"""Whether an uploaded file is what its extension says, told by its content."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ringfinder.errors import InputError
from ringfinder.ingest import load_mapping
from ringfinder.jobs.archives import ArchiveLimits, what_is_wrong
from ringfinder.jobs.file_names import MAPPING, TABLE, TEXT
from ringfinder.jobs.refusals import UploadRefusedError

_PIECE = 1 << 20
_HEAD = 1 << 12
_ARCHIVE, _OLD_WORKBOOK, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
_NO_TEXT = (
    _ARCHIVE,
    _OLD_WORKBOOK,
    _PARQUET,
    b"\x1f\x8b",
    b"BZh",
    b"\xfd7zXZ",
    b"\x28\xb5\x2f\xfd",
    b"Rar!",
    b"7z\xbc\xaf",
    b"%PDF",
    b"SQLite format 3",
    b"\x7fELF",
    b"MZ",
    b"#!",
)
_MARKUP = (b"<!doctype", b"<html", b"<?xml", b"<script", b"<svg")
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"
# What no table holds: control characters but tab, line ends, form feed, and the end of file of old systems.
_CONTROLS = bytes(sorted(set(range(32)) - {0x09, 0x0A, 0x0C, 0x0D, 0x1A}))
_MAPPING_BYTES = 1 << 20
_PARQUET_STRINGS, _PARQUET_LISTS = 16 << 20, 1 << 20  # in the footer, against one that unpacks without end


def check(path: Path, form: str, place: int, limits: ArchiveLimits) -> None:
    """Look into a file that is whole on the disk.

    Raises
    ------
    UploadRefusedError
        If it is not of that form, or would be more than it seems; told by its place in the upload.
    """
    looks = {TEXT: _text, TABLE: _parquet, MAPPING: _mapping}
    wrong = looks[form](path, limits) if form in looks else _workbook(path, limits)
    if wrong:
        raise UploadRefusedError(
            f"file {place}: it {wrong}", remedy="export it again in the form that its extension says"
        )


def _text(path: Path, limits: ArchiveLimits) -> str:
    del limits
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head:
            return "is empty"
        if head.startswith(_NO_TEXT):
            return "is no text"
        if head.removeprefix(_BOM).lstrip().lower().startswith(_MARKUP):
            return "is a web page or markup, no table"
        if head.startswith(_WIDE):
            return ""  # in UTF-16 every other byte is a zero; the reader decodes it strictly
        piece = head
        while piece:
            if len(piece.translate(None, _CONTROLS)) < len(piece):
                return "is no text: it holds control characters"
            piece = file.read(_PIECE)
    return ""


def _parquet(path: Path, limits: ArchiveLimits) -> str:
    with path.open("rb") as file:
        if file.read(4) != _PARQUET:
            return "is no Parquet file"
    try:
        found = pq.ParquetFile(
            path, thrift_string_size_limit=_PARQUET_STRINGS, thrift_container_size_limit=_PARQUET_LISTS
        )
        with found:
            groups = [found.metadata.row_group(number) for number in range(found.metadata.num_row_groups)]
            unpacked = sum(group.total_byte_size for group in groups)
            cells = found.metadata.num_rows * found.metadata.num_columns
    except (pa.ArrowException, OSError, ValueError):
        return "is no whole Parquet file"
    # A column of one repeated word packs without end: its cells are what the reader makes of it.
    return "unpacks to too much" if unpacked > limits.unpacked or cells > limits.unpacked else ""


def _workbook(path: Path, limits: ArchiveLimits) -> str:
    with path.open("rb") as file:
        head = file.read(len(_OLD_WORKBOOK))
    if head == _OLD_WORKBOOK:
        return "" if path.suffix.lower() == ".xls" else "is encrypted, or an old workbook under a new extension"
    if not head.startswith(_ARCHIVE):
        return "is no workbook"
    return what_is_wrong(path, limits)


def _mapping(path: Path, limits: ArchiveLimits) -> str:
    if path.stat().st_size > _MAPPING_BYTES:
        return "is too large for a mapping"
    wrong = _text(path, limits)
    if wrong:
        return wrong
    try:
        load_mapping(path)
    except InputError as error:
        return f"is no mapping: {error.message.replace(str(path), 'it')}"
    return ""
