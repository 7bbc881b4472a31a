"""What a project holds answers to: every threshold of the judge, with its default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Policy:
    """All but counts are in [0, 1]."""

    # Of drawn shapes and marked text: the overlap from which two are of one thing, and the one that it takes to be right.
    match: float = 0.5
    overlap: float = 0.75
    # How alike a text must be to be right: a slip in every tenth character is none.
    text: float = 0.9
    # By how many points of its scale a rating may differ and be right.
    points: int = 1
    # The share of each field that must be right for an answer to be; and the share below which it is clearly wrong.
    right: float = 0.8
    outlier: float = 0.5

    # How many answers an item gets: at least, and at most, where they disagree. Equal where the overlap is fixed.
    least: int = 2
    most: int = 5
    # How sure the consensus must be for answers to be approved by it; and for others to be rejected by it.
    confidence: float = 0.8
    certainty: float = 0.95
    # Whose verdicts are fewer is new: moderators look at what they would be rejected for.
    newcomer: int = 10
    # Whether to look at answers that are drawn exactly as another's, and to count them as one: off where a machine has drawn before.
    copies: bool = True


STANDARD = Policy()
