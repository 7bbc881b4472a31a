"""A task that is one annotator's to do until the lease ends. Every lease is a new assignment, so its id is the fence.

Locks are taken in one order everywhere: review, verdict, appeal, annotation, standing, withdrawal, item, wallet, organization, project,
task, assignment; several of a kind by id. Submitting locks the wallet last: its standing, which everybody locks before the wallet, keeps
others away from it.
"""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Any, cast

from tortoise import fields
from tortoise.exceptions import IntegrityError
from tortoise.fields.db_defaults import Now, SqlDefault
from tortoise.transactions import in_transaction

from models import leasing
from models.annotation import Annotation
from models.errors import AlreadySubmitted, Conflict, InvalidInput, LeaseExpired, NothingAvailable
from models.event import Hint, project_topic, tasks_topic, tell, user_topic, work_topic
from models.fields import digest, parse_answers
from models.item import Item
from models.leasing import MOST_HELD, MOST_HELD_BY, Waiter
from models.project import Project
from models.row import Row
from models.standing import Standing, require_ready
from models.task import Task, TaskState
from models.text import prose
from models.user import User
from ops.database import sql
from ops.metrics import LEASES, SUBMISSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import asyncpg
    from tortoise.queryset import QuerySet

# How long leases without a draft stay with a stream that went away.
GRACE_SECONDS = 30
SKIP_REASON_LENGTH = 500
# So many different people's reports take an item out.
REPORTS_TO_HOLD = 3
# A day of active work on one task is a clock gone wrong.
MOST_ACTIVE_SECONDS = 24 * 3600


class AssignmentState(StrEnum):
    LEASED = "LEASED"
    SUBMITTED = "SUBMITTED"
    SKIPPED = "SKIPPED"
    EXPIRED = "EXPIRED"
    RELEASED = "RELEASED"


class ProblemKind(StrEnum):
    BROKEN = "BROKEN"
    UNCLEAR = "UNCLEAR"
    UNSAFE = "UNSAFE"


