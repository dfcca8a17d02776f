"""A small made-up portfolio, detected and projected: what the tests and the pictures of Browser look at."""

from __future__ import annotations

from pathlib import Path

from neo4j import Driver

from ringfinder.neo4j.projection import Projection
from ringfinder.neo4j.sync import synchronise
from ringfinder.pipeline.detection import detect_workspace
from ringfinder.pipeline.graph import Asked, projection_of
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace

FAMILY, REQUESTS, SEED = "town", 2000, 3


def projected(folder: Path) -> Projection:
    """The projection of scope `linked` of that portfolio."""
    simulate(FAMILY, REQUESTS, SEED, folder / "portfolio")
    with Workspace.open(Settings(folder / "data")) as workspace:
        load_folder(workspace, folder / "portfolio")
        detect_workspace(workspace)
        return projection_of(workspace, Asked(), [])


def load(driver: Driver, projection: Projection, folder: Path) -> None:
    """Put it into the server, in place of whatever is there."""
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 10000 ROWS").consume()
    synchronise(driver, projection, folder, full=True)
