"""The judge: verdicts by a known answer and by agreement, without anybody looking; what is in doubt is left to people, and why.

It looks at an item as a whole, when one of its answers is due. The measures are quality/'s; what follows from them is here. The same
answers come to the same verdicts in whatever order they came, and an item that was judged before is judged no further.
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

import structlog
from tortoise.transactions import atomic

from models.annotation import HURRIED, JUDGED_ANYWAY, RISKIEST_SECONDS, Annotation, AnnotationState
from models.audit_sample import AuditSample
from models.correction import Correction
from models.event import BOARD, Event
from models.fields import kind_of
from models.item import Item
from models.project import Project, ProjectState
from models.review import Review, Why
from models.standing import Standing
from models.verdict import Decision, RejectionReason, Verdict, VerdictBasis, VerdictSource
from ops.database import sql
from ops.metrics import VERDICTS
from quality.consensus import Given, consensus
from quality.gold import judge_gold
from quality.grade import Fault, Problem
from quality.judge import Why as Doubted
from quality.judge import judge
from quality.wilson import expected_accuracy, wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from quality.judge import Doubt, Judgement

# Gold that annotators fail who are right elsewhere is gold that is wrong: from so many answers on, below that share of right ones.
GOLD_TRIED, GOLD_FAILED = 5, 0.4
_LABELLED = frozenset({"choice", "rating"})
# What could not be judged is tried again after so long.
TRIED_AGAIN = "1 minute"
log = structlog.get_logger(__name__)


async def judge_due(most: int = 20) -> int:
    """Judges items of which an answer is due; how many. One that cannot be judged keeps no other waiting, and is tried again later."""
    due = await sql.rows(_DUE, most)
    return sum([await _try_to_judge(row["item_id"]) for row in due])


async def _try_to_judge(item_id: int) -> bool:
    try:
        return await judge_item(item_id)
    except Exception:
        log.exception("an item could not be judged", item=item_id)
        await sql.run(_PUT_OFF, item_id)
        return False


@atomic()
async def judge_item(item_id: int) -> bool:
    """Whether there was anything to judge. What somebody else is just deciding about waits for the next round."""
    reviews = await Review.rows(_LOCK_REVIEWS, item_id)
    ours = {review.annotation_id: review for review in reviews if review.judge_at is not None and review.claimed_by_id is None}
    if not ours or await sql.value(_UNDECIDED, item_id) != len(reviews):
        return False
    annotations = await Annotation.filter(item_id=item_id).order_by("id")
    # All that this may lock, in the order in which everybody locks it: standings, the item, wallets, and then the project.
    people = sorted({annotation.annotator_id for annotation in annotations})
    standings = {row["user_id"]: Standing.read(row) for row in await sql.rows(_LOCK_STANDINGS, people)}
    item = await Item.one("SELECT * FROM items WHERE id = $1 FOR NO KEY UPDATE", item_id)
    assert item is not None
    await sql.run("SELECT 1 FROM wallets WHERE user_id = ANY($1::bigint[]) ORDER BY user_id FOR NO KEY UPDATE", people)
    project = await Project.get(id=item.project_id)
    case = Case(item, project, ours)
    if item.gold is not None:
        for annotation in annotations:
            if annotation.id in ours:
                await case.try_gold(annotation, standings[annotation.annotator_id])
    else:
        looked_at = await _looked_at(annotations)
        given = [_given(annotation, standings[annotation.annotator_id], looked_at) for annotation in annotations]
        await case.follow(judge(project.form, given, project.policy), {annotation.id: annotation for annotation in annotations})
    return True


class Case:
    """An item before the judge, with the reviews that are the judge's to decide, by annotation. Everything is locked."""

    def __init__(self, item: Item, project: Project, ours: Mapping[int, Review]) -> None:
        self.item = item
        self.project = project
        self.ours = ours

    async def try_gold(self, annotation: Annotation, standing: Standing) -> None:
        assert self.item.gold is not None
        grade = judge_gold(annotation.answers, self.item.gold, self.project.policy)
        await self._decide(annotation, Decision.APPROVED if grade.right else Decision.REJECTED, VerdictBasis.GOLD, grade.problems)
        # What newcomers and the careless fail says nothing of the gold.
        if wilson(standing.approved, standing.decided)[0] >= self.project.policy.outlier:
            await self._weigh_gold(right=grade.right)
        if grade.right and self.item.gold_retired_at is None and self.item.removed_at is None:
            await self._open_another(is_gold=True)

    async def follow(self, judgement: Judgement, annotations: Mapping[int, Annotation]) -> None:
        """Does what was found. What people hold is theirs, whatever the judge would say of it."""
        for annotation_id in sorted(self.ours.keys() & judgement.approved):
            await self._decide(annotations[annotation_id], Decision.APPROVED, VerdictBasis.CONSENSUS, ())
        rejected = {each.id: each for each in judgement.rejected}
        for annotation_id in sorted(self.ours.keys() & rejected.keys()):
            await self._decide(annotations[annotation_id], Decision.REJECTED, VerdictBasis.CONSENSUS, rejected[annotation_id].problems)
        doubts = {each.id: each for each in judgement.board}
        for annotation_id in sorted(self.ours.keys() & doubts.keys()):
            await self._leave(annotations[annotation_id], doubts[annotation_id])
        waiting = [self.ours[annotation_id].id for annotation_id in self.ours.keys() & judgement.waiting]
        late = {row["id"] for row in await sql.rows(_WAIT_ON, waiting)}
        for annotation_id, review in self.ours.items():
            if review.id in late:
                await self._leave(annotations[annotation_id], None)
        if judgement.more:
            await self._ask_one_more()

    async def _decide(self, annotation: Annotation, decision: Decision, basis: VerdictBasis, problems: Sequence[Problem]) -> None:
        verdict = await Verdict.issue(
            annotation,
            decision,
            source=VerdictSource.AUTOMATIC,
            by=None,
            reasons=reasons_of(problems),
            comment=in_words(problems),
            basis=basis,
            conflicts=as_conflicts(problems),
        )
        review = self.ours[annotation.id]
        await sql.run("UPDATE reviews SET decided_at = now(), judge_at = NULL WHERE id = $1", review.id)
        await Event.record("ReviewDecided", [BOARD], review=review.id, verdict=verdict.id)
        if random.random() < AuditSample.SHARE:
            await AuditSample.draw(verdict, self.project)
        VERDICTS.labels(decision.value, VerdictSource.AUTOMATIC.value).inc()

    async def _leave(self, annotation: Annotation, doubt: Doubt | None) -> None:
        """To people: with what the judge saw, or because no other answer came.

        What came too fast is more likely wrong; that is told where there is no better reason.
        """
        review = self.ours[annotation.id]
        why, risk = (_WHY[doubt.why], doubt.doubt) if doubt else (Why.ALONE, 0.5)
        if self.project.is_too_fast(annotation.elapsed_seconds):
            why, risk = Why.TOO_FAST if why in _WEAK else why, 1 - (1 - risk) * HURRIED
        await sql.run(
            """
            UPDATE reviews SET judge_at = NULL, why = $2, risk = $3, suggestion = $4, conflicts = $5::jsonb,
                rank = extract(epoch FROM now()) - $3 * $6::float
            WHERE id = $1
            """,
            review.id,
            why.value,
            risk,
            (Decision.APPROVED if doubt.suggests else Decision.REJECTED).value if doubt else None,
            json.dumps(as_conflicts(doubt.problems) if doubt else []),
            RISKIEST_SECONDS,
        )
        await Event.record("ReviewQueued", [BOARD], review=review.id)

    async def _ask_one_more(self) -> None:
        """An answer more than the overlap asks for, up to the most that the project allows."""
        asked = self.item.asked or self.project.overlap
        if asked >= self.project.policy.most or self.item.removed_at is not None:
            return
        wants_none = await sql.value(_WANTS_NONE, self.item.id)
        if wants_none is None and await self._open_another(is_gold=False):
            await sql.run("UPDATE items SET asked = $2 WHERE id = $1", self.item.id, asked + 1)

    async def _open_another(self, *, is_gold: bool) -> bool:
        """Before all others: what waits for it is done with it."""
        await self.project.lock()
        if self.project.state == ProjectState.CLOSED:
            return False
        await sql.run(
            "INSERT INTO tasks (project_id, item_id, round, is_gold) VALUES ($1, $2, 0, $3)", self.project.id, self.item.id, is_gold
        )
        await self.project.open_tasks()
        return True

    async def _weigh_gold(self, *, right: bool) -> None:
        row = await sql.row(
            "UPDATE items SET gold_judged = gold_judged + 1, gold_right = gold_right + $2 WHERE id = $1 RETURNING gold_judged, gold_right",
            self.item.id,
            int(right),
        )
        assert row is not None
        if row["gold_judged"] >= GOLD_TRIED and row["gold_right"] < GOLD_FAILED * row["gold_judged"]:
            await self.item.retire_gold()


