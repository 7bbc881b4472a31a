"""The plot of a benchmark: what is longer costs more, and what it says is what was measured."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench import targets
from bench.plot import NAMES, OTHERS, OURS, bars
from bench.targets import Result

SVG = "{http://www.w3.org/2000/svg}"


def widths(drawn: str) -> list[float]:
    return [float(bar.attrib["width"]) for bar in ElementTree.fromstring(drawn).iter(f"{SVG}rect")]


def texts(drawn: str) -> list[str | None]:
    return [text.text for text in ElementTree.fromstring(drawn).iter(f"{SVG}text")]


def test_a_bar_ten_times_as_dear_is_longer_by_one_step_of_the_scale() -> None:
    drawn = bars("µs", {"a": 2.0, "b": 20.0, "c": 200.0}, ours="a")

    first, second, third = widths(drawn)
    assert second - first == pytest.approx(third - second, abs=0.2)
    assert first > 0


def test_names_figures_and_the_scale_are_told_and_markup_in_a_name_is_text() -> None:
    drawn = bars("µs & more", {"<ours>": 6.84, "theirs": 1234.4}, ours="<ours>")

    assert {"µs & more", "<ours>", "6.8", "theirs", "1,234", "1", "10", "100", "1,000", "10,000"} == set(texts(drawn))


def test_only_ours_is_set_off() -> None:
    drawn = bars("µs", {"theirs": 3.0, "ours": 2.0}, ours="ours")

    assert [bar.attrib["fill"] for bar in ElementTree.fromstring(drawn).iter(f"{SVG}rect")] == [OTHERS, OURS]


def test_one_figure_that_is_a_power_of_ten_is_drawn_too() -> None:
    drawn = bars("µs", {"ours": 10.0}, ours="ours")

    assert widths(drawn) == [0.0]
    assert all(float(line.attrib["d"].split()[0][1:]) >= NAMES for line in ElementTree.fromstring(drawn).iter(f"{SVG}path"))


def test_a_result_with_a_plot_is_written_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(targets, "RESULTS", tmp_path)

    Result("fanout", "a machine", plot="<svg/>").write()
    Result("leasing", "a machine").write()

    assert {file.name for file in tmp_path.iterdir()} == {"fanout.json", "fanout.svg", "leasing.json"}
    assert (tmp_path / "fanout.svg").read_text() == "<svg/>"
