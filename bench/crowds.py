"""
A simulated crowd with known truth: who annotates, what they see and how they err, and the rounds in which their answers are judged.

Pure and quick: no server, no database. Answers are as stored, so that the judge is the product's own, and everything follows the seed.
"""

from __future__ import annotations

import math
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from enum import Enum
from typing import Any, Protocol, TypeAlias

import numpy as np
from pycocotools import mask as coco

from quality.consensus import Given, consensus
from quality.gold import gold_share, judge_gold
from quality.grade import held_against
from quality.judge import Doubt, Judgement, Why, judge
from quality.ladder import Figures, Record, Step, next_step
from quality.likeness import alike
from quality.policy import STANDARD, Policy
from quality.wilson import expected_accuracy

Answers: TypeAlias = list[dict[str, Any]]

OPTIONS = [{"key": key, "label": key.title(), "color": "#56b4e9"} for key in ("cat", "dog", "fox", "owl")]
# What each class is taken for by those who err: mostly for one other.
TAKEN_FOR = {"cat": "fox", "dog": "fox", "fox": "dog", "owl": "cat"}
TAKEN_SHARE = 0.7
SIDE = 400
MASK_SIDE = 160
# Of a ring's hole and its rim, and of an outline.
HOLE = 0.4
CORNERS = 24
# Shares of a crowd, in per cent.
MIX = {"good": 35, "average": 35, "careless": 12, "one-button": 6, "colluding": 6, "drifting": 6}
HONEST = frozenset({"good", "average"})
# What somebody who drifts has become after so many answers.
DRIFTED = 150
# Verdicts that an accuracy is measured over.
WINDOW = 100
# A day of one annotator, in items of the whole crowd: so long does a suspension of one day last.
ITEMS_A_DAY = 20


class Task(Enum):
    """What is asked."""

    CHOICE = "choice"
    BOX = "box"
    POLYGON = "polygon"
    MASK = "mask"

    @property
    def form(self) -> list[dict[str, Any]]:
        head = {"key": "f", "label": "What is there?", "help": None, "required": True, "kind": self.value}
        return [head | ({"options": OPTIONS, "multiple": False} if self is Task.CHOICE else {"classes": OPTIONS})]

    @property
    def dollars(self) -> int:
        """Of a thousand answers, at the least that they may cost."""
        return {Task.CHOICE: 2, Task.BOX: 6, Task.POLYGON: 12, Task.MASK: 12}[self]


@dataclass(frozen=True)
class Skill:
    """How somebody errs: the share of classes that are wrong, of things missed and made up, and how far an edge is off, by its side."""

    wrong: float
    missed: float
    made_up: float
    off: float


SKILLS = {
    "good": Skill(0.03, 0.01, 0.005, 0.025),
    "average": Skill(0.10, 0.02, 0.01, 0.035),
    "careless": Skill(0.45, 0.20, 0.10, 0.10),
    "colluding": Skill(0.50, 0.25, 0.10, 0.10),
}


@dataclass
class Annotator:
    """One of the crowd, with the record that the rounds keep of them. `right` and `judged` are of the last WINDOW verdicts."""

    name: int
    behaviour: str
    answered: int = 0
    verdicts: deque[bool] = field(default_factory=lambda: deque(maxlen=WINDOW))
    since_step: int = 0
    level: int = 0
    steps: list[Step] = field(default_factory=list)
    away_until: float = 0

    @property
    def right(self) -> int:
        return sum(self.verdicts)

    @property
    def accuracy(self) -> float:
        return expected_accuracy(self.right, len(self.verdicts))

    def skill(self) -> Skill:
        if self.behaviour == "drifting":
            return SKILLS["good"] if self.answered < DRIFTED else SKILLS["careless"]
        return SKILLS[self.behaviour]

    def hear(self, right: bool, now: float) -> None:
        """A verdict, and the step that it leads to."""
        self.verdicts.append(right)
        self.since_step += 1
        if right:
            return
        recent = list(self.verdicts)[-self.since_step :]
        fired = next_step(Record(accuracy=Figures(sum(recent), len(recent)), level=self.level))
        if fired:
            self.level += 1
            self.since_step = 0
            self.steps.append(fired.rule.step)
            if fired.rule.step is Step.BANNED:
                self.away_until = float("inf")
            elif fired.rule.step is Step.SUSPENDED:
                self.away_until = now + (fired.rule.days or 0) * ITEMS_A_DAY


