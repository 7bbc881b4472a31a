"""
Judging: moderators' looks, and what the verdicts and results are worth, beside what a partner would do instead, on simulated crowds.

Beside it: three answers an item of which all are looked at that agree by less than 0.8; and, for choices, which is all it can do,
crowd-kit's majority vote and Dawid-Skene on three answers an item. Every crowd has the same truth, items and people. The seeds are fixed.
"""

from __future__ import annotations

import random
import time
import warnings
from dataclasses import replace
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any

import pandas as pd
from crowdkit.aggregation import DawidSkene, MajorityVote

from bench.crowds import Annotator, Crowd, Judging, Ours, Outcome, ReviewBelow, Task, rounds
from quality.consensus import Given
from quality.judge import judge
from quality.ladder import Step
from quality.policy import STANDARD

if TYPE_CHECKING:
    from bench.targets import Result

SEEDS = (1, 2, 3)
ITEMS = {Task.CHOICE: 1_500, Task.BOX: 400, Task.POLYGON: 250, Task.MASK: 300}
SIZE = 40
# The share of automatic verdicts that moderators look at besides; counted among the looks.
AUDITED = 0.02
# From the least sure upward, until the results are as right as where everything is reviewed.
CONFIDENCES = (STANDARD.confidence, 0.9, 0.95, 0.98)
# Results are as right as theirs where no more than one in 400 fewer is.
EQUAL = 0.0025
# Ten seconds of a moderator at $9 an hour.
DOLLARS_A_LOOK = 0.025
HONEST_SEEDS = 1_000
HONEST_ITEMS = 100
HONEST_VERDICTS = 1_000
HONEST_ACCURACY = 0.9
OVERLAP, SHAPES, TURNS = 5, 50, 300


async def run(result: Result) -> None:
    ratios = [_looks(result, task) for task in Task]
    result.hold("moderator looks over review-all-below-0.8, at equal accuracy", max(ratios))
    _instead(result)
    result.hold("honest annotators suspended in 1,000 seeds", _suspended(result))
    result.hold("judge a submission p99, overlap 5, 50 shapes, ms", _speed(result))


def _looks(result: Result, task: Task) -> float:
    """Our looks by theirs, an item, at the first confidence whose results are as often right as theirs."""
    theirs = _played(task, ReviewBelow(), 0.0)
    _tell(result, f"{task.value}, review all below 0.8", task, theirs)
    for confidence in CONFIDENCES:
        ours = _played(task, Ours(replace(STANDARD, confidence=confidence)), AUDITED)
        _tell(result, f"{task.value}, ours, confidence {confidence}", task, ours)
        if ours.accuracy >= theirs.accuracy - EQUAL:
            break
    result.add(f"{task.value}: results right, ours less theirs", 100 * (ours.accuracy - theirs.accuracy), "percentage points")
    ratio = (ours.looks / ours.items) / (theirs.looks / theirs.items)
    result.add(f"{task.value}: looks an item, ours over theirs", ratio, "")
    return ratio


def _played(task: Task, judging: Judging, audited: float) -> Outcome:
    total = Outcome()
    for seed in SEEDS:
        total += rounds(Crowd(seed, SIZE, task), judging, ITEMS[task], audited)
    return total


def _tell(result: Result, name: str, task: Task, outcome: Outcome) -> None:
    cost = (outcome.paid + outcome.gold) / 1000 * task.dollars + outcome.looks * DOLLARS_A_LOOK
    result.add(f"{name}: results right", 100 * outcome.accuracy, f"% of {outcome.items} items")
    result.add(f"{name}: precision of rejections", 100 * outcome.precision, "%")
    result.add(f"{name}: recall of wrong answers", 100 * outcome.recall, f"% of {outcome.wrong}")
    result.add(f"{name}: looks per 1,000 annotations", outcome.looks_per_thousand, "")
    result.add(f"{name}: looks per 1,000 items", 1000 * outcome.looks / outcome.items, "")
    result.add(
        f"{name}: annotations an item, gold besides", outcome.annotations / outcome.items, f"and {outcome.gold / outcome.items:.2f} gold"
    )
    result.add(f"{name}: cost of 1,000 items", 1000 * cost / outcome.items, f"$, of which looks at ${DOLLARS_A_LOOK} each")


