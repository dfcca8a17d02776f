"""Everything about the server that goes wrong, or can be shown, before there is one."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.unit.neo4j.conftest import JAVA_17, Program

from ringfinder.cli.neo4j import COMMANDS
from ringfinder.cli.root import run
from ringfinder.errors import InputError, SurroundingsError
from ringfinder.neo4j.server import PINNED, Home, admin_command, assemble, default_home, down, status, up
from ringfinder.neo4j.server import process as processes
from ringfinder.neo4j.server.distribution import installed, pom
from ringfinder.neo4j.server.home import Ports, conf_text
from ringfinder.neo4j.server.java import find_java
from ringfinder.neo4j.server.probe import settle_ports


def silent(zh: str, en: str) -> None:
    del zh, en


def damage(folder: Path, text: str) -> Path:
    file = folder / "home" / "run" / "instance.json"
    file.parent.mkdir(parents=True)
    file.write_text(text, encoding="utf-8")
    return folder / "home"


def state_of(pid: int, started: str) -> str:
    ports = {"bolt": 1, "http": 2}
    versions = {"neo4j": "5", "gds": "2", "browser": "5"}
    return json.dumps({"pid": pid, "started": started, "ports": ports, "versions": versions})


class TestJava:
    def test_none(self, program: Program) -> None:
        with pytest.raises(SurroundingsError, match="no Java") as told:
            find_java()
        assert "17 or 21" in told.value.remedy
        assert "docker compose" in told.value.remedy

    @pytest.mark.parametrize(
        ("version", "said"), [("1.8.0_442", "Java 1;"), ("11.0.2", "Java 11;"), ("25", "Java 25;")]
    )
    def test_another_version(self, program: Program, version: str, said: str) -> None:
        program("java", f"echo 'openjdk version \"{version}\"' >&2")
        with pytest.raises(SurroundingsError, match=said):
            find_java()

    def test_one_that_does_not_run_is_none(self, program: Program) -> None:
        program("java", "echo 'Unable to locate a Java Runtime' >&2; exit 1")
        with pytest.raises(SurroundingsError, match="no Java"):
            find_java()

    def test_that_of_java_home_comes_first_if_it_will_do(
        self, program: Program, java: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("JAVA_HOME", str(tmp_path / "bin" / "jdk"))
        program("jdk/bin/java", "echo 'openjdk version \"21.0.1\"' >&2")
        assert find_java() == str(tmp_path / "bin" / "jdk" / "bin" / "java")
        program("jdk/bin/java", "echo 'openjdk version \"11.0.2\"' >&2")
        assert find_java() == str(tmp_path / "bin" / "java")


class TestDistribution:
    def test_no_maven(self, java: None, tmp_path: Path) -> None:
        with pytest.raises(SurroundingsError, match="no Maven") as told:
            assemble(tmp_path / "server", silent)
        assert "docker compose" in told.value.remedy

    def test_no_java(self, maven: Path, tmp_path: Path) -> None:
        with pytest.raises(SurroundingsError, match="no Java"):
            assemble(tmp_path / "server", silent)

    def test_a_maven_that_fails_is_quoted_and_leaves_nothing(
        self, java: None, program: Program, tmp_path: Path
    ) -> None:
        program("mvn", "echo; echo '\033[1mERROR\033[m no route to host'; exit 1")
        with pytest.raises(SurroundingsError, match=r"it said:\nERROR no route to host$") as told:
            assemble(tmp_path / "place" / "server", silent)
        assert "settings.xml" in told.value.remedy
        assert [path.name for path in (tmp_path / "place").iterdir()] == [".server.lock"]

    def test_a_maven_that_makes_nothing_has_failed(self, java: None, program: Program, tmp_path: Path) -> None:
        program("mvn", "exit 0")
        with pytest.raises(SurroundingsError, match="Maven"):
            assemble(tmp_path / "server", silent)

    def test_made_once_with_the_plugins_apart(self, java: None, maven: Path, tmp_path: Path) -> None:
        told: list[str] = []
        for _ in range(2):
            assert assemble(tmp_path / "server", lambda _, en: told.append(en)) == PINNED
        assert maven.read_text() == "called\n"
        assert len(told) == 1
        jars = sorted(str(path.relative_to(tmp_path / "server")) for path in tmp_path.glob("server/*/*.jar"))
        assert jars == ["lib/org.neo4j.neo4j-1.jar", "plugins/org.neo4j.gds.proc-1.jar"]

    def test_what_a_cut_left_is_swept_and_other_versions_are_replaced(
        self, java: None, maven: Path, tmp_path: Path
    ) -> None:
        folder = tmp_path / "place" / "server"
        (tmp_path / "place" / ".server.new" / "lib").mkdir(parents=True)
        folder.mkdir()
        (folder / "versions.json").write_text('{"neo4j": "5.0.0", "gds": "2.2.0", "browser": "5.0.0"}')
        assert installed(folder) != PINNED
        assemble(folder, silent)
        assert installed(folder) == PINNED
        assert {path.name for path in folder.parent.iterdir()} == {"server", ".server.lock"}

    def test_somebody_elses_folder_is_left_alone(self, java: None, maven: Path, tmp_path: Path) -> None:
        (tmp_path / "server").mkdir()
        (tmp_path / "server" / "thesis.txt").touch()
        with pytest.raises(InputError, match="no Neo4j of ours"):
            assemble(tmp_path / "server", silent)
        assert (tmp_path / "server" / "thesis.txt").exists()
        assert not maven.exists()

    def test_the_versions_stand_in_the_project_of_maven(self) -> None:
        text = pom(PINNED)
        assert text.count(f"<version>{PINNED.gds}</version>") == 5
        assert text.count(f"<version>{PINNED.neo4j}</version>") == 2
        assert text.count(f"<version>{PINNED.browser}</version>") == 1

    def test_the_command_of_neo4j_admin(self) -> None:
        command = admin_command("java", Path("/s"), "database", "import", "full", heap="3g")
        assert command == [
            *("java", "-Xmx3g", "-cp", "/s/lib/*", "org.neo4j.cli.AdminTool"),
            *("database", "import", "full"),
        ]


class TestHome:
    def test_the_configuration_is_on_the_loopback_and_holds_no_path(self) -> None:
        lines = [line for line in conf_text(Ports(7001, 7002), "256m").splitlines() if not line.startswith("#")]
        settings = dict(line.split("=") for line in lines)
        assert settings["server.bolt.listen_address"] == "127.0.0.1:7001"
        assert settings["server.http.listen_address"] == "127.0.0.1:7002"
        assert all(value.startswith("127.0.0.1") for name, value in settings.items() if name.endswith("_address"))
        assert settings["server.https.enabled"] == "false"
        assert settings["client.allow_telemetry"] == settings["dbms.usage_report.enabled"] == "false"
        assert settings["dbms.security.procedures.unrestricted"] == "gds.*"
        assert settings["server.directories.import"] == "import", "LOAD CSV must not reach the password"
        assert settings["server.memory.pagecache.size"] == "256m"
        assert not any(value.startswith("/") for value in settings.values())

    def test_the_default_folder(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("RINGFINDER_NEO4J_HOME", raising=False)
        assert default_home() == Path("ringfinder-neo4j")
        monkeypatch.setenv("RINGFINDER_NEO4J_HOME", "/srv/neo4j")
        assert default_home() == Path("/srv/neo4j")

    def test_it_is_private_and_its_password_stays(self, tmp_path: Path) -> None:
        home = Home(tmp_path / "home")
        home.make()
        password = home.password()
        assert len(password) == 32
        assert home.password() == password
        assert (home.path.stat().st_mode & 0o777, home.password_file.stat().st_mode & 0o777) == (0o700, 0o600)

    def test_a_lost_password_is_not_made_up_for_a_database_that_has_one(self, tmp_path: Path) -> None:
        (tmp_path / "data" / "databases").mkdir(parents=True)
        with pytest.raises(SurroundingsError, match="password of this database is gone"):
            Home(tmp_path).password()

    def test_our_own_secrets_are_not_handed_on(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("RINGFINDER_DATABASE_URL", "postgresql://me:S3kr1t@host/db")
        environment = Home(tmp_path).environment()
        assert "S3kr1t" not in str(environment)
        assert environment["NEO4J_HOME"] == str(tmp_path)

    def test_a_file_or_a_colon_in_its_place(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(InputError, match="is a file"):
            up(tmp_path / "file")
        with pytest.raises(InputError, match="colon"):
            up(tmp_path / "a:b")


class TestState:
    def test_no_folder_is_not_running_and_none_is_made(self, tmp_path: Path) -> None:
        assert status(tmp_path / "home").running is None
        assert not down(tmp_path / "home")
        assert not (tmp_path / "home").exists()

    @pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": "x", "started": ""}'])
    def test_a_damaged_file_is_told(self, tmp_path: Path, text: str) -> None:
        home = damage(tmp_path, text)
        for ask in (status, down, up):
            with pytest.raises(SurroundingsError, match="damaged") as told:
                ask(home)
            assert "remove the file" in told.value.remedy

    def test_one_of_an_ended_process_is_cleaned(self, tmp_path: Path) -> None:
        ended = subprocess.Popen(["true"])
        ended.wait()
        home = damage(tmp_path, state_of(ended.pid, "then"))
        assert status(home).running is None
        assert not down(home)
        assert not (home / "run" / "instance.json").exists()

    def test_a_number_given_to_another_process_is_not_mistaken_for_it(self, tmp_path: Path) -> None:
        with subprocess.Popen(["sleep", "60"]) as other:
            home = damage(tmp_path, state_of(other.pid, "another time"))
            assert status(home).running is None
            assert not down(home)
            assert other.poll() is None, "down ended a process that is not its own"
            other.kill()


class TestProcess:
    def test_one_that_does_not_listen_is_ended_by_force(self, tmp_path: Path) -> None:
        script = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True)"
        console = tmp_path / "console"
        pid = processes.start([sys.executable, "-c", f"{script}; time.sleep(60)"], dict(os.environ), console)
        while not console.read_text():
            time.sleep(0.01)
        started = processes.mark(pid)
        assert started
        assert os.getsid(pid) == pid, "it must not end with our terminal"
        processes.end(pid, started, patience=0.3)
        assert processes.mark(pid) is None
        assert processes._started[pid].returncode == -signal.SIGKILL

    def test_where_there_is_no_proc(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(processes, "_BOOT", Path("/nowhere"))
        with subprocess.Popen(["sleep", "60"]) as other:
            first = processes.mark(other.pid)
            assert first
            assert processes.mark(other.pid) == first
            other.kill()
            other.wait()
            assert processes.mark(other.pid) is None


class TestUp:
    def test_a_busy_port_is_named(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as busy:
            port = busy.getsockname()[1]
            with pytest.raises(SurroundingsError, match=f"port {port} for Bolt is in use") as told:
                settle_ports(port, 0)
            assert "--bolt-port" in told.value.remedy
            with pytest.raises(SurroundingsError, match=f"port {port} for HTTP is in use"):
                settle_ports(0, port)

    def test_free_ports_differ(self) -> None:
        found = settle_ports(0, 0)
        assert 0 != found.bolt != found.http != 0

    @pytest.mark.parametrize("size", ["2", "0g", "2 g", "lots", "-1g"])
    def test_no_size_of_memory(self, tmp_path: Path, size: str) -> None:
        with pytest.raises(InputError, match="no size of memory"):
            up(tmp_path / "home", heap=size)
        assert not (tmp_path / "home").exists()

    def test_without_the_driver(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "neo4j", None)
        with pytest.raises(SurroundingsError, match="driver") as told:
            up(tmp_path / "home")
        assert told.value.remedy == "pip install 'ringfinder[neo4j]'"

    def test_a_server_that_ends_at_once_is_quoted(self, program: Program, maven: Path, tmp_path: Path) -> None:
        program(
            "java",
            f"""case "$*" in
  -version) {JAVA_17} ;;
  *AdminTool*) ;;
  *) echo 'Unrecognized setting. No declared setting with name: x'; exit 1 ;;
