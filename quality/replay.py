"""What the judge would have decided about answers that are there already, under other thresholds: a rehearsal, item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from quality.consensus import Given
from quality.judge import judge
from quality.likeness import Field
from quality.policy import Policy


@dataclass(frozen=True)
class Replayed:
    """
    Of one item: the automatic verdicts by annotation, those that people would have looked at, and those that would not have been asked for.
    `unanswered` says that one more answer would have been wanted than there are.
    """

    verdicts: Mapping[int, bool]
    to_people: AbstractSet[int]
    not_asked: AbstractSet[int]
    unanswered: bool


def replay(form: Sequence[Field], given: Sequence[Given], policy: Policy, people: Mapping[int, bool]) -> Replayed:
    """
    The answers, in the order in which they came and without their verdicts, as if they came again: as many as the policy wants, one more
    where it wants one more, and what goes to people decided as `people` say: whether each annotation is right after all.
    """
    left = [replace(each, approved=None, looked_at=False) for each in given]
    asked, left = left[: policy.least], left[policy.least :]
    verdicts: dict[int, bool] = {}
    to_people: set[int] = set()
    while asked:
        judgement = judge(form, asked, policy)
        decided = dict.fromkeys(judgement.approved, True) | {each.id: False for each in judgement.rejected}
        looked_at = {each.id: people[each.id] for each in judgement.board}
        verdicts |= decided
        to_people |= looked_at.keys()
        asked = [_with_verdict(each, decided | looked_at, looked_at) for each in asked]
        # A look may decide the rest, and so may one more answer; where there is neither, nothing changes any more.
        if not looked_at:
            if not judgement.more or not left:
                return Replayed(verdicts, frozenset(to_people | _undecided(asked)), frozenset(each.id for each in left), judgement.more)
            asked.append(left.pop(0))
    return Replayed({}, frozenset(), frozenset(), unanswered=False)


def _with_verdict(given: Given, decided: Mapping[int, bool], looked_at: Mapping[int, bool]) -> Given:
    if given.id not in decided:
        return given
    return replace(given, approved=decided[given.id], looked_at=given.id in looked_at)


def _undecided(asked: Sequence[Given]) -> set[int]:
    """What waits for others that do not come is left to people in the end."""
    return {each.id for each in asked if each.approved is None}
