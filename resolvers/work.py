"""Projects as annotators find them, and their work on tasks."""

from __future__ import annotations

from typing import Any

import strawberry

import models
from models import Assignment, Upload
from models.fields import media_ids
from resolvers.found import found, not_found
from resolvers.seeing import project_seen
from schema import judgement, work
from schema.context import Context, Info
from schema.forms import AnswerInput, plain_answers
from schema.ids import read_id_or_zero
from schema.inputs import given
from schema.page import Connection, Slice, from_sql
from schema.payload import UserError, mutation
from schema.projects import Project


@strawberry.type
class AssignmentPayload:
    assignment: work.Assignment | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class AnnotationPayload:
    annotation: judgement.Annotation | None = None
    errors: list[UserError] = strawberry.field(default_factory=list)


@strawberry.type
class WorkQuery:
    @strawberry.field(description="Open projects, those that the viewer may work on first.")
    async def projects(self, info: Info, first: int | None = 20, after: str | None = None) -> Connection[Project]:
        info.context.require_known()
        viewer = info.context.viewer

        async def read(asked: Slice) -> list[tuple[int, models.Project]]:
            blocked, last = asked.after or (0, 0)
            return await models.Project.offered_to(viewer.id if viewer else None, int(blocked), int(last), asked.limit)  # type: ignore[arg-type]

        return await from_sql("offered", read, first, after, (int, int), lambda row: (row[0], row[1].id), lambda row: Project(row=row[1]))

    @strawberry.field
    async def project(self, info: Info, id: strawberry.ID) -> Project | None:
        info.context.require_known()
        row = await project_seen(info.context, read_id_or_zero("Project", id))
        return None if row is None else Project(row=row)


@strawberry.type
class WorkMutation:
    @mutation
    async def claim_task(self, info: Info, project_id: strawberry.ID | None = strawberry.UNSET) -> AssignmentPayload:
        """One task of the project (or of any that fits), leased to the viewer."""
        user = info.context.require_role(models.Role.ANNOTATOR)
        return _leased(await Assignment.claim(user, await named_project(info.context, given(project_id))))

    @mutation
    async def save_draft(
        self, info: Info, assignment_id: strawberry.ID, answers: list[AnswerInput], version: int | None = strawberry.UNSET
    ) -> AssignmentPayload:
        """Also extends the lease, up to three times its length in all. `version` is the draftVersion that it is based on: where another
        tab has saved since, CONFLICT."""
        assignment = await _own(info, assignment_id)
        plain = plain_answers(answers)
        return _leased(await assignment.save_draft(plain, uploads=await media_of(info.context, plain), version=given(version)))

    @mutation
    async def extend_lease(self, info: Info, assignment_id: strawberry.ID) -> AssignmentPayload:
        return _leased(await (await _own(info, assignment_id)).extend())

    @mutation
    async def skip_task(self, info: Info, assignment_id: strawberry.ID, reason: str | None = strawberry.UNSET) -> AssignmentPayload:
        return _leased(await (await _own(info, assignment_id)).skip(given(reason)))

    @mutation
    async def report_problem(
        self, info: Info, assignment_id: strawberry.ID, kind: models.ProblemKind, message: str | None = strawberry.UNSET
    ) -> AssignmentPayload:
        """The task cannot be done as it is; counts as no skip. Several reports take the item out until its partner has looked."""
        return _leased(await (await _own(info, assignment_id)).report(kind, given(message)))

    @mutation
    async def submit_annotation(
        self, info: Info, assignment_id: strawberry.ID, answers: list[AnswerInput], active_seconds: float | None = strawberry.UNSET
    ) -> AnnotationPayload:
        """Safe to repeat: a second submission of the same answers gives the first one's annotation; of others, ALREADY_SUBMITTED.
        A lease that ended is still taken while nobody else has the task; otherwise LEASE_EXPIRED."""
        assignment = await _own(info, assignment_id)
        plain = plain_answers(answers)
        uploads = await media_of(info.context, plain)
        annotation = await assignment.submit(plain, uploads=uploads, active_seconds=given(active_seconds))
        return AnnotationPayload(annotation=judgement.Annotation(row=annotation))


async def named_project(context: Context, public: str | None) -> models.Project | None:
    """The project of an argument that may be left out. Raises NotFound for one that the caller may not see."""
    if public is None:
        return None
    project = await project_seen(context, read_id_or_zero("Project", public))
    if project is None:
        raise not_found("projectId")
    return project


async def media_of(context: Context, answers: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The caller's uploads that the answers name, as content blocks by public id."""
    return {public: upload.block() for public, upload in (await uploads_of(context, media_ids(answers))).items()}


async def uploads_of(context: Context, public_ids: Any, organization_id: int | None = None) -> dict[str, Upload]:
    """The caller's uploads among these public ids: a person's own, and those that tokens of the organization sent."""
    numbers = {public: read_id_or_zero("Upload", public) for public in set(public_ids)}
    viewer = context.viewer
    owned = await Upload.among(set(numbers.values()) - {0}, user_id=viewer.id if viewer else None, organization_id=organization_id)
    return {public: owned[number] for public, number in numbers.items() if number in owned}


async def _own(info: Info, public: str) -> Assignment:
    return await found(Assignment.of(info.context.user.id), public, "assignmentId")


def _leased(row: Assignment) -> AssignmentPayload:
    return AssignmentPayload(assignment=work.Assignment(row=row))
