"""Run-length encodings of masks as COCO has them: read without trusting them, written in the one shortest way."""

from __future__ import annotations

from typing import Any, TypeAlias, cast

import numpy as np
from numpy.typing import NDArray
from pycocotools import mask as coco

Ints: TypeAlias = NDArray[np.int64]

# Seven characters carry 35 bits: more pixels than any image has.
MAX_CHARACTERS_A_RUN = 7
BITS_A_CHARACTER = 5
# Of a character: its least code; that another one follows; the sign, in the last one.
FIRST_CODE, MORE, SIGN = 48, 0x20, 0x10


class MalformedRuns(ValueError):
    """The counts are no compressed run-length encoding of an image of that size; says why."""


def decode_runs(counts: str, pixels: int) -> Ints:
    """
    The lengths of the runs, background first, of a compressed encoding in ASCII; they add up to `pixels`.

    Ours rather than pycocotools', whose C reads and allocates as a hostile text tells it to. Raises MalformedRuns.
    """
    codes = np.frombuffer(counts.encode("ascii"), np.uint8).astype(np.int64) - FIRST_CODE
    if not codes.size or codes.min() < 0 or codes.max() >= 2 * MORE:
        raise MalformedRuns("The counts have a character that encodes nothing, or none at all.")
    last = np.flatnonzero(codes & MORE == 0)
    if not last.size or last[-1] != codes.size - 1:
        raise MalformedRuns("The counts are cut off.")
    first = np.concatenate(([0], last[:-1] + 1))
    lengths = last - first + 1
    if lengths.max() > MAX_CHARACTERS_A_RUN:
        raise MalformedRuns("The counts have a run that is longer than the image.")
    shifts = BITS_A_CHARACTER * (np.arange(codes.size) - np.repeat(first, lengths))
    runs = np.add.reduceat((codes & (MORE - 1)) << shifts, first)
    runs -= np.where(codes[last] & SIGN, 1 << (BITS_A_CHARACTER * lengths), 0)
    # From the fourth on, each run is told as its difference from the one before the last.
    runs[1::2] = np.cumsum(runs[1::2])
    runs[2::2] = np.cumsum(runs[2::2])
    if runs.min() < 0:
        raise MalformedRuns("The counts have a run that is shorter than nothing.")
    if runs.max() > pixels or runs.sum() != pixels:
        raise MalformedRuns(f"The runs do not add up to the image's {pixels:,} pixels.")
    return runs


def joined(runs: Ints) -> Ints:
    """The same pixels with no empty run but the first: neighbours of one colour become one."""
    kept = np.flatnonzero(runs > 0)
    colours = kept % 2
    begins = np.concatenate(([True], colours[1:] != colours[:-1]))
    lengths = np.add.reduceat(runs[kept], np.flatnonzero(begins))
    return np.concatenate(([0], lengths)) if colours[0] else lengths


def encode_runs(runs: list[int], height: int, width: int) -> str:
    """The compressed encoding of runs, background first."""
    encoded = coco.frPyObjects(cast(Any, {"size": [height, width], "counts": runs}), height, width)
    counts = encoded["counts"]
    return counts.decode("ascii") if isinstance(counts, bytes) else counts
