"""The command and the function: what they write, what they refuse, and that they write it again."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from ringfinder.cli.root import root
from ringfinder.errors import InputError, SurroundingsError
from ringfinder.records.tables import TABLES
from ringfinder.simulate import SCENARIOS, simulate


def _bytes(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, scenario: str) -> None:
    for name in ("one", "two"):
        simulate(scenario, 400, 5, tmp_path / name)
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")
    assert _bytes(tmp_path / "one.labels") == _bytes(tmp_path / "two.labels")


def test_another_seed_gives_another_portfolio(tmp_path: Path) -> None:
    for seed in (5, 6):
        simulate("town", 400, seed, tmp_path / str(seed))
    first, second = _bytes(tmp_path / "5"), _bytes(tmp_path / "6")
    assert all(first[name] != second[name] for name in ("surrender_requests.csv", "persons.csv", "policies.csv"))


def test_parquet_and_chinese_headers_hold_the_same_cells(tmp_path: Path) -> None:
    simulate("town", 400, 5, tmp_path / "csv")
    simulate("town", 400, 5, tmp_path / "zh", file_format="parquet", headers="zh")
    for name, table in TABLES.items():
        if (tmp_path / "csv" / f"{name}.csv").is_file():
            found = pq.read_table(tmp_path / "zh" / f"{table.zh[0]}.parquet")
            known = {column.zh[0]: column.name for column in table.columns}
            header = (tmp_path / "csv" / f"{name}.csv").read_text(encoding="utf-8").partition("\n")[0]
            assert [known[column] for column in found.column_names] == header.replace('"', "").split(",")


def test_the_command_makes_a_portfolio_and_says_what_is_in_it(tmp_path: Path) -> None:
    out = tmp_path / "portfolio"
    result = CliRunner().invoke(root, ["simulate", str(out), "--scenario", "small", "--requests", "400", "--seed", "3"])
    assert result.exit_code == 0, result.output
    assert "surrender_requests" in result.output
    assert (tmp_path / "portfolio.labels" / "labels.csv").is_file()
    assert sorted(path.stem for path in (tmp_path / "portfolio.labels").iterdir()) == ["honest", "labels", "roles"]


def test_the_list_names_every_family(tmp_path: Path) -> None:
    result = CliRunner().invoke(root, ["simulate", "--list"])
    assert result.exit_code == 0
    assert all(name in result.output for name in SCENARIOS)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_holds_something_is_kept_without_force(tmp_path: Path) -> None:
    simulate("town", 400, 5, tmp_path / "out")
    before = _bytes(tmp_path / "out")
    with pytest.raises(InputError, match="not empty"):
        simulate("town", 400, 6, tmp_path / "out")
    assert _bytes(tmp_path / "out") == before
    simulate("town", 400, 6, tmp_path / "out", force=True)
    assert _bytes(tmp_path / "out") != before


def test_force_replaces_portfolios_and_nothing_else(tmp_path: Path) -> None:
    letter = tmp_path / "home" / "letter.txt"
    letter.parent.mkdir()
    letter.write_text("dear", encoding="utf-8")
    (tmp_path / "home" / "persons.csv").write_text("person_id\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"letter\.txt"):
        simulate("town", 400, 5, letter.parent, force=True)
    assert letter.read_text(encoding="utf-8") == "dear"
    assert (tmp_path / "home" / "persons.csv").is_file()


def test_what_force_leaves_of_another_format_is_nothing(tmp_path: Path) -> None:
    simulate("mixed", 400, 5, tmp_path / "out", file_format="parquet")
    simulate("town", 400, 5, tmp_path / "out", force=True)
    assert {path.suffix for path in (tmp_path / "out").iterdir()} == {".csv"}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"scenario": "no_such"}, "no_such"),
        ({"requests": 12}, "too few"),
        ({"seed": -1}, "no seed"),
        ({"file_format": "xlsx"}, "xlsx"),
        ({"headers": "fr"}, "fr"),
    ],
)
def test_what_cannot_be_made_is_refused_in_a_sentence(tmp_path: Path, asked: dict[str, object], says: str) -> None:
    usual: dict[str, object] = {"scenario": "town", "requests": 400, "seed": 1, "out": tmp_path / "out"}
    with pytest.raises(InputError, match=says):
        simulate(**{**usual, **asked})  # type: ignore[arg-type]  # wrong on purpose
    assert not (tmp_path / "out").exists()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="is a file"):
        simulate("town", 400, 1, tmp_path / "out")
    with pytest.raises(SurroundingsError):
        simulate("town", 400, 1, tmp_path / "out" / "inside")


def test_the_smallest_portfolio_of_every_family_can_be_made(tmp_path: Path) -> None:
    for number, scenario in enumerate(SCENARIOS):
        assert simulate(scenario, 100, number, tmp_path / scenario)["surrender_requests"] == 100
