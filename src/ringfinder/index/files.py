"""An index on the disk: arrays that are mapped, texts that are found by their hash, and a few plain numbers.

``index.json`` is written last, so a folder without it is no index. Raw personal data: mode 600.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from ringfinder.errors import SurroundingsError
from ringfinder.graph.arrays import IntArray
from ringfinder.store.files import FILE_MODE, private_folder

VERSION = 1
MANIFEST = "index.json"


def hashes(texts: pa.Array) -> NDArray[np.uint64]:
    """A number for each text; missing ones are taken for the empty text."""
    objects = texts.fill_null("").to_numpy(zero_copy_only=False)
    return pd.util.hash_array(objects, categorize=False)


def hash_of(text: str) -> np.uint64:
    """The number of one text, by the same code."""
    found: np.uint64 = pd.util.hash_array(np.array([text], dtype=object), categorize=False)[0]
    return found


class Writer:
    """Writes an index into an empty folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = private_folder(folder)
        self._numbers: dict[str, Any] = {}

    def arrays(self, named: Mapping[str, Any]) -> None:
        """Keep arrays under their names."""
        for name, array in named.items():
            with self._open(f"{name}.npy") as file:
                np.save(file, np.ascontiguousarray(array), allow_pickle=False)

    def rows(self, name: str, groups: IntArray, count: int, **columns: NDArray[Any]) -> None:
        """Keep columns sorted by group, and where each of `count` groups starts."""
        order = np.argsort(groups, kind="stable")
        starts = np.searchsorted(groups[order], np.arange(count + 1))
        self.arrays({f"{name}.starts": _small(starts)})
        for column, values in columns.items():
            self.arrays({f"{name}.{column}": values[order]})

    def texts(self, name: str, values: pa.Array) -> None:
        """Keep texts so that one is found by itself, and each by its number."""
        number = hashes(values)
        order = np.argsort(number, kind="stable")
        self.arrays({f"{name}.hash": number[order], f"{name}.place": _small(order)})
        table = pa.table({"text": values.cast(pa.large_string())})
        with self._open(f"{name}.arrow") as file, pa.ipc.new_file(file, table.schema) as written:
            written.write_table(table)

    def numbers(self, **named: Any) -> None:
        """Keep plain numbers and short lists."""
        self._numbers |= named

    def finish(self, about: Mapping[str, Any]) -> None:
        """Make the index whole."""
        with self._open(MANIFEST) as file:
            file.write(json.dumps({"version": VERSION, **about, "numbers": self._numbers}).encode())

    def _open(self, name: str) -> Any:
        handle = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        return os.fdopen(handle, "wb")


def _small(numbers: IntArray) -> NDArray[Any]:
    """Numbers in four bytes where they fit."""
    fits = not len(numbers) or int(numbers.max()) <= np.iinfo(np.int32).max
    return numbers.astype(np.int32) if fits else numbers


class Texts:
    """Texts that are found by their hash."""

    def __init__(self, folder: Path, name: str) -> None:
        self._hash = _mapped(folder / f"{name}.hash.npy")
        self._place = _mapped(folder / f"{name}.place.npy")
        self._texts = pa.ipc.open_file(pa.memory_map(str(folder / f"{name}.arrow"))).read_all()["text"]

    def __len__(self) -> int:
        return len(self._hash)

    def find(self, text: str | None) -> int:
        """Number of a text, -1 where it is not there."""
        if text is None:
            return -1
        wanted = hash_of(text)
        at = int(np.searchsorted(self._hash, wanted))
        while at < len(self._hash) and self._hash[at] == wanted:
            number = int(self._place[at])
            if self._texts[number].as_py() == text:
                return number
            at += 1
        return -1

    def __getitem__(self, number: int) -> str:
        return str(self._texts[number].as_py())


class Rows:
    """Columns of rows that belong to numbered groups."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._starts = _mapped(folder / f"{name}.starts.npy")
        self._columns: dict[str, NDArray[Any]] = {}

    def span(self, group: int) -> slice:
        """Where the rows of a group are."""
        return slice(int(self._starts[group]), int(self._starts[group + 1]))

    def size(self, group: int) -> int:
        """How many rows a group has."""
        return int(self._starts[group + 1] - self._starts[group])

    def column(self, name: str) -> NDArray[Any]:
        """A whole column, mapped."""
        if name not in self._columns:
            self._columns[name] = _mapped(self._folder / f"{self._name}.{name}.npy")
        return self._columns[name]

    def of(self, group: int, name: str) -> NDArray[Any]:
        """A column of one group."""
        return np.asarray(self.column(name)[self.span(group)])


class Files:
    """An index that is there, opened file by file as it is asked for.

    Raises
    ------
    SurroundingsError
        If there is none, or it is of another version of the program.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._arrays: dict[str, NDArray[Any]] = {}
        self._texts: dict[str, Texts] = {}
        self._rows: dict[str, Rows] = {}
        if self.about.get("version") != VERSION:
            raise SurroundingsError(
                f"the index {folder} is of another version of the program", remedy="detect again: ringfinder detect"
            )

    @cached_property
    def about(self) -> Mapping[str, Any]:
        """What the index says of itself."""
        try:
            said: Mapping[str, Any] = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            raise SurroundingsError(
                f"there is no index at {self.folder}", remedy="make it: ringfinder index, or detect again"
            ) from None
        return said

    def number(self, name: str) -> Any:
        """A plain number or short list."""
        return self.about["numbers"][name]

    def array(self, name: str) -> NDArray[Any]:
        """An array, mapped."""
        if name not in self._arrays:
            self._arrays[name] = _mapped(self.folder / f"{name}.npy")
        return self._arrays[name]

    def texts(self, name: str) -> Texts:
        """Texts by their hash."""
        if name not in self._texts:
            self._texts[name] = Texts(self.folder, name)
        return self._texts[name]

    def rows(self, name: str) -> Rows:
        """Rows by group."""
        if name not in self._rows:
            self._rows[name] = Rows(self.folder, name)
        return self._rows[name]


def _mapped(path: Path) -> NDArray[Any]:
    # An empty file cannot be mapped.
    found: NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    return found.view(np.ndarray)
