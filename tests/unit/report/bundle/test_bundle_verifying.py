"""Everything that somebody may do to a bundle is found and named, with nothing but the bundle and a fingerprint."""

import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.bundles import FILES, FOREIGN, KEY, bundle_of, write_folder, write_zip

from ringfinder.errors import InputError, SurroundingsError
from ringfinder.keychain import SIGNING, secret_file
from ringfinder.report.bundle.archive import MOST_BYTES, as_zip
from ringfinder.report.bundle.faults import SENTENCES, Flaw
from ringfinder.report.bundle.manifest import read_manifest
from ringfinder.report.bundle.signing import grouped
from ringfinder.report.bundle.verifying import verify_bundle

Files = dict[str, bytes]


def flaws(path: Path, key: str = KEY.fingerprint) -> list[tuple[Flaw, str]]:
    found = verify_bundle(path, key)
    assert found.valid is (not found.faults)
    for fault in found.faults:
        assert all(fault.words())
    return [(fault.flaw, fault.name) for fault in found.faults]


def both(files: Files, place: Path) -> list[tuple[Flaw, str]]:
    """What is wrong with a bundle, which is the same for a folder and a ZIP."""
    found = flaws(write_folder(files, place / "folder"))
    assert flaws(write_zip(files, place / "bundle.zip")) == found
    return found


def test_a_whole_bundle(tmp_path: Path) -> None:
    assert both(bundle_of(), tmp_path) == []
    found = verify_bundle(tmp_path / "bundle.zip", grouped(KEY.fingerprint).lower())
    assert found.files == len(FILES) + 2
    assert found.manifest is not None
    assert found.manifest.number == "RF-2026-000001"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda files: files.update({"lead.json": b"{}"}), [(Flaw.CHANGED, "lead.json")]),
        (lambda files: files.update({"empty.txt": b"\n"}), [(Flaw.CHANGED, "empty.txt")]),
        (lambda files: files.pop("empty.txt"), [(Flaw.MISSING, "empty.txt")]),
        (lambda files: files.update({"more.txt": b""}), [(Flaw.EXTRA, "more.txt")]),
        (
            lambda files: files.update({"other.json": files.pop("lead.json")}),
            [(Flaw.EXTRA, "other.json"), (Flaw.MISSING, "lead.json")],
        ),
        (lambda files: files.pop("manifest.json"), [(Flaw.NO_MANIFEST, "")]),
        (lambda files: files.pop("signature.json"), [(Flaw.NO_SIGNATURE, "")]),
        (
            lambda files: files.update({"LEAD.json": b""}),
            [(Flaw.ALIKE, "LEAD.json, lead.json"), (Flaw.EXTRA, "LEAD.json")],
        ),
    ],
    ids=["changed", "longer", "missing", "extra", "renamed", "no-manifest", "no-signature", "alike"],
)
def test_changed_added_and_missing_files(
    tmp_path: Path, change: Callable[[Files], object], expected: list[tuple[Flaw, str]]
) -> None:
    files = bundle_of()
    change(files)
    assert both(files, tmp_path) == expected


def test_a_manifest_that_was_rebuilt(tmp_path: Path) -> None:
    """Content and sums changed together: without the key, only another one can sign that."""
    changed = {**FILES, "lead.json": b"{}"}
    again = bundle_of(changed, FOREIGN)
    assert both(again, tmp_path / "signed") == [(Flaw.OTHER_KEY, grouped(FOREIGN.fingerprint))]
    old = {**again, "signature.json": bundle_of()["signature.json"]}
    assert both(old, tmp_path / "old") == [(Flaw.NOT_SIGNED, "")]
    other = {**bundle_of(), "signature.json": bundle_of(number="RF-2026-000002")["signature.json"]}
    assert both(other, tmp_path / "other") == [(Flaw.NOT_SIGNED, "")]


