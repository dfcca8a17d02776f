"""A simulated portfolio with rings of all kinds, analysed once."""

import pytest
from tests.detection import analysed

from ringfinder.detect import detect
from ringfinder.detect.analysis import Analysis
from ringfinder.pipeline.frames import load
from ringfinder.records.portfolio import Portfolio
from ringfinder.records.rings import Detection
from ringfinder.simulate import simulate


@pytest.fixture(scope="session")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    folder = tmp_path_factory.mktemp("mixed") / "tables"
    simulate("mixed", 3_000, 1, folder)
    return load(folder).portfolio


@pytest.fixture(scope="session")
def analysis(mixed: Portfolio) -> Analysis:
    return analysed(mixed)


@pytest.fixture(scope="session")
def detection(mixed: Portfolio) -> Detection:
    return detect(mixed)
