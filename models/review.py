"""An annotation on the board, waiting for its verdict or held by a moderator."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from tortoise import fields
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.transactions import in_transaction

from models.annotation import Annotation
from models.correction import Correction
from models.errors import AlreadyDecided, Conflict, InvalidInput, NotFound, Refusal
from models.event import BOARD, Event
from models.fields import media_in, parse_answers
from models.item import Item
from models.project import Project
from models.project_spec import TaskKind
from models.row import Row
from models.user import User
from models.verdict import Decision, RejectionReason, Verdict, VerdictSource
from ops.database import sql
from ops.metrics import VERDICTS
from ops.settings import settings
from quality.likeness import alike

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tortoise.queryset import QuerySet

# Long enough to look closely, short enough that a closed laptop holds nobody up.
CLAIM_SECONDS = 600
MOST_CLAIMED = 20
# How alike mended answers are to the annotator's own at the least: of more than that the work was somebody else's.
SMALL_MEND = 0.9


class Why(StrEnum):
    """Why a review needs people."""

    DISAGREEMENT = "DISAGREEMENT"
    LOW_SCORE = "LOW_SCORE"
    NEW_ANNOTATOR = "NEW_ANNOTATOR"
    COPY = "COPY"
    TOO_FAST = "TOO_FAST"
    ALONE = "ALONE"


class Review(Row):
    annotation: fields.OneToOneRelation[Annotation] = fields.OneToOneField(
        "models.Annotation", related_name="review", on_delete=fields.RESTRICT
    )
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="reviews", on_delete=fields.RESTRICT
    )
    annotator: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("models.User", related_name="reviewed", on_delete=fields.RESTRICT)
    kind = fields.CharEnumField(TaskKind, max_length=20)
    queued_at = fields.DatetimeField(db_default=Now())
    claimed_by: fields.ForeignKeyNullableRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="claimed_reviews", on_delete=fields.RESTRICT, null=True
    )
    claimed_at = fields.DatetimeField(null=True)
    claim_expires_at = fields.DatetimeField(null=True)
    decided_at = fields.DatetimeField(null=True)
    # When the judge looks at it (judge.py); null where it is left to people.
    judge_at = cast("datetime | None", fields.DatetimeField(null=True))
    # Why it is left to them, how likely it is wrong, what the judge would decide, and what it saw, as a verdict's conflicts are.
    why: Why | None = cast("Why | None", fields.CharEnumField(Why, max_length=15, null=True))
    risk = fields.FloatField(db_default=0.0)
    suggestion: Decision | None = cast("Decision | None", fields.CharEnumField(Decision, max_length=10, null=True))
    conflicts: list[dict[str, Any]] = fields.JSONField(db_default=SqlDefault("'[]'"))
    # What the queue is ordered by, seconds: since when it waits, and the riskier the earlier, so that nothing waits for ever.
    rank = fields.FloatField(db_default=SqlDefault("extract(epoch FROM now())"))
    annotation_id: int
    project_id: int
    annotator_id: int
    claimed_by_id: int | None

    class Meta:
        table = "reviews"

    @classmethod
    def waiting(cls) -> QuerySet[Review]:
        return cls.filter(decided_at=None, claimed_by_id=None)

    @classmethod
    async def ranked(
        cls, after: Sequence[Any] | None, limit: int, *, project_id: int | None = None, kind: TaskKind | None = None
    ) -> list[Review]:
        """What waits and is left to people, behind the (rank, id) `after`: riskiest and oldest first."""
        rank, last = after or (-math.inf, 0)
        of_project, of_kind = "" if project_id is None else "AND project_id = $4", "" if kind is None else f"AND kind = '{kind.value}'"
        given = () if project_id is None else (project_id,)
        return await cls.rows(_RANKED.format(of_project=of_project, of_kind=of_kind), rank, last, limit, *given)

    @classmethod
    def claimed(cls, by: int | None = None) -> QuerySet[Review]:
        held = cls.filter(decided_at=None, claimed_by_id__not_isnull=True)
        return held if by is None else held.filter(claimed_by_id=by)

    @classmethod
    async def claim(
        cls, moderator: User, *, count: int = 1, project_id: int | None = None, ids: Sequence[int] | None = None
    ) -> list[Review]:
        """Up to `count` waiting ones, riskiest and oldest first, or just those named; held for CLAIM_SECONDS.

        What the judge has not seen yet comes last.

        Never one's own work, never another's claim.
        """
        if not 1 <= count <= MOST_CLAIMED:
            raise InvalidInput(f"Between 1 and {MOST_CLAIMED} at once.", "count")
        async with in_transaction():
            # One claim of a moderator at a time, so that two tabs cannot pass MOST_CLAIMED together.
            await sql.run("SELECT 1 FROM standings WHERE user_id = $1 FOR NO KEY UPDATE", moderator.id)
            room = MOST_CLAIMED - await cls.claimed(by=moderator.id).count()
            if room <= 0:
                raise Conflict(f"You hold {MOST_CLAIMED} already; decide or release some first.")
            wanted = None if ids is None else list(ids)
            reviews = await cls.rows(_CLAIM, moderator.id, min(room, count if ids is None else len(ids)), project_id, wanted, CLAIM_SECONDS)
            await Event.record_each("ReviewClaimed", [(BOARD, {"review": review.id}) for review in reviews])
        return sorted(reviews, key=lambda review: review.id)

    @classmethod
    async def claim_these(cls, moderator: User, ids: Sequence[int]) -> list[Review]:
        """Just these, all or none; those that the moderator holds already count. A lost race names who won. Raises Conflict, NotFound."""
        wanted = list(dict.fromkeys(ids))
        if len(wanted) > MOST_CLAIMED:
            raise InvalidInput(f"At most {MOST_CLAIMED} at once.", "reviewIds")
        try:
            async with in_transaction():
                held = await cls.filter(id__in=wanted, claimed_by_id=moderator.id, decided_at=None)
                missing = [each for each in wanted if each not in {review.id for review in held}]
                claimed = await cls.claim(moderator, ids=missing) if missing else []
                got = {review.id: review for review in (*held, *claimed)}
                for each in wanted:
                    if each not in got:
                        raise _NotClaimed(each)
        except _NotClaimed as lost:
            raise await cls._why_not(lost.review_id, moderator, "reviewIds", str(list(ids).index(lost.review_id))) from None
        return [got[each] for each in wanted]

    @classmethod
    async def _why_not(cls, review_id: int, moderator: User, *path: str) -> Refusal:
        # Whoever was faster may not have committed yet. Waited for outside our transaction, where we hold nothing that they may want.
        await sql.run("SELECT 1 FROM reviews WHERE id = $1 FOR NO KEY UPDATE", review_id)
        review = await cls.get_or_none(id=review_id)
        if review is None:
            return NotFound("There is no such thing here.", *path)
        if review.decided_at is not None:
            return AlreadyDecided("It was decided already.", *path)
        if review.annotator_id == moderator.id:
            return Conflict("Nobody judges their own work.", *path)
        return Conflict(f"It is held by {await review.holder()}.", *path)

    async def release(self, moderator: User) -> None:
        """Back to the queue; safe to repeat, and only by who holds it."""
        async with in_transaction():
            if await sql.run(f"{_FREE} WHERE id = $1 AND claimed_by_id = $2 AND decided_at IS NULL", self.id, moderator.id):
                await Event.record("ReviewReleased", [BOARD], review=self.id)
            elif (await self.reread()).claimed_by_id not in {None, moderator.id}:
                raise Conflict(f"It is held by {await self.holder()}.", "reviewId")

    async def decide(
        self, moderator: User, decision: Decision, *, reasons: Sequence[RejectionReason] = (), comment: str | None = None
    ) -> Verdict:
        """The verdict, with its money, standing and events in one transaction. The same decision again gives the first verdict."""
        async with in_transaction():
            current = await self._locked()
            if current.decided_at is not None:
                return await current._decided_before(decision, "reviewId")
            await current._require_held_by(moderator, "reviewId")
            annotation = await Annotation.get(id=self.annotation_id)
            await _judge_others([annotation], [self.id])
            verdict = await current._issue(annotation, decision, moderator, reasons, comment)
        VERDICTS.labels(decision.value, VerdictSource.MODERATOR.value).inc()
        return verdict

    @classmethod
    async def decide_together(
        cls, moderator: User, ids: Sequence[int], decision: Decision, *, reasons: Sequence[RejectionReason] = (), comment: str | None = None
    ) -> list[Verdict]:
        """The same verdict for several of one annotator, all or none, each as `decide` would; those that had it already keep it."""
        wanted = list(dict.fromkeys(ids))
        if not 1 <= len(wanted) <= MOST_CLAIMED:
            raise InvalidInput(f"Between 1 and {MOST_CLAIMED} at once.", "reviewIds")
        if RejectionReason.FRAUD in reasons:
            raise InvalidInput("Fraud bans at once: it is decided one by one.", "reasons")
        async with in_transaction():
            reviews = await cls._locked_of_one(wanted)
            verdicts: dict[int, Verdict] = {}
            for n, review in enumerate(reviews):
                if review.decided_at is not None:
                    verdicts[review.id] = await review._decided_before(decision, "reviewIds", str(n))
                else:
                    await review._require_held_by(moderator, "reviewIds", str(n))
            new = [review for review in reviews if review.id not in verdicts]
            annotations = {row.id: row for row in await Annotation.filter(id__in=[review.annotation_id for review in new])}
            await _judge_others(list(annotations.values()), [review.id for review in new])
            # All that the verdicts lock, in the order in which everybody does: the second begins where the first has ended.
            for lock in _LOCK_FOR_ALL:
                await sql.run(lock, [review.id for review in new])
            for review in new:
                verdicts[review.id] = await review._issue(annotations[review.annotation_id], decision, moderator, reasons, comment)
        VERDICTS.labels(decision.value, VerdictSource.MODERATOR.value).inc(len(new))
        return [verdicts[each] for each in wanted]

    @classmethod
    async def _locked_of_one(cls, ids: Sequence[int]) -> list[Review]:
        """These, of one annotator."""
        rows = await cls.rows("SELECT * FROM reviews WHERE id = ANY($1::bigint[]) ORDER BY id FOR NO KEY UPDATE", list(ids))
        locked = {row.id: row for row in rows}
        for n, each in enumerate(ids):
            if each not in locked:
                raise NotFound("There is no such thing here.", "reviewIds", str(n))
        if len({row.annotator_id for row in rows}) > 1:
            raise Conflict("These are of several annotators.", "reviewIds")
        return [locked[each] for each in ids]

    async def fix(self, moderator: User, answers: Sequence[Mapping[str, Any]]) -> Verdict:
        """Approves it with small mends: it is paid, and what the item comes to is made of the mended answers.

        Photographs and recordings are the annotator's, named by their hashes. The same mends again give the first verdict.
        Raises Refused for answers that the form does not take, Conflict where they are less alike than SMALL_MEND.
        """
        mended, likeness = await self._mend(answers)
        if likeness < SMALL_MEND:
            raise Conflict("This is more than a small mend: reject it, and say what is wrong.", "answers")
        async with in_transaction():
            current = await self._locked()
            if current.decided_at is not None:
                return await current._mended_before(mended)
            await current._require_held_by(moderator, "reviewId")
            await Correction.add(annotation_id=self.annotation_id, answers=mended, corrected_by_id=moderator.id)
            return await current.decide(moderator, Decision.APPROVED)

    async def likeness(self, answers: Sequence[Mapping[str, Any]]) -> float:
        """How alike mended answers are to the annotator's own, in [0, 1]: `fix` takes them from SMALL_MEND on. Raises Refused, too."""
        return (await self._mend(answers))[1]

    async def _mend(self, answers: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], float]:
        annotation = await Annotation.get(id=self.annotation_id)
        item = await Item.get(id=annotation.item_id)
        project = await Project.get(id=self.project_id)
        own = {block["sha256"]: block for block in media_in(annotation.answers)}
        mended = parse_answers(project.form, item.content, answers, uploads=own)
        return mended, alike(project.form, annotation.answers, mended, project.policy)

    async def _locked(self) -> Review:
        current = await Review.one("SELECT * FROM reviews WHERE id = $1 FOR NO KEY UPDATE", self.id)
        assert current is not None
        return current

    async def _require_held_by(self, moderator: User, *path: str) -> None:
        if self.annotator_id == moderator.id:
            raise Conflict("Nobody judges their own work.", *path)
        if self.claimed_by_id != moderator.id:
            raise Conflict(f"It is held by {await self.holder()}." if self.claimed_by_id else "Claim it first.", *path)

    async def _issue(
        self, annotation: Annotation, decision: Decision, moderator: User, reasons: Sequence[RejectionReason], comment: str | None
    ) -> Verdict:
        source = VerdictSource.MODERATOR
        verdict = await Verdict.issue(annotation, decision, source=source, by=moderator, reasons=reasons, comment=comment)
        await sql.run("UPDATE reviews SET decided_at = now(), judge_at = NULL WHERE id = $1", self.id)
        await Event.record("ReviewDecided", [BOARD], review=self.id, verdict=verdict.id)
        return verdict

    async def holder(self) -> str:
        name = await sql.value("SELECT u.display_name FROM reviews r JOIN users u ON u.id = r.claimed_by_id WHERE r.id = $1", self.id)
        return str(name or "nobody")

    async def _decided_before(self, decision: Decision, *path: str) -> Verdict:
        first = await Verdict.first_of(self.annotation_id)
        if first.decision != decision:
            raise AlreadyDecided(f"It was {first.decision.value.lower()} already.", *path)
        return first

    async def _mended_before(self, answers: list[dict[str, Any]]) -> Verdict:
        first = await Correction.get_or_none(annotation_id=self.annotation_id)
        if first is None or first.answers != answers:
            raise AlreadyDecided("It was decided already.", "reviewId")
        return await Verdict.first_of(self.annotation_id)

    @classmethod
    async def free_expired(cls, most: int = 200) -> int:
        """Gives back claims whose time is over; how many."""
        async with in_transaction():
            freed = await sql.rows(f"{_FREE} WHERE id IN ({_EXPIRED}) RETURNING id", most)
            await Event.record_each("ReviewReleased", [(BOARD, {"review": row["id"]}) for row in freed])
        return len(freed)

    @classmethod
    async def free_all_of(cls, moderator_id: int) -> None:
        """Who is no moderator any more holds nothing."""
        freed = await sql.rows(f"{_FREE} WHERE claimed_by_id = $1 AND decided_at IS NULL RETURNING id", moderator_id)
        await Event.record_each("ReviewReleased", [(BOARD, {"review": row["id"]}) for row in freed])


