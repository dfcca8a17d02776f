"""A hash of each row's typed content that stays the same over runs, machines and library versions."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

HashArray = npt.NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_BLOCK = 1 << 17


def mix(values: HashArray) -> HashArray:
    """SplitMix64's finaliser (Steele, Lea and Flood 2014): every bit depends on every bit."""
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))


def hash_text(values: pa.Array) -> HashArray:
    """Hash of each string, shape (n,); null has a hash of its own.

    Each string is filled up with zeros to words of eight bytes; word i is mixed with i, the words are
    added up and mixed with the length.
    """
    blocks = [_hash_block(values.slice(start, _BLOCK)) for start in range(0, max(len(values), 1), _BLOCK)]
    return np.concatenate(blocks)


def _hash_block(values: pa.Array) -> HashArray:
    found = np.full(len(values), mix(np.array([_GOLDEN]))[0], np.uint64)
    lengths = pc.fill_null(pc.binary_length(values), -1).to_numpy(zero_copy_only=False)
    for length in np.unique(lengths[lengths >= 0]):
        chosen = lengths == length
        part = values if chosen.all() else values.filter(pa.array(chosen))
        found[chosen] = _hash_same_length(part, int(length))
    return found


def _hash_same_length(values: pa.Array, length: int) -> HashArray:
    _, offsets, data = values.buffers()
    total = np.full(len(values), length, np.uint64) * _FIRST + _SECOND
    if length:
        first = int(np.frombuffer(offsets, np.int32)[values.offset])
        bytes_ = np.frombuffer(data, np.uint8)[first : first + length * len(values)].reshape(-1, length)
        words = np.zeros((len(values), -(-length // 8) * 8), np.uint8)
        words[:, :length] = bytes_
        places = np.arange(1, words.shape[1] // 8 + 1, dtype=np.uint64) * _GOLDEN
        for word, place in zip(words.view("<u8").T, places, strict=True):
            total += mix(word + place)
    return mix(total)


def hash_numbers(values: pa.Array) -> HashArray:
    """Hash of each 64-bit number, shape (n,); null has a hash of its own."""
    there = values.is_valid().to_numpy(zero_copy_only=False)
    whole = pc.fill_null(values, 0).to_numpy(zero_copy_only=False).astype(np.int64).view(np.uint64)
    return np.where(there, mix(whole + _GOLDEN), mix(np.array([_GOLDEN]))[0])


def hash_rows(columns: Mapping[str, pa.Array]) -> HashArray:
    """Hash of rows, shape (n,): the hash of each cell mixed with its column's name, added up.

    A null adds nothing, so a column that a file lacks, or that a later contract adds, changes no hash.
    64 bits: among five million rows that share a key with another, two different ones are taken for
    the same with a chance of one in a million.
    """
    size = len(next(iter(columns.values())))
    total = np.zeros(size, np.uint64)
    for name, values in columns.items():
        if values.null_count == size:
            continue
        seed = hash_text(pa.array([name]))[0]
        found = hash_text(values) if pa.types.is_string(values.type) else hash_numbers(values.cast(pa.int64()))
        found = mix(found ^ seed)
        if values.null_count:
            found[values.is_null().to_numpy(zero_copy_only=False)] = 0
        total += found
    return mix(total)
