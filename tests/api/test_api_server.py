"""The service as a process of its own: what it prints, how it stops, and how it bears hostile clients."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest
from tests.api.conftest import Place

from ringfinder.cli.root import run

pytestmark = pytest.mark.slow

BODY_BYTES, SECONDS = 2000, 2
COMMAND = [sys.executable, "-m", "ringfinder", "serve", "--port", "0"]


@dataclass
class Process:
    """A running service."""

    process: subprocess.Popen[str]
    address: str
    started_in: float

    def connect(self) -> socket.socket:
        parts = urlsplit(self.address)
        return socket.create_connection((parts.hostname or "", parts.port or 0), timeout=20)


@contextmanager
def serving(place: Place, folder: Path) -> Iterator[Process]:
    config = folder / "service.toml"
    config.write_text(f"[limits]\nbody_bytes = {BODY_BYTES}\nseconds = {SECONDS}\n", encoding="utf-8")
    environment = {**os.environ, "RINGFINDER_DATABASE_URL": place.url, "RINGFINDER_LANG": "en"}
    began = time.monotonic()
    process = subprocess.Popen(
        [*COMMAND, "--workspace", str(place.path), "--config", str(config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=folder,
    )
    try:
        assert process.stdout is not None
        told = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:[0-9]+", told)
        assert found, told + (process.stderr.read() if process.stderr and process.poll() is not None else "")
        yield Process(process, found[0], time.monotonic() - began)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def server(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    with serving(place, tmp_path_factory.mktemp("serve")) as process:
        yield process


def head_of(answer: bytes) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    return (
        int(first.split()[1]),
        {name.lower(): value for name, _, value in (one.partition(": ") for one in lines)},
        body,
    )


def read_all(connection: socket.socket) -> bytes:
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except (TimeoutError, ConnectionResetError):
        pass
    return b"".join(parts)


POST = b"POST /v1/changes/seen HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer x\r\n"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.com"])  # noqa: S104 - refused
def test_other_hosts_are_refused_unless_tls_ends_before_it(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--host", host]) == 2
    assert "keys would travel in clear" in capsys.readouterr().err


def test_a_wrong_config_is_refused_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "service.toml").write_text("[limits]\nsecond = 3\n", encoding="utf-8")
    assert run(["serve", "--workspace", str(tmp_path / "data"), "--config", str(tmp_path / "service.toml")]) == 2
    assert "service.toml, line 2: there is no setting 'limits.second'" in capsys.readouterr().err


def test_a_workspace_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["serve", "--workspace", str(tmp_path / "none")]) == 2
    assert "there is no workspace" in capsys.readouterr().err


def test_a_port_in_use_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RINGFINDER_DATABASE_URL", place.url)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        assert run(["serve", "--workspace", str(place.path), "--port", port]) == 3
    assert f"127.0.0.1:{port} cannot be used" in capsys.readouterr().err


def test_without_the_extra_it_says_what_to_install(place: Place) -> None:
    code = "import sys; sys.modules['uvicorn'] = None; from ringfinder.cli.root import run; sys.exit(run(sys.argv[1:]))"
    command = [sys.executable, "-c", code, "serve", "--workspace", str(place.path)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2, done.stderr
    assert done.stderr == "error: the service needs uvicorn\npip install 'ringfinder[api]'\n"


def test_it_starts_and_answers(server: Process) -> None:
    assert server.started_in < 20
    with httpx2.Client(base_url=server.address) as client:
        assert client.get("/readyz").json() == {"status": "ready", "run": "run-000002"}
        assert client.get("/v1/rings").status_code == 401
        assert "server" not in client.get("/healthz").headers


def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(server: Process) -> None:
    with server.connect() as connection:
        connection.sendall(POST + b"Content-Length: 99999999999\r\n\r\n")
        status, headers, _ = head_of(read_all(connection))
    assert (status, headers["content-type"]) == (413, "application/problem+json")


def test_a_body_in_chunks_is_refused_when_it_grows_too_large(server: Process) -> None:
    chunk = b"400\r\n" + b" " * 0x400 + b"\r\n"
    with server.connect() as connection:
        connection.sendall(POST + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(3):
            connection.sendall(chunk)
        status, headers, _ = head_of(read_all(connection))
    assert (status, headers["connection"]) == (413, "close")


def test_a_slow_body_is_given_up(server: Process) -> None:
    began = time.monotonic()
    with server.connect() as connection:
        connection.sendall(POST + b'Content-Length: 100\r\n\r\n{"run"')
        status, headers, body = head_of(read_all(connection))
    assert SECONDS <= time.monotonic() - began < SECONDS + 8
    assert (status, headers["connection"]) == (408, "close")
    assert json.loads(body)["type"] == "urn:ringfinder:problem:body-too-slow"


@pytest.mark.parametrize("said", [b"", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: "])
def test_a_slow_head_is_given_up(server: Process, said: bytes) -> None:
    began = time.monotonic()
    with server.connect() as connection:
        connection.sendall(said)
        assert read_all(connection) == b""
    assert SECONDS - 0.1 <= time.monotonic() - began < SECONDS + 8


def test_a_slow_second_head_is_given_up_and_a_quick_one_is_not(server: Process) -> None:
    whole = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    with server.connect() as connection:
        for _ in range(3):
            connection.sendall(whole)
            answer = b""
            while b"}" not in answer:
                answer += connection.recv(65536)
            assert head_of(answer)[0] == 200
            time.sleep(SECONDS / 2)
        connection.sendall(whole[:20])
        assert read_all(connection) == b""


@pytest.mark.parametrize(
    "line",
    [
        b"X-Request-Id: abcdefgh\r\nX-Injected: 1",
        b"X-Request-Id: abcdefgh\x00",
        b"X-Request-Id: \xff\xfe\xfd12345",
        b"X-Request-Id: abcdefgh\rX-Injected: 1",
        b"X-Request-Id: abcdefgh%0d%0aX-Injected: 1",
    ],
)
def test_no_header_is_injected_by_a_request_id(server: Process, line: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + line + b"\r\n\r\n")
        status, headers, _ = head_of(read_all(connection))
    assert status in (200, 400)
    assert "x-injected" not in headers
    if status == 200:
        assert re.fullmatch(r"[A-Za-z0-9._-]{8,64}", headers["x-request-id"])


@pytest.mark.parametrize("signalled", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_what_runs_and_takes_nothing_new(
    place: Place, tmp_path: Path, signalled: signal.Signals
) -> None:
    with serving(place, tmp_path) as server, server.connect() as connection:
        connection.sendall(POST + b'Content-Length: 11\r\n\r\n{"run"')
        _until(lambda: httpx2.get(f"{server.address}/healthz").status_code == 200)
        server.process.send_signal(signalled)
        _until(lambda: _refuses(server))
        connection.sendall(b':"1"}')
        status, _, body = head_of(read_all(connection))
        assert status == 401, body
        _, said = server.process.communicate(timeout=30)
    assert server.process.returncode == 0
    lines = [json.loads(line) for line in said.splitlines()]
    assert [(one["route"], one["status"]) for one in lines][-1] == ("/v1/changes/seen", 401)


def _until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def _refuses(server: Process) -> bool:
    try:
        server.connect().close()
    except ConnectionRefusedError:
        return True
    return False
