"""Which encoding a text file is in, found by strict decoding."""

from __future__ import annotations

import codecs

import pyarrow as pa

from ringfinder.errors import InputError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def to_utf8(data: bytes, name: str) -> bytes:
    """Bytes of a text file as UTF-8 without a byte order mark.

    Tried in turn: a byte order mark, UTF-8, GB18030, each strictly; a file of ASCII alone is UTF-8.

    Raises
    ------
    InputError
        With the line and column of the first byte that fits none of them.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            rest = data[len(mark) :]
            return _checked(rest, name) if encoding == "utf-8" else _decoded(rest, encoding, name).encode()
    if is_utf8(data):
        return data
    return _decoded(data, "gb18030", name).encode()


def is_utf8(data: bytes) -> bool:
    """Whether `data` is valid UTF-8 (checked by Arrow, several GB a second)."""
    offsets = pa.array([0, len(data)], pa.int64()).buffers()[1]
    array = pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(data))
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _checked(data: bytes, name: str) -> bytes:
    if not is_utf8(data):
        _decoded(data, "utf-8", name)
    return data


def _decoded(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        raise InputError(
            f"{name}: line {line}, byte {column}: neither UTF-8 nor GB18030",
            remedy="save the file as UTF-8 (in Excel: CSV UTF-8) and load it again",
        ) from None