def test_a_signature_that_names_another_key(tmp_path: Path) -> None:
    """The public key of the site beside a signature of another key."""
    files = bundle_of(key=FOREIGN)
    public = FOREIGN.public.hex().encode()
    named = grouped(FOREIGN.fingerprint).encode()
    mixed = files["signature.json"].replace(public, KEY.public.hex().encode())
    mixed = mixed.replace(named, grouped(KEY.fingerprint).encode())
    assert both({**files, "signature.json": mixed}, tmp_path / "a") == [(Flaw.NOT_SIGNED, "")]
    half = files["signature.json"].replace(named, grouped(KEY.fingerprint).encode())
    ((flaw, _),) = both({**files, "signature.json": half}, tmp_path / "b")
    assert flaw is Flaw.BAD_SIGNATURE


@pytest.mark.parametrize(
    "raw", [b"", b"{}", b"[]", b"\xff", b"null", b"[" * 100_000, b'{"public_key": 1}', b"1" * 5000]
)
def test_manifests_and_signatures_that_are_none(tmp_path: Path, raw: bytes) -> None:
    found = both({**bundle_of(), "manifest.json": raw}, tmp_path / "m")
    assert [flaw for flaw, _ in found] == [Flaw.BAD_MANIFEST, Flaw.NOT_SIGNED]
    found = both({**bundle_of(), "signature.json": raw}, tmp_path / "s")
    assert [flaw for flaw, _ in found] == [Flaw.BAD_SIGNATURE]


def test_links_and_special_files_of_a_folder(tmp_path: Path) -> None:
    folder = write_folder(bundle_of(), tmp_path / "b")
    (folder / "lead.json").rename(tmp_path / "elsewhere")
    (folder / "lead.json").symlink_to(tmp_path / "elsewhere")
    (folder / "more").symlink_to(tmp_path)
    (folder / "void").mkdir()
    os.mkfifo(folder / "pipe")
    assert flaws(folder) == [
        (Flaw.LINK, "lead.json"),
        (Flaw.LINK, "more"),
        (Flaw.SPECIAL, "pipe"),
        (Flaw.EXTRA, "void/"),
    ]


def test_names_of_a_folder_that_no_bundle_has(tmp_path: Path) -> None:
    folder = write_folder(bundle_of(), tmp_path / "b")
    odd = ["a\\b", "con", "x ", "nul.txt", "\u202ecod.exe", "a:b", os.fsdecode(b"\xff")]
    for name in odd:
        (folder / name).write_bytes(b"")
    assert sorted(flaws(folder)) == sorted((Flaw.UNSAFE, name) for name in odd)


def entry(name: str, content: bytes = b"x", **more: object) -> tuple[zipfile.ZipInfo, bytes]:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    for key, value in more.items():
        setattr(info, key, value)
    return info, content


