"""The service under load: screening over HTTP at a fixed rate, idle and beside a detection; start time and memory.

python benchmarks/service.py [--requests 1000000] [--family mixed] [--bodies 2000] [--rate 50] [--seed 1] [--keep]

The rate is open-loop: a request is due at its second whether or not those before it were answered, and its time counts
from when it was due. All bodies are distinct requests that were held back from the portfolio: half of them members of
true rings, a quarter with one value that over 500 people hold. Client and service share the machine. Appends to
benchmarks/results/service.csv. `--keep` uses the workspace of the last time.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from threading import Event, Thread
from typing import IO, Any, cast
from urllib.request import urlopen

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyarrow.csv import read_csv

from bench import RESULTS, WORK

HERE = WORK / "service"
COMMAND = [sys.executable, "-m", "ringfinder"]
WORKERS = 64
"""Connections of the client; each is used about once a second."""
HOLDERS = 500
VALUES = ("phone", "address", "email", "payout_account", "device_id", "ip", "delegate_phone")
WARMING = 200
"""Requests before anything is counted: the first ones read the index from disk."""

Body = dict[str, dict[str, str]]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--family", default="mixed")
    parser.add_argument("--bodies", type=int, default=2_000)
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", action="store_true")
    asked = parser.parse_args()
    os.environ["RINGFINDER_SECRET_FILE"] = str(HERE / "secret" / "values")
    os.environ["RINGFINDER_WORKSPACE"] = str(HERE / "w")
    os.environ["RINGFINDER_SERVICE_LIMITS_REQUESTS_PER_MINUTE"] = "1000000"
    if not asked.keep:
        _made(asked)
    bodies = json.loads((HERE / "bodies.json").read_text(encoding="utf-8"))
    key = (HERE / "key").read_text(encoding="utf-8")
    rows: list[tuple[str, object]] = [("requests", asked.requests), ("family", asked.family), ("rate", asked.rate)]
    with _served() as (port, pid, started):
        client = Client(port, key)
        rows += [("start, seconds", round(started, 2)), ("memory at start, MB", _megabytes(pid))]
        client.load(bodies[:WARMING], asked.rate)
        before = _cpu(pid)
        rows += _told("idle", client.load(bodies[WARMING:], asked.rate))
        rows += [
            ("idle: processor time of an answer, ms", round(1000 * (_cpu(pid) - before) / (len(bodies) - WARMING), 2)),
            ("memory, MB", _megabytes(pid)),
        ]
        rows += _told("beside a detection", _beside(client, bodies[WARMING:], asked.rate))
        rows += [("memory after it, MB", _megabytes(pid))]
    _write(rows)


def _made(asked: argparse.Namespace) -> None:
    """A loaded and detected workspace without the requests that are sent later."""
    shutil.rmtree(HERE, ignore_errors=True)
    HERE.mkdir(parents=True)
    tables, total = HERE / "tables", asked.requests + asked.bodies + WARMING
    _run(
        "simulate", tables, "--scenario", asked.family, "--requests", total, "--seed", asked.seed, "--format", "parquet"
    )
    (HERE / "bodies.json").write_text(json.dumps(_held_back(tables, asked), ensure_ascii=False), encoding="utf-8")
    _run("load", tables)
    shutil.rmtree(tables)
    began = time.perf_counter()
    _run("detect")
    print(f"detect {time.perf_counter() - began:.1f} s", flush=True)
    key = (
        _run("keys", "create", "--role", "investigator", "--role", "operator", "--name", "load")
        .strip()
        .splitlines()[-1]
    )
    (HERE / "key").write_text(key, encoding="utf-8")


def _run(*arguments: object) -> str:
    return subprocess.run([*COMMAND, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True).stdout


def _held_back(tables: Path, asked: argparse.Namespace) -> list[Body]:
    """Take requests out of the tables, and make them what is sent."""
    chance = np.random.default_rng(asked.seed)
    source, many = tables / "surrender_requests.parquet", asked.bodies + WARMING
    requests, labels = pq.read_table(source), read_csv(f"{tables}.labels/labels.csv")
    in_ring = set(
        labels.filter(pc.is_valid(labels["ring_id"]) & pc.not_equal(labels["ring_id"], ""))["request_id"].to_pylist()
    )
    inside = np.array([one in in_ring for one in requests["request_id"].to_pylist()])
    halves = (np.flatnonzero(inside), many // 2), (np.flatnonzero(~inside), many - many // 2)
    taken = chance.permutation(np.concatenate([chance.choice(rows, count, replace=False) for rows, count in halves]))
    left = np.ones(len(requests), np.bool_)
    left[taken] = False
    rest = requests.filter(pa.array(left))
    pq.write_table(rest, source)
    shared = [(column, value) for column in VALUES for value in _widely_held(rest, column)]
    print(f"{len(shared)} values with over {HOLDERS} holders", flush=True)
    bodies = [{name: str(cell) for name, cell in row.items() if cell} for row in requests.take(taken).to_pylist()]
    for body in bodies[::4]:
        column, value = shared[int(chance.integers(len(shared)))]
        body[column] = value
    return [{"request": body} for body in bodies]


def _widely_held(requests: pa.Table, column: str) -> list[str]:
    held = requests.select([column, "applicant_id"]).group_by(column).aggregate([("applicant_id", "count_distinct")])
    many = held.filter(pc.greater(held["applicant_id_count_distinct"], HOLDERS) & pc.is_valid(held[column]))
    return sorted(many[column].to_pylist())


@contextmanager
def _served() -> Iterator[tuple[int, int, float]]:
    """The service, with its port, its process and the seconds until it was ready."""
    began = time.perf_counter()
    serve = [*COMMAND, "serve", "--port", "0"]
    with (
        (HERE / "log").open("w") as log,
        subprocess.Popen(serve, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        output = cast("IO[str]", process.stdout)
        line = next(line for line in output if "http://" in line)
        Thread(target=output.read, daemon=True).start()
        port = int(line.split("http://")[1].split()[0].rstrip("/。.").rsplit(":", 1)[1])
        try:
            urlopen(f"http://127.0.0.1:{port}/readyz").close()  # an error where it is not ready
            yield port, process.pid, time.perf_counter() - began
        finally:
            process.send_signal(signal.SIGTERM)


@dataclass
class Client:
    """Sends bodies, each when it is due."""

    port: int
    key: str
    late: list[float] = field(default_factory=list)

    def load(self, bodies: list[Body], rate: float, until: Event | None = None) -> np.ndarray:
        """Milliseconds of each answer, from when it was due."""
        taken: dict[int, float] = {}
        began = time.perf_counter() + 0.5

        def work(first: int) -> None:
            connection = HTTPConnection("127.0.0.1", self.port)
            for number in range(first, len(bodies), WORKERS):
                due = began + number / rate
                time.sleep(max(0.0, due - time.perf_counter()))
                if until is not None and until.is_set():
                    return
                self.ask(connection, "POST", "/v1/screen", bodies[number])
                taken[number] = 1000 * (time.perf_counter() - due)

        workers = [Thread(target=work, args=(first,)) for first in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        return np.array([taken[number] for number in sorted(taken)])

    def ask(self, connection: HTTPConnection, method: str, path: str, body: object = None) -> Any:
        """The answer to one request; a failure ends the measurement."""
        headers = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body).encode() if body is not None else None, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status >= 400:
            raise SystemExit(f"{method} {path}: {answer.status} {said[:300]!r}")
        return json.loads(said)


def _beside(client: Client, bodies: list[Body], rate: float) -> np.ndarray:
    """The same while a detection runs; what came after it does not count."""
    connection = HTTPConnection("127.0.0.1", client.port)
    job = client.ask(connection, "POST", "/v1/jobs", {"kind": "detect"})
    over = Event()

    def watch() -> None:
        began = time.perf_counter()
        while client.ask(connection, "GET", f"/v1/jobs/{job['job_id']}")["state"] in {"waiting", "queued", "running"}:
            time.sleep(0.5)
        print(f"detection job {time.perf_counter() - began:.1f} s", flush=True)
        over.set()

    watcher = Thread(target=watch)
    watcher.start()
    taken = client.load(bodies, rate, over)
    watcher.join()
    return taken


def _told(name: str, taken: np.ndarray) -> list[tuple[str, object]]:
    marks = (("p50", 50.0), ("p90", 90.0), ("p99", 99.0), ("most", 100.0))
    return [
        (f"{name}: answers", len(taken)),
        *((f"{name}: {mark}, ms", round(float(np.percentile(taken, at)), 1)) for mark, at in marks),
    ]


def _megabytes(pid: int) -> int:
    """Memory of the process alone, without the pages of mapped files, which the kernel may take back."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon")) // 1024


def _cpu(pid: int) -> float:
    """Seconds of processor time that the process took so far."""
    cells = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    return (int(cells[11]) + int(cells[12])) / os.sysconf("SC_CLK_TCK")


def _write(rows: list[tuple[str, object]]) -> None:
    with (RESULTS / "service.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("what", "number"))
        writer.writerows(rows)
    for name, number in rows:
        print(f"{name:40} {number}")


if __name__ == "__main__":
    main()
