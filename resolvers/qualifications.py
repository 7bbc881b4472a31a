"""Tests: made by partners, answered by annotators."""

from __future__ import annotations

import strawberry

import models
from models import Qualification, QualificationAttempt, QualificationSpec
from models.qualification_attempt import QualificationStatus, Reply
from resolvers.found import found, not_found
from resolvers.seeing import projects_run_by, qualification_seen
from resolvers.work import media_of
from schema import qualifications as types
from schema.context import Info
from schema.forms import AnswerInput, plain_answers
from schema.ids import read_id_or_zero
from schema.inputs import given
from schema.payload import UserError, mutation
from schema.tutorial import question_number


@strawberry.input
class QualificationAnswerInput:
    question_id: strawberry.ID
    answers: list[AnswerInput]


@strawberry.input(description="A test made of a project's gold items, in the form of the project.")
class QualificationInput:
    project_id: strawberry.ID
    title: str
    guide: str = strawberry.field(description="Markdown.")
    pass_score: float = strawberry.field(description="Share of right answers needed, in [0, 1].")
    retry_hours: int | None = strawberry.field(default=24, description="How long to wait after a failure; 0 to try again at once.")
    question_count: int | None = strawberry.field(default=10, description="How many are drawn at random for each attempt.")
    item_ids: list[strawberry.ID] | None = strawberry.field(
        default=strawberry.UNSET, description="The gold items to draw from; left out: all of the project's."
    )


@strawberry.type
class QualificationPayload:
    status: types.QualificationStatus | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class CreateQualificationPayload:
    qualification: types.Qualification | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class QualificationMutation:
    @mutation
    async def answer_qualification(
        self, info: Info, qualification_id: strawberry.ID, answers: list[QualificationAnswerInput]
    ) -> QualificationPayload:
        """All questions that the viewer has before them, at once. Safe to repeat with the same answers; others are ALREADY_DECIDED."""
        user = info.context.require_role(models.Role.ANNOTATOR)
        qualification = await qualification_seen(info.context, read_id_or_zero("Qualification", qualification_id))
        if qualification is None:
            raise not_found("qualificationId")
        replies = [Reply(question_number(each.question_id), plain_answers(each.answers)) for each in answers]
        uploads = await media_of(info.context, [answer for reply in replies for answer in reply.answers])
        attempt = await QualificationAttempt.answer(qualification, user, replies, uploads=uploads)
        return QualificationPayload(status=types.QualificationStatus(status=QualificationStatus.of(qualification, attempt)))

    @mutation
    async def create_qualification(self, info: Info, input: QualificationInput) -> CreateQualificationPayload:
        """A test of a project's gold, which the organization's projects may then ask for. It stays as it is made."""
        info.context.require_scope(models.Scope.PROJECTS_WRITE)
        project = await found(await projects_run_by(info.context), input.project_id, "input", "projectId")
        spec = QualificationSpec(
            title=input.title,
            guide=input.guide,
            pass_score=input.pass_score,
            retry_hours=24 if input.retry_hours is None else input.retry_hours,
            question_count=10 if input.question_count is None else input.question_count,
            pool=[read_id_or_zero("Item", public) for public in given(input.item_ids) or ()],
        )
        return CreateQualificationPayload(qualification=types.Qualification(row=await Qualification.make(project, spec)))
