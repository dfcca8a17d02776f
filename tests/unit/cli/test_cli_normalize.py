"""`ringfinder normalize`: a line out for each line in."""

from pathlib import Path

import pytest

from ringfinder.cli.root import run


def told(capsys: pytest.CaptureFixture[str], path: Path, data: bytes, *options: str) -> tuple[int, list[str], str]:
    path.write_bytes(data)
    code = run(["normalize", *options, str(path)])
    captured = capsys.readouterr()
    return code, captured.out.split("\n"), captured.err


def test_one_line_for_each_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = b"139 1234 5679\r\n\n13800000000\nab\tcd"
    code, lines, _ = told(capsys, tmp_path / "in", data, "phone")
    assert code == 0
    assert lines == ["139 1234 5679\t13912345679\t", "\t\t", "13800000000\t\tplaceholder", "ab cd\t\tdamaged", ""]


def test_other_encodings_are_named_or_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data = "南山区科技园路8号3栋1502室\n".encode("gb18030")
    code, lines, _ = told(capsys, tmp_path / "in", data, "address", "--encoding", "gb18030")
    assert code == 0
    assert lines[0].split("\t")[1:] == ["广东省深圳市南山区科技园路8号3栋1502", "city_assumed"]
    code, _, said = told(capsys, tmp_path / "in", b"1\n" + data, "address")
    assert code == 2
    assert "line 2" in said
    assert "--encoding" in said
    assert told(capsys, tmp_path / "in", data, "address", "--encoding", "klingon")[0] == 2


def test_an_unknown_kind_is_the_users_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["normalize", "fax"]) == 2
    assert "fax" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "value", "form", "remarks"),
    [
        ("phone", "+86 139-5180-7264", "13951807264", ""),
        ("id_no", "11010119900307109x", "11010119900307109X", ""),
        ("id_no", "110101199003071091", "", "check_failed"),
        ("bank_account", "6217 0000 5314 9414 63", "621700005314941463", "luhn_failed"),
        ("email", " A@QQ.com", "a@qq.com", ""),
        ("address", "同上", "", "placeholder"),
        ("device", " AB-1 ", "ab-1", ""),
        ("ip", "10.0.0.1", "10.0.0.1", ""),
    ],
)
def test_every_kind_prints_value_form_and_remarks(
    kind: str, value: str, form: str, remarks: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, lines, _ = told(capsys, tmp_path / "in", f"{value}\n".encode(), kind)
    assert code == 0
    assert lines == [f"{value}\t{form}\t{remarks}", ""]
