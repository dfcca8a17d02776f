"""A form with files, read as it comes: each piece goes to the disk at once, and nothing is kept aside by others."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

from fastapi.concurrency import run_in_threadpool
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect

from ringfinder.jobs.refusals import UploadRefusedError
from ringfinder.jobs.uploads import Incoming

_PIECE = 1 << 20


class _Form:
    """Hears the parser, and keeps for a moment what is to be written."""

    def __init__(self) -> None:
        self.ended = False
        self._todo: list[tuple[str, bytes]] = []
        self._header = b""
        self._value = b""
        self._disposition = b""

    def callbacks(self) -> dict[str, object]:
        """What the parser is to call."""
        return {
            "on_part_begin": self._begin,
            "on_header_begin": self._header_begin,
            "on_header_field": self._field,
            "on_header_value": self._text,
            "on_header_end": self._header_end,
            "on_headers_finished": self._head,
            "on_part_data": self._data,
            "on_end": self._end,
        }

    def write(self, incoming: Incoming) -> None:
        """Write what came since the last time."""
        for name, piece in self._todo:
            incoming.file(name) if name else incoming.write(piece)
        self._todo.clear()

    def _begin(self) -> None:
        self._disposition = b""

    def _header_begin(self) -> None:
        self._header = self._value = b""

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _text(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._disposition = self._value

    def _head(self) -> None:
        _, options = parse_options_header(self._disposition)
        try:
            name = options[b"filename"].decode()
        except (KeyError, UnicodeDecodeError):
            name = ""
        if not name:
            raise UploadRefusedError("a part of the form is no file with a name", remedy="send files alone")
        self._todo.append((name, b""))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self._todo.append(("", bytes(data[start:end])))

    def _end(self) -> None:
        self.ended = True


async def receive(content_type: str, stream: AsyncIterator[bytes], incoming: Incoming) -> None:
    """Take all files of a form.

    Raises
    ------
    UploadRefusedError
        If it is no form with files, or breaks off.
    """
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 70:  # noqa: PLR2004 - as RFC 2046 says
        raise UploadRefusedError("that is no form with files", remedy="send multipart/form-data")
    form = _Form()
    parser = MultipartParser(boundary, form.callbacks())  # type: ignore[arg-type] # a plain dictionary of these
    try:
        async for chunk in stream:
            for start in range(0, len(chunk), _PIECE):
                parser.write(chunk[start : start + _PIECE])
                await run_in_threadpool(partial(form.write, incoming))
        parser.finalize()
    except FormParserError:
        raise UploadRefusedError("the form cannot be read", remedy="send multipart/form-data") from None
    except ClientDisconnect:
        form.ended = False
    if not form.ended:
        raise UploadRefusedError("the form breaks off", remedy="send it again, whole")
