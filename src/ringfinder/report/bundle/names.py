"""Names that a file of a bundle may have: the same file on every system, and never outside the bundle."""

from __future__ import annotations

import re
import unicodedata

MANIFEST, SIGNATURE = "manifest.json", "signature.json"
OWN = frozenset({MANIFEST, SIGNATURE})
"""Files that the bundle itself adds."""

_LONGEST = 200
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")
_REFUSED = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"|?*\\]')


def is_safe(name: str) -> bool:
    """Whether a name (parts with slashes between) stays inside the bundle and can be a file everywhere."""
    if not 0 < len(name.encode("utf-8", "surrogatepass")) <= _LONGEST or _REFUSED.search(name):
        return False
    if unicodedata.normalize("NFC", name) != name or any(unicodedata.category(one) in {"Cs", "Cf"} for one in name):
        return False
    return all(
        part not in {"", ".", ".."}
        and part[-1] not in ". "
        and part[0] != " "
        and not _RESERVED.fullmatch(folded(part))
        for part in name.split("/")
    )


def folded(name: str) -> str:
    """A name as systems see it that do not tell capitals from small letters."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", name).casefold())