class Crowd:
    """Annotators by the mix, the truth of the items, and what each says of it."""

    def __init__(self, seed: int, size: int, task: Task, mix: Mapping[str, int] = MIX) -> None:
        self.chance = random.Random(seed)
        self.task = task
        behaviours = [behaviour for behaviour, share in mix.items() for _ in range(round(size * share / 100))]
        self.annotators = [Annotator(name, behaviour) for name, behaviour in enumerate(behaviours)]
        self._said: dict[int, Answers] = {}

    def truth(self, things: int | None = None) -> Answers:
        """The known answer of a new item, with so many things on it, where things are drawn; else as many as chance has it."""
        return self._answer(TRUTHS[self.task](self.chance, things))

    def answer(self, who: Annotator, item: int, truth: Answers) -> Answers:
        who.answered += 1
        if who.behaviour == "one-button":
            return self._answer(ONE_BUTTON[self.task])
        if who.behaviour == "colluding":
            # The first of them answers, the others send the same.
            if item not in self._said:
                self._said[item] = self._say(SKILLS["colluding"], truth)
            return self._said[item]
        return self._say(who.skill(), truth)

    def _say(self, skill: Skill, truth: Answers) -> Answers:
        return self._answer(SAYS[self.task](self.chance, skill, truth[0]["value"]))

    def _answer(self, value: Any) -> Answers:
        return [{"key": "f", "kind": self.task.value, "value": value}]


def _label(chance: random.Random, skill: Skill, label: str) -> str:
    if chance.random() >= skill.wrong:
        return label
    if chance.random() < TAKEN_SHARE:
        return TAKEN_FOR[label]
    return chance.choice([option["key"] for option in OPTIONS if option["key"] != label])


def _any_label(chance: random.Random) -> str:
    return str(chance.choice(OPTIONS)["key"])


def _choice_truth(chance: random.Random, _: int | None) -> list[str]:
    return [_any_label(chance)]


def _choice_said(chance: random.Random, skill: Skill, truth: list[str]) -> list[str]:
    return [_label(chance, skill, truth[0])]


def _things(one: Callable[[random.Random], dict[str, Any]], most: int) -> Callable[[random.Random, int | None], list[dict[str, Any]]]:
    """The truth of an item: one thing to so many."""

    def truth(chance: random.Random, things: int | None) -> list[dict[str, Any]]:
        return [one(chance) for _ in range(things or chance.randint(1, most))]

    return truth


def _drawn(
    one: Callable[[random.Random], dict[str, Any]], again: Callable[[random.Random, Skill, dict[str, Any]], dict[str, Any]]
) -> Callable[[random.Random, Skill, list[dict[str, Any]]], list[dict[str, Any]]]:
    """What somebody draws of the truth: things are missed, made up, taken for others, and not quite where they are."""

    def said(chance: random.Random, skill: Skill, truth: list[dict[str, Any]]) -> list[dict[str, Any]]:
        # Classes of shapes are seldom what is wrong with them.
        seldom = replace(skill, wrong=skill.wrong / 4)

        def draw(shape: dict[str, Any]) -> dict[str, Any]:
            return again(chance, seldom, shape) | {"label": _label(chance, seldom, shape["label"])}

        shapes = [draw(shape) for shape in truth if chance.random() >= skill.missed]
        shapes += [one(chance) for _ in truth if chance.random() < skill.made_up]
        return shapes or [draw(truth[0])]

    return said


def _box(chance: random.Random) -> dict[str, Any]:
    width, height = chance.uniform(30, 120), chance.uniform(30, 120)
    x, y = chance.uniform(0, SIDE - width), chance.uniform(0, SIDE - height)
    return {"label": _any_label(chance), "x": x, "y": y, "width": width, "height": height}


def _box_again(chance: random.Random, skill: Skill, box: dict[str, Any]) -> dict[str, Any]:
    def off(side: str) -> float:
        return chance.gauss(0, skill.off * box[side])

    left, right = (min(max(edge + off("width"), 0), SIDE) for edge in (box["x"], box["x"] + box["width"]))
    top, bottom = (min(max(edge + off("height"), 0), SIDE) for edge in (box["y"], box["y"] + box["height"]))
    x, y = min(left, SIDE - 1), min(top, SIDE - 1)
    return {"label": box["label"], "x": x, "y": y, "width": max(right - x, 1.0), "height": max(bottom - y, 1.0)}


def _polygon(chance: random.Random) -> dict[str, Any]:
    """An outline of 24 corners around a disc, in and out a little."""
    radius = chance.uniform(15, 60)
    x, y = chance.uniform(radius, SIDE - radius), chance.uniform(radius, SIDE - radius)
    turns = [2 * math.pi * corner / CORNERS for corner in range(CORNERS)]
    away = [radius * chance.uniform(0.85, 1) for _ in turns]
    points = [side for turn, far in zip(turns, away, strict=True) for side in (x + far * math.cos(turn), y + far * math.sin(turn))]
    return {"label": _any_label(chance), "points": points}


