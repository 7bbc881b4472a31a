"""Run-length encodings, against pycocotools."""

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray
from pycocotools import mask as coco

from models.errors import Refused
from models.fields import parse_answers
from quality.runs import MalformedRuns, decode_runs, encode_runs
from tests.models.fields.asking import a_form, answered


def encoded(pixels: NDArray[np.uint8]) -> str:
    counts = coco.encode(np.asfortranarray(pixels))["counts"]
    return counts.decode() if isinstance(counts, bytes) else counts


def parsed(size: list[int], counts: str) -> Any:
    image = {"kind": "image", "sha256": "ab" * 32, "width": size[1], "height": size[0], "alt": ""}
    [answer] = parse_answers(a_form("mask"), [image], answered("mask", [{"label": "cat", "size": size, "counts": counts}]))
    return answer["value"][0]["counts"]


bitmaps = hnp.arrays(np.uint8, st.tuples(st.integers(1, 40), st.integers(1, 40)), elements=st.integers(0, 1))


@settings(max_examples=300)
@given(bitmaps)
def test_runs_are_those_that_pycocotools_wrote(pixels: NDArray[np.uint8]) -> None:
    runs = decode_runs(encoded(pixels), pixels.size)

    colours = np.arange(len(runs)) % 2
    assert np.array_equal(np.repeat(colours, runs), pixels.ravel(order="F"))


@given(bitmaps)
def test_what_pycocotools_wrote_is_stored_as_it_is_or_has_no_pixel(pixels: NDArray[np.uint8]) -> None:
    counts = encoded(pixels)

    if pixels.any():
        assert parsed(list(pixels.shape), counts) == counts
    else:
        with pytest.raises(Refused):
            parsed(list(pixels.shape), counts)


@settings(max_examples=300)
@given(st.lists(st.integers(0, 9), min_size=2, max_size=30).filter(lambda runs: sum(runs[1::2]) > 0))
def test_empty_runs_are_joined_and_the_pixels_stay(runs: list[int]) -> None:
    counts = parsed([1, sum(runs)], encode_runs(runs, 1, sum(runs)))

    pixels = np.repeat(np.arange(len(runs)) % 2, runs).astype(np.uint8)[None, :]
    assert counts == encoded(pixels)


@settings(max_examples=500)
@given(st.text([chr(code) for code in range(48, 112)], min_size=1, max_size=30), st.integers(1, 2**31))
def test_any_characters_are_runs_of_the_image_or_malformed(counts: str, pixels: int) -> None:
    try:
        runs = decode_runs(counts, pixels)
    except MalformedRuns:
        return

    assert runs.min() >= 0
    assert runs.sum() == pixels


def test_an_overlong_encoding_of_the_same_runs_is_stored_in_its_shortest() -> None:
    # "Q0" is 1 in two characters where one would do.
    assert parsed([1, 2], "Q0Q0") == parsed([1, 2], "11") == "11"


def test_the_mask_of_a_large_photograph_is_checked_in_milliseconds() -> None:
    across, down = np.mgrid[:2000, :2000]
    counts = encoded(((across - 1000) ** 2 + (down - 1000) ** 2 < 640_000).astype(np.uint8))

    fastest = 1.0
    for _ in range(10):
        begun = time.process_time()
        parsed([2000, 2000], counts)
        fastest = min(fastest, time.process_time() - begun)

    # 0.5 ms on a slow core; room for a loaded one.
    assert fastest < 0.02
