"""What must hold of the judge for any crowd: held against simulated ones, round by round."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bench.crowds import HONEST, MASK_SIDE, SIDE, Annotator, Crowd, Ours, Outcome, Task, rounds
from bench.proofs import Broken
from models.fields import kind_of, parse_answers
from quality.consensus import Given
from quality.judge import Judgement
from quality.ladder import Step

ITEMS = {Task.CHOICE: 200, Task.BOX: 100, Task.POLYGON: 60, Task.MASK: 60}
SIZE = 20
# What runs so short are held to; the figures that we promise are those of `make bench ONLY=judging`.
LEAST_RIGHT, LEAST_PRECISION, LEAST_RECALL = 0.93, 0.9, 0.7
# After so many verdicts nobody who does not care is still where they began.
ENOUGH_VERDICTS = 60
CARELESS = frozenset({"careless", "one-button"})


def prove_crowds(seed: int) -> str:
    """
    Judged in any order, the same; judged again, no change; each answer in one place; a consensus that could have been stored; the honest
    keep their access and the careless do not. Raises Broken.
    """
    told = []
    for task in Task:
        crowd = Crowd(seed, SIZE, task)
        outcome = rounds(crowd, Watched(chance=random.Random(seed), side=MASK_SIDE if task is Task.MASK else SIDE), ITEMS[task])
        _hold(task, outcome)
        for annotator in crowd.annotators:
            _hold_access(task, annotator)
        told.append(f"{task.value} {outcome.accuracy:.1%} right, {outcome.looks_per_thousand:.0f} looks per 1,000")
    return f"seed {seed}: {'; '.join(told)}"


@dataclass(frozen=True, kw_only=True)
class Watched(Ours):
    """Our judge, each judgement of which is held against what must be so; `side` is that of the images."""

    chance: random.Random
    side: int

    def __call__(self, form: Sequence[Mapping[str, Any]], given: Sequence[Given]) -> Judgement:
        judgement = super().__call__(form, given)
        if super().__call__(form, self.chance.sample(list(given), len(given))) != judgement:
            raise Broken("the order of the answers changes the judgement")
        self._hold_places(given, judgement)
        self._hold_when_repeated(form, given, judgement)
        if judgement.consensus is not None:
            self._hold_storable(form, judgement.consensus.answers)
        return judgement

    def _hold_places(self, given: Sequence[Given], judgement: Judgement) -> None:
        board = [doubt.id for doubt in judgement.board]
        places = [*judgement.approved, *(each.id for each in judgement.rejected), *board, *judgement.waiting]
        if sorted(places) != sorted(each.id for each in given if each.approved is None):
            raise Broken(f"answers are lost or in two places: {judgement}")
        if any(not 0 <= doubt.doubt <= 1 for doubt in judgement.board):
            raise Broken("a doubt that is no probability")

    def _hold_when_repeated(self, form: Sequence[Mapping[str, Any]], given: Sequence[Given], judgement: Judgement) -> None:
        verdicts = dict.fromkeys(judgement.approved, True) | dict.fromkeys((each.id for each in judgement.rejected), False)
        again = super().__call__(form, [replace(each, approved=verdicts.get(each.id, each.approved)) for each in given])
        if again.approved or again.rejected or again.board != judgement.board or again.waiting != judgement.waiting:
            raise Broken(f"judged twice is another judgement: {judgement}, then {again}")

    def _hold_storable(self, form: Sequence[Mapping[str, Any]], answers: Sequence[Mapping[str, Any]]) -> None:
        content = [{"kind": "image", "sha256": "ab" * 32, "width": self.side, "height": self.side, "alt": "A photograph."}]
        raw = [{"key": answer["key"], "value": {kind_of(answer).member: answer["value"]}} for answer in answers]
        # Raises Refused, which names what is wrong.
        if not _nearly(parse_answers(form, content, raw), answers):
            raise Broken(f"a consensus that is not as it would be stored: {answers}")


def _nearly(one: Any, other: Any) -> bool:
    """Equal but for the last digits of floats."""
    if isinstance(one, float):
        return math.isclose(one, other, abs_tol=1e-6)
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_nearly(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_nearly, one, other))
    return bool(one == other)


def _hold(task: Task, outcome: Outcome) -> None:
    for name, least in {"accuracy": LEAST_RIGHT, "precision": LEAST_PRECISION, "recall": LEAST_RECALL}.items():
        if getattr(outcome, name) < least:
            raise Broken(f"{task.value}: {name} {getattr(outcome, name):.3f} is less than {least}")


def _hold_access(task: Task, annotator: Annotator) -> None:
    if annotator.behaviour in HONEST and Step.SUSPENDED in annotator.steps:
        raise Broken(f"{task.value}: {annotator.behaviour} annotator {annotator.name} is suspended")
    if annotator.behaviour in CARELESS and len(annotator.verdicts) >= ENOUGH_VERDICTS and not annotator.steps:
        raise Broken(f"{task.value}: {annotator.behaviour} annotator {annotator.name} stays where they began")