async def sum_up_done(most: int = 50) -> int:
    """Keeps of items that are done what their approved annotations come to; how many."""
    done = await Item.rows(_NOT_SUMMED_UP, most)
    await sum_up(done)
    return len(done)


async def sum_up(items: Sequence[Item]) -> None:
    """The same of these: their `consensus` and `agreement`, in the rows and in the database."""
    if not items:
        return
    approved = await Annotation.filter(item_id__in=[item.id for item in items], state=AnnotationState.APPROVED).order_by("id")
    standings = {each.user_id: each for each in await Standing.filter(user_id__in=list({each.annotator_id for each in approved}))}
    projects = {each.id: each for each in await Project.filter(id__in=list({item.project_id for item in items}))}
    mended = await Correction.answers_of([each.id for each in approved])
    for each in approved:
        each.answers = mended.get(each.id, each.answers)
    for item in items:
        project = projects[item.project_id]
        given = [_given(each, standings[each.annotator_id], {}) for each in approved if each.item_id == item.id]
        agreed = consensus(project.form, given, project.policy)
        item.consensus, item.agreement = agreed.answers, agreed.agreement
    await sql.run(
        """
        UPDATE items SET consensus = s.consensus::jsonb, agreement = s.agreement
        FROM unnest($1::bigint[], $2::text[], $3::float[]) AS s(id, consensus, agreement) WHERE items.id = s.id
        """,
        [item.id for item in items],
        [json.dumps(item.consensus) for item in items],
        [item.agreement for item in items],
    )


