"""Write or check docs/data-contract.md from the declaration in `ringfinder.records.tables`.

`python docs/contract.py --write`; with `--check` it fails when the page is stale.
"""

import sys
from pathlib import Path

from ringfinder.records.contract import CONTRACT_VERSION, Column
from ringfinder.records.kinds import ColumnKind
from ringfinder.records.tables import TABLES

PAGE = Path(__file__).resolve().parent / "data-contract.md"
HEAD = f"""# Data contract, version {CONTRACT_VERSION}

Written by `docs/contract.py` from `ringfinder.records.tables`, the one declaration that reading, storing and the service
are driven by. One table per file, named after the table in English or Chinese; CSV (UTF-8, GB18030, found by itself),
Parquet or Excel (a sheet for each table). Only `surrender_requests` is required; every other table, and every column
without a `*`, is optional and only switches off the evidence that needs it.

- Identifiers are opaque text. An empty cell is missing. A masked value (`138****0000`) is kept for display and never links.
- Dates are local (Asia/Shanghai unless the mapping says otherwise), between 1950 and 2099 (births from 1880):
  `2026-01-31`, `2026-01-31T09:30`, `2026/1/31`, `2026年1月31日`, `20260131`; with a zone they are converted. An end in the
  year 2999 or later means that there is none.
- Money is decimal yuan with at most two places, zero or more; kept as whole fen.
- An unknown value of a listed set loads as `other` and is counted. Unknown columns are named in the report and left out.
- A bad key, date or amount, or a missing required cell, rejects the row. A damaged phone, ID, account, address, e-mail,
  device or IP never does: it is kept for display and does not link.
- Every table may carry `updated_at`. Of two versions of a row the later `updated_at` counts, without one the later load;
  two versions in one file without an order are both rejected. An older extract that comes late does not win.
- `NAME-2026-01.csv` or `NAME.part2.csv` are further parts of a table.

Your own headers, values, money unit, date format and time zone go into a mapping: `ringfinder mapping suggest FILE`.
"""


def page() -> str:
    """The whole page."""
    parts = [HEAD]
    for table in TABLES.values():
        parts.append(f"\n## {table.name} ({'、'.join(table.zh)})\n")
        parts.append(f"\nA row is identified by {', '.join(f'`{name}`' for name in table.key)}.\n")
        parts.append("\n| column | Chinese headers | kind |\n| --- | --- | --- |\n")
        parts += [_line(column) for column in table.columns]
    return "".join(parts)


def _line(column: Column) -> str:
    star = "*" if column.required else ""
    kind = column.kind.value
    if column.kind is ColumnKind.CHOICE:
        kind = "one of " + ", ".join(f"`{value}` ({'、'.join(written)})" for value, written in column.choices.items())
    elif column.kind is ColumnKind.VARIANT:
        kind = f"a value of the kind in `{column.variant_of}`"
    return f"| `{column.name}`{star} | {'、'.join(column.zh)} | {kind} |\n"


def main() -> int:
    """Write the page, or compare it."""
    if "--write" in sys.argv:
        PAGE.write_text(page(), encoding="utf-8")
    elif PAGE.read_text(encoding="utf-8") != page():
        sys.stdout.write("docs/data-contract.md is stale: run python docs/contract.py --write\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
