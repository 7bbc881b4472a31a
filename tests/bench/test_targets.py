"""Figures against their limits, and names that are none yet."""

from __future__ import annotations

import pytest

from bench.__main__ import UNKNOWN, main
from bench.targets import Result

RATIO = "lease p50, 1,000,000 open tasks over 10,000"
RATE = "lease rate over the same SQL by bare prepared asyncpg"


@pytest.mark.parametrize(
    ("name", "value", "met"), [(RATIO, 1.2, True), (RATIO, 1.5, True), (RATIO, 1.51, False), (RATE, 0.5, True), (RATE, 0.49, False)]
)
def test_a_target_is_met_on_the_better_side_of_its_limit(name: str, value: float, met: bool) -> None:
    result = Result("leasing", "a machine")

    result.hold(name, value)

    assert [target.met for target in result.targets] == [met]


def test_a_target_that_nobody_promised_is_refused() -> None:
    with pytest.raises(KeyError):
        Result("leasing", "a machine").hold("lease p50", 1.0)


def test_a_benchmark_that_is_not_there_is_said_to_be_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nonsense"]) == UNKNOWN

    assert "is none" in capsys.readouterr().err
