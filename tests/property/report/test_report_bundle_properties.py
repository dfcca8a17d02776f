"""Whatever is done to the bytes of a bundle is found; whatever may be written is read back."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.bundles import FILES, FOREIGN, KEY, bundle_of, manifest_of, write_folder

from ringfinder.report.bundle.archive import as_zip
from ringfinder.report.bundle.manifest import as_bytes, read_manifest
from ringfinder.report.bundle.names import OWN, folded, is_safe
from ringfinder.report.bundle.verifying import verify_bundle

WHOLE = bundle_of()
ZIP = as_zip(WHOLE)
NAMES = st.text(min_size=1, max_size=12).filter(lambda name: is_safe(name) and folded(name) not in OWN)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def found(raw: bytes) -> bool:
    """Whether something is found to be wrong with the bytes of a ZIP."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "b.zip"
        path.write_bytes(raw)
        return not verify_bundle(path, KEY.fingerprint).valid


def found_in(files: dict[str, bytes]) -> bool:
    """Whether something is found to be wrong with a bundle, as a folder and as a ZIP."""
    with TemporaryDirectory() as folder:
        as_folder = not verify_bundle(write_folder(files, Path(folder) / "b"), KEY.fingerprint).valid
    assert as_folder is found(as_zip(files))
    return as_folder


def test_nothing_is_found_where_nothing_was_done() -> None:
    assert not found(ZIP)
    assert not found_in(dict(WHOLE))


@settings(max_examples=250, derandomize=True, deadline=None)
@given(st.integers(0, len(ZIP) - 1), st.integers(1, 255))
def test_any_changed_byte_of_a_zip_is_found(place: int, change: int) -> None:
    assert found(ZIP[:place] + bytes([ZIP[place] ^ change]) + ZIP[place + 1 :])


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.integers(0, len(ZIP)), st.integers(0, len(ZIP)), st.binary(max_size=40))
def test_any_cut_or_inserted_piece_of_a_zip_is_found(one: int, two: int, piece: bytes) -> None:
    first, last = sorted((one, two))
    spoiled = ZIP[:first] + piece + ZIP[last:]
    assume(spoiled != ZIP)
    assert found(spoiled)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.sampled_from(sorted(WHOLE)), st.data())
def test_any_changed_file_is_found(name: str, data: st.DataObject) -> None:
    content = WHOLE[name]
    spoiled = data.draw(st.binary(max_size=30) | st.integers(0, len(content)).map(lambda cut: content[:cut] + b" "))
    place = data.draw(st.integers(0, max(0, len(content) - 1)))
    spoiled = data.draw(st.sampled_from([spoiled, content[:place] + spoiled[:1] + content[place + 1 :]]))
    assume(spoiled != content)
    assert found_in({**WHOLE, name: spoiled})


@settings(max_examples=40, derandomize=True, deadline=None)
@given(NAMES, st.sampled_from(sorted(WHOLE)), st.sampled_from(["add", "rename", "swap"]))
def test_any_added_removed_or_renamed_file_is_found(name: str, other: str, act: str) -> None:
    files = dict(WHOLE)
    assume(name not in files and not any(one.startswith(f"{name}/") or name.startswith(f"{one}/") for one in files))
    if act == "add":
        files[name] = b"x"
    else:
        content = files.pop(other)
        files |= {name: content} if act == "rename" else {}
    assert found_in(files)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=20), min_size=1, max_size=4), st.booleans())
def test_a_manifest_that_was_rebuilt_is_found(files: dict[str, bytes], own_signature: bool) -> None:  # noqa: FBT001
    paths = [name.split("/") for name in files]
    assume(len({folded(part[0]) for part in paths}) == len(paths))
    again = bundle_of(files, FOREIGN)
    if own_signature:
        again["signature.json"] = WHOLE["signature.json"]
    assert found_in(again)
    assert not found_in(bundle_of(files))  # with the key there is nothing to find


@settings(max_examples=100, derandomize=True, deadline=None)
@given(TEXTS, TEXTS, st.dictionaries(TEXTS, TEXTS, max_size=3), st.booleans())
def test_a_manifest_is_read_as_it_was_written(
    recipient: str,
    purpose: str,
    configuration: dict[str, str],
    masked: bool,  # noqa: FBT001
) -> None:
    manifest = manifest_of(FILES, recipient=recipient, purpose=purpose, configuration=configuration, masked=masked)
    assert read_manifest(as_bytes(manifest)) == manifest