def rezipped(path: Path, *more: tuple[zipfile.ZipInfo, bytes], comment: bytes = b"") -> Path:
    """The bundle as a common ZIP, with more entries."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in sorted(bundle_of().items()):
            archive.writestr(*entry(name, content))
        for info, content in more:
            archive.writestr(info, content)
        archive.comment = comment
    return path


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        ("../../etc/passwd", Flaw.UNSAFE),
        ("/etc/passwd", Flaw.UNSAFE),
        ("a/../b", Flaw.UNSAFE),
        ("a//b", Flaw.UNSAFE),
        ("C:\\x", Flaw.UNSAFE),
        ("folder/", Flaw.UNSAFE),
        ("link", Flaw.LINK),
        ("packed", Flaw.PACKED),
    ],
)
def test_entries_of_a_zip_that_no_bundle_has(tmp_path: Path, name: str, flaw: Flaw) -> None:
    more: dict[str, object] = {}
    if flaw is Flaw.LINK:
        more = {"create_system": 3, "external_attr": 0o120777 << 16}
    if flaw is Flaw.PACKED:
        more = {"compress_type": zipfile.ZIP_DEFLATED}
    path = rezipped(tmp_path / "b.zip", entry(name, b"x" * 100, **more))
    assert (flaw, name) in flaws(path)
    assert sorted(tmp_path.iterdir()) == [path]  # nothing is unpacked


def test_an_entry_twice(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = rezipped(tmp_path / "b.zip", entry("lead.json", b"other"))
    assert flaws(path) == [(Flaw.TWICE, "lead.json")]


def test_a_common_zip_with_a_comment(tmp_path: Path) -> None:
    assert flaws(rezipped(tmp_path / "b.zip", comment=b"hello")) == [(Flaw.COMMENT, "")]
    assert flaws(rezipped(tmp_path / "c.zip")) == [(Flaw.BYTES, "")]  # stamps and rights are not ours


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw + b"\0",
        lambda raw: b"MZ" + raw,
        lambda raw: raw + raw,
        lambda raw: raw[:-1],
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:10],
        lambda _: b"",
        lambda _: b"PK\x05\x06" + b"\0" * 18,
        lambda raw: raw.replace(b"empty.txt", b"empty.txu", 1),
        lambda raw: raw[:6] + b"\x01" + raw[7:],
    ],
    ids=["behind", "before", "doubled", "cut", "half", "header", "empty", "bare", "local-name", "encrypted"],
)
def test_bytes_that_belong_to_no_file(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    path = tmp_path / "b.zip"
    path.write_bytes(spoil(as_zip(bundle_of())))
    found = flaws(path)
    assert found
    assert {flaw for flaw, _ in found} <= {Flaw.BYTES, Flaw.NO_ZIP, Flaw.BROKEN, Flaw.NO_MANIFEST, Flaw.NO_SIGNATURE}


def test_a_zip_that_claims_to_be_huge(tmp_path: Path) -> None:
    raw = as_zip(bundle_of())
    place = raw.index(b"PK\x01\x02")
    claimed = raw[: place + 20] + struct.pack("<LL", 0xFFFFFFF0, 0xFFFFFFF0) + raw[place + 28 :]
    (tmp_path / "b.zip").write_bytes(claimed)
    assert flaws(tmp_path / "b.zip")[0][0] in {Flaw.NO_ZIP, Flaw.BROKEN}
    with (tmp_path / "c.zip").open("wb") as file:
        file.truncate(MOST_BYTES * 2)  # takes no room
    assert flaws(tmp_path / "c.zip")[0] == (Flaw.TOO_LARGE, "")


def test_what_is_no_bundle_and_no_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGFINDER_SECRET_FILE", str(tmp_path / "config" / "secret"))
    folder = write_folder(bundle_of(), tmp_path / "b")
    with pytest.raises(InputError, match="there is no bundle"):
        verify_bundle(tmp_path / "none", KEY.fingerprint)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="neither a folder nor a file"):
        verify_bundle(tmp_path / "pipe", KEY.fingerprint)
    for key in ("x", KEY.fingerprint[:-1], KEY.fingerprint[:8], KEY.fingerprint + "0", "g" * 64):
        with pytest.raises(InputError, match="no fingerprint"):
            verify_bundle(folder, key)
    with pytest.raises(InputError, match="no key to compare"):
        verify_bundle(folder)
    assert not secret_file(SIGNING).exists()  # looking makes none
    secret_file(SIGNING).parent.mkdir()
    secret_file(SIGNING).write_text(bytes(range(32)).hex())
    with pytest.raises(SurroundingsError, match="others may read"):
        verify_bundle(folder)
    secret_file(SIGNING).chmod(0o600)
    assert verify_bundle(folder).valid
    secret_file(SIGNING).write_text("ab" * 31)
    with pytest.raises(SurroundingsError, match="not 32 bytes"):
        verify_bundle(folder)


def test_every_flaw_has_its_sentence() -> None:
    assert set(SENTENCES) == set(Flaw)
    assert all(("{0}" in zh) is ("{0}" in en) for zh, en in SENTENCES.values())


def test_others_can_read_the_zip_and_the_signature(tmp_path: Path) -> None:
    """A common library opens the ZIP, and the signature is over the bytes of the manifest as they stand."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - an extra

    with zipfile.ZipFile(io.BytesIO(as_zip(bundle_of()))) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == bundle_of()
        archive.extractall(tmp_path / "unpacked")
    assert flaws(tmp_path / "unpacked") == []
    manifest = bundle_of()["manifest.json"]
    said = read_manifest(manifest)
    assert said.recipient == "金融监管局"
    Ed25519PublicKey.from_public_bytes(KEY.public).verify(
        bytes.fromhex(bundle_of()["signature.json"].decode().split('"signature": "')[1][:128]), manifest
    )
