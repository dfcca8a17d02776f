"""What a table of the contract is made of, and the short builders that declare one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from ringfinder.records.kinds import PERSONAL_KINDS, SHARED_KINDS, ColumnKind

CONTRACT_VERSION = 1
NORMAL_FORM_SUFFIX = "_nf"
REMARK_SUFFIX = "_rm"


@dataclass(frozen=True)
class Column:
    """One column of a table.

    Parameters
    ----------
    name
        The English header, also the name in the store.
    zh
        Chinese headers in use at insurers; the first is the one we write.
    choices
        For `ColumnKind.CHOICE`: each allowed value with its Chinese spellings.
    variant_of
        For `ColumnKind.VARIANT`: the column of the same row that names the kind.
    """

    name: str
    kind: ColumnKind
    zh: tuple[str, ...]
    required: bool = False
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    variant_of: str = ""

    @property
    def personal(self) -> bool:
        """Whether values are masked by default."""
        return self.kind in PERSONAL_KINDS

    @property
    def normalised(self) -> bool:
        """Whether the store keeps a normal form (`<name>_nf`) and remarks (`<name>_rm`) beside it."""
        return self.kind in SHARED_KINDS or self.kind is ColumnKind.VARIANT


@dataclass(frozen=True)
class Table:
    """One table of the contract; `key` names the columns that identify a row."""

    name: str
    zh: tuple[str, ...]
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Columns by their English name."""
        return MappingProxyType({column.name: column for column in self.columns})

    @property
    def required(self) -> tuple[str, ...]:
        """Names of the columns without which a file is refused."""
        return tuple(column.name for column in self.columns if column.required)


def columns(*given: Column) -> tuple[Column, ...]:
    """Every table may carry `updated_at`."""
    return (*given, Column("updated_at", ColumnKind.DATE, ("更新时间", "最后更新时间", "修改时间")))


def key(name: str, *zh: str, required: bool = True) -> Column:
    """Declare an identifier that a row cannot be without."""
    return Column(name, ColumnKind.KEY, zh, required=required)


def ref(name: str, *zh: str) -> Column:
    """Declare an identifier that may be missing."""
    return key(name, *zh, required=False)


def of(kind: ColumnKind, name: str, *zh: str, required: bool = False) -> Column:
    """Declare a column of `kind`."""
    return Column(name, kind, zh, required=required)


def choice(name: str, zh: tuple[str, ...], choices: dict[str, tuple[str, ...]], *, required: bool = False) -> Column:
    """Declare a column with a listed set of values and their Chinese spellings."""
    return Column(name, ColumnKind.CHOICE, zh, required=required, choices=MappingProxyType(choices))


def variant(name: str, variant_of: str, *zh: str, required: bool = False) -> Column:
    """Declare a contact value whose kind stands in the column `variant_of`."""
    return Column(name, ColumnKind.VARIANT, zh, required=required, variant_of=variant_of)