def _polygon_again(chance: random.Random, skill: Skill, polygon: dict[str, Any]) -> dict[str, Any]:
    """The same seen from its middle, moved and blown up a little."""
    corners = np.array(polygon["points"]).reshape(-1, 2)
    middle, side = corners.mean(0), float(np.ptp(corners, axis=0).max())
    moved = middle + [chance.gauss(0, skill.off * side) for _ in range(2)] + (corners - middle) * (1 + chance.gauss(0, skill.off))
    return {"label": polygon["label"], "points": np.clip(moved, 0, SIDE).ravel().tolist()}


def _mask(chance: random.Random) -> dict[str, Any]:
    outer = chance.uniform(12, 30)
    x, y = chance.uniform(outer, MASK_SIDE - outer), chance.uniform(outer, MASK_SIDE - outer)
    return _ring(_any_label(chance), (x, y), outer, HOLE * outer)


def _mask_again(chance: random.Random, skill: Skill, mask: dict[str, Any]) -> dict[str, Any]:
    left, top, width, height = (float(side) for side in coco.toBbox({"size": mask["size"], "counts": mask["counts"]}))
    outer = max(width, height) / 2
    off = skill.off * outer
    middle = left + (width - 1) / 2 + chance.gauss(0, off), top + (height - 1) / 2 + chance.gauss(0, off)
    painted = max(outer + chance.gauss(0, off), 3)
    # The careless paint over the hole.
    return _ring(mask["label"], middle, painted, 0 if chance.random() < skill.missed else min(HOLE * outer, painted - 2))


def _ring(label: str, middle: tuple[float, float], outer: float, inner: float) -> dict[str, Any]:
    """A disc with a hole, as a stored mask."""
    rows, columns = np.ogrid[:MASK_SIDE, :MASK_SIDE]
    away = (columns - middle[0]) ** 2 + (rows - middle[1]) ** 2
    counts = coco.encode(np.asfortranarray(((away <= outer**2) & (away >= inner**2)).astype(np.uint8)))["counts"]
    assert isinstance(counts, bytes)
    return {"label": label, "size": [MASK_SIDE, MASK_SIDE], "counts": counts.decode()}


TRUTHS: Mapping[Task, Callable[[random.Random, int | None], Any]] = {
    Task.CHOICE: _choice_truth,
    Task.BOX: _things(_box, 5),
    Task.POLYGON: _things(_polygon, 4),
    Task.MASK: _things(_mask, 3),
}
SAYS: Mapping[Task, Callable[[random.Random, Skill, Any], Any]] = {
    Task.CHOICE: _choice_said,
    Task.BOX: _drawn(_box, _box_again),
    Task.POLYGON: _drawn(_polygon, _polygon_again),
    Task.MASK: _drawn(_mask, _mask_again),
}
ONE_BUTTON: Mapping[Task, Any] = {
    Task.CHOICE: ["cat"],
    Task.BOX: [{"label": "cat", "x": 0.0, "y": 0.0, "width": float(SIDE), "height": float(SIDE)}],
    Task.POLYGON: [{"label": "cat", "points": [0.0, 0.0, float(SIDE), 0.0, float(SIDE), float(SIDE), 0.0, float(SIDE)]}],
    Task.MASK: [_ring("cat", (MASK_SIDE / 2, MASK_SIDE / 2), MASK_SIDE / 2, 0)],
}


@dataclass
class Answer:
    """One annotation: whose it is, whether it is right in truth, and its verdict with where it came from."""

    id: int
    by: Annotator
    answers: Answers
    right: bool
    approved: bool | None = None
    looked_at: bool = False

    def as_given(self) -> Given:
        return Given(
            id=self.id,
            answers=self.answers,
            accuracy=self.by.accuracy,
            judged=len(self.by.verdicts),
            approved=self.approved,
            looked_at=self.looked_at,
        )


@dataclass
class Outcome:
    """What a run came to."""

    items: int = 0
    right_results: int = 0
    annotations: int = 0
    gold: int = 0
    paid: int = 0
    looks: int = 0
    rejected: int = 0
    rejected_rightly: int = 0
    wrong: int = 0

    @property
    def accuracy(self) -> float:
        return self.right_results / self.items

    @property
    def precision(self) -> float:
        """Of the rejections, those of answers that are wrong."""
        return self.rejected_rightly / self.rejected if self.rejected else 1.0

    @property
    def recall(self) -> float:
        """Of the wrong answers, those that were rejected."""
        return self.rejected_rightly / self.wrong if self.wrong else 1.0

    @property
    def looks_per_thousand(self) -> float:
        return 1000 * self.looks / self.annotations

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    def add(self, answers: Sequence[Answer], result_is_right: bool) -> None:
        self.items += 1
        self.right_results += result_is_right
        self.annotations += len(answers)
        self.paid += sum(bool(each.approved) for each in answers)
        self.wrong += sum(not each.right for each in answers)
        self.rejected += sum(each.approved is False for each in answers)
        self.rejected_rightly += sum(each.approved is False and not each.right for each in answers)