async def make_gold(item: Item) -> Item:
    """What an item's answers come to becomes a known answer: an item of gold with the same content. Raises as Item.make_gold."""
    if item.completed_at is not None and item.consensus is None:
        await sum_up([item])
    # Everybody sends photographs and recordings of their own: none of them is a known answer.
    return await item.make_gold([answer for answer in item.consensus or [] if not kind_of(answer).names_uploads])


def reasons_of(problems: Iterable[Problem]) -> list[RejectionReason]:
    """Why, in the terms in which a moderator would say it."""
    return list(dict.fromkeys(_reason(problem) for problem in problems))


def as_conflicts(problems: Iterable[Problem]) -> list[dict[str, Any]]:
    """The annotator's own side of it; the right one stays untold, for a gold answer would be told with it."""
    return [
        {
            "key": each.key,
            "kind": each.kind,
            "fault": each.fault.name,
            "given": each.given,
            "overlap": round(each.overlap, 3),
            "wanted": each.wanted,
        }
        for each in problems
    ]


def in_words(problems: Sequence[Problem]) -> str | None:
    """One line a kind of fault, such as "2 missing."."""
    counted: dict[str, int] = {}
    for each in problems:
        counted[_WORDS[each.fault]] = counted.get(_WORDS[each.fault], 0) + 1
    return " ".join(f"{n} {words}." for words, n in counted.items()) or None


def _reason(problem: Problem) -> RejectionReason:
    if problem.fault is Fault.WRONG:
        return RejectionReason.WRONG_LABEL if problem.kind in _LABELLED else RejectionReason.INCOMPLETE
    return _REASONS[problem.fault]


