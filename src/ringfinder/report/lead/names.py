"""Personal cells as a report shows them: under the one name that a value has in it, or as they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ringfinder.records.contract import Column
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.portfolio import normal_form
from ringfinder.records.rings import AttributeKey
from ringfinder.report.masking import Masker
from ringfinder.report.written import moment, yuan

Cells = Mapping[str, Any]
"""A row of a fact table by column."""

HIDDEN = "****"
"""Stands for a text in which people may have written anything, so that no part of it can stay."""


class Names:
    """Shows cells of rows, masked or not.

    Parameters
    ----------
    masker
        Which names the values have, also those of the ring.
    """

    def __init__(self, masker: Masker) -> None:
        self.masker = masker
        self.masked = not masker.reveal

    def value(self, kind: str, row: Cells, column: str) -> str | None:
        """A value that can be shared, by its normal form where it has one."""
        found = row.get(normal_form(column)) or row.get(column)
        return self.masker.show(AttributeKey(kind, found)) if found else None

    def name(self, text: str | None) -> str | None:
        """The name of somebody."""
        return self.masker.show(AttributeKey("name", text)) if text else None

    def birth_date(self, when: datetime | None) -> str | None:
        """A date of birth; masked, its year: with the district of an address the day would name somebody."""
        if when is None:
            return None
        return f"{when.year:04d}-**-**" if self.masked else when.date().isoformat()

    def text(self, text: str | None) -> str | None:
        """A text that people wrote; masked, nothing of it."""
        return None if not text else HIDDEN if self.masked else text

    def cell(self, column: Column, row: Cells) -> str:
        """A cell as its row has it; empty where there is nothing in it."""
        found = row.get(column.name)
        if found is None or found == "":
            return ""
        if column.name == "birth_date":
            return self.birth_date(found) or ""
        if column.personal and self.masked:
            return self._personal(column, row) or ""
        if column.kind is ColumnKind.DATE:
            return moment(found)
        return yuan(found) if column.kind is ColumnKind.MONEY else str(found)

    def _personal(self, column: Column, row: Cells) -> str | None:
        if column.kind is ColumnKind.TEXT:
            return self.text(row[column.name])
        if column.kind is ColumnKind.NAME:
            return self.name(row[column.name])
        kind = str(row.get(column.variant_of) or "") if column.kind is ColumnKind.VARIANT else column.kind.value
        return self.value(kind, row, column.name)
