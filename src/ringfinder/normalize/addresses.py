"""Chinese addresses (data contract, "Normal forms")."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.normalize.text import RemarkArray, blank_where, masked, matches, note, remarks_of, tidy
from ringfinder.records.kinds import Remark

_CITY_ONLY = "^(?:[^0-9]{1,12}(?:省|市|区|县|自治区|自治州))+$|^同上|^(?:无|不详|未知|-+)$"


def addresses(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    """Normal forms of addresses."""
    values = pc.utf8_lower(tidy(values))
    remarks = remarks_of(len(values))
    stars = masked(values)
    values = pc.replace_substring_regex(values, r"[\s,,。.;:()（）]+", "")
    place = matches(values, _CITY_ONLY)
    note(remarks, stars, Remark.MASKED)
    note(remarks, place, Remark.CITY_ONLY)
    note(remarks, ~stars & ~place & ~matches(values, "[0-9]"), Remark.NO_DOOR)
    return blank_where(values, stars | place), remarks
