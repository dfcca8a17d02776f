"""Neo4j in one run: loading, import files, GDS beside the core, and the time of every query of the library.

python benchmarks/graph.py [--requests 100000] [--family mixed]

Starts a server of its own and ends it. Writes benchmarks/results/graph.csv and graph.md.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import igraph
import numpy as np
from neo4j import Driver, GraphDatabase

from bench import RESULTS
from ringfinder.detect.settings import DetectSettings
from ringfinder.graph.arrays import pairs
from ringfinder.graph.communities import Links
from ringfinder.graph.links import link_units, pair_weight
from ringfinder.graph.network import LINKING_KINDS
from ringfinder.graph.people import components
from ringfinder.neo4j import statements
from ringfinder.neo4j.export import export
from ringfinder.neo4j.keys import open_keyring
from ringfinder.neo4j.library import Library
from ringfinder.neo4j.model import Triple
from ringfinder.neo4j.projection import Projection, Scope, project, understand
from ringfinder.neo4j.server import Running, admin_command, down, find_java, up
from ringfinder.neo4j.server.home import Home
from ringfinder.neo4j.sync import drop
from ringfinder.neo4j.sync.writer import Writer, parts
from ringfinder.pipeline.again import facts_of, settings_of
from ringfinder.pipeline.graph import Asked, rings_of_run
from ringfinder.settings import Settings
from ringfinder.store import Workspace

WORK = Path(__file__).parent / "work" / "graph"
COMMAND = str(Path(sys.executable).with_name("ringfinder"))
TRIPLE = Triple("SurrenderRequest", "CONTACT_BY", "Phone")
SINGLE_ROWS = 2_000
WARM = 3
FULL_PAIRS = DetectSettings().full_pairs


@dataclass
class Figures:
    """What was measured, line by line."""

    rows: list[tuple[str, str, float, str]] = field(default_factory=list)

    def note(self, group: str, what: str, number: float, unit: str) -> None:
        """Keep and print one figure."""
        self.rows.append((group, what, number, unit))
        print(f"{group:12} {what:44} {number:>14,.2f} {unit}", flush=True)


def main() -> None:
    """Measure everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=100_000)
    parser.add_argument("--family", default="mixed")
    options = parser.parse_args()
    workspace = _workspace(options.family, options.requests)
    figures = Figures()
    shutil.rmtree(WORK / "home", ignore_errors=True)
    running = up(WORK / "home", distribution=Path("ringfinder-neo4j/server"), bolt_port=0, http_port=0, heap="3g")
    try:
        with _connected(running) as driver:
            _loading(figures, driver, running, workspace)
            _library(figures, driver)
            projection, links = _core(figures, workspace)
            _gds(figures, driver, links)
            _other_ways(figures, driver, projection)
    finally:
        down(WORK / "home")
    _import(figures, projection)
    _write(figures, options.family, options.requests)


def _workspace(family: str, requests: int) -> Path:
    place = WORK / f"{family}-{requests}"
    if not (place / "w" / "runs").is_dir():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        _run("simulate", place / "t", "--scenario", family, "--requests", requests)
        _run("--workspace", place / "w", "load", place / "t")
        _run("--workspace", place / "w", "detect")
    return place / "w"


def _run(*arguments: object, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [COMMAND, *map(str, arguments)],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "RINGFINDER_SECRET_FILE": str(WORK / "secret"), **(environment or {})},
    )
    return done.stdout


@contextmanager
def _connected(running: Running) -> Iterator[Driver]:
    password = running.password_file.read_text(encoding="utf-8").strip()
    os.environ["RINGFINDER_NEO4J_URL"] = running.uri
    os.environ["RINGFINDER_NEO4J_PASSWORD"] = password
    os.environ["RINGFINDER_SECRET_FILE"] = str(WORK / "secret")
    with GraphDatabase.driver(running.uri, auth=(running.user, password), notifications_min_severity="OFF") as driver:
        yield driver


def _loading(figures: Figures, driver: Driver, running: Running, workspace: Path) -> None:
    """The command itself, in a process of its own, into an empty graph; then again, and a wider scope."""
    for scope in ("linked", "all"):
        drop(driver)
        shutil.rmtree(workspace / "neo4j", ignore_errors=True)
        seconds, said, memory = _sync(workspace, scope)
        elements = said["nodes"] + said["relations"]
        figures.note("load", f"{scope}: nodes", said["nodes"], "")
        figures.note("load", f"{scope}: relationships", said["relations"], "")
        figures.note("load", f"{scope}: whole command", seconds, "s")
        figures.note("load", f"{scope}: elements", elements / seconds, "1/s")
        figures.note("load", f"{scope}: nodes alone", said["nodes"] / said["seconds"]["nodes"], "1/s")
        figures.note("load", f"{scope}: relationships alone", said["relations"] / said["seconds"]["relations"], "1/s")
        figures.note("load", f"{scope}: memory of the command", memory, "MB")
        figures.note("load", f"{scope}: memory of the server", _peak(running.pid), "MB")
    seconds, _, _ = _sync(workspace, "all")
    figures.note("load", "all: again, nothing to do", seconds, "s")


