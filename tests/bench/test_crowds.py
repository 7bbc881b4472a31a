"""The simulated crowd: what it is made of, and that the proof about it can fail."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from bench.crowd_proof import Watched
from bench.crowds import SIDE, SKILLS, Annotator, Crowd, Ours, ReviewBelow, Task, rounds
from bench.proofs import Broken
from quality.consensus import Given
from quality.grade import held_against
from quality.judge import Judgement
from quality.ladder import Step
from quality.policy import STANDARD


def test_the_same_seed_is_the_same_crowd() -> None:
    runs = [rounds(Crowd(7, 20, Task.BOX), Ours(), 10) for _ in range(2)]

    assert runs[0] == runs[1]
    assert runs[0] != rounds(Crowd(8, 20, Task.BOX), Ours(), 10)


@pytest.mark.parametrize("task", Task)
def test_the_good_are_better_than_the_average_and_these_than_the_careless(task: Task) -> None:
    crowd = Crowd(1, 20, task)
    right = dict.fromkeys(SKILLS, 0)
    for truth in [crowd.truth() for _ in range(60)]:
        for behaviour in right:
            said = crowd.answer(Annotator(0, behaviour), crowd.chance.getrandbits(60), truth)
            right[behaviour] += held_against(truth, said, STANDARD).share >= STANDARD.right

    assert right["good"] >= right["average"] > 45
    assert right["careless"] < 40


def test_moderators_look_less_than_where_everything_below_0_8_is_reviewed() -> None:
    ours, theirs = (rounds(Crowd(3, 20, Task.CHOICE), judging, 150) for judging in (Ours(), ReviewBelow()))

    assert ours.looks < theirs.looks / 2
    assert ours.accuracy > 0.95


def test_who_presses_one_button_climbs_the_ladder_to_its_end() -> None:
    annotator = Annotator(0, "one-button")
    for _ in range(200):
        annotator.hear(right=False, now=0)

    assert annotator.steps == [Step.WARNED, Step.RESTRICTED, Step.SUSPENDED, Step.SUSPENDED, Step.BANNED]
    assert annotator.away_until == float("inf")


@pytest.mark.parametrize("task", [Task.CHOICE, Task.BOX])
def test_our_judge_is_proven_on_a_crowd(task: Task) -> None:
    assert rounds(Crowd(5, 20, task), Watched(chance=random.Random(5), side=SIDE), 20).accuracy > 0.85


class FirstCome(Ours):
    """A judge that believes whoever came first."""

    def __call__(self, form: Sequence[Mapping[str, Any]], given: Sequence[Given]) -> Judgement:
        pending = [each.id for each in given if each.approved is None]
        believed = pending[:1] if len(given) > 2 else []
        return Judgement(tuple(believed), (), (), tuple(sorted(set(pending) - set(believed))), len(given) < 3, None)


class Forgetful(Ours):
    """A judge that loses the last answer."""

    def __call__(self, form: Sequence[Mapping[str, Any]], given: Sequence[Given]) -> Judgement:
        return Judgement((), (), (), tuple(range(len(given) - 1)), len(given) < 3, None)


class WatchedFirstCome(Watched, FirstCome):
    pass


class WatchedForgetful(Watched, Forgetful):
    pass


@pytest.mark.parametrize(("watched", "why"), [(WatchedFirstCome, "order"), (WatchedForgetful, "lost")])
def test_the_proof_tells_a_judge_that_is_none(watched: type[Watched], why: str) -> None:
    with pytest.raises(Broken, match=why):
        rounds(Crowd(5, 20, Task.CHOICE), watched(chance=random.Random(5), side=SIDE), 20)
