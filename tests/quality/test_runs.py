"""Run-length encodings that are none; those that are, in tests/models/fields/test_mask.py."""

import pytest

from quality.runs import MalformedRuns, decode_runs, encode_runs


@pytest.mark.parametrize(
    ("counts", "pixels", "why"),
    [
        ("", 4, "encodes nothing"),
        ("\x1f", 4, "encodes nothing"),
        ("z", 4, "encodes nothing"),
        ("P", 4, "cut off"),
        ("PPPPPPP1", 4, "longer than the image"),
        ("O", 4, "shorter than nothing"),
        (encode_runs([1, 2], 1, 3), 4, "do not add up"),
    ],
)
def test_what_is_no_encoding_is_refused(counts: str, pixels: int, why: str) -> None:
    with pytest.raises(MalformedRuns, match=why):
        decode_runs(counts, pixels)
