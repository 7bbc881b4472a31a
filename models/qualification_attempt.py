"""A person's attempt at a qualification: the questions that they drew, and what their answers came to.

An item that somebody was asked is never among their tasks as gold, nor asked of who had it as a task, as gold or before gold was made of
it: nobody shall tell gold apart.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from tortoise import fields
from tortoise.fields.db_defaults import Now
from tortoise.transactions import in_transaction

from models.errors import AlreadyDecided, Conflict, InvalidInput, NotFound, Refusal, Refused, TooLate
from models.event import Hint, work_topic
from models.fields import parse_answers
from models.item import Item
from models.project import Project
from models.qualification import ASKABLE, WANTED, Qualification
from models.row import Row
from models.standing import require_ready
from models.user import User
from ops.database import sql
from quality.gold import judge_gold

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from asyncpg import Record


# Questions stay the same so long; then others are drawn.
KEPT = "1 day"
# So many are shown to a person at once.
MOST_OFFERED = 100


class AttemptState(StrEnum):
    PENDING = "PENDING"
    PASSED = "PASSED"
    FAILED = "FAILED"
    # Its questions were kept for a day and not answered; others are drawn.
    LAPSED = "LAPSED"


@dataclass(frozen=True, slots=True)
class Question:
    """An item that a person was asked. Its known answer stays in the database."""

    id: int
    content: list[dict[str, Any]]
    form: list[dict[str, Any]]

    @property
    def prompt(self) -> str:
        return str(self.form[0]["label"])


@dataclass(frozen=True, slots=True)
class Reply:
    """A person's answers to one question, as they gave them; `question_id` is 0 where what named it is no question's id."""

    question_id: int
    answers: Any


@dataclass(frozen=True, slots=True)
class QualificationStatus:
    """How far a person is with a test. `score` in [0, 1], once it is decided; `retry_at` where it was failed."""

    qualification: Qualification
    state: AttemptState
    score: float | None
    retry_at: datetime | None

    @classmethod
    def of(cls, qualification: Qualification, attempt: QualificationAttempt) -> QualificationStatus:
        decided_at = attempt.decided_at if attempt.state == AttemptState.FAILED else None
        retry_at = decided_at and decided_at + timedelta(hours=qualification.retry_hours)
        return cls(qualification, attempt.state, attempt.score, retry_at)


class QualificationAttempt(Row):
    qualification: fields.ForeignKeyRelation[Qualification] = fields.ForeignKeyField(
        "models.Qualification", related_name="attempts", on_delete=fields.RESTRICT
    )
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="qualification_attempts", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(AttemptState, max_length=10, db_default=AttemptState.PENDING.value)
    # The share of right answers, in [0, 1]; null until they are there.
    score: float | None = fields.FloatField(null=True)
    drawn_at = fields.DatetimeField(db_default=Now())
    decided_at = fields.DatetimeField(null=True)
    qualification_id: int
    user_id: int

    class Meta:
        table = "qualification_attempts"
        indexes = (("user_id", "qualification_id", "id"), ("qualification_id", "state"))

    @classmethod
    async def offer(cls, user_id: int, qualification_ids: Sequence[int]) -> dict[int, list[Question]]:
        """The questions that the person has before them in each test: drawn now, or within the last day.

        None where an open project does not want them for it, where it is passed, and while they wait after a failure.
        """
        kept = await _questions(user_id, qualification_ids)
        missing = [each for each in qualification_ids if each not in kept]
        if not missing:
            return kept
        async with in_transaction():
            await _lock(user_id)
            await sql.run(_LAPSE, user_id, missing)
            await sql.run(_DRAW, user_id, missing)
            return {each: [] for each in missing} | kept | await _questions(user_id, missing)

    @classmethod
    async def answer(
        cls, qualification: Qualification, user: User, replies: Sequence[Reply], *, uploads: Mapping[str, Mapping[str, Any]] | None = None
    ) -> QualificationAttempt:
        """Decides the attempt that the person has before them; all of its questions are answered at once.

        Safe to repeat with the same answers; others raise AlreadyDecided. Raises all that is wrong with them by path.
        """
        await require_ready(user.id)
        project = await Project.get(id=qualification.project_id)
        async with in_transaction():
            # One answer at a time: the second finds what the first came to.
            await _lock(user.id)
            row = await sql.row(_LAST, user.id, qualification.id)
            if row is None:
                raise Conflict("You have no questions of this test before you: open it first.", "qualificationId")
            if row["is_over"]:
                raise TooLate("These questions were kept for a day; open the test again for others.", "answers")
            attempt = cls.read(row)
            asked = await QualificationQuestion.filter(attempt_id=attempt.id).order_by("id").prefetch_related("item")
            given = _parsed(project, asked, replies, uploads or {})
            if attempt.state != AttemptState.PENDING:
                if any(question.answers != given[question.id] for question in asked):
                    raise AlreadyDecided("This test was answered before, with other answers.", "answers")
                return attempt
            right = sum(judge_gold(given[each.id], each.item.gold or [], project.policy).right for each in asked)
            await sql.run(_KEEP_ANSWERS, list(given), [json.dumps(answers) for answers in given.values()])
            return await attempt._decide(right / len(asked), qualification.pass_score)

    async def _decide(self, score: float, pass_score: float) -> QualificationAttempt:
        state = AttemptState.PASSED if score >= pass_score else AttemptState.FAILED
        decided = await QualificationAttempt.one(_DECIDE, self.id, state.value, score)
        assert decided is not None
        if state == AttemptState.PASSED:
            await Hint.record(work_topic(self.user_id))
        return decided


class QualificationQuestion(Row):
    attempt: fields.ForeignKeyRelation[QualificationAttempt] = fields.ForeignKeyField(
        "models.QualificationAttempt", related_name="questions", on_delete=fields.RESTRICT
    )
    # Of the attempt: what was asked of a person is looked up with every lease.
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="qualification_questions", on_delete=fields.RESTRICT
    )
    item: fields.ForeignKeyRelation[Item] = fields.ForeignKeyField(
        "models.Item", related_name="qualification_questions", on_delete=fields.RESTRICT
    )
    # As they were given, once they are.
    answers: list[dict[str, Any]] | None = fields.JSONField(null=True)
    attempt_id: int
    user_id: int
    item_id: int

    class Meta:
        table = "qualification_questions"
        unique_together = (("attempt_id", "item_id"),)
        indexes = (("user_id", "item_id"),)


async def statuses_of(user_id: int) -> list[QualificationStatus]:
    """The tests of open projects that would admit the person but for them, and those that the person has attempted."""
    rows = await sql.rows(_STATUSES, user_id, MOST_OFFERED)
    return [QualificationStatus(Qualification.read(row), AttemptState(row["reached"]), row["score"], row["retry_at"]) for row in rows]


async def _lock(user_id: int) -> None:
    """The person's standing, which every lease of theirs locks too: what is drawn next has seen all that was leased to them."""
    await sql.run("SELECT 1 FROM standings WHERE user_id = $1 FOR NO KEY UPDATE", user_id)


