"""The judge of one item: which of its answers are right by their consensus, which are not, whom to ask, and whether to ask for more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

import orjson

from quality.consensus import INCOMPARABLE, Consensus, Given, consensus
from quality.grade import Problem
from quality.likeness import DRAWN, Field
from quality.policy import STANDARD, Policy
from quality.vote import LEAST_ACCURACY, MOST_ACCURACY

# So many numbers two people do not draw alike, even on a coarse screen: two boxes, an outline of four corners.
MOST_NUMBERS_BY_CHANCE = 7
# A mask of so many characters has some ten runs.
MOST_CHARACTERS_BY_CHANCE = 20


class Why(Enum):
    """Why an answer needs a moderator."""

    DISAGREEMENT = "disagreement"
    LOW_SCORE = "low score"
    NEW_ANNOTATOR = "new annotator"
    # Drawn exactly as somebody else drew it.
    COPY = "copy"
    # Nothing to hold it against: a single answer, or one that is everybody's own.
    ALONE = "alone"


@dataclass(frozen=True)
class Rejection:
    """A clear outlier, with what it conflicts in with the consensus."""

    id: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True)
class Doubt:
    """
    An answer for the board. `doubt`, in [0, 1], is the probability that it is wrong; `problems` are its conflicts with the consensus, and
    `suggests` says what the machine would do.
    """

    id: int
    doubt: float
    why: Why
    problems: tuple[Problem, ...]
    suggests: bool


@dataclass(frozen=True)
class Judgement:
    """
    Each answer without a verdict is in one of `approved`, `rejected`, `board` (most doubtful first) and `waiting`; the ids ascend but on
    the board. Approvals and rejections rest on basis CONSENSUS. `waiting` holds those that one more answer, or the verdict on what is on
    the board, may decide: judge again then. What is on the board may be decided by that as well.
    """

    approved: tuple[int, ...]
    rejected: tuple[Rejection, ...]
    board: tuple[Doubt, ...]
    waiting: tuple[int, ...]
    # Whether one more answer is wanted.
    more: bool
    # None where there is nothing to hold against each other.
    consensus: Consensus | None


def judge(form: Sequence[Field], given: Sequence[Given], policy: Policy = STANDARD) -> Judgement:
    """
    What is to be done about the answers to one item. Pure: the same answers in whatever order, and judged again, come to the same.

    An answer with a verdict keeps it and stays evidence: one that a person approved counts as nearly surely right, one that a person
    rejected not at all, and one that a consensus decided as before, so that it does not prove itself. Raises ValueError for no answer.
    """
    if not given:
        raise ValueError("There is no answer to judge.")
    voices = [_as_evidence(each) for each in given if each.approved is not False or not each.looked_at]
    pending = sorted((each for each in voices if each.approved is None), key=lambda each: each.id)
    if policy.most == 1 or any(field["kind"] in INCOMPARABLE for field in form):
        return _alone(pending, more=len(voices) < policy.least)
    if len(voices) < policy.least or not pending:
        return Judgement((), (), (), tuple(each.id for each in pending), len(voices) < policy.least, None)
    copies = _copies(form, voices) if policy.copies else {}
    agreed = consensus(form, [_said_once(each, copies) for each in voices], policy)
    if agreed.confidence >= policy.confidence and _is_supported(agreed, voices, copies, policy):
        return _settled(pending, agreed, copies, policy, may_ask=len(voices) < policy.most)
    if len(voices) < policy.most:
        return Judgement((), (), (), tuple(each.id for each in pending), True, agreed)
    return _disputed(pending, agreed)


def _as_evidence(given: Given) -> Given:
    return replace(given, accuracy=MOST_ACCURACY) if given.approved and given.looked_at else given


def _alone(pending: Sequence[Given], *, more: bool) -> Judgement:
    doubts = [Doubt(each.id, 1 - each.accuracy, Why.ALONE, (), suggests=True) for each in pending]
    return Judgement((), (), _ranked(doubts), (), more, None)


def _is_supported(agreed: Consensus, voices: Sequence[Given], copies: Mapping[int, int], policy: Policy) -> bool:
    """Whether two who drew by themselves agree with it, or one whose answer a person has approved: nobody is a consensus alone."""
    agree = [each for each in voices if agreed.grades[each.id].share >= policy.right]
    return any(each.approved and each.looked_at for each in agree) or len({copies.get(each.id, each.id) for each in agree}) > 1


def _settled(pending: Sequence[Given], agreed: Consensus, copies: Mapping[int, int], policy: Policy, *, may_ask: bool) -> Judgement:
    approved: list[int] = []
    rejected: list[Rejection] = []
    board: list[Doubt] = []
    waiting: list[int] = []
    for each in pending:
        grade = agreed.grades[each.id]
        if grade.share >= policy.right and each.id not in copies:
            approved.append(each.id)
        elif grade.share >= policy.right:
            board.append(_doubt(each, agreed, Why.COPY, suggests=True))
        elif grade.share >= policy.outlier:
            board.append(_doubt(each, agreed, Why.LOW_SCORE, suggests=False))
        elif agreed.confidence < policy.certainty and may_ask:
            waiting.append(each.id)
        elif agreed.confidence < policy.certainty:
            board.append(_doubt(each, agreed, Why.DISAGREEMENT, suggests=False))
        elif each.judged < policy.newcomer:
            board.append(_doubt(each, agreed, Why.NEW_ANNOTATOR, suggests=False))
        else:
            rejected.append(Rejection(each.id, grade.problems))
    return Judgement(tuple(approved), tuple(rejected), _ranked(board), tuple(waiting), bool(waiting), agreed)


def _disputed(pending: Sequence[Given], agreed: Consensus) -> Judgement:
    """
    One for the board, the one that is most likely right, for once it is approved the others can be held against it: a look or two
    where each answer would have taken one.
    """
    doubts = [_doubt(each, agreed, Why.DISAGREEMENT, suggests=True) for each in pending]
    first = min(doubts, key=lambda doubt: (doubt.doubt, doubt.id))
    return Judgement((), (), (first,), tuple(doubt.id for doubt in doubts if doubt is not first), more=False, consensus=agreed)


def _doubt(given: Given, agreed: Consensus, why: Why, *, suggests: bool) -> Doubt:
    """Wrong is what its author gets wrong, what is not in the consensus, and half of it where the consensus is not sure."""
    grade = agreed.grades[given.id]
    likely = given.accuracy * (agreed.confidence * grade.share + (1 - agreed.confidence) / 2)
    return Doubt(given.id, 1 - likely, why, grade.problems, suggests)


def _ranked(doubts: Sequence[Doubt]) -> tuple[Doubt, ...]:
    return tuple(sorted(doubts, key=lambda doubt: (-doubt.doubt, doubt.id)))


def _copies(form: Sequence[Field], voices: Sequence[Given]) -> dict[int, int]:
    """Of each answer that is drawn exactly as another, the id of the one that counts for all of them: whose author is trusted most."""
    drawn = {field["key"] for field in form if field["kind"] in DRAWN}
    alike: dict[bytes, list[Given]] = {}
    for each in voices:
        shapes = [answer for answer in each.answers if answer["key"] in drawn]
        if any(is_elaborate(answer["kind"], answer["value"]) for answer in shapes):
            alike.setdefault(orjson.dumps(shapes, option=orjson.OPT_SORT_KEYS), []).append(each)
    copies: dict[int, int] = {}
    for those in alike.values():
        if len(those) > 1:
            counts = max(those, key=lambda each: (each.accuracy, -each.id))
            copies |= dict.fromkeys([each.id for each in those], counts.id)
    return copies


def is_elaborate(kind: str, shapes: Sequence[Mapping[str, Any]]) -> bool:
    """Whether nobody draws this twice by chance."""
    if kind == "mask":
        return sum(len(shape["counts"]) for shape in shapes) > MOST_CHARACTERS_BY_CHANCE
    numbers = 4 * len(shapes) if kind == "box" else sum(len(shape["points"]) for shape in shapes)
    return numbers > MOST_NUMBERS_BY_CHANCE


def _said_once(given: Given, copies: Mapping[int, int]) -> Given:
    return replace(given, accuracy=LEAST_ACCURACY) if copies.get(given.id, given.id) != given.id else given
