"""Normal forms: one implementation that serves a million values and a single one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pyarrow as pa

from ringfinder.normalize.addresses import addresses
from ringfinder.normalize.digits import accounts, identities, phones
from ringfinder.normalize.plain import emails, marks
from ringfinder.normalize.text import RemarkArray, flat
from ringfinder.records.kinds import ColumnKind, Remark

_RULES: Mapping[ColumnKind, Callable[[pa.Array], tuple[pa.Array, RemarkArray]]] = MappingProxyType(
    {
        ColumnKind.PHONE: phones,
        ColumnKind.ID_NO: identities,
        ColumnKind.BANK_ACCOUNT: accounts,
        ColumnKind.EMAIL: emails,
        ColumnKind.ADDRESS: addresses,
        ColumnKind.DEVICE: marks,
        ColumnKind.IP: marks,
        ColumnKind.WAYBILL: marks,
    }
)


@dataclass(frozen=True, slots=True)
class NormalForms:
    """Normal forms (null where missing or unusable) and remarks (`Remark` masks), one for each value."""

    forms: pa.StringArray
    remarks: RemarkArray


def normalize_array(kind: ColumnKind, values: pa.Array | pa.ChunkedArray) -> NormalForms:
    """Bring written values of one kind to their normal forms.

    Parameters
    ----------
    kind
        One of `ringfinder.records.kinds.SHARED_KINDS`.
    values
        Raw text, shape (n,); null and empty are missing.

    Returns
    -------
    NormalForms
        Shape (n,) each. Idempotent: a normal form is its own normal form.

    Raises
    ------
    KeyError
        For a kind without a normal form.
    """
    forms, remarks = _RULES[kind](flat(values))
    return NormalForms(forms, remarks)


def normalize_value(kind: ColumnKind, value: str) -> tuple[str | None, Remark]:
    """Normal form and remarks of a single value, by the same code."""
    found = normalize_array(kind, pa.array([value], pa.string()))
    return found.forms[0].as_py(), Remark(int(found.remarks[0]))
