"""Small numbers are told as they are: what is expected a ten-thousandth of a time is not told as 0."""

import pytest

from ringfinder.detect.indicators import expected_count, written


@pytest.mark.parametrize(
    ("count", "told"),
    [
        (0.0, "0"),
        (3.0, "3"),
        (2.345, "2.35"),
        (0.01, "0.01"),
        (0.00999, "0.01"),
        (0.00034, "0.0003"),
        (0.0000023, "0.000002"),
        (3e-9, "0.000001"),
    ],
)
def test_what_is_expected_is_told_to_its_first_digit(count: float, told: str) -> None:
    assert written(expected_count(count)) == told


@pytest.mark.parametrize("number", [0.5, 12.25, -0.004, 0.00007])
def test_a_written_number_is_close_to_the_number(number: float) -> None:
    assert float(written(number)) == pytest.approx(number, rel=0.1)
    assert "e" not in written(number)
