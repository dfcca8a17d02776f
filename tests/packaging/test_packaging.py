"""What a user installs: the wheel's files, an import without extras, the layers, the constraints."""

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from ringfinder.neo4j.library import cypher_folder

ROOT = Path(__file__).resolve().parents[2]
HEAVY = {"pandas", "duckdb", "igraph", "sqlalchemy", "networkx", "scipy", "pyarrow"}
EXTRAS = (
    "fastapi",
    "uvicorn",
    "starlette",
    "pydantic",
    "neo4j",
    "psycopg",
    "docx",
    "lxml",
    "xlsxwriter",
    "matplotlib",
)

WITHOUT_EXTRAS = """
import importlib, pkgutil, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {extras!r}:
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, Absent())
import ringfinder
names = [module.name for module in pkgutil.walk_packages(ringfinder.__path__, "ringfinder.")]
for name in names:
    if name not in ("ringfinder.__main__",) and ".migrations." not in name:
        importlib.import_module(name)
print(len(names))
"""


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The sdist, and the wheel built from it (as `python -m build` does)."""
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    (sdist,) = out.glob("*.tar.gz")
    (wheel,) = out.glob("*.whl")
    return sdist, wheel


@pytest.mark.slow
def test_wheel_holds_the_code_the_data_and_nothing_else(distributions: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(distributions[1]) as wheel:
        names = set(wheel.namelist())
    tracked = set(_tracked("src/ringfinder", "api/ringfinder_api", "cypher"))
    expected = {name.removeprefix("src/").removeprefix("api/") for name in tracked if not name.startswith("cypher/")}
    expected |= {f"ringfinder/{name}" for name in tracked if name.startswith("cypher/")}
    shipped = {name for name in names if ".dist-info/" not in name}
    assert shipped == expected
    assert any(name.endswith("licenses/LICENSE") for name in names)


@pytest.mark.slow
def test_sdist_has_what_the_wheel_needs(distributions: tuple[Path, Path]) -> None:
    with tarfile.open(distributions[0]) as sdist:
        names = {name.partition("/")[2] for name in sdist.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "cypher/schema/constraints.cypher"} <= names
    assert not {name for name in names if name.startswith(("tests/", "benchmarks/", ".venv"))}


@pytest.mark.slow
def test_installed_wheel_finds_its_data(distributions: tuple[Path, Path], tmp_path: Path) -> None:
    with zipfile.ZipFile(distributions[1]) as wheel:
        for name in wheel.namelist():
            wheel.extract(name, tmp_path)
    code = "from ringfinder.neo4j.library import cypher_folder; print(cypher_folder())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
    )
    assert Path(done.stdout.strip()) == tmp_path / "ringfinder" / "cypher"


def test_cypher_folder_of_the_checkout() -> None:
    assert (cypher_folder() / "schema" / "constraints.cypher").is_file()


def test_core_imports_without_any_extra() -> None:
    code = WITHOUT_EXTRAS.format(extras=set(EXTRAS))
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > len(EXTRAS)


def test_help_imports_no_heavy_library() -> None:
    code = (
        f"import sys; from ringfinder.cli.root import run; run(['--help']); print(sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_constraints_pin_every_named_library_by_hash_and_name_no_host() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    assert "://" not in text
    assert "index-url" not in text
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    named = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for extra in project["project"]["optional-dependencies"].values():
        named += extra
    for requirement in named:
        name = requirement.partition(">=")[0].partition("[")[0].lower()
        assert f"\n{name}==" in "\n" + text.replace("[binary]", ""), requirement
    for line in text.splitlines():
        if "==" in line:
            assert line.endswith("\\"), f"no hash follows: {line}"


def test_core_requirements_are_a_part_of_the_constraints() -> None:
    script = ROOT / ".ci" / "requirements.py"
    done = subprocess.run([sys.executable, str(script)], check=True, capture_output=True, text=True)
    names = {line.partition("==")[0].partition("[")[0] for line in done.stdout.splitlines() if "==" in line}
    assert {"numpy", "pyarrow", "duckdb", "mako", "markupsafe"} <= names
    assert not names & {"pytest", "fastapi", "neo4j", "psycopg", "mypy"}


def _tracked(*folders: str) -> list[str]:
    listed = subprocess.run(["git", "ls-files", "--", *folders], check=True, capture_output=True, text=True, cwd=ROOT)
    return listed.stdout.splitlines()