async def question_of(user_id: int, question_id: int) -> Question | None:
    """One of those that the person has before them."""
    row = await sql.row(f"{_QUESTIONS} AND q.id = $2", user_id, question_id)
    return None if row is None else _question(row)


async def _questions(user_id: int, qualification_ids: Sequence[int]) -> dict[int, list[Question]]:
    found: dict[int, list[Question]] = defaultdict(list)
    for row in await sql.rows(f"{_QUESTIONS} AND a.qualification_id = ANY($2::bigint[]) ORDER BY q.id", user_id, list(qualification_ids)):
        found[row["qualification_id"]].append(_question(row))
    return dict(found)


def _question(row: Record) -> Question:
    return Question(row["id"], json.loads(row["content"]), json.loads(row["form"]))


def _parsed(
    project: Project, asked: Sequence[QualificationQuestion], replies: Sequence[Reply], uploads: Mapping[str, Mapping[str, Any]]
) -> dict[int, list[dict[str, Any]]]:
    """The stored answers by question. Raises what is foreign, doubled, missing or wrong, all at once."""
    # One too many is enough to be told of by its place.
    if len(replies) > len(asked) + 1:
        raise InvalidInput(f"There are {len(asked)} questions, and {len(replies):,} answers.", "answers")
    errors: list[Refusal] = []
    left = {question.id: question for question in asked}
    given: dict[int, list[dict[str, Any]]] = {}
    for n, reply in enumerate(replies):
        question = left.pop(reply.question_id, None)
        if question is None:
            errors.append(_not_asked(asked, reply, n))
            continue
        try:
            path = ("answers", str(n), "answers")
            given[question.id] = parse_answers(project.form, question.item.content, reply.answers, uploads=uploads, path=path)
        except Refused as refused:
            errors += refused.errors
    if left:
        errors.append(InvalidInput(f"{len(left)} of {len(asked)} questions {'is' if len(left) == 1 else 'are'} not answered.", "answers"))
    if errors:
        raise Refused(errors)
    return given


