"""Which encoding a text file is in, found by strict decoding."""

from __future__ import annotations

import codecs
import re

import pyarrow as pa

from ringfinder.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SIGNATURES = (
    (b"PK\x03\x04", "a workbook or an archive"),
    (b"PAR1", "a Parquet file"),
    (b"\xd0\xcf\x11\xe0", "a workbook"),
    (b"\x1f\x8b", "packed with gzip"),
    (b"%PDF", "a PDF"),
    (b"SQLite format 3", "a database"),
)
# A character of three bytes in UTF-8; text in GB18030 hardly ever holds several of these by chance.
_THREE_BYTES = re.compile(rb"[\xe3-\xe9][\x80-\xbf][\x80-\xbf]")
_ENOUGH = 3


def to_utf8(data: bytes, name: str) -> bytes:
    """Bytes of a text file as UTF-8 without a byte order mark.

    Tried in turn: a byte order mark, UTF-8, GB18030, each strictly; a file of ASCII alone is UTF-8.
    A file that is UTF-8 up to a damaged place is not taken for GB18030, which would make nonsense of it.

    Raises
    ------
    InputError
        With the line and the offset of the first byte that does not fit; or if the file is no text.
    """
    for signature, what in _SIGNATURES:
        if data.startswith(signature):
            raise InputError(f"{name}: the file is {what}, no text", remedy="give it the extension it deserves")
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            rest = data[len(mark) :]
            if encoding == "utf-8" and is_utf8(rest):
                return rest
            return _decoded(rest, encoding, name, len(mark)).encode()
    if is_utf8(data):
        return data
    return _decoded(data, "utf-8" if _begins_as_utf8(data) else "gb18030", name).encode()


def is_utf8(data: bytes) -> bool:
    """Whether `data` is valid UTF-8 (checked by Arrow, several GB a second)."""
    offsets = pa.array([0, len(data)], pa.int64()).buffers()[1]
    array = pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(data))
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _begins_as_utf8(data: bytes) -> bool:
    """Whether there are Chinese characters of UTF-8 before the first byte that is none."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        found = _THREE_BYTES.finditer(data, 0, error.start)
        return sum(1 for _ in zip(found, range(_ENOUGH), strict=False)) == _ENOUGH
    return True


def _decoded(data: bytes, encoding: str, name: str, skipped: int = 0) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        shown = {"gb18030": "neither UTF-8 nor GB18030"}.get(encoding, f"not valid {encoding.upper()}")
        raise InputError(
            f"{name}: line {line}, byte {error.start + skipped} of the file "
            f"(0x{data[error.start]:02X}): {shown} from here on",
            remedy="export the file again, or save it as UTF-8 (in Excel: CSV UTF-8)",
        ) from None