class Judging(Protocol):
    """A way of judging: what is to be done about the answers to an item."""

    @property
    def uses_gold(self) -> bool: ...

    def __call__(self, form: Sequence[Mapping[str, Any]], given: Sequence[Given]) -> Judgement: ...


@dataclass(frozen=True)
class Ours:
    policy: Policy = STANDARD
    uses_gold: bool = True

    def __call__(self, form: Sequence[Mapping[str, Any]], given: Sequence[Given]) -> Judgement:
        return judge(form, given, self.policy)


def rounds(crowd: Crowd, judging: Judging, items: int, audited: float = 0.0) -> Outcome:
    """Plays so many items from the first answer to the last verdict. `audited` is the share of automatic verdicts that are looked at."""
    outcome = Outcome()
    for item in range(items):
        truth = crowd.truth()
        answers: list[Answer] = []
        more = True
        while more:
            annotator = _next_annotator(crowd, answers, item)
            if judging.uses_gold:
                outcome.gold += _gold(crowd, annotator, item)
            said = crowd.answer(annotator, item, truth)
            right = held_against(truth, said, STANDARD).share >= STANDARD.right
            answers.append(Answer(len(answers), annotator, said, right))
            more, decided, looks = _judged(crowd, judging, answers, item)
            outcome.looks += looks + sum(crowd.chance.random() < audited for _ in range(decided))
        outcome.add(answers, _is_right(crowd, answers, truth))
    return outcome


def _next_annotator(crowd: Crowd, answers: Sequence[Answer], item: int) -> Annotator:
    had = {answer.by.name for answer in answers}
    here = [each for each in crowd.annotators if each.name not in had and each.away_until <= item]
    return crowd.chance.choice(here)


def _gold(crowd: Crowd, annotator: Annotator, item: int) -> int:
    """The gold that the annotator gets before their next task: so many, as its share of all their tasks is."""
    given = 0
    while crowd.chance.random() < gold_share(annotator.right, len(annotator.verdicts)):
        truth = crowd.truth()
        # A colluder has nobody to ask: what others had is no use.
        said = crowd.answer(annotator, -crowd.chance.getrandbits(60) - 1, truth)
        annotator.hear(judge_gold(said, truth).right, item)
        given += 1
    return given


def _judged(crowd: Crowd, judging: Judging, answers: list[Answer], item: int) -> tuple[bool, int, int]:
    """Judges until nothing changes; moderators know the truth. Whether one more answer is wanted; verdicts by machine, and by looks."""
    decided = looks = 0
    while True:
        judgement = judging(crowd.task.form, [answer.as_given() for answer in answers])
        for name in judgement.approved:
            _decide(answers[name], True, item)
        for rejection in judgement.rejected:
            _decide(answers[rejection.id], False, item)
        decided += len(judgement.approved) + len(judgement.rejected)
        if not judgement.board:
            return judgement.more or not any(answer.approved for answer in answers), decided, looks
        answer = answers[judgement.board[0].id]
        answer.looked_at = True
        _decide(answer, answer.right, item)
        looks += 1


def _decide(answer: Answer, approved: bool, item: int) -> None:
    answer.approved = approved
    answer.by.hear(approved, item)


def _is_right(crowd: Crowd, answers: Sequence[Answer], truth: Answers) -> bool:
    """Whether the consensus of the approved is right."""
    result = consensus(crowd.task.form, [answer.as_given() for answer in answers if answer.approved])
    return held_against(truth, result.answers, STANDARD).share >= STANDARD.right


@dataclass(frozen=True)
class ReviewBelow:
    """Three answers to each item; where they agree by `agreement` all are approved, else each of them is looked at."""

    agreement: float = 0.8
    overlap: int = 3
    uses_gold: bool = False

    def __call__(self, form: Sequence[Mapping[str, Any]], given: Sequence[Given]) -> Judgement:
        pending = [each for each in given if each.approved is None]
        if len(given) < self.overlap or not pending:
            return Judgement((), (), (), (), len(given) < self.overlap, None)
        if any(each.looked_at for each in given) or self._mean(form, given) < self.agreement:
            return Judgement((), (), tuple(Doubt(each.id, 0.5, Why.DISAGREEMENT, (), True) for each in pending), (), False, None)
        return Judgement(tuple(each.id for each in pending), (), (), (), False, None)

    def _mean(self, form: Sequence[Mapping[str, Any]], given: Sequence[Given]) -> float:
        scores = [alike(form, one.answers, other.answers) for place, one in enumerate(given) for other in given[:place]]
        return sum(scores) / len(scores)
