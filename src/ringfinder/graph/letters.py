r"""Near-identical letters: which complaints were written from one template.

Problem
    Put complaint texts into clusters of copies of one letter, whose slots (names, amounts, dates,
    a sentence left out) differ, without joining letters that only quote the same law, fill the same
    form or were forwarded with the same note.
Formula
    A text is the set ``A`` of 3-grams of its letters, a 3-gram found in ``f`` distinct texts of ``N``
    rows weighs ``w = min(ln((N + 100) / f), 8)^2``, and two texts are alike by the cosine
    ``w(A & B) / sqrt(w(A) w(B))``: what everybody writes weighs next to nothing. Pairs to compare
    come from a weighted one-permutation min-hash: the 3-grams are dealt to 64 bins, a bin keeps the
    one with the smallest ``-ln(u) / w`` (``u`` uniform, by hash), and two texts agree in a bin with
    probability ``J = w(A & B) / w(A | B)``; for texts of equal weight the cosine is
    ``2 J / (1 + J)``. Texts with four equal bins in a row (16 bands) meet in a bucket, where each is
    compared with the first and with its neighbour. Where the estimate is within `margin` of a limit the
    cosine itself is computed. Components of alike pairs are clusters; a chain is cut between the
    texts that are like its medoid and those that are not.
Complexity
    O(n) in the letters of distinct texts and 32 n pairs at most; memory about 20 bytes a letter.
Paper
    Broder (1997), On the resemblance and containment of documents; Li, Owen, Zhang (2012), One
    permutation hashing (a bin that is empty in both says nothing: no densification).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ringfinder.graph.arrays import NONE, BoolArray, FloatArray, IntArray, compact, ranges
from ringfinder.graph.columns import encode
from ringfinder.graph.people import components

WordArray = NDArray[np.uint32]
Sketch = NDArray[np.int32]
Key = TypeVar("Key", np.uint32, np.int64)

_GRAM = 3  # letters of a shingle: a Chinese word and a half
_BUCKETS = 22
"""Bits of a shingle's number. Two shingles of a pair of texts fall together once in thousands of pairs."""

_SLICE = 1 << (32 - _BUCKETS)
"""Texts or pairs worked on at once: their number and a shingle's fit 32 bits, which sort fastest."""

_BINS = 6
"""Bits of a bin's number. Bins are ranges of shingle numbers, so sorted shingles are sorted by bin."""

_BACKGROUND = 100
"""Texts that are imagined beside the given ones, so that in a small table the common words weigh something."""

_RAREST = 8.0
"""Most that a shingle can tell, in nats: one text in 3,000. Without it the names and slips of a single copy
would weigh more the larger the table is, and take copies apart."""

_BAND = 4  # bins that must agree for two texts to meet
_EMPTY = -1  # no shingle fell into the bin: it says nothing about the text
_PAIRS = 1 << 14  # sketches of so many pairs are compared at once
_ROUNDS = 4  # so often the parts of a cut chain are looked at again


@dataclass(frozen=True)
class LetterLimits:
    """What makes two texts one letter.

    Parameters
    ----------
    alike
        Weighted cosine from which two texts are copies (0 to 1).
    core
        Weighted cosine with the medoid of its cluster from which a text belongs to its core; where
        others hang on it by a chain only, they are a cluster of their own.
    shortest
        Texts with fewer letters are no letters: short ones agree by chance.
    margin
        The estimate alone decides farther than this from a limit.
    """

    alike: float = 0.70
    core: float = 0.50
    shortest: int = 40
    margin: float = 0.20


@dataclass(frozen=True)
class _Texts:
    """Distinct texts as sets of numbered shingles.

    Parameters
    ----------
    shingles
        The sets one after another, each sorted.
    sizes, letters
        How many shingles and how many letters each text has.
    rows
        How many rows the texts come from.
    """

    shingles: WordArray
    sizes: IntArray
    letters: IntArray
    rows: int

    @cached_property
    def starts(self) -> IntArray:
        """Where each set starts, and the end."""
        return np.append(0, np.cumsum(self.sizes))

    @cached_property
    def weight(self) -> FloatArray:
        """Weight of each shingle number."""
        frequency = np.bincount(self.shingles, minlength=1 << _BUCKETS)
        of_frequency = np.log((self.rows + _BACKGROUND) / np.maximum(np.arange(len(self.sizes) + 1), 1))
        found: FloatArray = (np.minimum(of_frequency, _RAREST) ** 2)[frequency]
        return found

    @cached_property
    def total(self) -> FloatArray:
        """Weight of each text."""
        found = np.zeros(len(self.sizes))
        for at in range(0, len(found), _SLICE):
            own = slice(at, at + _SLICE)
            owner = np.repeat(np.arange(len(self.sizes[own])), self.sizes[own])
            found[own] = np.bincount(owner, self.weight[self.of(own)], len(self.sizes[own]))
        return found

    def of(self, texts: slice) -> WordArray:
        """Shingles of neighbouring texts."""
        return self.shingles[self.starts[texts.start] : self.starts[min(texts.stop, len(self.sizes))]]