def _instead(result: Result) -> None:
    """Three answers an item and no look at all: what a vote alone comes to."""
    # What crowd-kit 1.4 does is not what pandas 3.1 likes.
    warnings.filterwarnings("ignore", message="The (inplace|copy) keyword")
    for name, vote in {"majority vote (crowd-kit)": MajorityVote(), "Dawid-Skene (crowd-kit)": DawidSkene(n_iter=100)}.items():
        total = Outcome()
        for seed in SEEDS:
            total += _by_vote(seed, vote)
        _tell(result, f"choice, {name}", Task.CHOICE, total)


def _by_vote(seed: int, vote: Any) -> Outcome:
    crowd, rows, truths = Crowd(seed, SIZE, Task.CHOICE), [], []
    for item in range(ITEMS[Task.CHOICE]):
        truth = crowd.truth()
        truths.append(truth[0]["value"][0])
        three = crowd.chance.sample(crowd.annotators, 3)
        rows += [(item, each.name, crowd.answer(each, item, truth)[0]["value"][0]) for each in three]
    answers = pd.DataFrame(rows, columns=["task", "worker", "label"])
    voted = dict(vote.fit_predict(answers))
    outcome = Outcome(
        items=len(truths), annotations=len(rows), right_results=sum(voted[item] == truth for item, truth in enumerate(truths))
    )
    for item, _, label in rows:
        wrong, rejected = label != truths[item], label != voted[item]
        outcome.wrong += wrong
        outcome.rejected += rejected
        outcome.rejected_rightly += wrong and rejected
        outcome.paid += not rejected
    return outcome


def _suspended(result: Result) -> int:
    """Annotators of 90 % who were suspended: in a thousand whole crowds, and each by a thousand verdicts, right nine times of ten."""
    crowds = [each.steps for seed in range(HONEST_SEEDS) for each in _honest_of(seed)]
    alone = [_climbed(seed) for seed in range(HONEST_SEEDS)]
    for name, people in {f"in {HONEST_SEEDS:,} crowds": crowds, f"by {HONEST_VERDICTS:,} verdicts each": alone}.items():
        result.add(f"annotators of 90 %, {name}", len(people), "people")
        result.add(f"annotators of 90 %, {name}: warned", sum(bool(steps) for steps in people), "people")
        result.add(f"annotators of 90 %, {name}: suspended", sum(Step.SUSPENDED in steps for steps in people), "people")
    return sum(Step.SUSPENDED in steps for steps in crowds + alone)


def _honest_of(seed: int) -> list[Annotator]:
    """Those of 90 % in a crowd so small that each of them has many verdicts, by gold, by consensus and by moderators."""
    crowd = Crowd(seed, 10, Task.CHOICE, {"average": 60, "careless": 20, "one-button": 10, "drifting": 10})
    rounds(crowd, Ours(), HONEST_ITEMS)
    return [each for each in crowd.annotators if each.behaviour == "average"]


def _climbed(seed: int) -> list[Step]:
    chance = random.Random(seed)
    annotator = Annotator(seed, "average")
    for _ in range(HONEST_VERDICTS):
        annotator.hear(chance.random() < HONEST_ACCURACY, 0)
    return annotator.steps


def _speed(result: Result) -> float:
    """The 99th percentile of judging the fifth answer of 50 boxes, in ms of CPU: what else the machine does blurs the clock."""
    p99s = {}
    for task in (Task.BOX, Task.POLYGON, Task.MASK):
        given = _crowded(task)
        judge(task.form, given)
        cpu, clock = [], []
        for _ in range(TURNS):
            began, began_cpu = time.perf_counter(), time.thread_time()
            judge(task.form, given)
            clock.append(1e3 * (time.perf_counter() - began))
            cpu.append(1e3 * (time.thread_time() - began_cpu))
        p99s[task] = quantiles(cpu, n=100)[98]
        result.add(f"judge {OVERLAP} answers of {SHAPES} of kind {task.value}, CPU p50", median(cpu), "ms")
        result.add(f"judge {OVERLAP} answers of {SHAPES} of kind {task.value}, CPU p99", p99s[task], "ms")
        result.add(f"judge {OVERLAP} answers of {SHAPES} of kind {task.value}, clock p99", quantiles(clock, n=100)[98], "ms")
    return p99s[Task.BOX]


def _crowded(task: Task) -> list[Given]:
    """What five average annotators say of an image with 50 things."""
    crowd = Crowd(0, SIZE, task, {"average": 100})
    truth = crowd.truth(things=SHAPES)
    return [Given(id=n, answers=crowd.answer(each, 0, truth), accuracy=0.8, judged=50) for n, each in enumerate(crowd.annotators[:OVERLAP])]
