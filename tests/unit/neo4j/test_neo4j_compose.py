"""compose.yaml, looked at without Docker."""

import importlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from ringfinder.neo4j.server import PINNED

FILE = Path(__file__).resolve().parents[3] / "compose.yaml"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    # By name: PyYAML comes with pre-commit, and without types.
    parsed = importlib.import_module("yaml").safe_load(FILE.read_text(encoding="utf-8"))
    assert isinstance(parsed, dict)
    return parsed


@pytest.fixture(scope="module")
def service(compose: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = compose["services"]["neo4j"]
    return found


def test_the_image_is_the_community_edition_at_our_version(service: dict[str, Any]) -> None:
    assert service["image"] == f"neo4j:{PINNED.neo4j}-community"
    assert "NEO4J_ACCEPT_LICENSE_AGREEMENT" not in service["environment"]


def test_it_is_published_on_the_loopback_alone(service: dict[str, Any]) -> None:
    assert service["ports"] == ["127.0.0.1:7474:7474", "127.0.0.1:7687:7687"]
    assert "network_mode" not in service


def test_the_password_must_be_given_and_stands_nowhere(service: dict[str, Any]) -> None:
    assert re.fullmatch(r"neo4j/\$\{RINGFINDER_NEO4J_PASSWORD:\?[^}]+\}", service["environment"]["NEO4J_AUTH"])
    assert "PASSWORD" not in json.dumps({**service, "environment": {}})


def test_gds_without_telemetry_within_memory(service: dict[str, Any]) -> None:
    said = service["environment"]
    assert json.loads(said["NEO4J_PLUGINS"]) == ["graph-data-science"]
    assert said["NEO4J_dbms_security_procedures_unrestricted"] == "gds.*"
    assert said["NEO4J_dbms_usage__report_enabled"] == said["NEO4J_client_allow__telemetry"] == "false"
    for name in ("heap_initial__size", "heap_max__size", "pagecache_size"):
        assert re.fullmatch(r"[1-9][0-9]*[mg]", said[f"NEO4J_server_memory_{name}"])
    assert all(isinstance(value, str) for value in said.values()), "compose wants text, not booleans"


def test_health_and_named_volumes(compose: dict[str, Any], service: dict[str, Any]) -> None:
    check = " ".join(service["healthcheck"]["test"])
    assert "7474" in check
    assert "graph-data-science" in check
    mounted = dict(volume.split(":") for volume in service["volumes"])
    assert mounted == {"neo4j-data": "/data", "neo4j-logs": "/logs"}
    assert mounted.keys() == compose["volumes"].keys()