def letter_clusters(texts: pa.Array | pa.ChunkedArray, limits: LetterLimits | None = None) -> IntArray:
    """Cluster of near-identical letters of each text.

    Parameters
    ----------
    texts
        One complaint each; missing ones are allowed.
    limits
        Those of `LetterLimits` unless given.

    Returns
    -------
    clusters
        Numbered 0.. by the content of the texts, so that the order of rows has no say; a letter of
        which there is no copy has a number of its own. -1 for missing and for too short texts.
    """
    limits = limits or LetterLimits()
    (codes,), values = encode(texts)
    if not len(values):
        return codes
    order = np.asarray(pc.sort_indices(values)).astype(np.int64)
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    read = _read(values.take(pa.array(order)), int((codes >= 0).sum()))
    usable = read.letters >= max(limits.shortest, _GRAM)
    sketch = _sketch(read)
    left, right = _met(sketch, usable)
    same = _likeness(read, sketch, (left, right), limits.alike, limits.margin) >= limits.alike
    found = _without_chains(read, sketch, (left[same], right[same]), limits)
    number = np.full(len(order) + 1, NONE, np.int64)
    number[:-1][usable] = compact(found[usable])[0]
    return number[np.where(codes >= 0, place[codes], len(order))]


def _read(content: pa.Array, rows: int) -> _Texts:
    """Shingles of texts, slice by slice."""
    is_letter = np.strings.isalpha(np.arange(0x110000, dtype=np.uint32).view("U1"))
    parts = [_read_slice(content.slice(at, _SLICE), is_letter) for at in range(0, len(content), _SLICE)]
    shingles, sizes, letters = zip(*parts, strict=True)
    return _Texts(np.concatenate(shingles), np.concatenate(sizes), np.concatenate(letters), rows)


def _read_slice(content: pa.Array, is_letter: BoolArray) -> tuple[WordArray, IntArray, IntArray]:
    """Shingles of up to `_SLICE` texts, how many each has, and its letters.

    Numbers, amounts, dates and signs are what is filled in or changed first: only letters are kept.
    """
    normal = pc.utf8_normalize(content, "NFKC")
    joined = pc.binary_join(pa.ListArray.from_arrays([0, len(normal)], normal), "")[0].as_py()
    points = np.frombuffer(joined.encode("utf-32-le"), np.uint32)
    owner = np.repeat(np.arange(len(content), dtype=np.uint32), pc.utf8_length(normal).to_numpy())
    kept = is_letter[points]
    points, owner = points[kept], owner[kept]
    letters = np.bincount(owner, minlength=len(content))
    inside = owner[_GRAM - 1 :] == owner[: 1 - _GRAM]
    step = np.uint32(1_000_003)
    number = _mixed((points[:-2] * step + points[1:-1]) * step + points[2:]) >> np.uint32(32 - _BUCKETS)
    keys = _distinct(owner[_GRAM - 1 :][inside] << np.uint32(_BUCKETS) | number[inside])
    sizes = np.bincount(keys >> np.uint32(_BUCKETS), minlength=len(content))
    return keys & np.uint32((1 << _BUCKETS) - 1), sizes, letters


def _distinct(keys: NDArray[Key]) -> NDArray[Key]:
    """Sorted keys, each once; NumPy's own way hashes them, which takes ten times as long here."""
    keys = np.sort(keys)
    found: NDArray[Key] = keys[np.append(np.ones(min(len(keys), 1), np.bool_), keys[1:] != keys[:-1])]
    return found


def _mixed(words: WordArray) -> WordArray:
    """Words whose every bit depends on every bit (the finish of MurmurHash3); distinct ones stay so."""
    words = (words ^ (words >> np.uint32(16))) * np.uint32(0x85EBCA6B)
    words = (words ^ (words >> np.uint32(13))) * np.uint32(0xC2B2AE35)
    return words ^ (words >> np.uint32(16))


