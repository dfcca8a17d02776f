"""Personal values as they leave ringfinder: masked, but told apart inside one ring.

What stays is what an investigator needs to recognise a value that lies before them, and too little to
reach anybody by. Two values of a ring that look the same once masked are told apart by a number that
holds inside that ring alone; a hash of a phone would be found by trying all phones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from ringfinder.records.rings import AttributeKey

_STARS = "****"
_ID_LENGTH = 18
_HIDDEN = 4  # characters that stay hidden at the least
_NETWORK = re.compile(r"[0-9]{1,3}[.][0-9]{1,3}[.](?=[0-9]{1,3}[.][0-9]{1,3}$)")
_PLACE = re.compile(r"^(.*?[区县旗]|.*?市|.{0,3})")


def mask(kind: str, value: str) -> str:
    """One value of a kind, masked; the length does not show."""
    if not value:
        return ""
    if kind == "delegate":
        kind = "id_no" if len(value) == _ID_LENGTH else "phone"
    return _MASKS.get(kind, _mark)(value)


def _phone(value: str) -> str:
    return _ends(value, 3, 2 if value.startswith("0") else 4)


def _email(value: str) -> str:
    local, _, host = value.partition("@")
    return f"{local[:1]}{_STARS}@{host}"


def _address(value: str) -> str:
    found = _PLACE.match(value)
    return f"{found.group(1) if found else ''}{_STARS}"


def _ip(value: str) -> str:
    first = _NETWORK.match(value)
    return f"{first.group()}*.*" if first else _mark(value)


def _mark(value: str) -> str:
    return _ends(value, 2, 2)


def _ends(value: str, first: int, last: int) -> str:
    """The ends of a value; of a short one the first character alone."""
    if len(value) < first + last + _HIDDEN:
        return f"{value[:1]}{_STARS}"
    return f"{value[:first]}{_STARS}{value[len(value) - last :]}"


_MASKS: dict[str, Callable[[str], str]] = {
    "phone": _phone,
    "id_no": lambda value: _ends(value, 3, 2),
    "bank_account": lambda value: _ends(value, 4, 4),
    "email": _email,
    "address": _address,
    "ip": _ip,
    "name": lambda value: f"{value[:1]}*",
}


class RingMasker:
    """Shows the values of one ring, masked or not, each under one name.

    Parameters
    ----------
    keys
        All shared values of the ring, in the order in which they are shown.
    reveal
        Whether to show them as they are.
    """

    def __init__(self, keys: Iterable[AttributeKey], *, reveal: bool) -> None:
        self._reveal = reveal
        self._names: dict[AttributeKey, str] = {}
        seen: dict[str, int] = {}
        for key in keys:
            if key in self._names:
                continue
            name = key.value if reveal else mask(key.kind, key.value)
            seen[name] = seen.get(name, 0) + 1
            self._names[key] = name if reveal or seen[name] == 1 else f"{name}#{seen[name]}"

    def show(self, key: AttributeKey) -> str:
        """The name of a value in this ring."""
        return self._names.get(key) or (key.value if self._reveal else mask(key.kind, key.value))

    def fill(self, sentence: str, values: Iterable[AttributeKey]) -> str:
        """A sentence with ``{0}``, ``{1}`` … replaced by the names of `values`."""
        for place, key in enumerate(values):
            sentence = sentence.replace(f"{{{place}}}", self.show(key))
        return sentence
