"""What other thresholds would have made of answers that a project has: tried on a bounded sample of the latest, changing nothing."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models.annotation import Annotation, AnnotationState
from models.item import Item
from models.standing import Standing
from ops.database import sql
from quality.consensus import Given
from quality.gold import judge_gold
from quality.replay import Replayed, replay
from quality.wilson import expected_accuracy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from models.project import Project
    from quality.policy import Policy

# The latest finished items, and the latest answers to gold, that it is tried on: as many as are judged twice in so long.
ITEMS, GOLD, BUDGET_SECONDS = 200, 100, 2.0
# Trying takes a whole core: one at a time in a process, so that requests have the other.
_trying = asyncio.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Counts:
    """Annotations approved and rejected automatically, left to people, and not asked for at all; items for which it would have asked for
    more answers than there are; and automatic verdicts about answers that people judged too, with how many of them say the same."""

    approved: int
    rejected: int
    to_people: int
    not_asked: int
    unanswered: int
    checked: int
    agreeing: int


@dataclass(frozen=True, slots=True)
class Preview:
    """On so many items and annotations; `changed` annotations would fare otherwise."""

    items: int
    annotations: int
    before: Counts
    after: Counts
    changed: int


@dataclass(frozen=True)
class Past:
    """An item with its answers in the order in which they came, whether each is right as far as is known, and what people said of some."""

    gold: list[dict[str, Any]] | None
    given: list[Given]
    right: Mapping[int, bool]
    looked_at: Mapping[int, bool]


async def preview(project: Project, wanted: Policy) -> Preview:
    """What `wanted` would come to beside what the project's own policy does."""
    past = await _past_of(project.id)
    async with _trying:
        return await asyncio.to_thread(_tried, project.form, past, project.policy, wanted)


def _tried(form: Sequence[Mapping[str, Any]], past: Sequence[Past], policy: Policy, wanted: Policy) -> Preview:
    before, after = _Outcomes(), _Outcomes()
    until, items, changed = time.monotonic() + BUDGET_SECONDS, 0, 0
    for item in past:
        if time.monotonic() > until:
            break
        fates, others = before.add(item, _replayed(form, item, policy)), after.add(item, _replayed(form, item, wanted))
        changed += sum(fate != others[annotation_id] for annotation_id, fate in fates.items())
        items += 1
    return Preview(items, before.counted.total(), before.counts(), after.counts(), changed)


def _replayed(form: Sequence[Mapping[str, Any]], item: Past, policy: Policy) -> Replayed:
    if item.gold is None:
        return replay(form, item.given, policy, item.right)
    verdicts = {each.id: judge_gold(each.answers, item.gold, policy).right for each in item.given}
    return Replayed(verdicts, frozenset(), frozenset(), unanswered=False)


class _Outcomes:
    """What one policy came to, item after item."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()
        self.unanswered = self.checked = self.agreeing = 0

    def add(self, item: Past, replayed: Replayed) -> dict[int, str]:
        """The fate of each annotation."""
        fates = {each: "approved" if right else "rejected" for each, right in replayed.verdicts.items()}
        fates |= dict.fromkeys(replayed.to_people, "to_people") | dict.fromkeys(replayed.not_asked, "not_asked")
        self.counted.update(fates.values())
        self.unanswered += replayed.unanswered
        both = replayed.verdicts.keys() & item.looked_at.keys()
        self.checked += len(both)
        self.agreeing += sum(replayed.verdicts[each] == item.looked_at[each] for each in both)
        return fates

    def counts(self) -> Counts:
        fates = {name: self.counted[name] for name in ("approved", "rejected", "to_people", "not_asked")}
        return Counts(**fates, unanswered=self.unanswered, checked=self.checked, agreeing=self.agreeing)


async def _past_of(project_id: int) -> list[Past]:
    """Latest items first. Who answered is trusted as far as they are now: what they were worth then is not kept."""
    items = await Item.rows(_ITEMS, project_id, ITEMS)
    ids = [row["id"] for row in await sql.rows(_GOLD_ANSWERS, project_id, GOLD)]
    answers = await Annotation.filter(item_id__in=[item.id for item in items]).exclude(state=AnnotationState.IN_REVIEW).order_by("id")
    of_gold = await Annotation.filter(id__in=ids).order_by("-id").prefetch_related("item")
    both = [*answers, *of_gold]
    standings = {row.user_id: row for row in await Standing.filter(user_id__in=list({each.annotator_id for each in both}))}
    people = {row["id"]: row["is_right"] for row in await sql.rows(_PEOPLE_SAID, [each.id for each in both])}

    def past(answers: Sequence[Annotation], gold: list[dict[str, Any]] | None = None) -> Past:
        given = [_given(each, standings[each.annotator_id]) for each in answers]
        looked_at = {each.id: people[each.id] for each in answers if each.id in people}
        return Past(gold, given, {each.id: each.state == AnnotationState.APPROVED for each in answers} | looked_at, looked_at)

    by_item: dict[int, list[Annotation]] = {item.id: [] for item in items}
    for each in answers:
        by_item[each.item_id].append(each)
    return [*(past(each) for each in by_item.values() if each), *(past([each], each.item.gold) for each in of_gold)]


def _given(annotation: Annotation, standing: Standing) -> Given:
    accuracy = expected_accuracy(standing.approved, standing.decided)
    return Given(id=annotation.id, answers=annotation.answers, accuracy=accuracy, judged=standing.decided)


_ITEMS = "SELECT * FROM items WHERE project_id = $1 AND completed_xid IS NOT NULL ORDER BY completed_xid DESC, id DESC LIMIT $2"
_GOLD_ANSWERS = """
SELECT a.id FROM (
    SELECT annotation_id FROM reviews WHERE project_id = $1 AND decided_at IS NOT NULL ORDER BY id DESC LIMIT 10 * $2::int
) AS last JOIN annotations a ON a.id = last.annotation_id JOIN items i ON i.id = a.item_id
WHERE i.gold IS NOT NULL ORDER BY a.id DESC LIMIT $2
"""
# What a moderator decided, at first or on appeal, and what one said of an automatic verdict that was looked at again.
_PEOPLE_SAID = """
SELECT v.annotation_id AS id, CASE WHEN s.agrees THEN v.decision = 'APPROVED' WHEN NOT s.agrees THEN v.decision = 'REJECTED'
    ELSE v.decision = 'APPROVED' END AS is_right
FROM (
    SELECT DISTINCT ON (annotation_id) * FROM verdicts WHERE annotation_id = ANY($1::bigint[]) ORDER BY annotation_id, id DESC
) AS v LEFT JOIN audit_samples s ON s.verdict_id = v.id
WHERE v.decided_by_id IS NOT NULL OR s.agrees IS NOT NULL
"""