_REASONS = {
    Fault.MISSING: RejectionReason.MISSED_OBJECT,
    Fault.EXTRA: RejectionReason.EXTRA_OBJECT,
    Fault.TWICE: RejectionReason.EXTRA_OBJECT,
    Fault.WRONG_LABEL: RejectionReason.WRONG_LABEL,
    Fault.LOW_OVERLAP: RejectionReason.IMPRECISE_SHAPE,
}
_WORDS = {
    Fault.MISSING: "missing",
    Fault.EXTRA: "too many",
    Fault.TWICE: "marked twice",
    Fault.WRONG_LABEL: "with the wrong label",
    Fault.LOW_OVERLAP: "drawn too loosely",
    Fault.WRONG: "not right",
}
_WHY = {
    Doubted.DISAGREEMENT: Why.DISAGREEMENT,
    Doubted.LOW_SCORE: Why.LOW_SCORE,
    Doubted.NEW_ANNOTATOR: Why.NEW_ANNOTATOR,
    Doubted.COPY: Why.COPY,
    Doubted.ALONE: Why.ALONE,
}

# Reasons that lie not in the answer itself.
_WEAK = frozenset({Why.ALONE, Why.NEW_ANNOTATOR})


def _given(annotation: Annotation, standing: Standing, looked_at: Mapping[int, bool]) -> Given:
    return Given(
        id=annotation.id,
        answers=annotation.answers,
        accuracy=expected_accuracy(standing.approved, standing.decided),
        judged=standing.decided,
        approved=None if annotation.state == AnnotationState.IN_REVIEW else annotation.state == AnnotationState.APPROVED,
        looked_at=looked_at.get(annotation.id, False),
    )


async def _looked_at(annotations: Sequence[Annotation]) -> dict[int, bool]:
    """Of those with a verdict, whether a person gave it."""
    rows = await sql.rows(
        "SELECT annotation_id, bool_or(source <> 'AUTOMATIC') AS looked_at FROM verdicts WHERE annotation_id = ANY($1) GROUP BY 1",
        [annotation.id for annotation in annotations],
    )
    return {row["annotation_id"]: row["looked_at"] for row in rows}


_DUE = """
SELECT DISTINCT a.item_id FROM (
    SELECT annotation_id FROM reviews WHERE judge_at <= now() AND decided_at IS NULL AND claimed_by_id IS NULL ORDER BY judge_at LIMIT $1
) AS r JOIN annotations a ON a.id = r.annotation_id
"""
_PUT_OFF = f"""
UPDATE reviews SET judge_at = now() + interval '{TRIED_AGAIN}' WHERE id IN (
    SELECT r.id FROM reviews r JOIN annotations a ON a.id = r.annotation_id
    WHERE a.item_id = $1 AND r.judge_at <= now() AND r.decided_at IS NULL ORDER BY r.id FOR NO KEY UPDATE OF r SKIP LOCKED
)
"""  # noqa: S608
_LOCK_REVIEWS = """
SELECT r.* FROM reviews r JOIN annotations a ON a.id = r.annotation_id
WHERE a.item_id = $1 AND r.decided_at IS NULL ORDER BY r.id FOR NO KEY UPDATE OF r SKIP LOCKED
"""
_UNDECIDED = "SELECT count(*) FROM reviews r JOIN annotations a ON a.id = r.annotation_id WHERE a.item_id = $1 AND r.decided_at IS NULL"
_LOCK_STANDINGS = "SELECT * FROM standings WHERE user_id = ANY($1::bigint[]) ORDER BY user_id FOR NO KEY UPDATE"
# Of reviews that go on waiting for other answers, those that have waited long enough.
_WAIT_ON = f"""
WITH put_off AS (
    UPDATE reviews SET judge_at = queued_at + interval '{JUDGED_ANYWAY}' WHERE id = ANY($1::bigint[])
    RETURNING id, queued_at + interval '{JUDGED_ANYWAY}' <= now() AS is_late
)
SELECT id FROM put_off WHERE is_late
"""  # noqa: S608
# An answer is to come already, or gold was made of the item: nobody is asked it any more.
_WANTS_NONE = """
SELECT 1 FROM tasks WHERE item_id = $1 AND state IN ('WAITING', 'OPEN', 'LEASED', 'HELD')
UNION ALL SELECT 1 FROM items WHERE made_of_id = $1 LIMIT 1
"""
_NOT_SUMMED_UP = "SELECT * FROM items WHERE completed_at IS NOT NULL AND consensus IS NULL ORDER BY id LIMIT $1"
