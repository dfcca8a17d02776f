"""The Python API: frames in and out, the same rings as the command, light to import, hard to misuse."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.detection import town

import ringfinder
from ringfinder import detect, explain, load
from ringfinder.detect.settings import DetectSettings
from ringfinder.errors import InputError
from ringfinder.pipeline.frames import Explanation, Found, Loaded
from ringfinder.report.results import MEMBER_COLUMNS, RING_COLUMNS

SHARED = {"phone": "13912345679", "payout_account": "6217000053149414636"}
HEAVY = ("pandas", "numpy", "pyarrow", "duckdb", "igraph", "sqlalchemy", "networkx", "scipy")


@pytest.fixture(scope="module")
def requests() -> pd.DataFrame:
    return pd.DataFrame(town(phone=SHARED["phone"], payout_account=SHARED["payout_account"]))


@pytest.fixture(scope="module")
def loaded(requests: pd.DataFrame) -> Loaded:
    return load({"surrender_requests": requests})


@pytest.fixture(scope="module")
def found(loaded: Loaded) -> Found:
    return detect(loaded)


def test_exported_names() -> None:
    assert ringfinder.__all__ == ["__version__", "detect", "explain", "load"]
    for name in ringfinder.__all__:
        assert name in dir(ringfinder)
        assert getattr(ringfinder, name) is not None
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = ringfinder.nothing_like_it  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "lines",
    [
        "from ringfinder import detect; import ringfinder.detect.settings",
        "import ringfinder.detect.settings; from ringfinder import detect",
        "from ringfinder.detect import DetectSettings; from ringfinder import detect",
        "import ringfinder.detect as stages; stages.DetectSettings; detect = stages",
        "import ringfinder, ringfinder.detect; ringfinder.detect.DetectSettings; detect = ringfinder.detect",
    ],
)
def test_detect_is_a_function_and_a_package_in_whatever_order_they_are_imported(lines: str) -> None:
    code = f"{lines}\ntry:\n    detect()\nexcept TypeError as error:\n    print(error)"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert "detect() missing 1 required positional argument: 'portfolio'" in done.stdout


def test_the_package_alone_imports_nothing_heavy() -> None:
    code = f"import sys, ringfinder; print(sorted(set({HEAVY}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout == "[]\n"


def test_every_row_is_accounted_for(requests: pd.DataFrame) -> None:
    wrong = pd.concat([requests, requests.head(2), requests.head(1).assign(request_id="R9", applied_at="soon")])
    loaded = load({"退保申请": wrong})
    (row,) = loaded.account.to_dict("records")
    assert (row["table"], row["read"], row["loaded"], row["rejected"], row["merged"]) == (
        "surrender_requests",
        403,
        400,
        1,
        2,
    )
    assert loaded.rejects.to_dict("records")[0]["column"] == "applied_at"
    assert len(loaded.frame("surrender_requests")) == 400
    assert loaded.frame("surrender_requests")["phone_nf"].notna().all()


def test_rings_and_members_have_the_columns_of_the_files(found: Found) -> None:
    assert list(found.rings.columns) == list(RING_COLUMNS)
    assert tuple(found.members.columns[: len(MEMBER_COLUMNS)]) == MEMBER_COLUMNS
    assert len(found.rings) == 1
    assert found.rings["requests"][0] == len(found.members) == 12
    assert found.rings["money_requested"][0] == 12 * 4000.0
    assert found.rings.dtypes["score"] == np.float64
    assert found.rings.dtypes["q_value"] == np.float64
    assert found.rings["first_at"][0] == found.members["applied_at"].min()
    assert set(found.members["file"]) == {"surrender_requests.parquet"}
    assert found.settings == DetectSettings().hash
    assert len(found.coverage) > 10


def test_evidence_is_in_order_and_masked(found: Found) -> None:
    assert set(found.evidence["ring_id"]) == set(found.rings["ring_id"])
    assert found.evidence["weight"].is_monotonic_decreasing
    text = found.evidence.to_json(force_ascii=False)
    assert SHARED["phone"] not in text
    assert "139****5679" in text


def test_an_explanation_has_sentences_and_frames(found: Found) -> None:
    why = explain(found, found.rings["ring_id"][0])
    assert isinstance(why, Explanation)
    assert why.en.startswith("12 unrelated people, 1 phone, 1 payee account")
    assert why.zh.startswith("12名互不相关的投保人")
    assert why.sentences["section"][0] == "summary"
    assert len(why.members) == 12
    assert set(why.shared["kind"]) == {"phone", "bank_account"}
    assert list(why.evidence["weight"]) == sorted(why.evidence["weight"], reverse=True)
    assert why.graph.number_of_nodes() == 12 + 12 + 2 + 1  # the last is the payee, no applicant
    assert SHARED["phone"] not in why.zh + why.en + why.shared.to_json() + str(list(why.graph.nodes(data=True)))


def test_frames_and_files_give_the_same_rings(requests: pd.DataFrame, found: Found, tmp_path: Path) -> None:
    requests.to_csv(tmp_path / "surrender_requests.csv", index=False)
    for path in (tmp_path, str(tmp_path)):
        pd.testing.assert_frame_equal(detect(load(path)).rings, found.rings)
    typed = requests.assign(
        applied_at=pd.to_datetime(requests["applied_at"]),
        cash_value=requests["cash_value"].astype(float),
        kind=requests["kind"].astype("category"),
    ).sample(frac=1, random_state=3)
    pd.testing.assert_frame_equal(detect(load({"surrender_requests": typed})).rings, found.rings)
    mixed = requests.assign(phone=[int(phone) if n % 2 else phone for n, phone in enumerate(requests["phone"])])
    pd.testing.assert_frame_equal(detect(load({"surrender_requests": mixed})).rings, found.rings)


def test_what_a_reader_broke_is_told(requests: pd.DataFrame) -> None:
    broken = requests.assign(payout_account=requests["payout_account"].astype(float))
    assert any(
        "payout_account" in warning and "dtype=str" in warning for warning in load({"退保申请": broken}).warnings
    )


def test_own_headers_go_through_a_mapping(requests: pd.DataFrame, found: Found, tmp_path: Path) -> None:
    file = tmp_path / "mapping.toml"
    text = '[tables.surrender_requests]\nfile = "TB.csv"\n[tables.surrender_requests.columns]\nphone = "TEL"\n'
    file.write_text(text, encoding="utf-8")
    loaded = load({"surrender_requests": requests.rename(columns={"phone": "TEL"})}, file)
    pd.testing.assert_frame_equal(detect(loaded).rings, found.rings)


def test_settings_in_all_their_forms(loaded: Loaded, tmp_path: Path) -> None:
    name = next(name for name, value in vars(DetectSettings()).items() if type(value) is float)
    file = tmp_path / "mine.toml"
    file.write_text(f"version = {DetectSettings().version}\n{name} = 7\n", encoding="utf-8")
    hashes = {detect(loaded, form).settings for form in ({name: 7}, file, str(file))}
    assert len(hashes) == 1
    assert hashes != {DetectSettings().hash} == {detect(loaded.portfolio, DetectSettings()).settings}
    with pytest.raises(InputError, match="no setting"):
        detect(loaded, {"nothing": 7})


def test_misuse_is_told(found: Found, requests: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load({"surrender_request": requests})
    assert "did you mean surrender_requests?" in caught.value.remedy
    with pytest.raises(InputError, match="no surrender requests"):
        load({"persons": pd.DataFrame({"person_id": ["P1"]})})
    with pytest.raises(InputError, match="two frames"):
        load({"surrender_requests": requests, "退保申请": requests})
    with pytest.raises(InputError, match="list"):
        load({"surrender_requests": [1]})  # type: ignore[dict-item]
    with pytest.raises(InputError, match="no folder"):
        load(tmp_path / "none")
    with pytest.raises(InputError, match="no ring") as caught:
        explain(found, found.rings["ring_id"][0][:-1])
    assert found.rings["ring_id"][0] in caught.value.remedy


def test_one_request_and_none() -> None:
    row = {"request_id": "R1", "policy_no": "L1", "applicant_id": "P1", "applied_at": "2026-01-05"}
    for frame in (pd.DataFrame([row]), pd.DataFrame([row]).head(0)):
        found = detect(load({"surrender_requests": frame}))
        assert list(found.rings.columns) == list(RING_COLUMNS)
        assert len(found.rings) == len(found.members) == len(found.evidence) == 0
