"""Values sifted one by one against the network, which sifts all of them at once."""

import numpy as np
import pytest

from ringfinder.detect.sieve import Sieve
from ringfinder.graph.network import LINKING_KINDS, Limits, Network, build_network
from ringfinder.pipeline.load import load_folder
from ringfinder.settings import Settings
from ringfinder.simulate import simulate
from ringfinder.store import Workspace


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    place = tmp_path_factory.mktemp("sieve")
    simulate("town", 1500, 11, place / "town")
    with Workspace.open(Settings(place / "data")) as workspace:
        load_folder(workspace, place / "town")
        return build_network(workspace.portfolio())


def test_each_value_ends_where_the_network_ended_it(network: Network) -> None:
    sieve, values = Sieve(network, Limits()), network.values
    used = np.unique(network.uses.code)
    alive = set(zip(values.kind[used].tolist(), values.text.take(used).to_pylist(), strict=True))
    fates = set()
    for number, kind in enumerate(LINKING_KINDS):
        names = ("id_no", "phone") if kind == "delegate" else (kind,)
        for code in range(sum(len(network.codes[name].values) for name in names)):
            found = sieve.sift(kind, code)
            fates.add(found.fate)
            assert ((number, found.text) in alive) == (not found.fate), (kind, found.fate)
            if not found.fate:
                kept = {
                    request for request, why in zip(found.uses.request.tolist(), found.left_out, strict=True) if not why
                }
                assert kept == set(network.uses.request[network.uses.code == found.value].tolist())
                assert found.value_class == values.classes[found.value]
    assert {"", "agent", "registry", "one_household", "own_elsewhere", "kin", "spreads", "counter"} <= fates
