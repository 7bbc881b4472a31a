"""Gold, whose answer is known: how much of it an annotator gets, and what an answer to it comes to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quality.grade import Problem, held_against
from quality.policy import STANDARD, Policy
from quality.wilson import wilson

# The share of an annotator's tasks that are gold: of newcomers, and with a long good record.
MOST_GOLD, LEAST_GOLD = 0.30, 0.05
# The lower bound of an accuracy that earns no trust at all, and the one that earns all there is.
DOUBTFUL, TRUSTED = 0.6, 0.9


@dataclass(frozen=True)
class GoldGrade:
    """Whether an answer to gold is right; if not, why: `problems` name the shapes of both sides, and are told without the expected ones."""

    right: bool
    problems: tuple[Problem, ...]


def judge_gold(answer: Sequence[Mapping[str, Any]], gold: Sequence[Mapping[str, Any]], policy: Policy = STANDARD) -> GoldGrade:
    """Stored answers of an annotator beside the known ones, field by field. Fields that the gold leaves out are not judged."""
    grade = held_against(gold, answer, policy)
    right = grade.share >= policy.right
    return GoldGrade(right, () if right else grade.problems)


def gold_share(right: int, judged: int) -> float:
    """The share of gold among the tasks of an annotator of whom `right` of `judged` recent verdicts were good: 0.3 down to 0.05."""
    lower, _ = wilson(right, judged)
    trust = min(max((lower - DOUBTFUL) / (TRUSTED - DOUBTFUL), 0.0), 1.0)
    return LEAST_GOLD + (MOST_GOLD - LEAST_GOLD) * (1 - trust)
