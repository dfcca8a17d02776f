"""Write or check the tables of docs/method.md: figures from benchmarks/results, constants from the code.

`python docs/method_tables.py --write` fills what stands between the markers of docs/method.md;
`--check` fails when it differs from what stands there.
"""

import argparse
import csv
import re
import statistics
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from ringfinder.detect import DetectSettings
from ringfinder.detect.settings_file import settings_text

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "method.md"
RESULTS = ROOT / "benchmarks" / "results"
DECIDED = 0.03
NONE = "-"


def begin(name: str) -> str:
    """The line before a table."""
    return f"<!-- {name}: begin (written by docs/method_tables.py) -->"


def end(name: str) -> str:
    """The line after it."""
    return f"<!-- {name}: end -->"


def read(name: str) -> list[dict[str, str]]:
    """Rows of a file of results; none where it was never measured."""
    path = RESULTS / name
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def said() -> dict[str, str]:
    """What the code says of each constant, with its source."""
    found, lines = {}, settings_text().splitlines()
    for number, line in enumerate(lines):
        matched = re.match(r"(\w+) = \S+(?:\s+# (.*))?$", line)
        if matched:
            found[matched[1]] = matched[2] or lines[number - 1].lstrip("# ")
    return found


def constants() -> str:
    """Every constant with its source, and mean F1 and false rings at half and at double."""
    comments, measured = said(), {row["setting"]: row for row in read("settings.csv")}
    rows = []
    for name, value in asdict(DetectSettings()).items():
        row = measured.get(name)
        if row and float(row["value"]) != float(value):
            row = None  # measured around another value
        moved = float(row["moved"]) if row else 0.0
        figures = (
            [f"{float(row[key]):.3f}" for key in ("f1_half", "f1", "f1_double")]
            + [f"{row['false_half']} / {row['false']} / {row['false_double']}"]
            if row
            else [NONE] * 4
        )
        mark = f"**{moved:.3f}**" if moved > DECIDED else f"{moved:.3f}" if row else NONE
        rows.append([f"`{name}`", f"{value}", comments.get(name, "") or NONE, *figures, mark])
    heads = ["constant", "value", "what it is, and its source", "F1 at half", "as it is", "at double"]
    return table([*heads, "false rings", "largest move"], rows)


def mean(rows: Sequence[dict[str, str]], column: str, places: int = 3) -> str:
    """Mean of a column over seeds."""
    known = [float(row[column]) for row in rows if row[column]]
    return f"{statistics.fmean(known):.{places}f}" if known else NONE


def families() -> str:
    """Figures of every family that was measured, the mean over its seeds, beside plain components."""
    groups: dict[tuple[str, str, str, str], list[dict[str, str]]] = {}
    for row in (*read("foreign.csv"), *read("quality.csv")):
        groups.setdefault((row["source"], row["family"], row["requests"], row["seeds"]), []).append(row)
    rows = []
    for (source, family, requests, seeds), found in groups.items():
        mine = [row for row in found if row["method"] == "ringfinder" and row["outcome"] == "ok"]
        plain = [row for row in found if row["method"] == "components" and row["outcome"] == "ok"]
        honest = bool(mine) and all(row["counts_as"] == "honest" for row in mine)
        bands = " / ".join(mean(mine, f"recall_{band}", 2) for band in ("3-5", "6-19", "20+"))
        quality = [NONE] * 4 if honest else [*(mean(mine, key) for key in ("b3_f1", "request_recall", "reach")), bands]
        place = [f"{source} {family}", requests, f"{seeds} ({len({row['seed'] for row in mine})})"]
        rows.append([*place, *quality, mean(mine, "false_rings", 1), NONE if honest else mean(plain, "b3_f1")])
    heads = ["family", "requests", "seeds", "B-cubed F1", "recall", "reach", "recall of rings of 3-5 / 6-19 / 20+"]
    return table([*heads, "false rings", "F1 of plain components"], rows) if rows else "Not measured yet."


def ablations() -> str:
    """What is lost without each family of evidence and each table."""
    found = read("ablation.csv")
    if not found:
        return "Not measured yet."
    sources = [name for name in found[0] if name.startswith("fall_")]
    heads = ["without", "mean F1", "fall", *(f"fall on {name[5:]}" for name in sources), "false rings a set"]
    keys = ["mean_f1", "fall", *sources]
    rows = [[row["without"], *(f"{float(row[key]):.3f}" for key in keys), row["false_rings"]] for row in found]
    return table(heads, rows)


TABLES: dict[str, Callable[[], str]] = {"families": families, "ablation": ablations, "constants": constants}
"""Tables by the name of their markers."""


def filled(text: str) -> str:
    """The page with all tables anew."""
    for name, make in TABLES.items():
        before, found, rest = text.partition(begin(name))
        _, closed, after = rest.partition(end(name))
        if not (found and closed):
            raise SystemExit(f"{PAGE.name} has no markers for {name}")
        text = f"{before}{begin(name)}\n{make()}\n{end(name)}{after}"
    return text


def main() -> int:
    """Write or check the page; return 1 when it is stale."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--check", action="store_true")
    chosen = parser.parse_args()
    text = PAGE.read_text(encoding="utf-8")
    fresh = filled(text)
    if chosen.write:
        PAGE.write_text(fresh, encoding="utf-8")
    elif fresh != text:
        sys.stdout.write("the tables in docs/method.md are stale: python docs/method_tables.py --write\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
