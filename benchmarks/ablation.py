"""What hangs on each family of evidence and on each table: switched off in turn, on own and foreign families.

python benchmarks/ablation.py [--portfolios DIR] [--requests N] [--jobs N]
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bench.inside import Figures, Row, Variant, asked, chosen, false_rings, keep, mean_f1, measured
from bench.portfolios import Portfolio
from ringfinder.detect import DetectSettings
from ringfinder.records.tables import TABLES

WHOLE = Variant("nothing")
FAMILIES = (
    Variant("agent", without=("policies.agent_no", "agents")),
    Variant("lag", without=("policies.issued_on",)),
    Variant("text", without=("complaints.text",)),
    Variant("time", DetectSettings(use_time=0)),
    Variant("contacts", without=("contact_changes",)),
    Variant("payee", without=("surrender_requests.payout_account", "surrender_requests.payout_name")),
)
"""The families of evidence that no step may rest on alone."""

TABLES_OFF = ("persons", "policies", "complaints", "relations", "known_attributes", "callbacks", "agents", "contacts")
ALONE = Variant("all but surrender_requests", without=tuple(name for name in TABLES if name != "surrender_requests"))
VARIANTS = (
    WHOLE,
    *FAMILIES,
    *(Variant(f"table {name}", without=(name,)) for name in TABLES_OFF),
    ALONE,
)


def main() -> int:
    """Run the suite; return the exit code."""
    options = asked(__doc__)
    portfolios = chosen(options.requests, options.foreign)
    path = keep("ablation.csv", rows_of(portfolios, measured(portfolios, VARIANTS, options.foreign, options.jobs)))
    print(f"written: {path.name}")
    return 0


def rows_of(portfolios: Sequence[Portfolio], found: Sequence[Sequence[Figures]]) -> list[Row]:
    """A row for each variant: means over all portfolios and over each source, the falls, and F1 by family."""
    rows = []
    sources = list(dict.fromkeys(portfolio.source for portfolio in portfolios))
    for place, variant in enumerate(VARIANTS):
        mine, whole = [one[place] for one in found], [one[0] for one in found]
        row: Row = {
            "without": variant.name,
            "mean_f1": round(mean_f1(mine), 4),
            "fall": round(mean_f1(whole) - mean_f1(mine), 4),
            "false_rings": round(false_rings(mine), 2),
            "more_false": round(false_rings(mine) - false_rings(whole), 2),
        }
        for source in sources:
            some = [place for place, portfolio in enumerate(portfolios) if portfolio.source == source]
            row[f"fall_{source}"] = round(mean_f1([whole[i] for i in some]) - mean_f1([mine[i] for i in some]), 4)
        for portfolio, one in zip(portfolios, mine, strict=True):
            name = f"{portfolio.source} {portfolio.family}"
            row[name] = f"{one.false_rings} false" if one.f1 is None else round(one.f1, 4)
        rows.append(row)
        print(f"without {variant.name}: F1 {row['mean_f1']}, fall {row['fall']}, false rings {row['false_rings']}")
    return rows


if __name__ == "__main__":
    sys.exit(main())
