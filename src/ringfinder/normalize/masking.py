"""Personal values masked.

What stays is what an investigator needs to recognise a value that lies before them, and too little to
reach anybody by. A hash would tell values apart and could be undone: there are only some
10^10 phones to try (docs/decisions/0013-outputs.md).
"""

from __future__ import annotations

import re
from collections.abc import Callable

_STARS = "****"
_ID_LENGTH = 18
_LEAST_HIDDEN = 4
_NETWORK = re.compile(r"[0-9]{1,3}[.][0-9]{1,3}[.](?=[0-9]{1,3}[.][0-9]{1,3}$)")
_LONG_NUMBER = re.compile(r"[0-9A-Za-z@._-]*[0-9]{5}[0-9A-Za-z@._-]*")
# Down to the district and no further; the 区 of an estate (小区) or a park (园区) is none.
_DISTRICT = re.compile(
    r"^(?:[^0-9路街巷村号]{2,8}?(?:省|自治区))?"
    r"(?:[^0-9路街巷村号]{1,10}?(?:市|自治州|盟|地区))?"
    r"(?:[^0-9路街巷村号]{1,12}?(?<![小社园])[区县旗市])?"
)
_PROVIDERS = re.compile(
    r"(?:vip[.])?(?:qq|foxmail|163|126|139|sina|sohu|aliyun|21cn|tom|gmail|hotmail|outlook|yahoo|icloud|live|msn)[.]com"
    r"|189[.]cn|wo[.]cn|sina[.]cn|yeah[.]net"
)


def mask(kind: str, value: str) -> str:
    """One value of a kind, masked; its length does not show.

    Parameters
    ----------
    kind
        A kind of shared value (``phone``, ``address`` …) or ``name``; of any other kind two
        characters at each end stay.
    value
        Its normal form.
    """
    if not value:
        return ""
    if kind == "delegate":
        kind = "id_no" if len(value) == _ID_LENGTH else "phone"
    return _MASKS.get(kind, _mark)(value)


def mask_numbers(text: str) -> str:
    """A text that should hold nothing personal, with every longer number in it masked all the same.

    For what was written into a wrong column: a phone under `kind` is still a phone.
    """
    return _LONG_NUMBER.sub(lambda found: _mark(found.group()), text)


def _phone(value: str) -> str:
    return _ends(value, 3, 2 if value.startswith("0") else 4)


def _email(value: str) -> str:
    local, _, host = value.rpartition("@")
    shown = host if _PROVIDERS.fullmatch(host) else f"{host[:1]}{_STARS}"
    return f"{local[:1]}{_STARS}@{shown}"


def _address(value: str) -> str:
    found = _DISTRICT.match(value)
    shown = found.group() if found else ""
    return f"{shown or re.sub('[0-9]', '', value[:2])}{_STARS}"


def _ip(value: str) -> str:
    first = _NETWORK.match(value)
    return f"{first.group()}*.*" if first else _mark(value)


def _mark(value: str) -> str:
    return _ends(value, 2, 2)


def _ends(value: str, first: int, last: int) -> str:
    """The ends of a value; of one too short to hide four characters, the first character alone."""
    if len(value) < first + last + _LEAST_HIDDEN:
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
    "applicant": lambda value: value,  # a customer number is a key, as in ring_members.csv
    "agent": lambda value: value,  # and so is an agent's number
    "branch": lambda value: value,
}