def _not_asked(asked: Sequence[QualificationQuestion], reply: Reply, n: int) -> Refusal:
    if any(question.id == reply.question_id for question in asked):
        return InvalidInput("This question is answered twice.", "answers", str(n), "questionId")
    return NotFound("This is no question that you have before you.", "answers", str(n), "questionId")


# Of an attempt `a`: whether its questions are still before its person.
IS_KEPT = f"a.state = 'PENDING' AND a.drawn_at > now() - interval '{KEPT}'"
_STATUSES = f"""
WITH last AS (
    SELECT DISTINCT ON (a.qualification_id) a.* FROM qualification_attempts a
    WHERE a.user_id = $1 AND (a.state IN ('PASSED', 'FAILED') OR {IS_KEPT}) ORDER BY a.qualification_id, a.id DESC
)
SELECT q.*, coalesce(last.state, 'PENDING') AS reached, last.score,
    CASE WHEN last.state = 'FAILED' THEN last.decided_at + make_interval(hours => q.retry_hours) END AS retry_at
FROM qualifications q LEFT JOIN last ON last.qualification_id = q.id
WHERE last.id IS NOT NULL OR q.id IN ({WANTED}) ORDER BY q.id LIMIT $2
"""  # noqa: S608
_QUESTIONS = f"""
SELECT q.id, a.qualification_id, i.content, p.form
FROM qualification_attempts a JOIN qualification_questions q ON q.attempt_id = a.id
JOIN items i ON i.id = q.item_id JOIN projects p ON p.id = i.project_id
WHERE a.user_id = $1 AND {IS_KEPT}
"""  # noqa: S608
_LAPSE = f"""
UPDATE qualification_attempts a SET state = 'LAPSED'
WHERE a.user_id = $1 AND a.qualification_id = ANY($2::bigint[]) AND a.state = 'PENDING' AND NOT ({IS_KEPT})
"""  # noqa: S608
# What they were asked least often comes first, so that a second try brings other questions while there are any.
_DRAW = f"""
WITH due AS (
    SELECT q.* FROM qualifications q WHERE q.id = ANY($2::bigint[]) AND q.id IN ({WANTED}) AND NOT EXISTS (
        SELECT 1 FROM qualification_attempts a WHERE a.user_id = $1 AND a.qualification_id = q.id AND (
            a.state IN ('PENDING', 'PASSED') OR (a.state = 'FAILED' AND a.decided_at + make_interval(hours => q.retry_hours) > now())
        )
    )
), drawn AS (
    SELECT due.id AS qualification_id, of_it.id AS item_id FROM due, LATERAL (
        SELECT i.id FROM items i
        WHERE i.project_id = due.project_id AND {ASKABLE} AND (due.pool = '{{}}' OR i.id = ANY(due.pool))
            AND NOT EXISTS (
                SELECT 1 FROM assignments a
                WHERE a.annotator_id = $1 AND a.project_id = due.project_id AND a.item_id IN (i.id, i.made_of_id)
            )
        ORDER BY (SELECT count(*) FROM qualification_questions z WHERE z.user_id = $1 AND z.item_id = i.id), random()
        LIMIT due.question_count
    ) AS of_it
), begun AS (
    INSERT INTO qualification_attempts (user_id, qualification_id) SELECT DISTINCT $1::bigint, qualification_id FROM drawn
    RETURNING id, qualification_id
)
INSERT INTO qualification_questions (attempt_id, user_id, item_id)
SELECT begun.id, $1, drawn.item_id FROM begun JOIN drawn USING (qualification_id) ORDER BY random()
"""  # noqa: S608
_LAST = f"""
SELECT a.*, a.state = 'PENDING' AND NOT ({IS_KEPT}) AS is_over FROM qualification_attempts a
WHERE a.user_id = $1 AND a.qualification_id = $2 AND a.state <> 'LAPSED' ORDER BY a.id DESC LIMIT 1
"""  # noqa: S608
_KEEP_ANSWERS = """
UPDATE qualification_questions q SET answers = g.answers::jsonb FROM unnest($1::bigint[], $2::text[]) AS g(id, answers) WHERE q.id = g.id
"""
_DECIDE = "UPDATE qualification_attempts SET state = $2, score = $3, decided_at = now() WHERE id = $1 RETURNING *"
