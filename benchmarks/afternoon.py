"""The script an analyst writes in an afternoon: pandas, equal strings, igraph's Leiden.

It is the yardstick of speed for `ringfinder run` (benchmarks/speed.py): the same folder of CSV files in,
`rings.csv` and `ring_members.csv` out. It is written as quickly as it can honestly be: vectorised
pandas, only the columns that are needed, no loop over rows.

    python benchmarks/afternoon.py FOLDER OUT
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import igraph as ig
import pandas as pd

MOST_HOLDERS = 50
FEWEST_APPLICANTS = 3
REQUEST_VALUES = ("phone", "address", "email", "payout_account", "delegate_id_no", "device_id")
SENDER_VALUES = ("sender_phone", "sender_address")
MONEY = ("cash_value", "requested_amount", "agreed_amount", "paid_amount", "premium_paid")


def read(folder: Path) -> dict[str, pd.DataFrame]:
    """Every table of the folder as text."""
    tables = {}
    for path in sorted(folder.glob("*.csv")):
        try:
            tables[path.stem] = pd.read_csv(path, dtype="str")
        except UnicodeDecodeError:
            tables[path.stem] = pd.read_csv(path, dtype="str", encoding="gb18030")
    return tables


def links(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row for each applicant and value that at least two and at most 50 applicants hold."""
    requests = tables["surrender_requests"]
    columns = [name for name in REQUEST_VALUES if name in requests]
    long = requests.melt("applicant_id", columns, "kind", "value")
    complaints = tables.get("complaints")
    if complaints is not None and "applicant_id" in complaints:
        senders = complaints.melt("applicant_id", [n for n in SENDER_VALUES if n in complaints], "kind", "value")
        long = pd.concat([long, senders])
    long = long.dropna()
    long["value"] = long["value"].str.strip().str.lower()
    long["kind"] = long["kind"].str.removeprefix("sender_")
    long = long.drop_duplicates()
    persons = tables.get("persons")
    if persons is not None:
        filed = persons.rename(columns={"person_id": "applicant_id", "bank_account": "payout_account"})
        own = filed.melt("applicant_id", [n for n in REQUEST_VALUES if n in filed], "kind", "value").dropna()
        long = long.merge(own.drop_duplicates(), how="left", indicator=True)
        long = long.loc[long["_merge"] == "left_only", ["applicant_id", "kind", "value"]]
    holders = long.groupby(["kind", "value"], sort=False)["applicant_id"].transform("size")
    return long[(holders > 1) & (holders <= MOST_HOLDERS)]


def communities(linked: pd.DataFrame) -> pd.Series:
    """Community of every linked applicant: Leiden on applicants, weighted by the values they share."""
    pairs = linked.merge(linked, on=["kind", "value"])
    pairs = pairs[pairs["applicant_id_x"] < pairs["applicant_id_y"]]
    edges = pairs.groupby(["applicant_id_x", "applicant_id_y"], sort=False).size().rename("weight").reset_index()
    graph = ig.Graph.DataFrame(edges, directed=False, use_vids=False)
    ig.set_random_number_generator(random.Random(1))
    found = graph.community_leiden("modularity", weights="weight", n_iterations=-1)
    return pd.Series(found.membership, index=graph.vs["name"], name="community")


def rings(tables: dict[str, pd.DataFrame]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Communities of at least three applicants with their requests, period and money at stake."""
    requests = tables["surrender_requests"]
    members = requests.join(communities(links(tables)), on="applicant_id", how="inner")
    applicants = members.groupby("community")["applicant_id"].transform("nunique")
    members = members[applicants >= FEWEST_APPLICANTS]
    if "policies" in tables:
        premiums = tables["policies"].set_index("policy_no")[["premium_paid"]]
        members = members.join(premiums[~premiums.index.duplicated()], on="policy_no")
    members = members.reindex(columns=list({*members.columns, *MONEY}))
    money = members[list(MONEY)].apply(pd.to_numeric, errors="coerce")
    members["at_risk"] = (money["premium_paid"] - money["cash_value"]).clip(lower=0)
    members["requested"] = (money["requested_amount"] - money["cash_value"]).clip(lower=0)
    members["applied"] = pd.to_datetime(members["applied_at"], errors="coerce", format="ISO8601")
    table = members.groupby("community").agg(
        score=("applicant_id", "nunique"),
        requests=("request_id", "size"),
        first_at=("applied", "min"),
        last_at=("applied", "max"),
        money_at_risk=("at_risk", "sum"),
        money_requested=("requested", "sum"),
    )
    table = table.sort_values("score", ascending=False).reset_index(names="ring_id")
    table["flagged"] = "true"
    return table, members.rename(columns={"community": "ring_id"})[["ring_id", "request_id", "applicant_id"]]


def main() -> None:
    """Read, link, part, write."""
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    table, members = rings(read(folder))
    out.mkdir(parents=True, exist_ok=True)
    table.to_csv(out / "rings.csv", index=False)
    members.to_csv(out / "ring_members.csv", index=False)


if __name__ == "__main__":
    main()
