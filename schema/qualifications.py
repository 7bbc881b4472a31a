"""Tests that open projects, made of gold by partners, and how far somebody is with them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from models.qualification import QualificationFigures as StoredFigures
from models.qualification_attempt import QualificationStatus as StoredStatus
from schema.context import Info
from schema.node import Node
from schema.tutorial import LessonStep

if TYPE_CHECKING:
    from schema.projects import Project


@strawberry.enum
class QualificationState(StrEnum):
    PENDING = "PENDING"
    PASSED = "PASSED"
    FAILED = "FAILED"


@strawberry.type(description="How people fare with a test.")
class QualificationFigures:
    figures: strawberry.Private[StoredFigures]

    @strawberry.field(description="Attempts that were decided.")
    def attempts(self) -> int:
        return self.figures.attempts

    @strawberry.field
    def passed(self) -> int:
        return self.figures.passed

    @strawberry.field(description="Share of the attempts that were passed, in [0, 1]; null before the first.")
    def pass_rate(self) -> float | None:
        return self.figures.pass_rate


@strawberry.type
class Qualification(Node):
    row: strawberry.Private[models.Qualification]

    @strawberry.field
    def title(self) -> str:
        return self.row.title

    @strawberry.field(description="Markdown.")
    def guide(self) -> str:
        return self.row.guide

    @strawberry.field(
        description="Those that the viewer has before them: drawn when they are first asked for, and kept for a day or until they are "
        "answered. Empty where no open project wants the viewer to take the test, where it is passed, and while a failure is waited out."
    )
    async def questions(self, info: Info) -> list[LessonStep]:
        if info.context.viewer is None:
            return []
        return [LessonStep(row=question) for question in await info.context.loaders.questions.load(self.row.id)]

    @strawberry.field(description="Share of right answers needed, in [0, 1].")
    def pass_score(self) -> float:
        return self.row.pass_score

    @strawberry.field(description="How many questions are drawn; fewer where the viewer knows some of them.")
    def question_count(self) -> int:
        return self.row.question_count

    @strawberry.field(description="How long to wait after a failure.")
    def retry_hours(self) -> int:
        return self.row.retry_hours

    @strawberry.field(description="Whose gold is asked. This and what follows is null for all but its organization's members and staff.")
    async def project(self, info: Info) -> Annotated[Project, strawberry.lazy("schema.projects")] | None:
        from schema.projects import Project

        if not await self._is_run_by_caller(info):
            return None
        return Project(row=await info.context.loaders.row(models.Project, self.row.project_id))

    @strawberry.field
    async def figures(self, info: Info) -> QualificationFigures | None:
        if not await self._is_run_by_caller(info):
            return None
        return QualificationFigures(figures=await info.context.loaders.qualification_figures.load(self.row.id))

    async def _is_run_by_caller(self, info: Info) -> bool:
        return await info.context.may_read_organization(self.row.organization_id, models.Scope.PROJECTS_READ)


@strawberry.type
class QualificationStatus:
    status: strawberry.Private[StoredStatus]

    @strawberry.field
    def qualification(self) -> Qualification:
        return Qualification(row=self.status.qualification)

    @strawberry.field
    def state(self) -> QualificationState:
        return QualificationState(self.status.state)

    @strawberry.field(description="Share of right answers, in [0, 1]; null while it is PENDING.")
    def score(self) -> float | None:
        return self.status.score

    @strawberry.field(description="When a failed test may be taken again.")
    def retry_at(self) -> datetime | None:
        return self.status.retry_at
