"""Annotations, their verdicts and appeals, and the board on which moderators judge them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import strawberry

import models
from models.errors import Refused
from models.fields import load_answer
from models.review import Counts
from quality.grade import Fault
from realtime.cursor import Cursor
from realtime.presence import Present
from schema.context import Info
from schema.forms import Answer, AnswerInput, AnswerValue, answers_type, plain_answers
from schema.ids import public_id, read_id_or_zero
from schema.inputs import given
from schema.money import Money, money
from schema.node import Node
from schema.page import Connection, by_time, connection, oldest_first, sliced
from schema.people import Annotator, StandingStep
from schema.projects import Item, Project
from schema.work import Assignment


@strawberry.type
class Annotation(Node):
    row: strawberry.Private[models.Annotation]

    @strawberry.field(description="Null for those who may not know.")
    async def annotator(self, info: Info) -> Annotator | None:
        if not (info.context.is_staff or info.context.is_user(self.row.annotator_id)):
            return None
        return Annotator(row=await info.context.loaders.row(models.User, self.row.annotator_id))

    @strawberry.field
    async def assignment(self, info: Info) -> Assignment:
        return Assignment(row=await info.context.loaders.row(models.Assignment, self.row.assignment_id))

    @strawberry.field
    async def project(self, info: Info) -> Project:
        return Project(row=await info.context.loaders.row(models.Project, self.row.project_id))

    @strawberry.field
    async def item(self, info: Info) -> Item:
        return Item(row=await info.context.loaders.row(models.Item, self.row.item_id))

    @strawberry.field
    def answers(self) -> list[Answer]:
        return answers_type(self.row.answers)

    @strawberry.field(description="What a moderator made of them, where small mends were enough for an approval: it counts instead.")
    async def mended(self, info: Info) -> list[Answer] | None:
        answers = await info.context.loaders.mended.load(self.row.id)
        return None if answers is None else answers_type(answers)

    @strawberry.field
    def state(self) -> models.AnnotationState:
        return self.row.state

    @strawberry.field
    def reward(self) -> Money:
        return money(self.row.reward_micros)

    @strawberry.field
    def submitted_at(self) -> datetime:
        return self.row.submitted_at

    @strawberry.field(description="What the client counted of active work.")
    def active_seconds(self) -> float | None:
        return self.row.active_seconds

    @strawberry.field
    async def verdict(self, info: Info) -> Verdict | None:
        row = await info.context.loaders.verdict.load(self.row.id)
        return None if row is None else Verdict(row=row)

    @strawberry.field(description="Null for those whom it does not concern.")
    async def appeal(self, info: Info) -> Appeal | None:
        if not (info.context.is_staff or info.context.is_user(self.row.annotator_id)):
            return None
        row = await info.context.loaders.appeal.load(self.row.id)
        return None if row is None else Appeal(row=row)


@strawberry.type(description="One thing in which an answer differs from what it was held against.")
class Conflict:
    key: str = strawberry.field(description="The field's.")
    fault: Fault
    given: AnswerValue | None = strawberry.field(
        description="What it is about of what was answered: one shape, or the whole value where nothing is drawn; null where it is missing."
    )
    overlap: float = strawberry.field(description="How much it overlaps, or how alike it is; in [0, 1].")
    wanted: float = strawberry.field(description="How much it takes.")


def conflicts_type(rows: list[dict[str, Any]]) -> list[Conflict]:
    return [
        Conflict(key=row["key"], fault=Fault[row["fault"]], given=_alone(row), overlap=row["overlap"], wanted=row["wanted"]) for row in rows
    ]


def _alone(row: dict[str, Any]) -> AnswerValue | None:
    if row["given"] is None:
        return None
    return load_answer({"key": row["key"], "kind": row["kind"], "value": row["given"] if row["fault"] == "WRONG" else [row["given"]]})


@strawberry.type
class Verdict(Node):
    row: strawberry.Private[models.Verdict]

    @strawberry.field
    async def annotation(self, info: Info) -> Annotation:
        return Annotation(row=await info.context.loaders.row(models.Annotation, self.row.annotation_id))

    @strawberry.field
    def decision(self) -> models.Decision:
        return self.row.decision

    @strawberry.field
    def source(self) -> models.VerdictSource:
        return self.row.source

    @strawberry.field(description="Null for annotators: gold must not be told apart.")
    async def basis(self, info: Info) -> models.VerdictBasis | None:
        annotation = await info.context.loaders.row(models.Annotation, self.row.annotation_id)
        if info.context.is_user(annotation.annotator_id) or not await info.context.may_read_project(
            annotation.project_id, models.Scope.RESULTS_READ
        ):
            return None
        return self.row.basis

    @strawberry.field(description="What was wrong, with the annotator's own shapes; the right ones are not told.")
    def conflicts(self) -> list[Conflict]:
        return conflicts_type(self.row.conflicts)

    @strawberry.field
    def reasons(self) -> list[models.RejectionReason]:
        return [models.RejectionReason(reason) for reason in self.row.reasons]

    @strawberry.field
    def comment(self) -> str | None:
        return self.row.comment

    @strawberry.field
    def decided_at(self) -> datetime:
        return self.row.decided_at

    @strawberry.field(description="Until when it may be appealed; null for an approval.")
    def appealable_until(self) -> datetime | None:
        return self.row.appealable_until


@strawberry.type(
    description="A verdict that was given automatically, for a moderator to look at again. It tells how often the judge is wrong."
)
class AuditSample(Node):
    row: strawberry.Private[models.AuditSample]

    @strawberry.field
    async def annotation(self, info: Info) -> Annotation:
        verdict = await info.context.loaders.row(models.Verdict, self.row.verdict_id)
        return Annotation(row=await info.context.loaders.row(models.Annotation, verdict.annotation_id))

    @strawberry.field(description="With its conflicts.")
    async def verdict(self, info: Info) -> Verdict:
        return Verdict(row=await info.context.loaders.row(models.Verdict, self.row.verdict_id))

    @strawberry.field
    def drawn_at(self) -> datetime:
        return self.row.drawn_at

    @strawberry.field(description="Whether the moderator would have decided the same; null until one has looked.")
    def agrees(self) -> bool | None:
        return self.row.agrees

    @strawberry.field
    def comment(self) -> str | None:
        return self.row.comment

    @strawberry.field
    def decided_at(self) -> datetime | None:
        return self.row.decided_at


@strawberry.type(description="Against the rejection of an annotation, or against a restriction, suspension or ban.")
class Appeal(Node):
    row: strawberry.Private[models.Appeal]

    @strawberry.field(description="Null where the appeal is about standing.")
    async def annotation(self, info: Info) -> Annotation | None:
        if self.row.annotation_id is None:
            return None
        return Annotation(row=await info.context.loaders.row(models.Annotation, self.row.annotation_id))

    @strawberry.field(description="What it is about where it is about standing.")
    async def step(self, info: Info) -> StandingStep | None:
        if self.row.step_id is None:
            return None
        return StandingStep(row=await info.context.loaders.row(models.StandingStep, self.row.step_id))

    @strawberry.field(description="Who opened it.")
    async def annotator(self, info: Info) -> Annotator:
        return Annotator(row=await info.context.loaders.row(models.User, self.row.user_id))

    @strawberry.field
    def message(self) -> str:
        return self.row.message

    @strawberry.field
    def state(self) -> models.AppealState:
        return self.row.state

    @strawberry.field
    def opened_at(self) -> datetime:
        return self.row.opened_at

    @strawberry.field(description="When a decision is due.")
    def due_at(self) -> datetime:
        return self.row.due_at

    @strawberry.field
    def decided_at(self) -> datetime | None:
        return self.row.decided_at

    @strawberry.field
    def comment(self) -> str | None:
        return self.row.comment


@strawberry.type
class ModeratorPresence:
    id: strawberry.ID
    display_name: str
    since: datetime


def presence_type(present: Present) -> ModeratorPresence:
    return ModeratorPresence(
        id=strawberry.ID(public_id("Annotator", present.user_id)), display_name=present.display_name, since=present.since
    )


@strawberry.type(description="An annotation on its way to a verdict.")
class Review(Node):
    row: strawberry.Private[models.Review]

    @strawberry.field
    async def annotation(self, info: Info) -> Annotation:
        return Annotation(row=await info.context.loaders.row(models.Annotation, self.row.annotation_id))

    @strawberry.field(description="Other annotations of the same item.")
    async def others(self, info: Info) -> list[Annotation]:
        annotation = await info.context.loaders.row(models.Annotation, self.row.annotation_id)
        rows = await info.context.loaders.annotations_of_item.load(annotation.item_id)
        return [Annotation(row=row) for row in rows if row.id != annotation.id]

    @strawberry.field
    async def claimed_by(self, info: Info) -> ModeratorPresence | None:
        if self.row.claimed_by_id is None or self.row.claimed_at is None:
            return None
        user = await info.context.loaders.row(models.User, self.row.claimed_by_id)
        return ModeratorPresence(
            id=strawberry.ID(public_id("Annotator", user.id)), display_name=user.display_name, since=self.row.claimed_at
        )

    @strawberry.field
    def claim_expires_at(self) -> datetime | None:
        return self.row.claim_expires_at

    @strawberry.field(description="Why the judge leaves it to people; null where it has not looked, or never does.")
    def reason(self) -> models.Why | None:
        return self.row.why

    @strawberry.field(description="How likely it is wrong, in [0, 1].")
    def risk(self) -> float:
        return self.row.risk

    @strawberry.field(description="What the judge would decide.")
    def suggestion(self) -> models.Decision | None:
        return self.row.suggestion

    @strawberry.field(description="In what it differs from what the other answers come to.")
    def conflicts(self) -> list[Conflict]:
        return conflicts_type(self.row.conflicts)

    @strawberry.field(
        description="How alike mended answers are to the annotator's own, in [0, 1]: fixReview takes them from 0.9 on. "
        "Null for answers that the form does not take."
    )
    async def likeness(self, answers: list[AnswerInput]) -> float | None:
        try:
            return await self.row.likeness(plain_answers(answers))
        except Refused:
            return None

    @strawberry.field(description="When the judge looks at it; null where it is left to people.")
    def judge_at(self) -> datetime | None:
        return self.row.judge_at


@strawberry.type
class ReviewCounts:
    waiting: int
    for_people: int = strawberry.field(description="Those of the waiting ones that the judge leaves to people.")
    claimed: int
    decided_today: int
    appeals: int


async def review_counts() -> ReviewCounts:
    counts = await Counts.now()
    return ReviewCounts(
        waiting=counts.waiting,
        for_people=counts.for_people,
        claimed=counts.claimed,
        decided_today=counts.decided_today,
        appeals=counts.appeals,
    )


@strawberry.enum
class ReviewOrder(StrEnum):
    OLDEST = "OLDEST"
    # Those that need people alone, the most doubtful first; what waits rises.
    RISK = "RISK"


@strawberry.type
class ReviewBoard:
    position: strawberry.Private[Cursor]

    @strawberry.field
    async def counts(self) -> ReviewCounts:
        return await review_counts()

    @strawberry.field
    async def waiting(
        self,
        first: int | None = 50,
        after: str | None = None,
        project_id: strawberry.ID | None = strawberry.UNSET,
        kind: models.TaskKind | None = strawberry.UNSET,
        order: ReviewOrder | None = ReviewOrder.OLDEST,
    ) -> Connection[Review]:
        named = given(project_id)
        project = None if named is None else read_id_or_zero("Project", named)
        if order is ReviewOrder.RISK:
            asked = sliced("reviews by risk", 50 if first is None else first, after, float, int)
            ranked = await models.Review.ranked(asked.after, asked.limit, project_id=project, kind=given(kind))
            return connection(ranked, asked, lambda row: (row.rank, row.id), lambda row: Review(row=row))
        rows = models.Review.waiting()
        if project is not None:
            rows = rows.filter(project_id=project)
        if given(kind) is not None:
            rows = rows.filter(kind=kind)
        return await oldest_first(rows, 50 if first is None else first, after, lambda row: Review(row=row))

    @strawberry.field(description="Those that the viewer holds.")
    async def mine(self, info: Info) -> list[Review]:
        return [Review(row=row) for row in await models.Review.claimed(by=info.context.user.id).order_by("id")]

    @strawberry.field(description="Those that anyone holds.")
    async def claimed(self, first: int | None = 50, after: str | None = None) -> Connection[Review]:
        return await oldest_first(models.Review.claimed(), 50 if first is None else first, after, lambda row: Review(row=row))

    @strawberry.field(description="Latest first.")
    async def decided(
        self, info: Info, first: int | None = 50, after: str | None = None, decision: models.Decision | None = strawberry.UNSET
    ) -> Connection[Annotation]:
        asked = sliced("decided", 50 if first is None else first, after, int)
        verdicts = await models.Verdict.latest(decision or None, int(asked.after[0]) if asked.after else None, asked.limit)  # type: ignore[arg-type]
        loaders = info.context.loaders
        annotations = {row.id: row for row in await models.Annotation.filter(id__in=[row.annotation_id for row in verdicts])}
        for verdict in verdicts:
            loaders.verdict.prime(verdict.annotation_id, verdict)
        return connection(verdicts, asked, lambda row: (row.id,), lambda row: Annotation(row=annotations[row.annotation_id]))

    @strawberry.field(description="Open ones, first due first.")
    async def appeals(self, first: int | None = 50, after: str | None = None) -> Connection[Appeal]:
        rows = models.Appeal.filter(state=models.AppealState.OPEN)
        return await by_time(rows, "due_at", 50 if first is None else first, after, lambda row: Appeal(row=row))

    @strawberry.field(description="Verdicts given automatically that wait for a second look, oldest first; never of one's own work.")
    async def audits(self, info: Info, first: int | None = 50, after: str | None = None) -> Connection[AuditSample]:
        rows = models.AuditSample.waiting(but_of=info.context.user.id)
        return await oldest_first(rows, 50 if first is None else first, after, lambda row: AuditSample(row=row))

    @strawberry.field
    async def moderators(self, info: Info) -> list[ModeratorPresence]:
        return [presence_type(present) for present in await info.context.presence.who()]

    @strawberry.field(
        description="Where the board's stream of changes stood before anything else of this answer was read: "
        "hand it to Subscription.reviewBoard."
    )
    def cursor(self) -> Cursor:
        return self.position
