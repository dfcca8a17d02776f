"""E-mails, devices, IP addresses and waybills: values that are only tidied."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from ringfinder.normalize.text import RemarkArray, blank_where, masked, matches, note, remarks_of, tidy
from ringfinder.records.kinds import Remark

_NOBODY = "^(?:none|no|na|n/a|null|nil|unknown|test|无|没有|暂无|不详|未知|-+|0+|x+)"


def emails(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    """Normal forms of e-mail addresses: lower case, exactly one @."""
    values = pc.utf8_lower(tidy(values))
    remarks = remarks_of(len(values))
    stars = masked(values)
    filler = matches(values, f"{_NOBODY}(?:@.*)?$") & ~stars
    there = pc.is_valid(values).to_numpy(zero_copy_only=False)
    bad = there & ~stars & ~filler & ~matches(values, r"^[^@\s]+@[^@\s]+$")
    note(remarks, stars, Remark.MASKED)
    note(remarks, filler, Remark.PLACEHOLDER)
    note(remarks, bad, Remark.DAMAGED)
    return blank_where(values, stars | filler | bad), remarks


def marks(values: pa.Array) -> tuple[pa.Array, RemarkArray]:
    """Normal forms of devices, IP addresses and waybills: lower case, no filler."""
    values = pc.utf8_lower(tidy(values))
    remarks = remarks_of(len(values))
    stars = masked(values)
    filler = matches(values, f"{_NOBODY}$|^(?:0[.]){{3}}0$|^(?:0+[-:])+0+$") & ~stars
    note(remarks, stars, Remark.MASKED)
    note(remarks, filler, Remark.PLACEHOLDER)
    return blank_where(values, stars | filler), remarks
