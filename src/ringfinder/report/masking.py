"""Personal values as they leave ringfinder: masked, but told apart.

Two values that look the same once masked are told apart by a number that holds in one output alone, so
the same value has one name in every ring of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ringfinder.normalize.masking import mask
from ringfinder.records.rings import AttributeKey, Ring

_SLOT = re.compile(r"\{([0-9]+)\}")


class Masker:
    """Shows the shared values of one output, masked or not, each under one name.

    Parameters
    ----------
    keys
        All values of the output in the order in which they appear; the order decides the numbers.
    reveal
        Whether to show them as they are.
    """

    def __init__(self, keys: Iterable[AttributeKey], *, reveal: bool) -> None:
        self.reveal = reveal
        self._names: dict[AttributeKey, str] = {}
        self._alike: dict[str, dict[str, int]] = {}
        for key in keys:
            self._enter(key)

    @classmethod
    def of(cls, rings: Iterable[Ring], *, reveal: bool) -> Masker:
        """Names for every value that any of `rings` shows, the strongest ring first."""
        return cls((key for ring in rings for key in _keys(ring)), reveal=reveal)

    def _enter(self, key: AttributeKey) -> str:
        name = self._names.get(key)
        if name is None:
            name = key.value if self.reveal else mask(key.kind, key.value)
            alike = self._alike.setdefault(name, {})
            number = alike.setdefault(key.value, len(alike) + 1)
            if number > 1 and not self.reveal:
                name = f"{name}#{number}"
            self._names[key] = name
        return name

    def show(self, key: AttributeKey) -> str:
        """The name of a value in this output."""
        return self._enter(key)

    def fill(self, sentence: str, values: Iterable[AttributeKey]) -> str:
        """A sentence with ``{0}``, ``{1}`` … replaced by the names of `values`, in one pass."""
        names = [self.show(key) for key in values]

        def name(slot: re.Match[str]) -> str:
            place = int(slot.group(1))
            return names[place] if place < len(names) else slot.group()

        return _SLOT.sub(name, sentence)


def _keys(ring: Ring) -> Iterable[AttributeKey]:
    """The values that a ring shows."""
    yield from (shared.key for shared in ring.shared)
    for term in ring.evidence:
        yield from term.values
    yield from (associate.key for associate in ring.associates)
    yield from (one.key for one in ring.without)
    yield from (one.key for one in ring.central)
    for link in ring.linked:
        yield from link.shared