async def _judge_others(annotations: Sequence[Annotation], ids: Sequence[int]) -> None:
    """What people decide is evidence for the item's other answers, which the judge still has."""
    await sql.run(_JUDGE_OTHERS, [each.item_id for each in annotations], list(ids), random.uniform(*settings().judge_delay))


class _NotClaimed(Exception):
    def __init__(self, review_id: int) -> None:
        super().__init__(review_id)
        self.review_id = review_id


_FREE = "UPDATE reviews SET claimed_by_id = NULL, claimed_at = NULL, claim_expires_at = NULL"
_EXPIRED = """
SELECT id FROM reviews WHERE decided_at IS NULL AND claim_expires_at <= now() ORDER BY id LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED
"""
# What somebody else has locked is being judged already, or comes up again by itself.
_JUDGE_OTHERS = """
UPDATE reviews SET judge_at = now() + make_interval(secs => $3::float) WHERE id IN (
    SELECT r.id FROM reviews r JOIN annotations a ON a.id = r.annotation_id
    WHERE a.item_id = ANY($1::bigint[]) AND r.id <> ALL($2::bigint[]) AND r.judge_at IS NOT NULL AND r.decided_at IS NULL
    ORDER BY r.id FOR NO KEY UPDATE OF r SKIP LOCKED
)
"""
_LOCK_FOR_ALL = (
    """
    SELECT 1 FROM standings WHERE user_id IN (SELECT annotator_id FROM reviews WHERE id = ANY($1::bigint[]))
    ORDER BY user_id FOR NO KEY UPDATE
    """,
    """
    SELECT 1 FROM items WHERE id IN (
        SELECT a.item_id FROM reviews r JOIN annotations a ON a.id = r.annotation_id WHERE r.id = ANY($1::bigint[])
    ) ORDER BY id FOR NO KEY UPDATE
    """,
    """
    SELECT 1 FROM wallets WHERE user_id IN (SELECT annotator_id FROM reviews WHERE id = ANY($1::bigint[]))
    ORDER BY user_id FOR NO KEY UPDATE
    """,
    """
    SELECT 1 FROM projects WHERE id IN (SELECT project_id FROM reviews WHERE id = ANY($1::bigint[])) ORDER BY id FOR NO KEY UPDATE
    """,
    """
    SELECT 1 FROM tasks WHERE item_id IN (
        SELECT a.item_id FROM reviews r JOIN annotations a ON a.id = r.annotation_id WHERE r.id = ANY($1::bigint[])
    ) ORDER BY id FOR NO KEY UPDATE
    """,
)
# In the words of the index of what waits, so that a page costs the same however much does.
_RANKED = """
SELECT * FROM reviews WHERE decided_at IS NULL AND claimed_by_id IS NULL AND judge_at IS NULL
    AND (judge_at IS NOT NULL, rank, id) > (false, $1::float, $2::bigint) AND (judge_at IS NOT NULL, rank) < (true, '-Infinity')
    {of_project} {of_kind}
ORDER BY judge_at IS NOT NULL, rank, id LIMIT $3
"""
_CLAIM = """
UPDATE reviews SET claimed_by_id = $1, claimed_at = now(), claim_expires_at = now() + make_interval(secs => $5::int)
WHERE id IN (
    SELECT id FROM reviews
    WHERE decided_at IS NULL AND claimed_by_id IS NULL AND annotator_id <> $1
        AND ($3::bigint IS NULL OR project_id = $3) AND ($4::bigint[] IS NULL OR id = ANY($4))
    ORDER BY judge_at IS NOT NULL, rank, id LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
) RETURNING *
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What the board's head shows. Counted by partial indexes, which hold no more than what waits."""

    waiting: int
    # Of those: what the judge leaves to people.
    for_people: int
    claimed: int
    decided_today: int
    appeals: int

    @classmethod
    async def now(cls) -> Counts:
        """`decided_today`: verdicts since midnight UTC."""
        row = await sql.row(_COUNTS)
        assert row is not None
        return cls(**row)


_COUNTS = """
SELECT
    (SELECT count(*) FROM reviews WHERE decided_at IS NULL AND claimed_by_id IS NULL)::int AS waiting,
    (SELECT count(*) FROM reviews WHERE decided_at IS NULL AND claimed_by_id IS NULL AND judge_at IS NULL)::int AS for_people,
    (SELECT count(*) FROM reviews WHERE decided_at IS NULL AND claimed_by_id IS NOT NULL)::int AS claimed,
    (SELECT count(*) FROM reviews WHERE decided_at >= date_trunc('day', now(), 'UTC'))::int AS decided_today,
    (SELECT count(*) FROM appeals WHERE state = 'OPEN')::int AS appeals
"""