class Assignment(Row):
    task: fields.ForeignKeyRelation[Task] = fields.ForeignKeyField("models.Task", related_name="assignments", on_delete=fields.RESTRICT)
    item: fields.ForeignKeyRelation[Item] = fields.ForeignKeyField("models.Item", related_name="assignments", on_delete=fields.RESTRICT)
    project: fields.ForeignKeyRelation[Project] = fields.ForeignKeyField(
        "models.Project", related_name="assignments", on_delete=fields.RESTRICT
    )
    annotator: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "models.User", related_name="assignments", on_delete=fields.RESTRICT
    )
    state = fields.CharEnumField(AssignmentState, max_length=10, db_default=AssignmentState.LEASED.value)
    reward_micros = fields.BigIntField()
    leased_at = fields.DatetimeField(db_default=Now())
    lease_expires_at = fields.DatetimeField()
    # Set while no stream shows it: a lease without a draft goes back then.
    release_at = fields.DatetimeField(null=True)
    draft = fields.JSONField[list[dict[str, Any]]](db_default=SqlDefault("'[]'"))
    draft_version = fields.IntField(db_default=0)
    skip_reason = fields.TextField(null=True)
    # What was reported instead of an answer.
    problem: ProblemKind | None = cast("ProblemKind | None", fields.CharEnumField(ProblemKind, max_length=10, null=True))
    problem_message = fields.TextField(null=True)
    ended_at = fields.DatetimeField(null=True)
    task_id: int
    item_id: int
    project_id: int
    annotator_id: int

    class Meta:
        table = "assignments"
        indexes = (("annotator_id", "id"), ("task_id",))

    @classmethod
    def of(cls, user_id: int) -> QuerySet[Assignment]:
        return cls.filter(annotator_id=user_id)

    @classmethod
    def held_by(cls, user_id: int, project_id: int | None = None) -> QuerySet[Assignment]:
        held = cls.filter(annotator_id=user_id, state=AssignmentState.LEASED).order_by("id")
        return held if project_id is None else held.filter(project_id=project_id)

    @classmethod
    async def lease(cls, user_id: int, *, up_to: int, project_id: int | None = None) -> list[Assignment]:
        """Leases so many tasks that the person then holds `up_to` (of that project, or in all); the new ones, perhaps none.

        One statement: it picks open tasks of projects that admit the person, skips locked ones and items they have had.
        It waits for nobody but who changes the person's standing, another lease of theirs included: together they never hold more.
        """
        rows = await sql.rows(leasing.LEASE, user_id, project_id, min(up_to, MOST_HELD))
        return await cls._leased(rows)

    @classmethod
    async def lease_for(cls, project_id: int, waiters: Sequence[Waiter]) -> tuple[list[Assignment], set[int]]:
        """Leases open tasks of a project to many people at once, one to each, the first of them first, AT_ONCE at the most; nobody may be
        among them twice. The new ones, and who was found to hold as much as they want already.

        One statement, by the rules of `lease`: whoever would get nothing by that gets nothing by this.
        """
        users, up_to, is_of_project = zip(*waiters, strict=True) if waiters else ((), (), ())
        rows = await sql.rows(leasing.LEASE_FOR, project_id, users, up_to, is_of_project)
        return await cls._leased([row for row in rows if row["id"] is not None]), {row["waiter"] for row in rows if row["id"] is None}

    @classmethod
    async def _leased(cls, rows: Sequence[asyncpg.Record]) -> list[Assignment]:
        emptied = {row["project_id"] for row in rows if row["was_last"]}
        if emptied:
            await Hint.record(*(tasks_topic(project) for project in emptied))
        LEASES.inc(len(rows))
        return [cls.read(row) for row in rows]

    @classmethod
    async def claim(cls, user: User, project: Project | None = None) -> Assignment:
        """One task more, or the reason why there is none."""
        await require_ready(user.id)
        if project is not None:
            await project.require_eligible(user.id)
        async with in_transaction():
            # One claim of a person at a time, so that each counts what the others got.
            most = await sql.value(f"SELECT {MOST_HELD_BY} FROM standings s WHERE s.user_id = $1 FOR NO KEY UPDATE", user.id)  # noqa: S608
            held = await cls.held_by(user.id).count()
            if held >= most:
                raise Conflict(f"You hold {most} tasks already; finish some first.")
            of_project = await cls.held_by(user.id, project.id).count() if project else held
            leased = await cls.lease(user.id, up_to=of_project + 1, project_id=project.id if project else None)
        if not leased:
            raise NothingAvailable(
                "There is no task for you just now; new ones arrive by themselves.", *(("projectId",) if project else ())
            )
        return leased[0]

    async def save_draft(
        self, answers: Sequence[Mapping[str, Any]], *, uploads: Mapping[str, dict[str, Any]], version: int | None = None
    ) -> Assignment:
        """Keeps half-done answers and extends the lease.

        `version` is the draft that it is based on: where another tab saved since, Conflict.
        """
        form, content = await self._asked()
        draft = parse_answers(form, content, answers, uploads=uploads, complete=False)
        saved = await Assignment.one(leasing.SAVE_DRAFT, self.id, json.dumps(draft), version)
        if saved is None:
            await self._require_leased()
            raise Conflict("The draft was saved in another tab since.", "version")
        return saved

    async def extend(self) -> Assignment:
        """To a full lease from now, up to LONGEST_LEASE times its length in all."""
        extended = await Assignment.one(leasing.EXTEND, self.id)
        if extended is None:
            await self._require_leased()
            raise LeaseExpired
        return extended

    async def skip(self, reason: str | None = None) -> Assignment:
        """Gives the task back for someone else; safe to repeat."""
        if reason is not None:
            reason = prose(reason, SKIP_REASON_LENGTH, "The reason", "reason", may_be_empty=True) or None
        async with in_transaction():
            current = await self._locked()
            if current.state == AssignmentState.SKIPPED:
                return current
            current._require_state_leased()
            skipped = await Assignment.one(
                "UPDATE assignments SET state = 'SKIPPED', skip_reason = $2, ended_at = now() WHERE id = $1 RETURNING *", self.id, reason
            )
            await Standing.count_outcome(self.annotator_id, "s")
            await self._give_task_back()
        assert skipped is not None
        return skipped

    async def report(self, kind: ProblemKind, message: str | None = None) -> Assignment:
        """The task cannot be done as it is: counts as no skip, and never comes back to this person. Several reports take the item out."""
        if message is not None:
            message = prose(message, SKIP_REASON_LENGTH, "The message", "message", may_be_empty=True) or None
        async with in_transaction():
            # The item too: its reports are counted one after the other, or the last three would not see each other.
            current = await self._locked(item=True)
            if current.problem is not None:
                return current
            current._require_state_leased()
            reported = await Assignment.one(leasing.REPORT, self.id, kind.value, message)
            assert reported is not None
            await sql.run(leasing.HOLD_ITEM, self.item_id, REPORTS_TO_HOLD)
            await self._give_task_back()
        return reported

    async def submit(
        self,
        answers: Sequence[Mapping[str, Any]],
        *,
        uploads: Mapping[str, dict[str, Any]] | None = None,
        active_seconds: float | None = None,
    ) -> Annotation:
        """The annotation of these answers: money moves from reserved to pending, and the review is queued, in one transaction.

        Safe to repeat with the same answers; others raise AlreadySubmitted. A lease that ended is taken while nobody else has the task.
        """
        form, content = await self._asked()
        given = parse_answers(form, content, answers, uploads=uploads or {})
        active_seconds = _checked_seconds(active_seconds)
        try:
            async with in_transaction():
                current = await self._locked()
                if current.state == AssignmentState.SUBMITTED:
                    return await self._submitted_before(given)
                await current._take()
                annotation = await Annotation.submitted(self, given, active_seconds)
                await Standing.count_outcome(self.annotator_id, ".")
        except IntegrityError as error:
            # The index that lets nobody answer an item twice: they did, by another lease of it.
            raise LeaseExpired from error
        SUBMISSIONS.inc()
        return annotation

    async def _asked(self) -> tuple[Any, Any]:
        """The form, and the content that it is about."""
        row = await sql.row(
            "SELECT p.form, i.content FROM projects p JOIN items i ON i.project_id = p.id WHERE p.id = $1 AND i.id = $2",
            self.project_id,
            self.item_id,
        )
        assert row is not None
        return json.loads(row["form"]), json.loads(row["content"])

    async def _locked(self, *, item: bool = False) -> Assignment:
        """As it is now, its standing and task locked before it."""
        await sql.run("SELECT 1 FROM standings WHERE user_id = $1 FOR NO KEY UPDATE", self.annotator_id)
        if item:
            await sql.run("SELECT 1 FROM items WHERE id = $1 FOR NO KEY UPDATE", self.item_id)
        await sql.run("SELECT 1 FROM tasks WHERE id = $1 FOR NO KEY UPDATE", self.task_id)
        current = await Assignment.one("SELECT * FROM assignments WHERE id = $1 FOR NO KEY UPDATE", self.id)
        assert current is not None
        return current

    async def _take(self) -> None:
        """Makes the task this assignment's answered one, or raises why it cannot be."""
        await require_ready(self.annotator_id)
        ended_well = self.state in {AssignmentState.EXPIRED, AssignmentState.RELEASED} and self.problem is None
        free = TaskState.LEASED if self.state == AssignmentState.LEASED else TaskState.OPEN if ended_well else None
        taken = free and await sql.run(leasing.TAKE, self.id, self.task_id, free.value)
        if not taken:
            raise LeaseExpired(at=self.lease_expires_at)

    async def _submitted_before(self, given: list[dict[str, Any]]) -> Annotation:
        annotation = await Annotation.get(assignment_id=self.id)
        if annotation.digest != digest(given):
            raise AlreadySubmitted
        return annotation

    def _require_state_leased(self) -> None:
        if self.state == AssignmentState.SUBMITTED:
            raise AlreadySubmitted
        if self.state != AssignmentState.LEASED:
            raise LeaseExpired(at=self.lease_expires_at)

    async def _require_leased(self) -> None:
        (await self.reread())._require_state_leased()

    async def _give_task_back(self) -> None:
        await _free([self.task_id])
        await tell(
            [(user_topic(self.annotator_id), "AssignmentEnded", {"assignment": self.id})],
            [work_topic(self.annotator_id), tasks_topic(self.project_id), project_topic(self.project_id)],
        )

    @classmethod
    async def let_go(cls, user_id: int, project_id: int | None = None) -> None:
        """The stream that showed them went away: leases without a draft go back after a short grace."""
        await sql.run(leasing.LET_GO, user_id, project_id, GRACE_SECONDS)

    @classmethod
    async def keep(cls, user_id: int, project_id: int | None = None) -> None:
        """A stream shows them (again)."""
        await sql.run(leasing.KEEP, user_id, project_id)

    @classmethod
    async def end_due(cls, most: int = 200) -> int:
        """Gives back what ran out or was let go; how many."""
        return await cls._end(leasing.DUE, f"AND {leasing.IS_DUE}", most)

    @classmethod
    async def end_all_of(cls, user_id: int) -> int:
        """Ends a person's leases at once."""
        return await cls._end(leasing.ALL_OF, "AND annotator_id = $2", user_id)

    @classmethod
    async def _end(cls, which: str, still: str, argument: int) -> int:
        async with in_transaction():
            tasks = [row["id"] for row in await sql.rows(which, argument)]
            # Before its task was locked a lease may have been extended, or ended and followed by another's: looked at again.
            ended = await sql.rows(leasing.END.format(still=still), tasks, *((argument,) if "$2" in still else ()))
            await _free([row["task_id"] for row in ended])
            if ended:
                hints = {
                    hint
                    for row in ended
                    for hint in (work_topic(row["annotator_id"]), tasks_topic(row["project_id"]), project_topic(row["project_id"]))
                }
                await tell(
                    [(user_topic(row["annotator_id"]), "AssignmentEnded", {"assignment": row["id"]}) for row in ended], sorted(hints)
                )
        return len(ended)


async def _free(task_ids: list[int]) -> None:
    """Gives tasks back for someone else; the rewards of those that nobody needs any more go back to the budget.

    The caller holds the tasks. Their project is not locked, for that comes before them: nothing is set aside here, and whoever closes the
    project waits for the tasks first. What the money opens is opened a little later (Project.open_affordable).
    """
    freed = await sql.rows(leasing.FREE_TASKS, task_ids)
    for row in freed:
        if row["state"] in {TaskState.SUBMITTED, TaskState.CLOSED}:
            project = await Project.get(id=row["project_id"])
            await project.give_back(1, f"left:{row['id']}")


def _checked_seconds(value: float | None) -> float | None:
    if value is not None and not 0 <= value <= MOST_ACTIVE_SECONDS:
        raise InvalidInput(f"Between 0 and {MOST_ACTIVE_SECONDS:,} seconds.", "activeSeconds")
    return value