def _sync(workspace: Path, scope: str) -> tuple[float, dict[str, dict[str, float]], float]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    since = time.perf_counter()
    said = json.loads(_run("--workspace", workspace, "neo4j", "sync", "--scope", scope, "--yes", "--json"))
    after = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return time.perf_counter() - since, said, max(after, before) / 1024


def _peak(pid: int) -> float:
    text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return next(float(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith("VmHWM"))


def _core(figures: Figures, workspace: Path) -> tuple[Projection, Links]:
    """Components and Leiden in the core, and the links that both are measured on."""
    with Workspace.open(Settings(workspace)) as store:
        run = store.runs.find()
        found = rings_of_run(store, run, Asked())
        source = understand(facts_of(store, run, [], as_written=False), settings_of(run, []), found)
        since = time.perf_counter()
        projection = project(source, Scope.ALL, open_keyring(workspace))
        figures.note("load", "tables of the projection (all)", time.perf_counter() - since, "s")
    network = source.network
    linking = network.values.kind[network.uses.code] != LINKING_KINDS.index("ip")
    held = pairs(
        network.uses.code[linking], network.unit[network.uses.request[linking]], (len(network.values), network.units)
    )
    links = link_units(held, pair_weight(held.row_sizes.astype(np.float64), network.units, 0.5), FULL_PAIRS)
    figures.note("gds", "links", len(links.left), "")
    seconds, (count, _) = _timed(lambda: components(links.units, links.left, links.right))
    figures.note("gds", "core: components (SciPy)", seconds, "s")
    figures.note("gds", "core: components", count - links.units + len(np.unique([links.left, links.right])), "")

    def leiden() -> float:
        graph = igraph.Graph(links.units, np.column_stack([links.left, links.right]))
        weights = links.weight.tolist()
        found = graph.community_leiden(objective_function="modularity", weights=weights, n_iterations=10)
        return float(graph.modularity(found.membership, weights=weights))

    seconds, modularity = _timed(leiden)
    figures.note("gds", "core: Leiden (igraph), with its graph", seconds, "s")
    figures.note("gds", "core: modularity", modularity, "")
    return projection, links


def _timed(work: Callable[[], object]) -> tuple[float, object]:
    since = time.perf_counter()
    found = work()
    return time.perf_counter() - since, found


def _gds(figures: Figures, driver: Driver, links: Links) -> None:
    rows = np.column_stack([links.left, links.right, links.weight]).tolist()
    since = time.perf_counter()
    driver.execute_query(
        "UNWIND $rows AS row RETURN gds.graph.project('links', toInteger(row[0]), toInteger(row[1]), "
        "{relationshipProperties: {weight: row[2]}}, {undirectedRelationshipTypes: ['*']})",
        rows=rows,
    )
    figures.note("gds", "GDS: project the links over Bolt", time.perf_counter() - since, "s")
    for name, call in (
        ("WCC", "CALL gds.wcc.stats('links') YIELD componentCount AS found RETURN found"),
        (
            "Leiden",
            (
                "CALL gds.leiden.stats('links', {relationshipWeightProperty: 'weight', randomSeed: 1}) "
                "YIELD modularity AS found RETURN found"
            ),
        ),
    ):
        seconds, result = _timed(lambda call=call: driver.execute_query(call).records[0]["found"])
        figures.note("gds", f"GDS: {name}", seconds, "s")
        figures.note("gds", f"GDS: {name} finds", float(str(result)), "")
    driver.execute_query("CALL gds.graph.drop('links') YIELD graphName RETURN graphName")


def _samples(driver: Driver) -> dict[str, str]:
    """What the queries are asked about: the busiest there is of each."""

    def one(query: str) -> str:
        records = driver.execute_query(query).records
        return str(records[0][0]) if records else ""

    return {
        "value": one("MATCH (v:Phone) WHERE v.value_class = 'open' RETURN v.key ORDER BY v.households DESC LIMIT 1"),
        "person": one("MATCH (p:Person)-[:APPLIED_FOR]->()-[:IN_RING]->(g) RETURN p.key ORDER BY g.score DESC LIMIT 1"),
        "other": one(
            "MATCH (p:Person)-[:APPLIED_FOR]->()-[:IN_RING]->(g) RETURN p.key ORDER BY g.score, p.key LIMIT 1"
        ),
        "policy": one("MATCH (p:Policy)<-[:SURRENDERS]-()-[:IN_RING]->() RETURN p.key LIMIT 1"),
        "request": one("MATCH (q:SurrenderRequest)-[:IN_RING]->() RETURN q.key LIMIT 1"),
        "request_id": one("MATCH (q:SurrenderRequest)-[:IN_RING]->() RETURN q.request_id LIMIT 1"),
        "agent": one("MATCH (a:Agent)<-[:SOLD_BY]-() RETURN a.key, count(*) AS n ORDER BY n DESC LIMIT 1"),
        "ring": one("MATCH (g:Ring) RETURN g.ring_id ORDER BY g.requests DESC LIMIT 1"),
    }


def _library(figures: Figures, driver: Driver) -> None:
    """Every query with its defaults, about the busiest there is: the best of the warm runs."""
    samples = _samples(driver)
    files = [one for one in Library.open().files if "gds" not in one.needs]
    gds = ("ring-gds-project", "ring-centrality-gds", "components-gds-project", "components-gds", "communities-gds")
    for name in (
        *[one.id for one in files],
        *(f"analysis/{name}" for name in (*gds, "leiden-gds", "components-gds-drop")),
    ):
        file = Library.open().find(name)
        values = file.values()
        short = name.partition("/")[2]
        if "key" in values and file.category == "investigate":
            values["key"] = samples.get({"paths-between": "person", "neighbourhood": "person"}.get(short, short), "")
        if "key" in values and short == "components":
            values["key"] = samples["request"]
        if "other" in values:
            values["other"] = samples["other"]
        if "id" in values:
            values["id"] = samples["request_id"]
        if "ring_id" in values and short != "components":
            values["ring_id"] = samples["ring"]
        if short == "ring-without-best-value":
            values["key"] = ""
        best, rows = float("inf"), 0
        for _ in range(1 if "project" in short or "drop" in short else WARM):
            since = time.perf_counter()
            rows = len(driver.execute_query(file.statement, values).records)
            best = min(best, time.perf_counter() - since)
        figures.note("query", f"{name} ({rows} rows)", best * 1000, "ms")
    for graph in driver.execute_query("CALL gds.graph.list() YIELD graphName RETURN graphName").records:
        driver.execute_query("CALL gds.graph.drop($name) YIELD graphName RETURN graphName", name=graph[0])


def _other_ways(figures: Figures, driver: Driver, projection: Projection) -> None:
    """The same relationships in other ways: a row a transaction, and in parts of 10,000; constraints in place."""
    for name in ("SurrenderRequest", "Phone"):
        figures.note("ways", f"nodes that are there: {name}", projection.nodes[name].num_rows, "")
    table = projection.relations[TRIPLE]
    merge = statements.upsert_relations(TRIPLE)
    _clear(driver)
    since = time.perf_counter()
    with driver.session() as session:
        for row in next(parts(table))[:SINGLE_ROWS]:
            session.execute_write(lambda tx, row=row: tx.run(merge, rows=[row], run="x", sync=1).consume())
    figures.note("ways", "MERGE of a row a transaction", SINGLE_ROWS / (time.perf_counter() - since), "1/s")
    _clear(driver)
    since = time.perf_counter()
    writer = Writer(driver, "x", 1)
    for rows in parts(table):
        writer.write(merge, rows)
    figures.note("ways", "UNWIND in parts of 10,000, MERGE", table.num_rows / (time.perf_counter() - since), "1/s")


def _clear(driver: Driver) -> None:
    Writer(driver, "", 0).repeat(
        f"MATCH (:{TRIPLE.start})-[r:{TRIPLE.relation}]->(:{TRIPLE.end}) WITH r LIMIT $most DELETE r "
        "RETURN count(*) AS n"
    )


def _import(figures: Figures, projection: Projection) -> None:
    """Files written, and imported by the server's own tool."""
    folder, home = WORK / "export", WORK / "home"
    shutil.rmtree(folder, ignore_errors=True)
    since = time.perf_counter()
    arguments = export(projection, folder)
    figures.note("import", "all: files written", time.perf_counter() - since, "s")
    figures.note("import", "all: size", sum(path.stat().st_size for path in folder.iterdir()) / 1e6, "MB")
    command = admin_command(find_java(), Path("ringfinder-neo4j/server").resolve(), *arguments)
    since = time.perf_counter()
    environment = {**os.environ, **Home(home.resolve()).environment()}
    subprocess.run(command, check=True, cwd=folder, env=environment, capture_output=True)
    seconds = time.perf_counter() - since
    figures.note("import", "all: imported", seconds, "s")
    figures.note("import", "all: elements", (projection.node_count + projection.relation_count) / seconds, "1/s")


def _write(figures: Figures, family: str, requests: int) -> None:
    with (RESULTS / "graph.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("group", "what", "number", "unit"))
        writer.writerows((group, what, round(number, 3), unit) for group, what, number, unit in figures.rows)
    lines = [
        "# Neo4j, measured",
        "",
        (
            f"Written by `benchmarks/graph.py`: {requests:,} requests of family {family}, {os.cpu_count()} cores "
            f"({platform.machine()}), Python {platform.python_version()}, the server on the same machine."
        ),
        "",
        (
            "The load at scope `linked` comes first, into a server that has just started: its compiler is cold, which "
            "costs some fifteen seconds. Times of queries are the best of three."
        ),
        "",
        "| | | |",
        "| --- | --- | ---: |",
        *(f"| {group} | {what} | {number:,.2f} {unit} |" for group, what, number, unit in figures.rows),
        "",
    ]
    (RESULTS / "graph.md").write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
