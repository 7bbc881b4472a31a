"""What a share that was counted says of the one behind it: bounds, and a best guess, that know how few were counted."""

from __future__ import annotations

import math

# 99 % on either side together.
SURE = 2.576
# Before anything is known of an annotator: as after eight verdicts of which six were right.
PRIOR_JUDGED, PRIOR_RIGHT = 8, 6


def wilson(right: int, judged: int, z: float = SURE) -> tuple[float, float]:
    """The lower and upper bound (Wilson score interval) of a share of which `right` of `judged` were seen; (0, 1) of none."""
    if not 0 <= right <= judged:
        raise ValueError(f"{right} of {judged} is no share.")
    if not judged:
        return 0.0, 1.0
    share, shrink = right / judged, 1 + z * z / judged
    middle = (share + z * z / (2 * judged)) / shrink
    margin = z * math.sqrt(share * (1 - share) / judged + z * z / (4 * judged * judged)) / shrink
    # Of none or all, the bounds are the ends themselves, whatever the floats come to.
    return (0.0 if right == 0 else middle - margin), (1.0 if right == judged else middle + margin)


def expected_accuracy(right: int, judged: int) -> float:
    """The best guess of an annotator's accuracy, for the judge: what was seen, drawn towards what most are while it is little."""
    return (right + PRIOR_RIGHT) / (judged + PRIOR_JUDGED)
