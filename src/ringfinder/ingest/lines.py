"""The bytes of a delimited text file: its lines, its header, and where a record may end."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

import numpy as np

from ringfinder.errors import InputError
from ringfinder.ingest.raw import IntArray

_DELIMITERS = ",\t;|"
_QUOTED = re.compile('"[^"]*"')
_QUOTE = ord('"')
_NEWLINE = ord("\n")
_RETURN = ord("\r")
_WINDOW = 1 << 24
_NEAR = 1000
_LONGEST_HEADER = 50  # lines; headers hold line breaks at times, never pages


class Lines:
    """A text file by its lines, counted from 1 as an editor does.

    Parameters
    ----------
    data
        The file as UTF-8; empty lines at its end are no lines.
    name
        How the file is called towards the user.

    Raises
    ------
    InputError
        If the header holds a NUL byte or an open quote.
    """

    def __init__(self, data: bytes, name: str) -> None:
        if b"\n" not in data:
            data = data.replace(b"\r", b"\n")  # as old systems end lines
        self.data = _ending_once(data)
        self.name = name
        breaks = [places + 1 for places in self._places(_NEWLINE, 0, len(self.data))]
        self.starts: IntArray = np.concatenate([np.zeros(1, np.int64), *breaks])
        """Offset of each line, and the end of the file."""
        self.count = len(self.starts) - 1
        self._quotes: IntArray | None = None
        self.header_text, self.header_lines, self.delimiter, self.headers = self._header()

    def text(self, first: int, after: int) -> str:
        """Lines `first` to `after` (exclusive) without the last line end."""
        return self.data[self.starts[first - 1] : self.starts[after - 1]].decode("utf-8").rstrip("\r\n")

    def span(self, first: int, after: int) -> tuple[int, int]:
        """Offsets of the first byte of `first` and of the first one after the last line."""
        return int(self.starts[first - 1]), int(self.starts[after - 1])

    def _header(self) -> tuple[str, int, str, tuple[str, ...]]:
        for lines in range(1, min(self.count, _LONGEST_HEADER) + 1):
            text = self.text(1, lines + 1)
            if "\0" in text:
                raise InputError(
                    f"{self.name}: line 1: a NUL byte in the header: no text, or UTF-16 without its mark",
                    remedy="export the file again as UTF-8",
                )
            if text.count('"') % 2 == 0:
                delimiter = max(_DELIMITERS, key=_QUOTED.sub("", text).count)
                cells = next(csv.reader(text.splitlines(keepends=True), delimiter=delimiter), [])
                return text, lines, delimiter, tuple(cell.strip() for cell in cells)
        raise InputError(
            f"{self.name}: line 1: a quote in the header is never closed", remedy="mend the header, or export it again"
        )

    def boundary(self, first: int, target: int) -> int:
        """The first line from `target` on before which every quote opened since `first` is closed."""
        if target > self.count:
            return self.count + 1
        if self._quotes is None:
            self._quotes = self._quotes_before()
        opened = self._quotes[first - 1]
        for reach in (_NEAR, self.count):
            even = (self._quotes[target - 1 : target + reach] - opened) % 2 == 0
            if even.any():
                return target + int(np.argmax(even))
        return target

    def _quotes_before(self) -> IntArray:
        """Number of quotes before each line, and in the whole file."""
        found = np.zeros(self.count + 1, np.int64)
        counted, line = 0, 0
        for window, places in enumerate(self._places(_QUOTE, 0, len(self.data)), 1):
            after = int(np.searchsorted(self.starts, window * _WINDOW))
            found[line:after] = counted + np.searchsorted(places, self.starts[line:after])
            counted += len(places)
            line = after
        found[line:] = counted
        return found

    def _places(self, code: int, begin: int, end: int) -> Iterator[IntArray]:
        """Offsets of a byte, window by window: masks of a whole file are as large as the file."""
        codes = np.frombuffer(self.data, np.uint8)
        for start in range(begin, end, _WINDOW):
            yield np.flatnonzero(codes[start : min(start + _WINDOW, end)] == code) + start

    def well_formed(self, begin: int, end: int) -> bool:
        """Whether quotes in these bytes leave no doubt where cells end, as RFC 4180 has it.

        Counted in order, quotes open and close in turn (a doubled quote closes and opens again): one that
        opens must follow a delimiter, a line end or a quote, one that closes must stand before one of these.
        """
        codes = np.frombuffer(self.data, np.uint8)
        edges = np.zeros(256, np.bool_)
        edges[[_QUOTE, _NEWLINE, _RETURN, ord(self.delimiter)]] = True
        opening = True
        for places in self._places(_QUOTE, begin, end):
            first, second = (places[::2], places[1::2]) if opening else (places[1::2], places[::2])
            before = edges[codes[first - 1]] | (first == begin)
            # The file ends with a newline, so something stands behind every quote.
            if not before.all() or not edges[codes[second + 1]].all():
                return False
            opening ^= bool(len(places) % 2)
        return opening


def _ending_once(data: bytes) -> bytes:
    """`data` with exactly one line end at its end; not copied where it has one already."""
    end = len(data)
    while end and data[end - 1] in b"\r\n":
        end -= 1
    return data if data[end:] in (b"\n", b"\r\n") else data[:end] + b"\n"