def _sketch(read: _Texts) -> Sketch:
    """The winner of the race in each bin of each text, told by its time; `_EMPTY` where nobody ran."""
    weight = read.weight.astype(np.float32)
    sketch = np.full((len(read.sizes), 1 << _BINS), _EMPTY, np.int32)
    for at in range(0, len(read.sizes), _SLICE):
        sizes, shingles = read.sizes[at : at + _SLICE], read.of(slice(at, at + _SLICE))
        cell = (np.repeat(np.arange(len(sizes)), sizes) << _BINS) + (shingles >> np.uint32(_BUCKETS - _BINS))
        first = np.flatnonzero(np.diff(cell, prepend=-1))
        if len(first):  # reduceat refuses nothing
            # 23 bits and a half: never 0 and never 1 as a single float
            drawn = (_mixed(shingles + np.uint32(1)) >> np.uint32(9)).astype(np.float32) + np.float32(0.5)
            best = np.minimum.reduceat(-np.log(drawn / (1 << 23)) / weight[shingles], first)
            # the bits of a positive float are ordered and distinct like the float
            sketch[at : at + len(sizes)].reshape(-1)[cell[first]] = best.view(np.int32)
    return sketch


def _met(sketch: Sketch, usable: BoolArray) -> tuple[IntArray, IntArray]:
    """Distinct pairs of texts that share a bucket of some band: each with the first and its neighbour."""
    pairs = []
    for at in range(0, 1 << _BINS, _BAND):
        band = sketch[:, at : at + _BAND]
        rows = np.flatnonzero(usable & (band != _EMPTY).any(axis=1))
        key = np.zeros(len(rows), np.uint64)
        for column in range(_BAND):
            key = key * np.uint64(0x9E3779B97F4A7C15) + band[rows, column].astype(np.uint32)
        order = np.argsort(key, kind="stable")
        key, rows = key[order], rows[order]
        again = np.flatnonzero(key[1:] == key[:-1]) + 1
        place = np.arange(len(key))
        place[again] = 0
        head = np.maximum.accumulate(place)
        pairs += [rows[other] * len(sketch) + rows[again] for other in (again - 1, head[again])]
    distinct = _distinct(np.concatenate(pairs))
    return distinct // len(sketch), distinct % len(sketch)


def _likeness(
    read: _Texts, sketch: Sketch, pairs: tuple[IntArray, IntArray], limit: float, margin: float
) -> FloatArray:
    """Weighted cosine of each pair: estimated far from the limit, exact near it."""
    found = np.empty(len(pairs[0]))
    for at in range(0, len(found), _PAIRS):
        one, other = sketch[pairs[0][at : at + _PAIRS]], sketch[pairs[1][at : at + _PAIRS]]
        filled = (one & other) != _EMPTY  # -1 has all bits: only two empty bins give it
        agree = ((one == other) & filled).sum(axis=1)
        found[at : at + _PAIRS] = 2 * agree / np.maximum(filled.sum(axis=1) + agree, 1)
    close = np.flatnonzero(np.abs(found - limit) < margin)
    for at in range(0, len(close), _SLICE):
        part = close[at : at + _SLICE]
        found[part] = _cosine(read, pairs[0][part], pairs[1][part])
    return found


def _cosine(read: _Texts, left: IntArray, right: IntArray) -> FloatArray:
    """Weighted cosine of up to `_SLICE` pairs: what stands twice in the sorted union is shared."""
    sides = []
    for side in (left, right):
        owner = np.repeat(np.arange(len(side), dtype=np.uint32), read.sizes[side])
        sides.append(owner << np.uint32(_BUCKETS) | read.shingles[ranges(read.starts[side], read.sizes[side])])
    keys = np.sort(np.concatenate(sides))
    shared = keys[1:][keys[1:] == keys[:-1]]
    weight = read.weight[shared & np.uint32((1 << _BUCKETS) - 1)]
    both = np.bincount(shared >> np.uint32(_BUCKETS), weight, len(left))
    found: FloatArray = both / np.sqrt(read.total[left] * read.total[right])
    return found


def _without_chains(read: _Texts, sketch: Sketch, pairs: tuple[IntArray, IntArray], limits: LetterLimits) -> IntArray:
    """Components of alike pairs, cut between the texts that are like the medoid and the others."""
    left, right = pairs
    size, texts = len(sketch), np.arange(len(sketch))
    count, found = components(size, left, right)
    for _ in range(_ROUNDS):
        # the medoid is the text with the most copies met; of several the first by content
        partners = np.bincount(left, minlength=size) + np.bincount(right, minlength=size)
        order = np.lexsort((texts, -partners, found))
        medoid = order[np.searchsorted(found[order], np.arange(count))][found]
        far = np.zeros(size, np.bool_)
        asked = np.flatnonzero((partners > 0) & (medoid != texts))
        far[asked] = _likeness(read, sketch, (asked, medoid[asked]), limits.core, limits.margin) < limits.core
        kept = far[left] == far[right]
        if kept.all():
            break
        left, right = left[kept], right[kept]
        count, found = components(size, left, right)
    return found