esac""",
        )
        with pytest.raises(SurroundingsError, match=r"ended while it started; it said:\nUnrecognized setting") as told:
            up(tmp_path / "home", bolt_port=0, http_port=0)
        assert str(tmp_path / "home" / "logs") in told.value.remedy
        assert status(tmp_path / "home").running is None
        assert {path.name for path in (tmp_path / "home" / "run").iterdir()} == {"plugins"}

    def test_a_password_that_cannot_be_set_is_not_shown(self, program: Program, maven: Path, tmp_path: Path) -> None:
        program(
            "java",
            f"""case "$*" in
  -version) {JAVA_17} ;;
  *) for file in "$@"; do :; done; cat "${{file#@}}"; exit 1 ;;
esac""",
        )
        with pytest.raises(SurroundingsError, match="could not be set") as told:
            up(tmp_path / "home", bolt_port=0, http_port=0)
        password = (tmp_path / "home" / "password").read_text().strip()
        assert password not in told.value.message
        assert "set-initial-password" in told.value.message
        assert not (tmp_path / "home" / "run" / "arguments").exists()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_listed_command_exists_with_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["neo4j", name, "--help"]) == 0
    assert f"Usage: ringfinder neo4j {name}" in capsys.readouterr().out


def test_status_of_nothing_in_both_languages_and_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for language, said in (("zh", "未在运行"), ("en", "not running")):
        assert run(["neo4j", "status", "--home", str(tmp_path), "--lang", language]) == 0
        assert said in capsys.readouterr().out
    assert run(["neo4j", "status", "--home", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"running": False, "home": str(tmp_path)}
