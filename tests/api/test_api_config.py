"""Settings of the service: read from a file and the environment, and refused with the line where they are wrong."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from ringfinder.errors import InputError
from ringfinder_api import config
from ringfinder_api.config import Issuer, Limits, ServiceSettings, Uploads, Webhooks, read_settings

WHOLE = """
cors_origins = ["https://console.example"]

[limits]
body_bytes = 1000
seconds = 5
requests_per_minute = 7

[webhooks]
hosts = ["hooks.example"]
networks = ["10.0.0.0/8"]

[[oidc]]
issuer = "https://login.example"
audience = "ringfinder"
jwks_uri = "https://login.example/keys"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "service.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("cors_origin = []", "line 1: there is no setting 'cors_origin'"),
        ("\n[limits]\nsecond = 3", "line 3: there is no setting 'limits.second'"),
        ("\n\n[limit]\nseconds = 3", "line 3: there is no setting 'limit'"),
        ("[limits]\nseconds = 'x'", "line 2: limits.seconds should be a number above zero"),
        ("[limits]\nbody_bytes = 0", "line 2: limits.body_bytes should be a whole number above zero"),
        ("[limits]\nbody_bytes = 1.5", "line 2: limits.body_bytes"),
        ("[limits]\nrequests_per_minute = true", "line 2: limits.requests_per_minute"),
        ("[webhooks]\nnetworks = 1", "line 2: webhooks.networks should be a table or a list"),
        ("cors_origins = 'https://a'", "line 1: cors_origins should be a table or a list"),
        ("limits = 3", "line 1: limits should be"),
        ("[[oidc]]\nissuer = 'x'", "oidc lacks audience, jwks_uri"),
        ("[[oidc]]\nissuer = 3", "line 2: oidc.issuer should be a text"),
        ("x = ", "is no TOML"),
    ],
)
def test_a_wrong_setting_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        read_settings(written(tmp_path, text), {})
    assert told in refused.value.message
    assert "service.toml" in refused.value.message


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("RINGFINDER_SERVICE_LIMITS_SECOND", "3", "is no setting"),
        ("RINGFINDER_SERVICE_LIMITS_SECONDS", "soon", "is no float"),
        ("RINGFINDER_SERVICE_LIMITS_BODY_BYTES", "-1", "limits.body_bytes should be"),
    ],
)
def test_a_wrong_variable_is_told_by_its_name(variable: str, value: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        read_settings(None, {variable: value})
    assert told in refused.value.message


def test_a_mistyped_name_comes_with_the_near_one(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_settings(written(tmp_path, "[limits]\nsecond = 3"), {})
    assert refused.value.remedy == "did you mean seconds?"


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "none.toml", tmp_path / "binary", tmp_path):
        with pytest.raises(InputError):
            read_settings(path, {})


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, WHOLE), {}) == ServiceSettings(
        cors_origins=("https://console.example",),
        limits=Limits(1000, 5.0, 7),
        webhooks=Webhooks(("hooks.example",), ("10.0.0.0/8",)),
        oidc=(Issuer("https://login.example", "ringfinder", "https://login.example/keys"),),
    )


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    environment = {
        "RINGFINDER_SERVICE_LIMITS_SECONDS": "2.5",
        "RINGFINDER_SERVICE_CORS_ORIGINS": "https://a.example, https://b.example",
        "RINGFINDER_SERVICE_WEBHOOKS_NETWORKS": "",
        "RINGFINDER_SERVICE_UPLOADS_BODY_BYTES": "4096",
        "RINGFINDER_WORKSPACE": "elsewhere",
    }
    read = read_settings(written(tmp_path, WHOLE), environment)
    assert read.limits == Limits(1000, 2.5, 7)
    assert read.cors_origins == ("https://a.example", "https://b.example")
    assert read.webhooks == Webhooks(("hooks.example",), ())
    assert read.uploads == Uploads(4096, 3600.0)


def test_the_documented_defaults_are_the_defaults(tmp_path: Path) -> None:
    documented = inspect.cleandoc(config.__doc__ or "").split("defaults::")[1].partition("[[oidc]]")[0]
    text = "\n".join(line.strip() for line in documented.splitlines())
    assert read_settings(written(tmp_path, text), {}) == ServiceSettings() == read_settings(None, {})


def test_uploads_have_bounds_of_their_own() -> None:
    settings = ServiceSettings(limits=Limits(10, 1.0), uploads=Uploads(99, 9.0))
    assert settings.bounds("/v1/uploads").body_bytes == settings.bounds("/v1/uploads/x").body_bytes == 99
    assert settings.bounds("/v1/uploadsx").body_bytes == settings.bounds("/v1/rings").body_bytes == 10
