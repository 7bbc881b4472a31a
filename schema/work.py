"""Tasks and their leases."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import strawberry

import models
from schema.context import Info
from schema.forms import Answer, answers_type
from schema.money import Money, money
from schema.node import Node
from schema.projects import Item, Project

if TYPE_CHECKING:
    from schema.judgement import Annotation


@strawberry.type
class Task(Node):
    row: strawberry.Private[models.Task]

    @strawberry.field
    async def item(self, info: Info) -> Item:
        return Item(row=await info.context.loaders.row(models.Item, self.row.item_id))

    @strawberry.field
    async def project(self, info: Info) -> Project:
        return Project(row=await info.context.loaders.row(models.Project, self.row.project_id))


@strawberry.type(
    description="A task that is one annotator's to do until the lease ends. Every lease is a new assignment, so its id is the fence."
)
class Assignment(Node):
    row: strawberry.Private[models.Assignment]

    @strawberry.field
    def task(self) -> Task:
        # All that a task shows is in its assignment.
        return Task(row=models.Task(id=self.row.task_id, item_id=self.row.item_id, project_id=self.row.project_id))

    @strawberry.field
    def state(self) -> models.AssignmentState:
        return self.row.state

    @strawberry.field
    def lease_expires_at(self) -> datetime:
        return self.row.lease_expires_at

    @strawberry.field(description="What this annotation pays when it is approved.")
    def reward(self) -> Money:
        return money(self.row.reward_micros)

    @strawberry.field
    def draft(self, info: Info) -> list[Answer]:
        viewer = info.context.viewer
        return answers_type(self.row.draft) if viewer is not None and viewer.id == self.row.annotator_id else []

    @strawberry.field
    def draft_version(self) -> int:
        return self.row.draft_version

    @strawberry.field
    async def annotation(self, info: Info) -> Annotated[Annotation, strawberry.lazy("schema.judgement")] | None:
        from schema.judgement import Annotation

        row = await info.context.loaders.annotation_of_assignment.load(self.row.id)
        return None if row is None else Annotation(row=row)
