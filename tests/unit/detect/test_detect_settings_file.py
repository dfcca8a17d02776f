"""Settings files: whole ones with their sources, careful reading, and a hash that follows the values alone."""

import re
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from ringfinder.detect import DetectSettings
from ringfinder.detect.settings_file import read_settings, settings_of, settings_text
from ringfinder.errors import InputError

DEFAULTS = asdict(DetectSettings())
VERSION = f"version = {DetectSettings().version}"
NUMBER = next(name for name, value in DEFAULTS.items() if type(value) is float and not name.endswith("_share"))
WHOLE = next(name for name, value in DEFAULTS.items() if type(value) is int and name != "version")
SHARE = next(name for name in DEFAULTS if name.endswith("_share"))
SOURCES = re.compile(r"\[(law|published|principle|measured)")


def write(path: Path, text: str) -> Path:
    file = path / "mine.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_whole_file_reads_back_as_the_defaults(tmp_path: Path) -> None:
    assert read_settings(write(tmp_path, settings_text())) == DetectSettings()


def test_changed_settings_read_back_as_they_are(tmp_path: Path) -> None:
    changed = settings_of({NUMBER: 2.75, WHOLE: 4})
    assert read_settings(write(tmp_path, settings_text(changed))).hash == changed.hash != DetectSettings().hash


def test_every_constant_is_shown_with_its_source() -> None:
    lines = settings_text().splitlines()
    for field in fields(DetectSettings):
        (place,) = [number for number, line in enumerate(lines) if line.startswith(f"{field.name} =")]
        told = lines[place] if "#" in lines[place] else lines[place - 1]
        assert field.name == "version" or SOURCES.search(told), f"{field.name} has no source: {told}"


def test_what_is_left_out_has_its_default_and_a_whole_number_will_do(tmp_path: Path) -> None:
    read = read_settings(write(tmp_path, f"\ufeff{VERSION}\n{NUMBER} = 3\n"))
    assert read == settings_of({NUMBER: 3.0})
    assert read.hash == settings_of({NUMBER: 3.0}).hash, "3 and 3.0 are one setting"


WRONG = {
    f"{VERSION}\n\n{NUMBER[:-1]}x = 3\n": ("line 3", f"no setting '{NUMBER[:-1]}x'", f"did you mean {NUMBER}?"),
    f"{VERSION}\nzzz = 3\n": ("line 2", "no setting 'zzz'", "settings show"),
    f"{VERSION}\n{NUMBER} = 'high'\n": ("line 2", f'{NUMBER} is "high"', f"a number, such as {DEFAULTS[NUMBER]}"),
    f"{VERSION}\n{NUMBER} = nan\n": ("line 2", f"{NUMBER} is NaN", "a number"),
    f"{VERSION}\n{NUMBER} = true\n": ("line 2", f"{NUMBER} is true", "a number"),
    f"{VERSION}\n{WHOLE} = 3.5\n": ("line 2", f"{WHOLE} is 3.5", f"a whole number, such as {DEFAULTS[WHOLE]}"),
    f"{VERSION}\n{WHOLE} = -3\n": ("line 2", f"{WHOLE} is -3", "zero or more"),
    f"{VERSION}\n{SHARE} = 1.5\n": ("line 2", f"{SHARE} is 1.5", "between 0 and 1"),
    f"{VERSION}\n[score]\n{NUMBER} = 3\n": ("line 2", "no setting 'score'", "settings show"),
    f"{VERSION}\n{NUMBER} 3\n": ("mine.toml", "no TOML", "line 2"),
    f"{NUMBER} = 3\n": ("mine.toml", "no version", VERSION),
    "version = 99\n": ("line 1", "version 99", "settings show"),
}


@pytest.mark.parametrize("text", WRONG)
def test_a_slip_is_told_with_its_line_and_the_way_out(text: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_settings(write(tmp_path, text))
    said = f"{caught.value.message}\n{caught.value.remedy}"
    assert "mine.toml" in caught.value.message
    for part in WRONG[text]:
        assert part in said


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no settings file"):
        read_settings(tmp_path / "none.toml")
    with pytest.raises(InputError, match="folder"):
        read_settings(tmp_path)
    (tmp_path / "odd.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        read_settings(tmp_path / "odd.toml")


def test_values_of_a_program_need_no_version() -> None:
    assert getattr(settings_of({NUMBER: 3}), NUMBER) == 3.0
    with pytest.raises(InputError, match="no setting"):
        settings_of({"nothing": 3})


def test_the_shown_values_are_the_ones_in_force() -> None:
    for name, value in asdict(DetectSettings()).items():
        assert re.search(rf"^{name} = {re.escape(str(value))}(?:\s|$)", settings_text(), re.MULTILINE)
