"""The secret and the keys made with it: where it is, who may read it, and what `neo4j key` says and notes."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.journals import journalled
from tests.results import Command, Outcome

from ringfinder.cli.root import run
from ringfinder.errors import InputError, SurroundingsError
from ringfinder.keychain import secret_file
from ringfinder.neo4j.keys import Keyring, open_keyring, rotate
from ringfinder.settings import Settings
from ringfinder.store import Workspace

PHONE, IDENTITY = "18812345671", "11010119900307109X"


@pytest.fixture(autouse=True)
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config" / "secret"
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(path))
    return path


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "data"
    Workspace.open(Settings(path)).close()
    monkeypatch.setenv("RINGFINDER_WORKSPACE", str(path))
    return path


@pytest.fixture
def key(workspace: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.delenv("RINGFINDER_LANG", raising=False)

    def start(*arguments: str) -> Outcome:
        capfd.readouterr()
        code = run(["neo4j", "key", *arguments])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Outcome(code, out, err)

    return start


def test_it_is_made_once_for_its_owner_alone(secret: Path, tmp_path: Path) -> None:
    one = open_keyring(tmp_path / "data")
    assert secret.stat().st_mode & 0o777 == 0o600
    assert secret.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in secret.parent.iterdir()] == ["secret"]
    assert len(bytes.fromhex(secret.read_text(encoding="ascii"))) == 32
    again = open_keyring(tmp_path / "data")
    assert (again.key_id, again.key("phone", PHONE)) == (one.key_id, one.key("phone", PHONE))


_RACE = """
import os, sys
from pathlib import Path
from ringfinder.neo4j.keys import open_keyring
folder = Path(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    os.environ["RINGFINDER_SECRET_FILE"] = str(folder / f"secret{number}")
    print(open_keyring(folder / "data").key_id)
"""


def test_two_that_make_it_at_once_have_the_same(tmp_path: Path) -> None:
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", _RACE, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        assert racer.stdin
        racer.stdin.write("go\n")
        racer.stdin.flush()
    one, other = (racer.communicate(timeout=60)[0].split() for racer in racers)
    assert one == other
    assert len(set(one)) == 20
    secrets = sorted(path for path in tmp_path.iterdir() if "secret" in path.name)
    assert len(secrets) == 20, "nothing is left beside them"
    assert {path.stat().st_mode & 0o777 for path in secrets} == {0o600}


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620])
def test_it_is_refused_where_others_may_read_or_change_it(secret: Path, tmp_path: Path, mode: int) -> None:
    open_keyring(tmp_path / "data")
    secret.chmod(mode)
    with pytest.raises(SurroundingsError, match="others may read the secret") as told:
        open_keyring(tmp_path / "data")
    assert told.value.remedy == f"chmod 600 {secret}"


def test_it_is_refused_inside_the_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = tmp_path / "data"
    workspace.mkdir()
    (tmp_path / "link").symlink_to(workspace)
    for place in (workspace / "secret", workspace / "deep" / "secret", tmp_path / "link" / "secret"):
        monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(place))
        with pytest.raises(SurroundingsError, match="lies inside the workspace"):
            open_keyring(workspace)
        assert not place.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "is too short"), ("abcd", "is too short"), ("no hex", "cannot be read: ValueError"), ("é", "cannot be read")],
)
def test_a_damaged_one_is_told_and_stays(secret: Path, tmp_path: Path, text: str, message: str) -> None:
    secret.parent.mkdir(parents=True)
    secret.write_text(text, encoding="utf-8")
    secret.chmod(0o600)
    with pytest.raises(SurroundingsError, match=message) as told:
        open_keyring(tmp_path / "data")
    assert not text or text not in told.value.message
    assert secret.read_text(encoding="utf-8") == text


def test_where_it_is_without_being_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RINGFINDER_SECRET_FILE")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert secret_file() == tmp_path / "ringfinder" / "secret"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert secret_file() == tmp_path / ".config" / "ringfinder" / "secret"


def test_a_new_one_keeps_the_old_one_beside_it(secret: Path, tmp_path: Path) -> None:
    before = open_keyring(tmp_path / "data")
    old = secret.read_text(encoding="ascii")
    kept = rotate()
    assert (kept.name, kept.read_text(encoding="ascii")) == ("secret.before", old)
    assert {path.stat().st_mode & 0o777 for path in (kept, secret)} == {0o600}
    after = open_keyring(tmp_path / "data")
    assert after.key_id != before.key_id
    assert after.key("phone", PHONE) != before.key("phone", PHONE)
    secret.unlink()
    kept.rename(secret)
    assert open_keyring(tmp_path / "data").key_id == before.key_id, "and it can be put back"


def test_keys_of_a_known_secret_are_for_ever() -> None:
    """Another key for the same value would make an empty graph of every graph that there is."""
    keyring = Keyring(bytes(range(32)))
    assert keyring.key_id == "116b4852"
    assert keyring.look_up("phone", "+86 188-1234-5671") == "c62af60a6539e1dbbdf93aa2a54d9932"
    assert keyring.look_up("request", "R0001") == "5d88a4718c6cac877674505d5ca0a10d"


def test_a_delegate_is_found_by_id_or_by_phone() -> None:
    keyring = Keyring(b"k" * 32)
    assert keyring.look_up("delegate", IDENTITY.lower()) == keyring.key("delegate", IDENTITY)
    assert keyring.look_up("delegate", PHONE) == keyring.key("delegate", PHONE)
    with pytest.raises(InputError, match="no usable delegate"):
        keyring.look_up("delegate", "nobody")
    with pytest.raises(InputError, match="there is no kind 'name'"):
        keyring.look_up("name", "王某")


# The command


@pytest.mark.parametrize("purpose", [(), ("--purpose", ""), ("--purpose", "  ")])
def test_no_key_without_a_purpose(key: Command, workspace: Path, purpose: tuple[str, ...]) -> None:
    told = key("phone", PHONE, *purpose)
    assert (told.code, told.out) == (2, "")
    assert told.err.splitlines() == [
        "error: looking up a key says whom you look for",
        "say why with --purpose TEXT; it is journalled",
    ]
    assert journalled(workspace) == []


def test_the_key_is_told_and_noted_and_the_value_is_not(
    key: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring = open_keyring(workspace)
    wanted = keyring.key("phone", PHONE)
    told = key("phone", "188 1234 5671", "--purpose", "复核")
    assert told == Outcome(0, f"{wanted}\n", f"made with secret {keyring.key_id}\n")
    assert key("phone", PHONE, "--purpose", "复核", "--lang", "zh").err == f"密钥编号 {keyring.key_id}\n"
    monkeypatch.setattr("sys.stdin", io.StringIO("+86-18812345671\nanother line\n"))
    told = key("phone", "-", "--purpose", "复核", "--json")
    assert json.loads(told.out) == {"kind": "phone", "key": wanted, "key_id": keyring.key_id}
    assert told.err == ""
    entries = journalled(workspace)
    assert [(one.action, one.purpose, one.object, one.details) for one in entries] == [
        ("neo4j key", "复核", f"phone {wanted}", {})
    ] * 3
    assert not [path for path in workspace.rglob("*") if path.is_file() and PHONE.encode() in path.read_bytes()]


def test_what_is_no_value_is_told_without_repeating_it(key: Command, workspace: Path) -> None:
    told = key("phone", "0000", "--purpose", "复核")
    assert (told.code, told.out) == (2, "")
    assert told.err.splitlines() == [
        "error: that is no usable phone",
        "see what is wrong with it: ringfinder normalize",
    ]
    assert key("surname", "王", "--purpose", "复核").code == 2
    assert journalled(workspace) == []
    assert key("request", " R0001 ", "--purpose", "复核").out == f"{open_keyring(workspace).key('request', 'R0001')}\n"


def test_a_secret_in_a_wrong_place_ends_the_command(
    key: Command, workspace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(workspace / "secret"))
    told = key("phone", PHONE, "--purpose", "复核")
    assert (told.code, told.out) == (3, "")
    assert told.err.splitlines() == [
        f"error: the secret {workspace / 'secret'} lies inside the workspace",
        "name another place in RINGFINDER_SECRET_FILE",
    ]
