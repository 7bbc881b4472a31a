"""
The ladder: what poor work leads to, step by step, as data.

A rule fires only where the upper Wilson bound of a share is below its threshold, so where chance does not explain the figures. The
figures are those since the last step: every step rests on work done after the one before, none on the same errors twice.
Earned pay is kept at every step, and each can be appealed.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from quality.wilson import wilson


class Step(Enum):
    WARNED = "WARNED"
    # Fewer projects; of one kind of task where the rule is about a kind.
    RESTRICTED = "RESTRICTED"
    SUSPENDED = "SUSPENDED"
    BANNED = "BANNED"


class Measure(Enum):
    """A share that is 1 of somebody who does everything right."""

    # Of the verdicts that stand, the approvals.
    ACCURACY = "accuracy"
    # The same, of one kind of task.
    ACCURACY_OF_KIND = "accuracy of kind"
    # Of the assignments that ended, those that were not skipped.
    FINISHED = "finished"
    # Of the submissions, those that took at least the time that the project's work takes at the least.
    UNHURRIED = "unhurried"


@dataclass(frozen=True)
class Figures:
    """So many were good of those counted in a window."""

    good: int = 0
    counted: int = 0

    @property
    def share(self) -> float | None:
        return self.good / self.counted if self.counted else None

    @property
    def lower(self) -> float:
        return wilson(self.good, self.counted)[0]

    @property
    def upper(self) -> float:
        return wilson(self.good, self.counted)[1]


@dataclass(frozen=True)
class Record:
    """
    An annotator's windows since the last step, and how many steps up they are (0 to 5): a step that was overturned, or that much good work
    has followed, does not count. `level` is of work that was poor or too fast, `skip_level` of skipping; `kinds` and `kind_levels` are
    accuracy and steps per kind of task. Each is a ladder by itself: who skips has not worked poorly, and who fails in one kind not in all.
    """

    accuracy: Figures = Figures()
    finished: Figures = Figures()
    unhurried: Figures = Figures()
    level: int = 0
    skip_level: int = 0
    kinds: Mapping[str, Figures] = field(default_factory=dict)
    kind_levels: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """From `level` steps up, with `least` counted and the upper bound of the share below `below`: the step, for `days` if it ends."""

    name: str
    measure: Measure
    level: int
    below: float
    least: int
    step: Step
    days: int | None
    # What to do about it, in a sentence to the annotator.
    advice: str


@dataclass(frozen=True)
class Fired:
    """The step that is due, the rule and the figures that it rests on; `kind` where it is about one kind of task."""

    rule: Rule
    figures: Figures
    kind: str | None = None


@dataclass(frozen=True)
class Nearing:
    """How far a rule is: `margin` is the upper bound less the threshold; it fires below 0, once enough are counted."""

    rule: Rule
    figures: Figures
    margin: float
    kind: str | None = None


LOOK_CLOSELY = "Read the instructions and the examples again, take your time, and skip what you are not sure of."
OF_THIS_KIND = "Repeat the lesson on this kind of task; other kinds stay open to you."
SLOWER = "Look at each item before you answer. There is no prize for speed: what is right is paid, however long it takes."
SKIP_LESS = "Choose projects that suit you: skipping now and then is fine."
LADDER: tuple[Rule, ...] = (
    Rule("accuracy: warning", Measure.ACCURACY, 0, 0.80, 10, Step.WARNED, None, LOOK_CLOSELY),
    Rule("accuracy: restriction", Measure.ACCURACY, 1, 0.75, 10, Step.RESTRICTED, 14, LOOK_CLOSELY),
    Rule("accuracy: suspension", Measure.ACCURACY, 2, 0.70, 10, Step.SUSPENDED, 7, LOOK_CLOSELY),
    Rule("accuracy: second suspension", Measure.ACCURACY, 3, 0.70, 10, Step.SUSPENDED, 30, LOOK_CLOSELY),
    Rule("accuracy: ban", Measure.ACCURACY, 4, 0.65, 15, Step.BANNED, None, "You may appeal; what you have earned stays yours."),
    Rule("too fast: warning", Measure.UNHURRIED, 0, 0.70, 10, Step.WARNED, None, SLOWER),
    Rule("too fast: restriction", Measure.UNHURRIED, 1, 0.70, 10, Step.RESTRICTED, 14, SLOWER),
    Rule("too fast: suspension", Measure.UNHURRIED, 2, 0.60, 15, Step.SUSPENDED, 7, SLOWER),
    Rule("too fast: second suspension", Measure.UNHURRIED, 3, 0.60, 15, Step.SUSPENDED, 30, SLOWER),
    Rule("skips: warning", Measure.FINISHED, 0, 0.60, 15, Step.WARNED, None, SKIP_LESS),
    # Whoever skips is offered less, and no more than that.
    Rule("skips: restriction", Measure.FINISHED, 1, 0.60, 15, Step.RESTRICTED, 7, SKIP_LESS),
    Rule("kind: warning", Measure.ACCURACY_OF_KIND, 0, 0.75, 10, Step.WARNED, None, OF_THIS_KIND),
    Rule("kind: restriction", Measure.ACCURACY_OF_KIND, 1, 0.70, 10, Step.RESTRICTED, 14, OF_THIS_KIND),
)
# Of steps that were taken, by the name of their rule: whether they are of the ladder of skipping.
SKIPPING = frozenset(rule.name for rule in LADDER if rule.measure is Measure.FINISHED)
HARDNESS = {step: place for place, step in enumerate(Step)}


def next_step(record: Record, rules: Sequence[Rule] = LADDER) -> Fired | None:
    """The hardest step that is due now, of several the one that is clearest; None where none is."""
    due = [each for each in nearing(record, rules) if each.margin < 0 and each.figures.counted >= each.rule.least]
    if not due:
        return None
    hardest = min(due, key=lambda each: (-HARDNESS[each.rule.step], each.margin))
    return Fired(hardest.rule, hardest.figures, hardest.kind)


def nearing(record: Record, rules: Sequence[Rule] = LADDER) -> list[Nearing]:
    """Every rule of the step that would be next, the nearest first: what a person sees of their standing."""
    found = [
        Nearing(rule, figures, figures.upper - rule.below, kind)
        for rule in rules
        for kind, figures, level in _windows(record, rule)
        if level == rule.level
    ]
    return sorted(found, key=lambda each: each.margin)


def good_ones_to_recover(figures: Figures, below: float) -> int:
    """How many good ones in a row bring the share to the threshold of a rule: "how to recover", in a number."""
    lacking = (below * figures.counted - figures.good) / (1 - below)
    # What floats add is no whole one.
    return max(0, math.ceil(lacking - 1e-6))


def _windows(record: Record, rule: Rule) -> list[tuple[str | None, Figures, int]]:
    if rule.measure is Measure.ACCURACY_OF_KIND:
        return [(kind, figures, record.kind_levels.get(kind, 0)) for kind, figures in sorted(record.kinds.items())]
    windows = {Measure.ACCURACY: record.accuracy, Measure.FINISHED: record.finished, Measure.UNHURRIED: record.unhurried}
    return [(None, windows[rule.measure], record.skip_level if rule.measure is Measure.FINISHED else record.level)]
