"""The check that receivers are shown is one, and agrees with ours."""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ringfinder.jobs.addresses import HOSTS_VARIABLE, NETWORKS_VARIABLE
from ringfinder.jobs.outbox import PUBLIC_URL_VARIABLE, Event
from ringfinder.jobs.signatures import sign, verify_signature

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "webhooks.md").read_text(encoding="utf-8")


@pytest.fixture
def genuine() -> Callable[[str, str, bytes], bool]:
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)  # noqa: S102 - our own page
    found: Callable[[str, str, bytes], bool] = names["genuine"]
    return found


@pytest.mark.parametrize(
    ("secret", "body", "age"), [("s", b"{}", 0), ("x", b"{}", 0), ("s", b"{ }", 0), ("s", b"{}", 400)]
)
def test_the_shown_check_agrees_with_ours(
    secret: str, body: bytes, age: int, genuine: Callable[[str, str, bytes], bool]
) -> None:
    now = int(time.time())
    header = sign("s", b"{}", now - age)
    ours = verify_signature(secret, header, body, now)
    assert genuine(secret, header, body) is ours is ((secret, body, age) == ("s", b"{}", 0))


def test_every_event_and_variable_is_on_the_page() -> None:
    for name in (*Event, HOSTS_VARIABLE, NETWORKS_VARIABLE, PUBLIC_URL_VARIABLE):
        assert f"`{name}`" in PAGE
